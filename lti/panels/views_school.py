"""Answer a school's engagement lead: who works with its learners, trained when; begin and end that by hand.

A lead sees no learner by name here, and cannot give themselves a part that would show them any.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import render_template, request

from analytics.policy.relationships import OF_A_LEARNER, Kind
from bridge.store.holders import Holder
from bridge.store.relationships import (
    PAGE,
    NewRelationship,
    RelationshipRefused,
    add_relationship,
    end_advising,
    end_relationship,
    save_training,
)
from bridge.store.school_page import (
    find_learner_of_school,
    find_school_holder,
    load_school_courses,
    load_school_heads,
    load_school_staff,
    load_school_teachers,
)
from bridge.store.schools import find_school_code
from bridge.store.viewers import load_person
from lti.changes import Change, Changing, Done, ask_nothing, once
from lti.errors import NotFound
from lti.guard import Asker, GuardedRequest, View
from lti.panels.values_school import (
    PARTS,
    list_todo,
    make_course_rows,
    make_school_sayings,
    make_staff_lines,
    make_trainees,
    say_school_state,
)
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

ADD, END, END_ADVISING, TRAIN = "school-add", "school-end", "school-end-advising", "school-train"
"""The changes there are; each form's token is made for one of them and for one school."""
FIELD_LIMIT = 255
NOTHING = "Nothing was changed."
NO_LEARNER = "No one learner of this school has this number."


@dataclass(frozen=True, slots=True)
class _Given:
    """What the form about a new relationship says."""

    kind: Kind | None
    name: str
    holder: Holder | None
    student_number: str
    ends_on: date | None
    has_bad_day: bool


