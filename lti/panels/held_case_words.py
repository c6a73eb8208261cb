"""Put what people decided, and what a learner said, into sentences for that learner (policy paragraphs 7 and 23)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bridge.store.held import HeldRow
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, listed

STEP_WORDS = {
    "discussed": "discussed with a colleague",
    "decided": "decided what to do",
    "attempt": "tried to get in touch with you",
    "response": "you answered",
    "evidence": "evidence of your engagement was seen",
    "meeting": "a meeting with you",
    "resource": "a learning resource was pointed out",
    "support-plan": "a support plan",
    "referral": "you were pointed to a service",
    "proposal": "a proposal under the Fitness to Study policy, which a person decides on",
    "note": "a note",
    "closed": "the case was closed",
}


def say_concern(row: HeldRow, course: str, moment: Moment) -> str:
    """Say that the published rule asked somebody to look, why, and how it ended."""
    value = row.values
    reasons = listed([clean(str(reason)) for reason in value["reasons"]]) or "none"
    ends = "it is open"
    if value["closed_at"]:
        by = f" by {clean(value['closed_by'])}" if value["closed_by"] else ""
        ends = f"closed {_at(value['closed_at'], moment)}{by} ({clean(value['outcome'] or 'no outcome')})"
        ends += f": {clean_whole(value['closing_reason'])}" if value["closing_reason"] else ""
    opened = f"opened {_at(value['opened_at'], moment)} by your school’s published rule {clean(value['rule_version'])}"
    evidence = _pairs(value["evidence"])
    return f"{course}, week {value['week_no']}: a concern was {opened}; reasons: {reasons}; {ends}.{evidence}"


def say_case(row: HeldRow, moment: Moment) -> str:
    """Say that a case was opened about the learner, by whom, and whether it is closed."""
    value = row.values
    ends = f"closed {_at(value['closed_at'], moment)}" if value["closed_at"] else "it is open"
    school = clean(row.names.get("school", "your school"))
    return f"{school}: a case opened {_at(value['opened_at'], moment)} by {clean(value['opened_by'])}; {ends}."


def say_entry(row: HeldRow, moment: Moment) -> str:
    """Say one step of a case, whole, or that it is withheld and why."""
    value = row.values
    what = STEP_WORDS.get(value["kind"], clean(value["kind"]))
    said = f"{_at(value['at'], moment)}, {clean(value['by_name'])} ({clean(value['by_role'])}): {what}."
    if value["withheld_reason"]:
        return f"{said} What it says is withheld: {clean_whole(value['withheld_reason'])}"
    return said + _pairs(value["body"])


def say_hand_over(row: HeldRow, moment: Moment) -> str:
    """Say which school told which, with what, and who acknowledged it."""
    value, names = row.values, row.names
    schools = f"{clean(names.get('from_school', 'a school'))} told {clean(names.get('to_school', 'your school'))}"
    ends = f"to be acknowledged by {full_date(value['due_on'])}"
    if value["acknowledged_at"]:
        ends = f"acknowledged {_at(value['acknowledged_at'], moment)} by {clean(value['acknowledged_by'] or '')}"
    raised = f"{_at(value['raised_at'], moment)}, {clean(value['raised_by'])}"
    return f"{raised}: {schools} about you; {ends}. {clean_whole(value['note'])}{_pairs(value['evidence'])}"


def say_dispute(row: HeldRow, course: str, moment: Moment) -> str:
    """Say what the learner said of a week, and the answer."""
    value = row.values
    said = f"{course}, week {value['week_no']}: you said {_at(value['made_at'], moment)} that it isn’t right:"
    paused = f"You are left alone until {full_date(value['paused_until'])}."
    return f"{said} {clean_whole(value['text'])} {paused}{_answer(value, moment)}"


def say_declared(row: HeldRow, course: str, moment: Moment) -> str:
    """Say which activity the learner declared."""
    value = row.values
    declared = f"declared by you {_at(value['declared_at'], moment)}"
    return f"{full_date(value['done_on'])}, {course}: {clean_whole(value['text'])} ({declared})."


def say_choice(row: HeldRow, course: str, moment: Moment) -> str:
    """Say what the learner chose for their page."""
    value = row.values
    parts = ["the comparison is on" if value["shows_comparison"] else "the comparison is off"]
    if value["goal"]:
        parts.append(f"your goal: {clean_whole(value['goal'])}")
    if value["goal_a_week"]:
        parts.append(f"{value['goal_a_week']} a week")
    return f"{course}: {'; '.join(parts)}; chosen {_at(value['chosen_at'], moment)}."


def say_complaint(row: HeldRow, moment: Moment) -> str:
    """Say what the learner asked or complained about, and what came of it."""
    value = row.values
    ends = f"to be acknowledged by {full_date(value['acknowledge_by'])}"
    if value["acknowledged_at"]:
        ends = f"acknowledged {_at(value['acknowledged_at'], moment)} by {clean(value['acknowledged_by'] or '')}"
    made = f"{_at(value['made_at'], moment)}, {clean(value['stage'])}"
    return f"{made}: {clean_whole(value['text'])} ({ends}.){_answer(value, moment)}"


def _answer(value: Mapping[str, Any], moment: Moment) -> str:
    if not value["answered_at"]:
        return ""
    found = "" if value.get("was_right") is None else " You were right." if value["was_right"] else " The week stands."
    by = f"Answered {_at(value['answered_at'], moment)} by {clean(value['answered_by'] or '')}"
    return f" {by}: {clean_whole(value['answer'] or '')}{found}"


def _pairs(told: Mapping[str, Any]) -> str:
    pairs = [f"{capital(clean(str(name)))}: {clean_whole(str(value))}." for name, value in told.items() if value]
    return "".join(f" {pair}" for pair in pairs)


def _at(at: datetime, moment: Moment) -> str:
    day = moment.date_of(at)
    return f"{day.day} {day:%B} {day.year}, {at.astimezone(moment.zone):%H:%M}"
