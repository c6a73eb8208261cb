"""Prepare the page of a school's engagement lead: its staff, their trainings, its courses; learners as counts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.coverage import Gap
from analytics.language import gettext, mark, ngettext, numeral
from analytics.level_words import MARKER_NAMES
from analytics.levels import MARKER_ORDER
from analytics.policy.relationships import Kind
from bridge.store.casework_counts import CaseworkCounts
from bridge.store.figures_page import Numbers
from bridge.store.school_page import SchoolCourse, SchoolHead, SchoolStaff, SchoolTeacher
from lti.panels.measured_courses import MeasuredCourse
from lti.panels.words import Moment, clean, full_date, percent

PARTS: Mapping[Kind, str] = {
    Kind.LEAD: mark("Learner engagement lead"),
    Kind.SUPPORT_OFFICER: mark("Student support officer"),
    Kind.ADVISER: mark("Adviser"),
}
"""What a lead may begin and end; the rest is for whoever runs the tool."""
NONE = "–"


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person of the list."""

    name: str
    part: str
    found_by: str
    since: str
    training: str
    is_trained: bool
    ends: str
    """The relationship to end, for the form; empty for advisers, whose learners are named one by one."""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course of the list."""

    course_id: int
    name: str
    shortname: str
    details: str
    places: str
    level: str
    """The version in force, or what stands in its place."""
    has_level: bool
    meeting: str
    note: str


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody for whom a training can be recorded."""

    value: str
    text: str


def make_staff_lines(staff: Sequence[SchoolStaff], moment: Moment) -> tuple[StaffLine, ...]:
    """Put the school's staff in words, in their order."""
    return tuple(
        StaffLine(
            name=name_staff(one),
            part=_say_part(one),
            found_by=_say_holder(one),
            since=_say_since(one, moment),
            training=gettext("trained {day}", day=full_date(one.trained_on))
            if one.trained_on
            else gettext("no training recorded"),
            is_trained=one.trained_on is not None,
            ends="" if one.kind is Kind.ADVISER else str(one.relationship_id),
        )
        for one in staff
    )


def make_trainees(staff: Sequence[SchoolStaff], teachers: Sequence[SchoolTeacher]) -> tuple[Trainee, ...]:
    """Give everybody a training can be recorded for, whoever has none first; each person of a list once."""
    people = {one.holder: (one.trained_on, f"staff-{one.relationship_id}", name_staff(one)) for one in reversed(staff)}
    found = [*people.values(), *((t.trained_on, f"teacher-{t.moodle_user_id}", clean(t.name)) for t in teachers)]
    found.sort(key=lambda entry: (entry[0] is not None, entry[2]))
    return tuple(
        Trainee(value, name if day is None else gettext("{name} (trained)", name=name)) for day, value, name in found
    )


def make_course_rows(
    courses: Sequence[SchoolCourse],
    measured: Mapping[int, MeasuredCourse],
    figures: Mapping[int, Numbers],
) -> tuple[CourseRow, ...]:
    """Put the school's courses in words, in their order; `figures` are those of the last frozen week."""
    return tuple(
        CourseRow(
            course_id=course.course_id,
            name=clean(course.name),
            shortname=clean(course.shortname),
            details=_say_details(course),
            places=_say_places(figures.get(course.course_id)),
            level=_say_level(measured.get(course.course_id)),
            has_level=course.course_id in measured and bool(measured[course.course_id].version),
            meeting=_say_meeting(figures.get(course.course_id)),
            note=_say_note(course, measured.get(course.course_id)),
        )
        for course in courses
    )


def _say_places(numbers: Numbers | None) -> str:
    if numbers is None:
        return NONE
    return gettext("withheld") if numbers["places"] is None else numeral(numbers["places"])


def _say_level(measured: MeasuredCourse | None) -> str:
    if measured is None:
        return NONE
    return measured.version or gettext("none published")


def _say_meeting(numbers: Numbers | None) -> str:
    if numbers is None:
        return NONE
    if numbers["places"] is not None and numbers["too_early"] == numbers["places"]:
        return gettext("too early to say")
    share = numbers["share_meeting"]
    return gettext("withheld") if share is None else percent(share)


def _say_note(course: SchoolCourse, measured: MeasuredCourse | None) -> str:
    if measured is None:
        return gettext("not switched on")
    notes = []
    if not measured.version:
        notes.append(gettext("nothing is measured before a level is published"))
    if measured.gap is Gap.FEW_KINDS:
        notes.append(gettext("one kind of evidence only"))
    notes += [
        gettext("{marker} is not used: its source is behind", marker=gettext(MARKER_NAMES[marker]))
        for marker in MARKER_ORDER
        if marker in measured.unused
    ]
    if measured.is_stale:
        notes.append(gettext("Moodle’s records are behind"))
    if not course.teacher_count:
        notes.append(gettext("no teacher in Moodle"))
    return "; ".join(notes) or NONE


