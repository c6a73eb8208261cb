"""Put what people decided, and what a learner said, into sentences for that learner (policy paragraphs 7 and 23)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from analytics.language import gettext, mark
from bridge.store.held import HeldRow
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, listed, plain_date

STEP_WORDS = {
    "discussed": mark("discussed with a colleague"),
    "decided": mark("decided what to do"),
    "attempt": mark("tried to get in touch with you"),
    "response": mark("you answered"),
    "evidence": mark("evidence of your engagement was seen"),
    "meeting": mark("a meeting with you"),
    "resource": mark("a learning resource was pointed out"),
    "support-plan": mark("a support plan"),
    "referral": mark("you were pointed to a service"),
    "proposal": mark("a proposal under the Fitness to Study policy, which a person decides on"),
    "note": mark("a note"),
    "closed": mark("the case was closed"),
}


STAGE_WORDS = {"informal": mark("informal"), "formal": mark("formal")}


def say_concern(row: HeldRow, course: str, moment: Moment) -> str:
    """Say that the published rule asked somebody to look, why, and how it ended."""
    value = row.values
    said = gettext(
        "{course}, week {week}: a concern was opened {when} by your school’s published rule {version};"
        " reasons: {reasons}; {end}.",
        course=course,
        week=value["week_no"],
        when=_at(value["opened_at"], moment),
        version=clean(value["rule_version"]),
        reasons=listed([clean(str(reason)) for reason in value["reasons"]]) or gettext("none"),
        end=_say_concern_end(value, moment),
    )
    return said + _pairs(value["evidence"])


def _say_concern_end(value: Mapping[str, Any], moment: Moment) -> str:
    if not value["closed_at"]:
        return gettext("it is open")
    when = _at(value["closed_at"], moment)
    outcome = clean(value["outcome"]) if value["outcome"] else gettext("no outcome")
    if value["closed_by"]:
        name = clean(value["closed_by"])
        ends = gettext("closed {when} by {name} ({outcome})", when=when, name=name, outcome=outcome)
    else:
        ends = gettext("closed {when} ({outcome})", when=when, outcome=outcome)
    return f"{ends}: {clean_whole(value['closing_reason'])}" if value["closing_reason"] else ends


def say_case(row: HeldRow, moment: Moment) -> str:
    """Say that a case was opened about the learner, by whom, and whether it is closed."""
    value = row.values
    ends = gettext("it is open")
    if value["closed_at"]:
        ends = gettext("closed {when}", when=_at(value["closed_at"], moment))
    return gettext(
        "{school}: a case opened {when} by {name}; {end}.",
        school=clean(row.names["school"]) if "school" in row.names else gettext("your school"),
        when=_at(value["opened_at"], moment),
        name=clean(value["opened_by"]),
        end=ends,
    )


def say_entry(row: HeldRow, moment: Moment) -> str:
    """Say one step of a case, whole, or that it is withheld and why."""
    value, kind = row.values, row.values["kind"]
    said = gettext(
        "{when}, {name} ({role}): {what}.",
        when=_at(value["at"], moment),
        name=clean(value["by_name"]),
        role=clean(value["by_role"]),
        what=gettext(STEP_WORDS[kind]) if kind in STEP_WORDS else clean(kind),
    )
    if value["withheld_reason"]:
        why = gettext("What it says is withheld: {reason}", reason=clean_whole(value["withheld_reason"]))
        return f"{said} {why}"
    return said + _pairs(value["body"])


def say_hand_over(row: HeldRow, moment: Moment) -> str:
    """Say which school told which, with what, and who acknowledged it."""
    value, names = row.values, row.names
    said = gettext(
        "{when}, {name}: {from_school} told {to_school} about you; {end}.",
        when=_at(value["raised_at"], moment),
        name=clean(value["raised_by"]),
        from_school=clean(names["from_school"]) if "from_school" in names else gettext("a school"),
        to_school=clean(names["to_school"]) if "to_school" in names else gettext("your school"),
        end=_say_acknowledged(value, value["due_on"], moment),
    )
    return f"{said} {clean_whole(value['note'])}{_pairs(value['evidence'])}"


def _say_acknowledged(value: Mapping[str, Any], due: date, moment: Moment) -> str:
    if not value["acknowledged_at"]:
        return gettext("to be acknowledged by {date}", date=full_date(due))
    name, when = clean(value["acknowledged_by"] or ""), _at(value["acknowledged_at"], moment)
    return gettext("acknowledged {when} by {name}", when=when, name=name)


def say_dispute(row: HeldRow, course: str, moment: Moment) -> str:
    """Say what the learner said of a week, and the answer."""
    value = row.values
    said = gettext(
        "{course}, week {week}: you said {when} that it isn’t right:",
        course=course,
        week=value["week_no"],
        when=_at(value["made_at"], moment),
    )
    paused = gettext(
        "No concern is raised about you, and nobody is asked to get in touch, until {day}.",
        day=full_date(value["paused_until"]),
    )
    return f"{said} {clean_whole(value['text'])} {paused}{_answer(value, moment)}"


def say_declared(row: HeldRow, course: str, moment: Moment) -> str:
    """Say which activity the learner declared."""
    value = row.values
    return gettext(
        "{day}, {course}: {text} (declared by you {when}).",
        day=full_date(value["done_on"]),
        course=course,
        text=clean_whole(value["text"]),
        when=_at(value["declared_at"], moment),
    )


def say_choice(row: HeldRow, course: str, moment: Moment) -> str:
    """Say what the learner chose for their page."""
    value = row.values
    parts = [gettext("the comparison is on") if value["shows_comparison"] else gettext("the comparison is off")]
    if value["goal"]:
        parts.append(gettext("your goal: {goal}", goal=clean_whole(value["goal"])))
    if value["goal_a_week"]:
        parts.append(gettext("{number} a week", number=value["goal_a_week"]))
    return gettext(
        "{course}: {choices}; chosen {when}.",
        course=course,
        choices="; ".join(parts),
        when=_at(value["chosen_at"], moment),
    )


def say_complaint(row: HeldRow, moment: Moment) -> str:
    """Say what the learner asked or complained about, and what came of it."""
    value, stage = row.values, row.values["stage"]
    said = gettext(
        "{when}, {stage}: {text} ({end}.)",
        when=_at(value["made_at"], moment),
        stage=gettext(STAGE_WORDS[stage]) if stage in STAGE_WORDS else clean(stage),
        text=clean_whole(value["text"]),
        end=_say_acknowledged(value, value["acknowledge_by"], moment),
    )
    return said + _answer(value, moment)


def _answer(value: Mapping[str, Any], moment: Moment) -> str:
    if not value["answered_at"]:
        return ""
    said = gettext(
        "Answered {when} by {name}: {text}",
        when=_at(value["answered_at"], moment),
        name=clean(value["answered_by"] or ""),
        text=clean_whole(value["answer"] or ""),
    )
    if value.get("was_right") is None:
        return f" {said}"
    outcome = gettext("You were right.") if value["was_right"] else gettext("The week stands.")
    return f" {said} {outcome}"


def _pairs(told: Mapping[str, Any]) -> str:
    pairs = [f"{capital(clean(str(name)))}: {clean_whole(str(value))}." for name, value in told.items() if value]
    return "".join(f" {pair}" for pair in pairs)


def _at(at: datetime, moment: Moment) -> str:
    written = plain_date(moment.date_of(at), date.min)
    return gettext("{date}, {clock}", date=written, clock=f"{at.astimezone(moment.zone):%H:%M}")