def school_panel(asked: GuardedRequest) -> str:
    """Answer with the page of the school that was decided upon."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    heads = load_school_heads(asked.db, asked.platform_id, asked.viewer.school_ids, asked.now)
    head = next((head for head in heads if head.school_id == asked.subject.school_id), None)
    if head is None:
        raise NotFound
    moment = Moment(asked.now, services().settings.zone)
    staff = load_school_staff(asked.db, asked.platform_id, head.school_id, asked.now)
    teachers = load_school_teachers(asked.db, asked.platform_id, head.school_id)
    courses = load_school_courses(asked.db, head.school_id)
    changes = (ADD, END, END_ADVISING, TRAIN)
    return render_template(
        "panels/school.html.jinja",
        page_token=asked.page_token,
        name=clean(asked.display_name),
        today=full_date(moment.today),
        latest=moment.today.isoformat(),
        printed=instant(moment.now, moment),
        school=clean(head.name),
        school_id=head.school_id,
        others=[(one.school_id, clean(one.name)) for one in heads if one is not head],
        state=say_school_state(head),
        todo=list_todo(head, staff, teachers),
        sayings=make_school_sayings(head, staff, teachers, courses),
        staff=make_staff_lines(staff, moment),
        parts=[(kind.value, text) for kind, text in list(PARTS.items())[::-1]],
        trainees=make_trainees(staff, teachers),
        courses=make_course_rows(courses),
        once={change: once(asked.page_token, change, asked.now, str(head.school_id)) for change in changes},
        done=done,
    )


def _add(asked: Changing, _heard: None) -> Done:
    given, school_id = _read_new(), int(asked.object)
    problem = _find_problem(asked, given)
    if problem:
        return _refuse(ADD, problem)
    is_of_learner = given.kind in OF_A_LEARNER
    if is_of_learner and not find_learner_of_school(asked.db, asked.platform_id, school_id, given.student_number):
        return _refuse(ADD, NO_LEARNER)
    assert given.kind is not None  # noqa: S101 (for the type checker: a missing part is a problem)
    assert given.holder is not None  # noqa: S101 (the same)
    zone = services().settings.zone
    after = None if given.ends_on is None else datetime.combine(given.ends_on + timedelta(days=1), time(), zone)
    new = NewRelationship(
        kind=given.kind,
        holder=given.holder,
        holder_name=given.name,
        starts_at=asked.now,
        ends_at=after,
        school_code=None if is_of_learner else find_school_code(asked.db, school_id),
        student_number=given.student_number if is_of_learner else None,
        source=PAGE,
    )
    try:
        add_relationship(asked.db, asked.platform_id, new)
    except RelationshipRefused as error:
        return _refuse(ADD, error.what)
    text = f"{given.name}: {PARTS[given.kind].lower()} from now on."
    return Done(f"{ADD}: {given.kind}, school {school_id}", "good", "It is written down.", text)


def _find_problem(asked: Changing, given: _Given) -> str:
    """Say what keeps a new relationship from being written down; empty: nothing so far."""
    if given.kind not in PARTS:
        return "Choose the part."
    if not given.name or given.holder is None:
        return "The name, and a staff number or Moodle user id, are needed."
    if given.has_bad_day:
        return "The last day is no day."
    if _is_self(asked, given.holder):
        return "Nobody gives themselves a part here: ask another lead, or whoever runs the tool."
    return ""


def _is_self(asked: Changing, holder: Holder) -> bool:
    launch = asked.launch
    person = load_person(asked.db, asked.platform_id, launch.moodle_user_id)
    numbers = {launch.idnumber.strip(), "" if person is None else person.idnumber.strip()} - {""}
    return holder.moodle_user_id == launch.moodle_user_id or (holder.idnumber or "") in numbers


def _end(asked: Changing, _heard: None) -> Done:
    staff = load_school_staff(asked.db, asked.platform_id, int(asked.object), asked.now)
    wanted = request.form.get("relationship", "")
    one = next((one for one in staff if str(one.relationship_id) == wanted and one.kind is not Kind.ADVISER), None)
    if one is None:
        return _refuse(END, "This part is over already, or is not one of this school.")
    try:
        end_relationship(asked.db, asked.platform_id, one.relationship_id, asked.now)
    except RelationshipRefused as error:
        return _refuse(END, error.what)
    text = f"{clean(one.name)}: {PARTS[one.kind].lower()} no more, from their next page on. That it was stays known."
    return Done(f"{END}: {one.kind}, relationship {one.relationship_id}", "good", "It ended.", text)


def _end_advising(asked: Changing, _heard: None) -> Done:
    holder = _read_holder()
    if holder is None:
        return _refuse(END_ADVISING, "A staff number or Moodle user id is needed.")
    number = request.form.get("number", "").strip()[:FIELD_LIMIT]
    person_id = find_learner_of_school(asked.db, asked.platform_id, int(asked.object), number)
    if person_id is None:
        return _refuse(END_ADVISING, NO_LEARNER)
    if not end_advising(asked.db, asked.platform_id, holder, person_id, asked.now):
        return _refuse(END_ADVISING, "They do not advise this learner.")
    text = "They see this learner no more, from their next page on. That it was stays known."
    return Done(f"{END_ADVISING}: school {asked.object}", "good", "It ended.", text)


def _train(asked: Changing, _heard: None) -> Done:
    day = _read_day("day")
    if day is None or day > Moment(asked.now, services().settings.zone).today:
        return _refuse(TRAIN, "The day is missing, or still to come.")
    who = request.form.get("who", "")
    holder = find_school_holder(asked.db, asked.platform_id, int(asked.object), who, asked.now)
    if holder is None:
        return _refuse(TRAIN, "Choose somebody of this school.")
    save_training(asked.db, asked.platform_id, holder, day, asked.now, source=PAGE)
    return Done(f"{TRAIN}: {who} on {day.isoformat()}", "good", "It is written down.", f"Trained on {full_date(day)}.")


def _refuse(change: str, why: str) -> Done:
    return Done(f"{change}: refused", "warn", why, NOTHING)


def _follow(_asker: Asker, done: Done, _heard: None) -> View:
    def show(asked: GuardedRequest) -> str:
        return _show(asked, done)

    return show


CHANGES = (
    Change(ADD, ask_nothing, _add, _follow, "school"),
    Change(END, ask_nothing, _end, _follow, "school"),
    Change(END_ADVISING, ask_nothing, _end_advising, _follow, "school"),
    Change(TRAIN, ask_nothing, _train, _follow, "school"),
)


def _read_new() -> _Given:
    given = request.form.get("part", "")
    return _Given(
        kind=Kind(given) if given in set(Kind) else None,
        name=clean(request.form.get("name", ""))[:FIELD_LIMIT] if request.form.get("name", "").strip() else "",
        holder=_read_holder(),
        student_number=request.form.get("number", "").strip()[:FIELD_LIMIT],
        ends_on=_read_day("until"),
        has_bad_day=bool(request.form.get("until")) and _read_day("until") is None,
    )


def _read_holder() -> Holder | None:
    number = request.form.get("staff_number", "").strip()[:FIELD_LIMIT]
    user = request.form.get("moodle_user", "").strip()
    is_user = user.isascii() and user.isdigit() and 0 < len(user) <= 18 and int(user) > 0
    if not number and not is_user:
        return None
    return Holder(int(user) if is_user else None, number or None)


def _read_day(field: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        return None