def make_school_sayings(
    head: SchoolHead, staff: Sequence[SchoolStaff], teachers: Sequence[SchoolTeacher], courses: Sequence[SchoolCourse]
) -> tuple[Mapping[str, str], ...]:
    """Give the three sentences of the page."""
    days = {one.holder: one.trained_on for one in staff}
    everybody = [*days.values(), *(one.trained_on for one in teachers)]
    trained = sum(day is not None for day in everybody)
    return (
        {
            "big": _say_share(trained, len(everybody)),
            "small": gettext("trained"),
            "text": gettext(
                "of those who work with the school’s learners or teach its courses. The others see nobody by name."
            ),
        },
        {
            "big": _say_share(head.advised_count, head.learner_count),
            "small": gettext("with an adviser"),
            "text": gettext("of the learners whose home school this is, by the student record or by hand."),
        },
        {
            "big": _say_share(sum(course.is_on for course in courses), len(courses)),
            "small": gettext("courses use these pages"),
            "text": gettext("Whoever runs the tool gives courses to a school and switches them on."),
        },
    )


def _say_share(part: int, whole: int) -> str:
    return gettext("{part} of {whole}", part=numeral(part), whole=numeral(whole))


def say_wrong_flags(counts: CaseworkCounts) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Say how many closed concerns were wrong flags: (in bold, the rest of the sentence, rule by rule)."""
    wrong = sum(number for _, _, number in counts.wrong_by_rule)
    if not counts.closed_concerns:
        return "", gettext("No concern was closed yet."), ()
    rules = tuple((clean(rule), _say_share(number, closed)) for rule, closed, number in counts.wrong_by_rule)
    rest = ngettext("closed concern was a wrong flag.", "closed concerns were wrong flags.", counts.closed_concerns)
    return _say_share(wrong, counts.closed_concerns), rest, rules if len(rules) > 1 else ()


def say_new_concerns(new_count: int, as_of: date | None, budget: int | None, beyond: int) -> tuple[str, ...]:
    """Say what the last closed week opened in the school's courses, beside what the school can look at."""
    if as_of is None:
        return (gettext("No concern was opened in the school’s courses so far."),)
    said = [
        ngettext(
            "{number} concern came from the school’s courses in the week that closed on {day}.",
            "{number} concerns came from the school’s courses in the week that closed on {day}.",
            new_count,
            day=full_date(as_of),
        )
    ]
    if budget is not None:
        said.append(
            ngettext(
                "The school agreed on {number} a week at most; what is beyond stands in a digest.",
                "The school agreed on {number} a week at most; what is beyond stands in a digest.",
                budget,
            )
        )
    if beyond:
        said.append(ngettext("{number} open one is in it.", "{number} open ones are in it.", beyond))
    return tuple(said)


def say_school_state(head: SchoolHead) -> str:
    """Say whether the school is switched on, and what that means."""
    if head.is_on:
        return gettext(
            "Switched on: its advisers and support officers see its learners by name, once they are trained."
        )
    return gettext(
        "Not switched on: its advisers and support officers see nobody. Whoever runs the tool switches it on."
    )


def list_parts() -> tuple[tuple[str, str], ...]:
    """Give the parts that a lead may begin, as (value, name), the most usual one first."""
    return tuple((kind.value, gettext(text)) for kind, text in list(PARTS.items())[::-1])


def name_staff(one: SchoolStaff) -> str:
    """Give somebody's name, or by what they are known where nobody wrote one down."""
    return clean(one.name) if one.name.strip() else _say_holder(one)


def _say_part(one: SchoolStaff) -> str:
    if one.kind is Kind.ADVISER:
        return ngettext("Adviser of {number} learner", "Adviser of {number} learners", one.learner_count)
    return gettext(PARTS[one.kind])


def _say_since(one: SchoolStaff, moment: Moment) -> str:
    since = full_date(moment.date_of(one.since))
    if one.ends_at is None or one.kind is Kind.ADVISER:
        return since
    return gettext("{day}, until {end}", day=since, end=full_date(moment.date_of(one.ends_at)))


def _say_holder(one: SchoolStaff) -> str:
    if one.holder.idnumber:
        return clean(one.holder.idnumber)
    return gettext("Moodle user {id}", id=one.holder.moodle_user_id)


def _say_details(course: SchoolCourse) -> str:
    parts = [clean(course.programme)] if course.programme else []
    if course.credits is not None:
        parts.append(ngettext("{number} credit", "{number} credits", course.credits))
    if course.is_core:
        parts.append(gettext("core"))
    if course.teacher_count:
        parts.append(ngettext("{number} teacher", "{number} teachers", course.teacher_count))
    return " · ".join(parts)
