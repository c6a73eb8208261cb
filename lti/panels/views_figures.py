"""Answer faculty and engagement leads: frozen figures of groups, by school; nobody is named (policy paragraph 20)."""

from collections.abc import Mapping

from flask import render_template

from analytics.disclosure.figures import OVER
from analytics.language import gettext
from bridge.store.cursor import load_cursor
from bridge.store.figures_page import load_figures
from bridge.store.school_start import count_unmeasured_courses, load_school_starts
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.values_faculty import SchoolsRead, list_for_faculty
from lti.panels.values_figures import (
    draw_shares,
    list_casework,
    list_heads,
    make_figure_lines,
    make_figure_sayings,
)
from lti.panels.values_start import Todo
from lti.panels.words import Moment, clean, full_date, instant, percent, sort_key
from lti.services import services


def figures_panel(asked: GuardedRequest) -> str:
    """Answer with the figures of the school that was decided upon, or of the platform.

    Raises:
        NotFound: there is no such school.
    """
    read = load_figures(asked.db, asked.platform_id, asked.subject.school_id)
    if read is None:
        raise NotFound
    moment = Moment(asked.now, services().settings.zone)
    last = read.weeks[-1] if read.weeks else None
    return render_template(
        "panels/figures.html.jinja",
        page_token=asked.page_token,
        name=clean(asked.display_name),
        title=clean(read.school_name) if read.school_name else gettext("All schools"),
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        is_school=read.school_name is not None,
        is_faculty=asked.viewer.is_faculty,
        own_schools=_list_others(asked, read.school_names),
        todo=_list_todo(asked, read.school_names, moment) if asked.viewer.is_faculty else None,
        as_of=full_date(last[0]) if last else None,
        sayings=make_figure_sayings(last[1]) if last else (),
        work=list_casework(last[1]) if last else (),
        chart=draw_shares(read.weeks) if last else None,
        heads=list_heads(),
        over=percent(OVER),
        tables=make_figure_lines(read),
    )


def _list_todo(asked: GuardedRequest, names: Mapping[int, str], moment: Moment) -> tuple[Todo, ...]:
    """List what faculty look at first: in the school that was decided upon, or in all."""
    one = asked.subject.school_id
    shown = dict(names) if one is None else {one: names[one]}
    unmeasured = count_unmeasured_courses(asked.db, asked.platform_id, moment.today)
    read = SchoolsRead(
        names=shown,
        starts=load_school_starts(asked.db, asked.platform_id, shown, moment.today, asked.now),
        unmeasured={school: number for school, number in unmeasured.items() if one is None or school == one},
        log_at=load_cursor(asked.db, asked.platform_id).fresh_at,
    )
    return list_for_faculty(read, moment)


def _list_others(asked: GuardedRequest, names: Mapping[int, str]) -> list[tuple[int, str]]:
    others = [one for one in asked.viewer.school_ids if one != asked.subject.school_id and one in names]
    return sorted(((one, clean(names[one])) for one in others), key=lambda pair: sort_key(pair[1]))
