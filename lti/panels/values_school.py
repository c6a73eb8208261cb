"""Prepare the page of a school's engagement lead: its staff, their trainings, its courses; learners as counts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.policy.relationships import Kind
from bridge.store.school_page import SchoolCourse, SchoolHead, SchoolStaff, SchoolTeacher
from lti.panels.words import Moment, clean, count, full_date

NAMED = 5
"""Colleagues who are named in a sentence; more are counted."""
PARTS: Mapping[Kind, str] = {
    Kind.LEAD: "Learner engagement lead",
    Kind.SUPPORT_OFFICER: "Student support officer",
    Kind.ADVISER: "Adviser",
}
"""What a lead may begin and end; the rest is for whoever runs the tool."""


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
    state: str
    details: str


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody for whom a training can be recorded."""

    value: str
    text: str


def make_staff_lines(staff: Sequence[SchoolStaff], moment: Moment) -> tuple[StaffLine, ...]:
    """Put the school's staff in words, in their order."""
    return tuple(
        StaffLine(
            name=_name(one),
            part=_say_part(one),
            found_by=_say_holder(one),
            since=_say_since(one, moment),
            training=f"trained {full_date(one.trained_on)}" if one.trained_on else "no training recorded",
            is_trained=one.trained_on is not None,
            ends="" if one.kind is Kind.ADVISER else str(one.relationship_id),
        )
        for one in staff
    )


def make_trainees(staff: Sequence[SchoolStaff], teachers: Sequence[SchoolTeacher]) -> tuple[Trainee, ...]:
    """Give everybody a training can be recorded for, whoever has none first; each person of a list once."""
    people = {one.holder: (one.trained_on, f"staff-{one.relationship_id}", _name(one)) for one in reversed(staff)}
    found = [*people.values(), *((t.trained_on, f"teacher-{t.moodle_user_id}", clean(t.name)) for t in teachers)]
    found.sort(key=lambda entry: (entry[0] is not None, entry[2]))
    return tuple(Trainee(value, f"{name}{'' if day is None else ' (trained)'}") for day, value, name in found)


def make_course_rows(courses: Sequence[SchoolCourse]) -> tuple[CourseRow, ...]:
    """Put the school's courses in words, in their order."""
    return tuple(
        CourseRow(
            course_id=course.course_id,
            name=clean(course.name),
            shortname=clean(course.shortname),
            state="uses these pages" if course.is_on else "not switched on",
            details=_say_details(course),
        )
        for course in courses
    )


def make_school_sayings(
    head: SchoolHead, staff: Sequence[SchoolStaff], teachers: Sequence[SchoolTeacher], courses: Sequence[SchoolCourse]
) -> tuple[Mapping[str, str], ...]:
    """Give the three sentences of the page."""
    days = {one.holder: one.trained_on for one in staff}
    everybody = [*days.values(), *(one.trained_on for one in teachers)]
    trained = sum(day is not None for day in everybody)
    return (
        {
            "big": f"{trained:,} of {len(everybody):,}",
            "small": "trained",
            "text": "of those who work with the school’s learners or teach its courses. The others see nobody by name.",
        },
        {
            "big": f"{head.advised_count:,} of {head.learner_count:,}",
            "small": "with an adviser",
            "text": "of the learners whose home school this is, by the student record or by hand.",
        },
        {
            "big": f"{sum(course.is_on for course in courses):,} of {len(courses):,}",
            "small": "courses use these pages",
            "text": "Whoever runs the tool gives courses to a school and switches them on.",
        },
    )


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the lead."""

    strong: str
    text: str
    link: str = ""
    link_text: str = ""


def list_todo(head: SchoolHead, staff: Sequence[SchoolStaff], teachers: Sequence[SchoolTeacher]) -> tuple[Todo, ...]:
    """List what waits for the lead, what keeps most people from their work first. Empty: nothing does."""
    found = []
    untrained = list(dict.fromkeys(_name(one) for one in staff if one.trained_on is None))
    untrained += [clean(one.name) for one in teachers if one.trained_on is None and clean(one.name) not in untrained]
    if untrained:
        more = f" and {len(untrained) - NAMED:,} more" if len(untrained) > NAMED else ""
        who = ", ".join(untrained[:NAMED])
        text = f"Their training is not recorded: {who}{more}. They can say it themselves on their first page."
        count_words = f"{count(len(untrained), 'colleague')} cannot see names yet"
        found.append(Todo(count_words, text, "#train", "Record a training"))
    without = head.learner_count - head.advised_count
    if without:
        has = "has" if without == 1 else "have"
        text = "The student record names most advisers; a few can be written down here."
        found.append(Todo(f"{count(without, 'learner')} {has} no adviser here", text, "#add", "Write somebody down"))
    return tuple(found)


def say_school_state(head: SchoolHead) -> str:
    """Say whether the school is switched on, and what that means."""
    if head.is_on:
        return "Switched on: its advisers and support officers see its learners by name, once they are trained."
    return "Not switched on: its advisers and support officers see nobody. Whoever runs the tool switches it on."


def _name(one: SchoolStaff) -> str:
    return clean(one.name) if one.name.strip() else _say_holder(one)


def _say_part(one: SchoolStaff) -> str:
    part = PARTS[one.kind]
    return f"{part} of {count(one.learner_count, 'learner')}" if one.kind is Kind.ADVISER else part


def _say_since(one: SchoolStaff, moment: Moment) -> str:
    until = "" if one.ends_at is None else f", until {full_date(moment.date_of(one.ends_at))}"
    return f"since {full_date(moment.date_of(one.since))}{until if one.kind is not Kind.ADVISER else ''}"


def _say_holder(one: SchoolStaff) -> str:
    return clean(one.holder.idnumber) if one.holder.idnumber else f"Moodle user {one.holder.moodle_user_id}"


def _say_details(course: SchoolCourse) -> str:
    parts = [clean(course.programme)] if course.programme else []
    if course.credits is not None:
        parts.append(count(course.credits, "credit"))
    if course.is_core:
        parts.append("core")
    parts.append(count(course.teacher_count, "teacher") if course.teacher_count else "no teacher in Moodle")
    return " · ".join(parts)
