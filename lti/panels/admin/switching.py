"""Switch courses on and off in bulk, and say plainly what happened to how many."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from analytics.language import gettext, mark, ngettext
from bridge.store.courses import save_course_details
from bridge.store.panel_site import load_course_states
from bridge.sync.course import switch_courses
from lti.changes import Change, Changing, Done
from lti.guard import Asker, View
from lti.panels.admin.course_list import Listed, find_courses, merge_courses, read_filters
from lti.panels.admin.courses import LiveList, list_live, show_courses
from lti.panels.admin.views import SWITCH
from lti.panels.words import listed
from lti.services import services

NAMED = 3
"""So many courses are named in the summary; the list below has the others."""
MOST_CHOSEN = 20_000
ORDERS = {"on": (True, False), "off": (False, False), "all_on": (True, True), "all_off": (False, True)}
"""The button's value → (on or off, all that fit the filter or the ticked ones)."""
NOTHING = mark("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a press of the button comes to."""

    is_on: bool
    changed: tuple[Listed, ...]
    unchanged: int
    """So many are that way already."""
    unknown: int
    """So many of the ticked ones are none that can be switched so."""


def _switch(asked: Changing, live: LiveList) -> Done:
    order = ORDERS.get(request.form.get("do", ""))
    if order is None:
        return Done("courses: no button", "info", gettext("No button was pressed."), gettext(NOTHING))
    is_on, is_all = order
    if is_on and live.courses is None:
        text = f"{gettext(NOTHING)} {live.problem}"
        strong = gettext("Moodle did not list its courses.")
        return Done("courses not switched on: no list", "warn", strong, text)
    zone = services().settings.zone
    courses = merge_courses(live.courses, load_course_states(asked.db, asked.platform_id), zone)
    plan = make_plan(courses, is_on=is_on, chosen=None if is_all else _read_chosen())
    ids = [course.moodle_course_id for course in plan.changed]
    if ids:
        switch_courses(asked.db, asked.platform_id, ids if is_on else [], [] if is_on else ids, asked.now, zone)
        records = [course.record for course in plan.changed if course.record is not None]
        save_course_details(asked.db, asked.platform_id, records, zone, asked.now)
    return sum_up(plan)


def _read_chosen() -> frozenset[str]:
    return frozenset(request.form.getlist("course")[:MOST_CHOSEN])


def make_plan(courses: Sequence[Listed], *, is_on: bool, chosen: frozenset[str] | None) -> Plan:
    """Work out which courses change; `chosen` are ticked ids as text, None takes all that fit the form's filter.

    What Moodle does not list stands in the list only while it is on, so that it can be switched off and not on.
    """
    if chosen is None:
        wanted = find_courses(courses, read_filters(request.form))
    else:
        wanted = tuple(course for course in courses if str(course.moodle_course_id) in chosen)
    changed = tuple(course for course in wanted if course.is_on is not is_on)
    unknown = 0 if chosen is None else len(chosen) - len(wanted)
    return Plan(is_on, changed, len(wanted) - len(changed), unknown)


def sum_up(plan: Plan) -> Done:
    """Say what happened: how many courses changed, how many were so already, how many could not be found."""
    way = "on" if plan.is_on else "off"
    rest = _say_rest(plan)
    if not plan.changed:
        text = " ".join(rest) or gettext("Tick courses in the list, or use a button for all that fit the filter.")
        none = gettext("No course was switched on.") if plan.is_on else gettext("No course was switched off.")
        return Done(f"courses {way}: none", "info", none, text)
    after = (
        gettext("A sync was asked for: it brings their people and log, and Moodle makes the Engagement tab.")
        if plan.is_on
        else gettext("The tab goes away with the next sync. What was measured is kept.")
    )
    ids = ",".join(str(course.moodle_course_id) for course in plan.changed)
    detail = f"courses {way}: {len(plan.changed)}: {ids}"
    return Done(detail, "good", _say_changed(plan), " ".join((*rest, after)))


def _say_rest(plan: Plan) -> list[str]:
    rest = []
    if plan.unchanged and plan.is_on:
        rest.append(ngettext("{number} course was on already.", "{number} courses were on already.", plan.unchanged))
    elif plan.unchanged:
        rest.append(ngettext("{number} course was off already.", "{number} courses were off already.", plan.unchanged))
    if plan.unknown:
        rest.append(
            ngettext(
                "{number} is not in Moodle’s list and left alone.",
                "{number} are not in Moodle’s list and left alone.",
                plan.unknown,
            )
        )
    return rest


def _say_changed(plan: Plan) -> str:
    number, names = len(plan.changed), _name(plan.changed)
    if plan.is_on:
        return ngettext(
            "{number} course switched on: {names}.", "{number} courses switched on: {names}.", number, names=names
        )
    return ngettext(
        "{number} course switched off: {names}.", "{number} courses switched off: {names}.", number, names=names
    )


def _name(courses: Sequence[Listed]) -> str:
    names = [course.name for course in courses[:NAMED]]
    more = len(courses) - len(names)
    return listed([*names, ngettext("{number} more", "{number} more", more)] if more else names)


def _show(_asker: Asker, done: Done, live: LiveList) -> View:
    return lambda asked: show_courses(asked, live, done)


CHANGE = Change(SWITCH, list_live, _switch, _show)
