"""Gather the finished values of a tutor's pages: the course with its lists, and one learner."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.drops import Drops
from analytics.language import gettext, ngettext, numeral
from bridge.store.panel_records import (
    CourseFigures,
    LearnerDetails,
    LearnerInCourse,
    ListedLearner,
    Reach,
    Seen,
    WeekMet,
)
from lti.panels.concern_words import find_rule, find_silent_days, say_reasons
from lti.panels.course_words import make_course_weeks, make_sayings, say_nobody
from lti.panels.fresh_words import word_figures_as_of, word_known_until
from lti.panels.listing import Cut, Filters, carry_filters, count_waiting, make_choices
from lti.panels.marks import PITCH, say_key
from lti.panels.outlook import Notice, Outlook, find_notices, list_due, list_own_due
from lti.panels.pages import Page, fill_common, fill_person
from lti.panels.signs import explain_drop, find_dip_notice, find_unused_notices, say_recovery
from lti.panels.values_export import make_export_form
from lti.panels.values_own import say_enrolled
from lti.panels.values_tutor import WORK_LISTED, WORK_SHOWN, make_lines, make_work, sum_up
from lti.panels.words import clean, instant

FOLDS_AFTER = 8
"""Lines of the list that a phone shows before it folds the others."""


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


def fill_tutor_page(outlook: Outlook, read: TutorRead, filters: Filters, page_token: str) -> Page:
    """Gather the tutor's panel; without a learner in reach it says why."""
    figures = read.figures
    work = make_work(outlook, read.work[:WORK_LISTED], read.details, read.drops)
    waiting = count_waiting(read.work)
    shown, later = work[:waiting], work[waiting:]
    due = list_due(outlook, figures.tasks)
    return {
        **fill_common(outlook, page_token),
        **_fill_list(outlook, read, filters),
        "carried": carry_filters(filters),
        "as_of": word_figures_as_of(outlook),
        "total": len(figures.learners),
        "empty": _explain_empty(outlook, read.reach),
        "sayings": make_sayings(outlook, figures, read.work, due, read.weeks_met) if figures.learners else (),
        "notices": _find_tutor_notices(outlook, read.drops),
        "work": shown[:WORK_SHOWN],
        "work_folded": shown[WORK_SHOWN:],
        "work_active": later,
        "work_active_words": _say_active(len(later), outlook.closed_week),
        "work_count": _say_part(waiting, len(figures.learners)),
        "nobody": say_nobody(figures, read.work),
        "work_rest": _say_rest(len(shown) - WORK_SHOWN),
        "work_beyond": _say_beyond(len(read.work) - len(work)),
        "course_weeks": make_course_weeks(outlook, figures),
        "due": due,
        "why_these": _say_why_these(read),
    }


def _find_tutor_notices(outlook: Outlook, drops: Drops) -> tuple[Notice, ...]:
    dip = find_dip_notice(drops)
    return (*find_notices(outlook), *find_unused_notices(outlook), *([] if dip is None else [dip]))


def _fill_list(outlook: Outlook, read: TutorRead, filters: Filters) -> Page:
    cut, weeks = read.cut, outlook.week_count
    return {
        "list_title": _name_list(read.reach),
        "asked": filters,
        "choices": make_choices(filters, read.figures.groups),
        "key": say_key(),
        "lines": make_lines(outlook, cut, read.details, read.drops),
        "folds_after": FOLDS_AFTER,
        "fold_words": _say_folded(len(cut.learners) - FOLDS_AFTER),
        "more_words": _say_more(outlook.uses_tasks),
        "export_form": make_export_form(),
        "week_count": weeks,
        "strip_width": max(PITCH * weeks - 2, 0),
        "columns": _name_columns(outlook.closed_week, outlook.uses_tasks),
        "caption": gettext("Learners {first} to {last} of {total}", **_place(cut)),
        "place": _say_place(cut),
        "narrowed": cut.total < len(read.figures.learners),
        "narrowed_words": _say_narrowed(cut.total, len(read.figures.learners)),
        "pager": {
            "before": cut.page - 1 if cut.page > 1 else None,
            "after": cut.page + 1 if cut.page < cut.page_count else None,
        },
        "total_words": ngettext(
            "{number} learner is in the list.", "{number} learners are in the list.", len(read.figures.learners)
        ),
    }


