"""Gather a page's finished values for its template; every number is made in the values modules, none here or later."""

from collections.abc import Mapping, Sequence

from analytics.language import gettext, mark
from analytics.retell import retell
from bridge.store.panel_records import (
    LearnerInCourse,
    Look,
    MyCourse,
    Seen,
)
from lti.panels.fresh_words import word_figures_as_of, word_freshness
from lti.panels.marks import say_key
from lti.panels.outlook import (
    Outlook,
    find_notices,
    is_stale,
    list_own_due,
    word_level,
)
from lti.panels.signs import (
    find_unused_notices,
    say_revisions,
    say_unused,
)
from lti.panels.values_counted import make_counted
from lti.panels.values_learner import (
    find_next_step,
    list_tasks,
    make_figures,
    make_task_pips,
    make_weeks_view,
    say_praise,
    say_standing,
)
from lti.panels.values_my_courses import make_own_sayings
from lti.panels.values_own import list_all_due, list_looks, make_entries, outlook_of
from lti.panels.words import Moment, capital, clean, full_date, instant

Page = Mapping[str, object]
LOOKS_LISTED = 5


def fill_common(outlook: Outlook, page_token: str) -> dict[str, object]:
    """Gather what every page of a course has."""
    return {
        "outlook": outlook,
        "page_token": page_token,
        "shortname": clean(outlook.head.shortname),
        "printed": instant(outlook.moment.now, outlook.moment),
        "as_of": capital(word_figures_as_of(outlook)),
        "level": word_level(outlook),
        "fresh": word_freshness(outlook),
    }


def fill_person(outlook: Outlook, person: LearnerInCourse, seen: Seen, *, all_weeks: bool) -> dict[str, object]:
    """Gather what a learner's page has for the learner and for the tutor alike."""
    standing = person.learner.standing
    return {
        "notices": (*find_notices(outlook), *find_unused_notices(outlook)),
        "revisions": say_revisions(person),
        "unused": say_unused(standing),
        "weeks_view": make_weeks_view(make_figures(outlook, person, all_weeks=all_weeks)),
        "counted": make_counted(outlook, person, seen),
        "tasks": list_tasks(outlook, person.tasks),
        "task_pips": make_task_pips(outlook, person.tasks),
        "sentence": retell(standing.sentence) if standing is not None else "",
    }


def fill_learner_page(
    outlook: Outlook, person: LearnerInCourse, seen: Seen, looks: Sequence[Look], page_token: str
) -> Page:
    """Gather a learner's own page of one course."""
    step = find_next_step(outlook, person)
    shown = {week.week_no for week in person.weeks} & {outlook.closed_week, outlook.week_no}
    return {
        **fill_common(outlook, page_token),
        **fill_person(outlook, person, seen, all_weeks=False),
        "carried": {"course": str(outlook.head.course_id)},
        "tabs": say_tabs(),
        "step": step,
        "praise": say_praise(outlook, person, step),
        "standing": say_standing(person.learner.standing),
        "due": list_own_due(outlook, person.tasks),
        "looks": list_looks(outlook.moment, looks)[:LOOKS_LISTED],
        "week_links": sorted(shown),
        "all_weeks": range(1, outlook.week_no + 1),
    }


TABS = (
    ("panels.learner", mark("This course")),
    ("panels.learner_courses", mark("All my courses")),
    ("panels.learner_held", mark("My data")),
    ("panels.learner_complaint", mark("Query or complain")),
)


def say_tabs() -> tuple[tuple[str, str], ...]:
    """Name a learner's pages, each with its endpoint."""
    return tuple((endpoint, gettext(text)) for endpoint, text in TABS)


def fill_week_page(outlook: Outlook, week: object, page_token: str) -> Page:
    """Gather everything behind one week of a learner."""
    return {
        **fill_common(outlook, page_token),
        "carried": {"course": str(outlook.head.course_id)},
        "notices": [notice for notice in find_notices(outlook) if notice.kind == "warn"],
        "week": week,
    }


def fill_figure_page(outlook: Outlook, figure: object, name: str, page_token: str) -> Page:
    """Gather everything behind a figure; `name` is the learner's on a tutor's page, empty on the learner's own."""
    return {**fill_common(outlook, page_token), "figure": figure, "name": name}


def fill_courses_page(courses: Sequence[MyCourse], name: str, advisers: str, moment: Moment, page_token: str) -> Page:
    """Gather the page of all of a learner's courses; there is no average over them."""
    stale = [course for course in courses if is_stale(course.head.freshness, moment)]
    first = (stale or list(courses))[:1]
    return {
        "page_token": page_token,
        "name": clean(name),
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
        "tabs": say_tabs(),
        "advisers": advisers,
        "sayings": make_own_sayings(courses, moment),
        "key": say_key(),
        "entries": make_entries(courses, moment),
        "due": list_all_due(courses, moment),
        "as_of": capital(word_figures_as_of(outlook_of(first[0], moment)))
        if first
        else gettext("Nothing is known yet"),
    }
