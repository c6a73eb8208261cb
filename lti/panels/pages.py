"""Gather a page's finished values for its template; every number is made in the values modules, none here or later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.drops import Drops
from bridge.store.panel_records import (
    CourseFigures,
    LearnerDetails,
    LearnerInCourse,
    ListedLearner,
    Look,
    MyCourse,
    Reach,
    Seen,
    WeekMet,
)
from lti.panels.concern_words import find_rule, find_silent_days, say_reasons
from lti.panels.fresh_words import word_figures_as_of, word_freshness
from lti.panels.listing import Cut, Filters, carry_filters, make_choices
from lti.panels.marks import KEY, PITCH
from lti.panels.outlook import (
    Notice,
    Outlook,
    find_notices,
    is_stale,
    list_due,
    list_own_due,
    word_level,
)
from lti.panels.signs import (
    explain_drop,
    find_dip_notice,
    find_unused_notices,
    say_recovery,
    say_revisions,
    say_unused,
)
from lti.panels.values_counted import make_counted
from lti.panels.values_export import make_export_form
from lti.panels.values_learner import (
    find_next_step,
    list_tasks,
    make_figures,
    make_task_pips,
    make_weeks_view,
    say_praise,
    say_standing,
    sum_up,
)
from lti.panels.values_own import list_all_due, list_looks, make_entries, outlook_of, say_enrolled
from lti.panels.values_tutor import (
    WORK_SHOWN,
    make_course_weeks,
    make_lines,
    make_sayings,
    make_work,
    say_nobody,
)
from lti.panels.words import Moment, capital, clean, count, full_date, instant

Page = Mapping[str, object]
LOOKS_LISTED = 5


@dataclass(frozen=True, slots=True)
class TutorRead:
    """What was read for the tutor's panel."""

    reach: Reach
    figures: CourseFigures
    work: tuple[ListedLearner, ...]
    """Everybody on the work-list, in its order."""
    cut: Cut
    details: LearnerDetails
    """Of the shown part of the work-list and of the page of the list."""
    weeks_met: tuple[WeekMet, ...]
    drops: Drops


def _common(outlook: Outlook, page_token: str) -> dict[str, object]:
    return {
        "outlook": outlook,
        "page_token": page_token,
        "shortname": clean(outlook.head.shortname),
        "printed": instant(outlook.moment.now, outlook.moment),
        "as_of": capital(word_figures_as_of(outlook)),
        "level": word_level(outlook),
        "fresh": word_freshness(outlook),
    }


def fill_tutor_page(outlook: Outlook, read: TutorRead, filters: Filters, page_token: str) -> Page:
    """Gather the tutor's panel; without a learner in reach it says why."""
    figures, cut, shown = read.figures, read.cut, read.work[:WORK_SHOWN]
    return {
        **_common(outlook, page_token),
        **_fill_list(outlook, read, filters),
        "carried": carry_filters(filters),
        "as_of": word_figures_as_of(outlook),
        "total": len(figures.learners),
        "empty": _explain_empty(outlook, read.reach),
        "sayings": make_sayings(outlook, figures, read.weeks_met) if figures.learners else (),
        "notices": _find_tutor_notices(outlook, read.drops),
        "work": make_work(outlook, shown, read.details, read.drops),
        "work_count": f"{len(read.work):,} of {len(figures.learners):,}",
        "nobody": say_nobody(figures),
        "work_rest": _say_rest(len(read.work) - len(shown)),
        "course_weeks": make_course_weeks(outlook, figures),
        "due": list_due(outlook, figures.tasks),
        "why_these": _say_why_these(read),
        "caption": f"Learners {cut.first:,} to {cut.first + len(cut.learners) - 1:,} of {cut.total:,}",
    }


def _find_tutor_notices(outlook: Outlook, drops: Drops) -> tuple[Notice, ...]:
    dip = find_dip_notice(drops)
    return (*find_notices(outlook), *find_unused_notices(outlook), *([] if dip is None else [dip]))


def _fill_list(outlook: Outlook, read: TutorRead, filters: Filters) -> Page:
    cut, weeks = read.cut, outlook.week_count
    last = outlook.closed_week
    return {
        "list_title": "All learners" if read.reach.group_ids is None else "All learners of your groups",
        "filters": filters,
        "choices": make_choices(filters, read.figures.groups),
        "key": [(mark.value, text) for mark, text in KEY],
        "lines": make_lines(outlook, cut, read.details, read.drops),
        "export_form": make_export_form(),
        "week_count": weeks,
        "strip_width": max(PITCH * weeks - 2, 0),
        "columns": {
            "band": f"After week {last}" if last else "So far",
            "activities": f"Activities, week {last}" if last else "Activities",
            "tasks": "Tasks so far" if outlook.uses_tasks else "",
            "note": _say_columns(last, outlook.uses_tasks),
        },
        "place": f"{cut.first:,}–{cut.first + len(cut.learners) - 1:,} of {cut.total:,}",
        "pager": {
            "before": cut.page - 1 if cut.page > 1 else None,
            "after": cut.page + 1 if cut.page < cut.page_count else None,
        },
        "total_words": f"{count(len(read.figures.learners), 'learner')} {'is' if cut.total == 1 else 'are'}",
    }


def _say_columns(closed_week: int, uses_tasks: bool) -> str:
    weeks = f"Activities are those of week {closed_week}." if closed_week else "No week has been evaluated yet."
    tasks = " Tasks are those whose own date has passed: 1 on time, ½ late."
    return weeks + (tasks if uses_tasks else "")