def _name_list(reach: Reach) -> str:
    return gettext("All learners") if reach.group_ids is None else gettext("All learners of your groups")


def _place(cut: Cut) -> dict[str, str]:
    return {
        "first": numeral(cut.first),
        "last": numeral(cut.first + len(cut.learners) - 1),
        "total": numeral(cut.total),
    }


def _say_place(cut: Cut) -> str:
    place = gettext("{first}–{last} of {total}", **_place(cut))
    if cut.page_count == 1:
        return place
    page = gettext("page {page} of {pages}", page=cut.page, pages=cut.page_count)
    return f"{place} · {page}"


def _say_part(part: int, whole: int) -> str:
    return gettext("{part} of {whole}", part=numeral(part), whole=numeral(whole))


def _say_narrowed(fitting: int, total: int) -> str:
    return ngettext(
        "{number} of {total} learners fits.", "{number} of {total} learners fit.", fitting, total=numeral(total)
    )


def _say_folded(number: int) -> str:
    return ngettext("The other {number} on this page", "The other {number} on this page", max(number, 0))


def _say_more(uses_tasks: bool) -> str:
    if uses_tasks:
        return gettext("With figures, activities, tasks and latest evidence")
    return gettext("With figures, activities and latest evidence")


def _name_columns(closed_week: int, uses_tasks: bool) -> Page:
    after = gettext("After week {week}", week=closed_week)
    activities = gettext("Activities, week {week}", week=closed_week)
    return {
        "band": after if closed_week else gettext("So far"),
        "activities": activities if closed_week else gettext("Activities"),
        "tasks": gettext("Tasks so far") if uses_tasks else "",
        "note": _say_columns(closed_week, uses_tasks),
    }


def _say_columns(closed_week: int, uses_tasks: bool) -> str:
    if not closed_week:
        weeks = gettext("No week has been evaluated yet.")
    else:
        weeks = gettext("Activities are those of week {week}.", week=closed_week)
    tasks = gettext("Tasks are those whose own date has passed: 1 on time, ½ late.")
    return f"{weeks} {tasks}" if uses_tasks else weeks


def _say_rest(rest: int) -> str:
    if rest <= 0:
        return ""
    return ngettext("{number} more person with a reason", "{number} more people with a reason", rest)


def _say_active(number: int, week: int) -> str:
    if not number:
        return ""
    return ngettext(
        "{number} more person with a reason, active since week {week} closed",
        "{number} more people with a reason, active since week {week} closed",
        number,
        week=week,
    )


def _say_beyond(beyond: int) -> str:
    if beyond <= 0:
        return ""
    return ngettext("{number} more learner has a reason.", "{number} more learners have a reason.", beyond)


def _say_why_these(read: TutorRead) -> str:
    if read.reach.group_ids is None:
        return gettext("You see these learners because you teach this course.")
    names = ", ".join(clean(group.name) for group in read.figures.groups) or gettext("none")
    return gettext(
        "You see the learners of your groups ({groups}); all figures here are of these groups alone.", groups=names
    )


def _explain_empty(outlook: Outlook, reach: Reach) -> Page:
    roster_at = outlook.head.freshness.roster_at
    if roster_at is None:
        text = gettext(
            "Moodle’s list of learners has not arrived. It comes with the next sync; nothing needs to be done."
        )
        return {"title": gettext("This course is not synced yet"), "text": text}
    if reach.group_ids is not None:
        text = gettext(
            "This course keeps its groups separate, and no learner is in a group of yours. Moodle’s groups decide."
        )
        return {"title": gettext("No learner to show"), "text": text}
    text = gettext(
        "As soon as Moodle has learners in this course, they appear here. Last look: {when}.",
        when=instant(roster_at, outlook.moment),
    )
    return {"title": gettext("Nobody is enrolled yet"), "text": text}


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
        **fill_common(outlook, page_token),
        **fill_person(outlook, person, seen, all_weeks=True),
        "carried": filters,
        "as_of": word_known_until(outlook),
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
