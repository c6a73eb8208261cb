"""Answer a school's engagement lead: who works with its learners, trained when; begin and end that by hand.

A lead sees no learner by name here, and cannot give themselves a part that would show them any.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import request

from analytics.language import gettext, mark
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
    load_school_staff,
)
from bridge.store.schools import find_school_code
from bridge.store.viewers import load_person
from lti.changes import Changing, Done, refused, simple_change
from lti.panels.refusal_words import say_refusal
from lti.panels.values_school import PARTS
from lti.panels.views_school_start import ADD, END, END_ADVISING, TRAIN, school_panel, show_school
from lti.panels.words import Moment, clean, full_date
from lti.services import services

__all__ = ["CHANGES", "school_panel"]
FIELD_LIMIT = 255
NOTHING = mark("Nothing was changed.")
NO_LEARNER = mark("No one learner of this school has this number.")


@dataclass(frozen=True, slots=True)
class _Given:
    """What the form about a new relationship says."""

    kind: Kind | None
    name: str
    holder: Holder | None
    student_number: str
    ends_on: date | None
    has_bad_day: bool


def _add(asked: Changing) -> Done:
    given, school_id = _read_new(), int(asked.object)
    problem = _find_problem(asked, given)
    if problem:
        return _refuse(ADD, problem)
    is_of_learner = given.kind in OF_A_LEARNER
    if is_of_learner and not find_learner_of_school(asked.db, asked.platform_id, school_id, given.student_number):
        return _refuse(ADD, gettext(NO_LEARNER))
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
        return _refuse(ADD, say_refusal(error.what))
    text = gettext("{name}: {part} from now on.", name=given.name, part=gettext(PARTS[given.kind]).lower())
    return Done(f"{ADD}: {given.kind}, school {school_id}", "good", gettext("It is written down."), text)


def _find_problem(asked: Changing, given: _Given) -> str:
    """Say what keeps a new relationship from being written down; empty: nothing so far."""
    if given.kind not in PARTS:
        return gettext("Choose the part.")
    if not given.name or given.holder is None:
        return gettext("The name, and a staff number or Moodle user id, are needed.")
    if given.has_bad_day:
        return gettext("The last day is no day.")
    if _is_self(asked, given.holder):
        return gettext("Nobody gives themselves a part here: ask another lead, or whoever runs the tool.")
    return ""


def _is_self(asked: Changing, holder: Holder) -> bool:
    launch = asked.launch
    person = load_person(asked.db, asked.platform_id, launch.moodle_user_id)
    numbers = {launch.idnumber.strip(), "" if person is None else person.idnumber.strip()} - {""}
    return holder.moodle_user_id == launch.moodle_user_id or (holder.idnumber or "") in numbers


def _end(asked: Changing) -> Done:
    staff = load_school_staff(asked.db, asked.platform_id, int(asked.object), asked.now)
    wanted = request.form.get("relationship", "")
    one = next((one for one in staff if str(one.relationship_id) == wanted and one.kind is not Kind.ADVISER), None)
    if one is None:
        return _refuse(END, gettext("This part is over already, or is not one of this school."))
    try:
        end_relationship(asked.db, asked.platform_id, one.relationship_id, asked.now)
    except RelationshipRefused as error:
        return _refuse(END, say_refusal(error.what))
    text = gettext(
        "{name}: {part} no more, from their next page on. That it was stays known.",
        name=clean(one.name),
        part=gettext(PARTS[one.kind]).lower(),
    )
    return Done(f"{END}: {one.kind}, relationship {one.relationship_id}", "good", gettext("It ended."), text)


def _end_advising(asked: Changing) -> Done:
    holder = _read_holder()
    if holder is None:
        return _refuse(END_ADVISING, gettext("A staff number or Moodle user id is needed."))
    number = request.form.get("number", "").strip()[:FIELD_LIMIT]
    person_id = find_learner_of_school(asked.db, asked.platform_id, int(asked.object), number)
    if person_id is None:
        return _refuse(END_ADVISING, gettext(NO_LEARNER))
    if not end_advising(asked.db, asked.platform_id, holder, person_id, asked.now):
        return _refuse(END_ADVISING, gettext("They do not advise this learner."))
    text = gettext("They see this learner no more, from their next page on. That it was stays known.")
    return Done(f"{END_ADVISING}: school {asked.object}", "good", gettext("It ended."), text)


def _train(asked: Changing) -> Done:
    day = _read_day("day")
    if day is None or day > Moment(asked.now, services().settings.zone).today:
        return _refuse(TRAIN, gettext("The day is missing, or still to come."))
    who = request.form.get("who", "")
    holder = find_school_holder(asked.db, asked.platform_id, int(asked.object), who, asked.now)
    if holder is None:
        return _refuse(TRAIN, gettext("Choose somebody of this school."))
    save_training(asked.db, asked.platform_id, holder, day, asked.now, source=PAGE)
    text = gettext("Trained on {day}.", day=full_date(day))
    return Done(f"{TRAIN}: {who} on {day.isoformat()}", "good", gettext("It is written down."), text)


def _refuse(change: str, why: str) -> Done:
    return refused(change, why, gettext(NOTHING))


CHANGES = (
    simple_change(ADD, _add, show_school, "school"),
    simple_change(END, _end, show_school, "school"),
    simple_change(END_ADVISING, _end_advising, show_school, "school"),
    simple_change(TRAIN, _train, show_school, "school"),
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
