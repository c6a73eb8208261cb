"""Put each stored row about a learner into a sentence (policy paragraph 23): what it says, whole, and of whom."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from analytics.calendar import date_of
from analytics.evidence import Kind
from bridge.store.held import HeldRow
from lti.panels.access_words import say_who_did_what
from lti.panels.evidence_words import say_why_not
from lti.panels.figure_words import say_member
from lti.panels.held_case_words import (
    say_case,
    say_choice,
    say_complaint,
    say_concern,
    say_declared,
    say_dispute,
    say_entry,
    say_hand_over,
)
from lti.panels.source_words import say_fact, say_mark
from lti.panels.words import Moment, capital, clean, clean_whole, count, full_date, listed, percent

Say = Callable[[HeldRow, Moment], str]
GONE_COURSE = "a course that is no longer there"
GONE_ACTIVITY = "an activity that is no longer there"
PAUSES = {
    "objection": "You objected to the use of your data",
    "restriction": "The use of your data is restricted",
}
RELATIONSHIPS = {
    "adviser": "your adviser",
    "support-officer": "student support officer of {school}",
    "lead": "learner engagement lead of {school}",
    "faculty": "faculty staff, who see no names",
    "maintainer": "maintainer of this tool",
    "break-glass": "maintainer of this tool who had to look at your pages",
}


def say_row(row: HeldRow, moment: Moment) -> str:
    """Say one stored row; a table without words of its own is a mistake that the tests find (KeyError)."""
    return WORDS[row.table](row, moment)


def stamp(at: Any, moment: Moment) -> str:
    """Write an instant whole, with its year; "not yet" for none."""
    return "not yet" if at is None else f"{at.astimezone(moment.zone):%a} {_day(at, moment)}, {_clock(at, moment)}"


def _clock(at: Any, moment: Moment) -> str:
    return f"{at.astimezone(moment.zone):%H:%M}"


def _day(at: Any, moment: Moment) -> str:
    day = moment.date_of(at)
    return f"{day.day} {day:%B} {day.year}"


def _course(row: HeldRow) -> str:
    return clean(row.names["course"]) if "course" in row.names else GONE_COURSE


def _activity(row: HeldRow) -> str:
    return clean(row.names["activity"]) if "activity" in row.names else GONE_ACTIVITY


def _until(at: str | None) -> str:
    return f" until {at}" if at else ""


def _say_person(row: HeldRow, moment: Moment) -> str:
    value = row.values
    number = f", ID number {clean(value['idnumber'])}" if value["idnumber"] else ", no ID number"
    state = "the account is suspended" if value["is_suspended"] else "the account is not suspended"
    if value["deleted_at"]:
        state = f"Moodle deleted the account: {stamp(value['deleted_at'], moment)}"
    names = f"given name {clean(value['given_name'])}, family name {clean(value['family_name'])}"
    return f"{clean(value['full_name'])} ({names}), Moodle’s number {value['moodle_user_id']}{number}; {state}."


def _say_exemption(row: HeldRow, moment: Moment) -> str:
    days = f"{full_date(row.values['starts_on'])} to {full_date(row.values['ends_on'])}"
    return f"{days}: these days do not count for you. The reason is not stored."


def _say_enrolment(row: HeldRow, moment: Moment) -> str:
    value = row.values
    part = "learner" if value["is_learner"] else "person with another part than a learner’s"
    ends = _until(full_date(value["ends_on"]) if value["ends_on"] else None)
    state = "active" if value["is_active"] else "not active"
    return f"{_course(row)}: enrolled as a {part} from {full_date(value['enrolled_on'])} on{ends}; {state}."


def _say_role(row: HeldRow, moment: Moment) -> str:
    return f"{_course(row)}: role {clean(row.values['shortname'])}, a kind of {clean(row.values['archetype'])}."


def _say_group(row: HeldRow, moment: Moment) -> str:
    return f"{_course(row)}: you are in the group {clean(row.names.get('group', ''))}."


def _say_record(row: HeldRow, moment: Moment) -> str:
    value = row.values
    programme = clean(row.names["programme"]) if "programme" in row.names else "no programme"
    time = "part-time" if value["is_part_time"] else "full-time"
    points = "credits unknown" if value["credits"] is None else count(value["credits"], "credit")
    research = "research student" if value["is_research"] else "taught student"
    facts = f"{programme}, {points}, {time}, {research}, {clean(value['status'])}"
    fed = f"from the student record, {stamp(value['fed_at'], moment)}"
    return f"Home school {clean(row.names.get('school', ''))}: {facts}; {fed}."


def _say_relationship(row: HeldRow, moment: Moment) -> str:
    value = row.values
    part = RELATIONSHIPS.get(value["kind"], clean(value["kind"])).format(school=clean(row.names.get("school", "")))
    ends = _until(stamp(value["ends_at"], moment) if value["ends_at"] else None)
    why = f" The reason given: {clean_whole(value['reason'])}" if value["reason"] else ""
    when = f"from {stamp(value['starts_at'], moment)} on{ends}"
    return f"{clean(value['holder_name'])}: {part}, {when}; entered by {clean(value['source'])}.{why}"


def _say_evaluation(row: HeldRow, moment: Moment) -> str:
    value = row.values
    figure = "no figure yet" if value["percent"] is None else percent(value["percent"])
    reasons = listed([clean(reason) for reason in value["concern_reasons"]]) or "none"
    shown = (
        f"week {value['week_no']}, closed on {full_date(value['as_of'])}, was shown as {value['shown_band']} ({figure})"
    )
    clock = count(value["clock_days"], "counted day")
    return (
        f"{_course(row)}: {shown}; {clock} without evidence; reasons to talk to you: {reasons}."
        f" {clean_whole(value['sentence'])}"
    )


def _say_week(row: HeldRow, moment: Moment) -> str:
    value = row.values
    seen = count(value["visits"], "activity", "activities") + " opened"
    if not value["is_counted"]:
        said = f"not counted ({say_why_not(value['why_not'])})"
    elif not value["mark_denominator"]:
        said = "no figure of its own"
    else:
        said = f"figure {value['mark_numerator']} of {value['mark_denominator']}"
    return f"{_course(row)}, week {value['week_no']}: {seen}, {said}; measured {stamp(value['measured_at'], moment)}."


def _say_state(row: HeldRow, moment: Moment) -> str:
    value = row.values
    last = full_date(value["last_evidence_on"]) if value["last_evidence_on"] else "none yet"
    days = count(value["clock_days"], "counted day")
    return f"{_course(row)}: latest evidence {last}; {days} without any, as of {full_date(value['measured_on'])}."


def _say_stale(row: HeldRow, moment: Moment) -> str:
    return f"{_course(row)}: something new arrived, so your weeks are measured again with the next sync."


def _say_own_task(row: HeldRow, moment: Moment) -> str:
    value = row.values
    states = [
        f"due for you {stamp(value['due_at'], moment)}" if value["due_at"] else "no date",
        "extended" if value["is_extended"] else "",
        "excused" if value["is_excused"] else "",
        f"handed in {stamp(value['handed_in_at'], moment)}" if value["handed_in_at"] else "not seen handed in",
    ]
    return f"{_course(row)}, {clean(row.names.get('task', ''))}: {', '.join(filter(None, states))}."


def _say_presence(row: HeldRow, moment: Moment) -> str:
    day: date = date_of(row.values["day_no"])
    what = say_fact(Kind(row.values["kind"]), _activity(row))
    return f"{full_date(day)}, {_course(row)}: {what}."


def _say_log_row(row: HeldRow, moment: Moment) -> str:
    value = row.values
    by = "by you" if value["moodle_user_id"] is not None else "by somebody else, about you"
    if value["real_moodle_user_id"] is not None:
        by = "by you, logged in as somebody else"
    where = f", {_activity(row)}" if value["cmid"] else ""
    more = f" ({clean_whole(value['other'])})" if value["other"] else ""
    what = f"{value['event_name']}{more}, {by}, by way of {value['origin'] or 'an unknown way'}"
    return f"{stamp(value['occurred_at'], moment)}, {_course(row)}{where}: {clean_whole(what)}."


def _say_set_aside(row: HeldRow, moment: Moment) -> str:
    place = clean_whole(row.values["source_key"])
    said = f"the list of learners could not be read for you ({place}): {clean_whole(row.values['reason'])}"
    return f"{stamp(row.values['arrived_at'], moment)}: {said}."


def _say_access(row: HeldRow, moment: Moment) -> str:
    return f"{stamp(row.values['at'], moment)}: {say_who_did_what(row, _course(row))}"


def _say_training(row: HeldRow, moment: Moment) -> str:
    value = row.values
    by = clean(value["source"])
    return f"You did the training about learners’ data on {full_date(value['trained_on'])} (entered by {by})."


def _say_alert(row: HeldRow, moment: Moment) -> str:
    what = f"{clean(row.values['kind'])}: {clean_whole(row.values['detail'])}"
    return f"{stamp(row.values['at'], moment)}: the data-protection contact was alerted to your use. {what}"


def _say_session(row: HeldRow, moment: Moment) -> str:
    value = row.values
    role = clean(value["course_role"] or value["lti_role"])
    until = f"ends {stamp(value['ends_at'], moment)} at the latest"
    if value["revoked_at"]:
        until = f"ended {stamp(value['revoked_at'], moment)}"
    who = f"{clean(value['display_name'])}, {role}, language {clean(value['locale'])}"
    began, last = stamp(value["started_at"], moment), stamp(value["last_seen_at"], moment)
    return f"Visit from {_course(row)} as {who}: began {began}, last used {last}, {until}."


def _say_rights(row: HeldRow, moment: Moment) -> str:
    answer: Mapping[str, Any] = row.values["answer"]
    roles = listed([clean(str(role.get("shortname", ""))) for role in answer.get("roles", ())]) or "none"
    state = "active" if answer.get("is_active") else "not active"
    asked = stamp(row.values["checked_at"], moment)
    return f"{_course(row)}: Moodle’s answer on your rights, asked {asked}: roles {roles}, enrolment {state}."


def _say_waiting(row: HeldRow, moment: Moment) -> str:
    name = clean(str(row.values["launch"].get("display_name", "")))
    return f"A page asks {name} to continue, until {stamp(row.values['expires_at'], moment)}."


def _say_restriction(row: HeldRow, moment: Moment) -> str:
    value = row.values
    what = PAUSES.get(value["kind"], capital(clean(value["kind"])))
    ends = _until(stamp(value["ends_at"], moment) if value["ends_at"] else None)
    return (
        f"{what}: not used from {stamp(value['starts_at'], moment)} on{ends}; decided by {clean(value['decided_by'])}."
    )


def _say_decision(row: HeldRow, moment: Moment) -> str:
    value = row.values
    what = "granted" if value["is_granted"] else "refused"
    when = f"asked {stamp(value['asked_at'], moment)}, {what} {stamp(value['decided_at'], moment)}"
    return f"Erasure: {when} by {clean(value['decided_by'])}. {clean_whole(value['reason'])}"


def _say_tombstone(row: HeldRow, moment: Moment) -> str:
    where = _course(row) if row.values["moodle_course_id"] else "all courses"
    return f"Your data of {where} was erased {stamp(row.values['erased_at'], moment)}; it will not come back."


WORDS: Mapping[str, Say] = {
    "person": _say_person,
    "exemption": _say_exemption,
    "enrolment": _say_enrolment,
    "course_role": _say_role,
    "group_member": _say_group,
    "student_record": _say_record,
    "relationship": _say_relationship,
    "evaluation": _say_evaluation,
    "figure_member": lambda row, moment: say_member(row, _course(row)),
    "learner_week": _say_week,
    "learner_state": _say_state,
    "stale_learner": _say_stale,
    "learner_task": _say_own_task,
    "register_mark": lambda row, moment: say_mark(row, _course(row)),
    "presence": _say_presence,
    "log_event": _say_log_row,
    "concern": lambda row, moment: say_concern(row, _course(row), moment),
    "support_case": say_case,
    "case_entry": say_entry,
    "hand_over": say_hand_over,
    "dispute": lambda row, moment: say_dispute(row, _course(row), moment),
    "self_declared": lambda row, moment: say_declared(row, _course(row), moment),
    "learner_choice": lambda row, moment: say_choice(row, _course(row), moment),
    "complaint": say_complaint,
    "quarantine": _say_set_aside,
    "access_log": _say_access,
    "training": _say_training,
    "alert": _say_alert,
    "viewer_session": _say_session,
    "viewer_access": _say_rights,
    "continue_code": _say_waiting,
    "restriction": _say_restriction,
    "erasure_decision": _say_decision,
    "tombstone": _say_tombstone,
}
"""Table → how to say one of its rows."""