def _say_rest(rest: int) -> str:
    if rest <= 0:
        return ""
    has = "has" if rest == 1 else "have"
    return f"{count(rest, 'more learner')} {has} a reason: choose “Any reason” in the list below."


def _say_why_these(read: TutorRead) -> str:
    if read.reach.group_ids is None:
        return "You see these learners because you teach this course."
    names = ", ".join(clean(group.name) for group in read.figures.groups) or "none"
    return f"You see the learners of your groups ({names}); all figures here are of these groups alone."


def _explain_empty(outlook: Outlook, reach: Reach) -> Page:
    roster_at = outlook.head.freshness.roster_at
    if roster_at is None:
        text = "Moodle’s list of learners has not arrived. It comes with the next sync; nothing needs to be done."
        return {"title": "This course is not synced yet", "text": text}
    if reach.group_ids is not None:
        text = "This course keeps its groups separate, and no learner is in a group of yours. Moodle’s groups decide."
        return {"title": "No learner to show", "text": text}
    text = "As soon as Moodle has learners in this course, they appear here. Last look:"
    return {"title": "Nobody is enrolled yet", "text": f"{text} {instant(roster_at, outlook.moment)}."}


def fill_tutor_learner_page(
    outlook: Outlook,
    person: LearnerInCourse,
    seen: Seen,
    drops: Drops,
    filters: Mapping[str, str],
    page_token: str,
) -> Page:
    """Gather the page about one learner as the tutor sees it: no contact details, no other course, no reasons."""
    learner, standing = person.learner, person.learner.standing
    due = [fact for fact in list_own_due(outlook, person.tasks) if fact.strong]
    return {
        **_common(outlook, page_token),
        **_fill_person(outlook, person, seen, all_weeks=True),
        "carried": filters,
        "as_of": word_figures_as_of(outlook).removeprefix("evidence "),
        "name": clean(learner.full_name),
        "person_id": learner.person_id,
        "groups": ", ".join(clean(group.name) for group in learner.groups),
        "short": sum_up(outlook, person),
        "silent_days": None if standing is None else find_silent_days(find_rule(outlook.head, standing.level_version)),
        "due_next": due[0] if due else None,
        "reasons": say_reasons(outlook.head, learner, person.tasks, outlook.moment) if standing is not None else "",
        "remarks": list(filter(None, [explain_drop(drops, learner.person_id), say_recovery(outlook, person)])),
        "enrolled": say_enrolled(learner.enrolled_on, outlook.moment),
    }


def _fill_person(outlook: Outlook, person: LearnerInCourse, seen: Seen, *, all_weeks: bool) -> dict[str, object]:
    standing = person.learner.standing
    return {
        "notices": (*find_notices(outlook), *find_unused_notices(outlook)),
        "revisions": say_revisions(person),
        "unused": say_unused(standing),
        "weeks_view": make_weeks_view(make_figures(outlook, person, all_weeks=all_weeks)),
        "counted": make_counted(outlook, person, seen),
        "tasks": list_tasks(outlook, person.tasks),
        "task_pips": make_task_pips(outlook, person.tasks),
        "sentence": standing.sentence if standing is not None else "",
    }


def fill_learner_page(
    outlook: Outlook, person: LearnerInCourse, seen: Seen, looks: Sequence[Look], page_token: str
) -> Page:
    """Gather a learner's own page of one course."""
    shown = {week.week_no for week in person.weeks} & {outlook.closed_week, outlook.week_no}
    return {
        **_common(outlook, page_token),
        **_fill_person(outlook, person, seen, all_weeks=False),
        "carried": {"course": str(outlook.head.course_id)},
        "tabs": TABS,
        "step": find_next_step(outlook, person),
        "praise": say_praise(outlook, person),
        "standing": say_standing(person.learner.standing),
        "due": list_own_due(outlook, person.tasks),
        "looks": list_looks(outlook.moment, looks[:LOOKS_LISTED]),
        "week_links": sorted(shown),
    }


TABS = (
    ("panels.learner", "This course"),
    ("panels.learner_courses", "All my courses"),
    ("panels.learner_held", "My data"),
    ("panels.learner_complaint", "Query or complain"),
)


def fill_week_page(outlook: Outlook, week: object, page_token: str) -> Page:
    """Gather everything behind one week of a learner."""
    return {
        **_common(outlook, page_token),
        "carried": {"course": str(outlook.head.course_id)},
        "notices": [notice for notice in find_notices(outlook) if notice.kind == "warn"],
        "week": week,
    }


def fill_figure_page(outlook: Outlook, figure: object, name: str, page_token: str) -> Page:
    """Gather everything behind a figure; `name` is the learner's on a tutor's page, empty on the learner's own."""
    return {**_common(outlook, page_token), "figure": figure, "name": name}


def fill_courses_page(courses: Sequence[MyCourse], name: str, moment: Moment, page_token: str) -> Page:
    """Gather the page of all of a learner's courses; there is no average over them."""
    stale = [course for course in courses if is_stale(course.head.freshness, moment)]
    first = (stale or list(courses))[:1]
    return {
        "page_token": page_token,
        "name": clean(name),
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
        "tabs": TABS,
        "key": [(mark.value, text) for mark, text in KEY],
        "entries": make_entries(courses, moment),
        "due": list_all_due(courses, moment),
        "as_of": capital(word_figures_as_of(outlook_of(first[0], moment))) if first else "Nothing is known yet",
    }
