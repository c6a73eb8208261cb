"""Answer a school's engagement lead with what to do first, who works with its learners, and its courses.

No learner is named; what learners say and what people do is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template

from bridge.store.casework_counts import count_casework
from bridge.store.figures_page import load_course_figures
from bridge.store.level_list import load_scope_states
from bridge.store.level_scopes import load_level_scopes
from bridge.store.panel_course import load_course_heads
from bridge.store.processes import load_process
from bridge.store.school_page import (
    SchoolCourse,
    SchoolHead,
    SchoolStaff,
    SchoolTeacher,
    load_school_courses,
    load_school_heads,
    load_school_staff,
    load_school_teachers,
)
from bridge.store.school_start import load_case_flow, load_school_starts
from lti.changes import Done, once
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.measured_courses import MeasuredCourse, measure_courses
from lti.panels.stage_chart import draw_stages
from lti.panels.values_school import (
    list_parts,
    make_course_rows,
    make_school_sayings,
    make_staff_lines,
    make_trainees,
    name_staff,
    say_new_concerns,
    say_school_state,
    say_wrong_flags,
)
from lti.panels.values_start import Todo, list_dated, list_missing, list_people
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

ADD, END, END_ADVISING, TRAIN = "school-add", "school-end", "school-end-advising", "school-train"
"""The changes there are; each form's token is made for one of them and for one school."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A school with everybody who works with it."""

    head: SchoolHead
    staff: tuple[SchoolStaff, ...]
    teachers: tuple[SchoolTeacher, ...]
    courses: tuple[SchoolCourse, ...]
    measured: Mapping[int, MeasuredCourse]
    moment: Moment


def school_panel(asked: GuardedRequest) -> str:
    """Answer with the page of the school that was decided upon."""
    return show_school(asked)


def show_school(asked: GuardedRequest, done: Done | None = None) -> str:
    """Make the page of the school that was decided upon, with what came of a change.

    Raises:
        NotFound: the viewer leads no such school.
    """
    heads = load_school_heads(asked.db, asked.platform_id, asked.viewer.school_ids, asked.now)
    head = next((head for head in heads if head.school_id == asked.subject.school_id), None)
    if head is None:
        raise NotFound
    read = _read(asked, head)
    moment, named = read.moment, str(head.school_id)
    todo = _list_todo(asked, read)
    return render_template(
        "panels/school.html.jinja",
        page_token=asked.page_token,
        name=clean(asked.display_name),
        today=full_date(moment.today),
        latest=moment.today.isoformat(),
        printed=instant(moment.now, moment),
        school=clean(head.name),
        school_id=head.school_id,
        carried={"school": named},
        others=[(one.school_id, clean(one.name)) for one in heads if one is not head],
        state=say_school_state(head),
        todo=todo,
        links={one.link for one in todo},
        sayings=make_school_sayings(head, read.staff, read.teachers, read.courses),
        staff=make_staff_lines(read.staff, moment),
        parts=list_parts(),
        trainees=make_trainees(read.staff, read.teachers),
        once={change: once(asked.page_token, change, asked.now, named) for change in (ADD, END, END_ADVISING, TRAIN)},
        done=done,
        **_show_casework(asked, read),
        **_show_courses(asked, read),
    )


def _read(asked: GuardedRequest, head: SchoolHead) -> _Read:
    moment = Moment(asked.now, services().settings.zone)
    courses = load_school_courses(asked.db, head.school_id)
    on = load_course_heads(asked.db, [course.course_id for course in courses if course.is_on])
    return _Read(
        head=head,
        staff=load_school_staff(asked.db, asked.platform_id, head.school_id, asked.now),
        teachers=load_school_teachers(asked.db, asked.platform_id, head.school_id),
        courses=courses,
        measured=measure_courses(on, courses, moment),
        moment=moment,
    )


def _list_todo(asked: GuardedRequest, read: _Read) -> tuple[Todo, ...]:
    school_id, today = read.head.school_id, read.moment.today
    start = load_school_starts(asked.db, asked.platform_id, [school_id], today, asked.now)[school_id]
    scopes = load_level_scopes(asked.db, asked.platform_id, [school_id])
    states = load_scope_states(asked.db, asked.platform_id, scopes, today)
    drafts = [scope for scope in scopes if states[scope].saved_at is not None]
    return (
        *list_dated(start, read.moment),
        *list_missing(read.head, start, tuple(read.measured.values()), drafts, read.moment),
        *list_people(read.head, read.staff, read.teachers, name_staff),
    )


def _show_casework(asked: GuardedRequest, read: _Read) -> dict[str, object]:
    school_id = read.head.school_id
    flow = load_case_flow(asked.db, school_id)
    counts = count_casework(asked.db, school_id, read.moment.today)
    process = load_process(asked.db, school_id)
    budget = None if process is None else process.process.weekly_budget
    return {
        "stages": draw_stages(flow),
        "wrong_flags": say_wrong_flags(counts),
        "new_concerns": say_new_concerns(flow.new_count, flow.as_of, budget, counts.beyond_budget),
    }


def _show_courses(asked: GuardedRequest, read: _Read) -> dict[str, object]:
    as_of, figures = load_course_figures(asked.db, [course.course_id for course in read.courses])
    return {
        "courses": make_course_rows(read.courses, read.measured, figures),
        "as_of": "" if as_of is None else full_date(as_of),
    }
