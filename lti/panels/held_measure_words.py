"""Say what is held of a learner's evidence and weeks (policy paragraph 23)."""

from datetime import date
from typing import Any

from analytics.calendar import date_of
from analytics.evidence import Kind
from analytics.language import gettext, mark, ngettext
from analytics.retell import retell
from bridge.store.held import HeldRow
from lti.panels.evidence_words import say_why_not
from lti.panels.held_parts import name_activity, name_course, stamp
from lti.panels.source_words import say_fact
from lti.panels.words import Moment, clean, clean_whole, full_date, listed, percent


def say_evaluation(row: HeldRow, moment: Moment) -> str:
    """Say a closed week as it was shown."""
    value, band = row.values, row.values["shown_band"]
    shown = gettext(
        "{course}: week {week}, closed on {day}, was shown as {band} ({figure});",
        course=name_course(row),
        week=value["week_no"],
        day=full_date(value["as_of"]),
        band=gettext(band),
        figure=gettext("no figure yet") if value["percent"] is None else percent(value["percent"]),
    )
    silent = ngettext(
        "{number} counted day without evidence; reasons to talk to you: {reasons}.",
        "{number} counted days without evidence; reasons to talk to you: {reasons}.",
        value["clock_days"],
        reasons=listed([clean(reason) for reason in value["concern_reasons"]]) or gettext("none"),
    )
    return f"{shown} {silent} {clean_whole(retell(value['sentence']))}"


def say_week(row: HeldRow, moment: Moment) -> str:
    """Say a week as it is known now."""
    value = row.values
    if not value["is_counted"]:
        said = gettext("not counted ({why})", why=say_why_not(value["why_not"]))
    elif not value["mark_denominator"]:
        said = gettext("no figure of its own")
    else:
        said = gettext("figure {part} of {whole}", part=value["mark_numerator"], whole=value["mark_denominator"])
    return ngettext(
        "{course}, week {week}: {number} activity opened, {said}; measured {when}.",
        "{course}, week {week}: {number} activities opened, {said}; measured {when}.",
        value["visits"],
        course=name_course(row),
        week=value["week_no"],
        said=said,
        when=stamp(value["measured_at"], moment),
    )


def say_state(row: HeldRow, moment: Moment) -> str:
    """Say when there was evidence last, and the count of days since."""
    value = row.values
    return ngettext(
        "{course}: latest evidence {last}; {number} counted day without any, as of {day}.",
        "{course}: latest evidence {last}; {number} counted days without any, as of {day}.",
        value["clock_days"],
        course=name_course(row),
        last=full_date(value["last_evidence_on"]) if value["last_evidence_on"] else gettext("none yet"),
        day=full_date(value["measured_on"]),
    )


def say_stale(row: HeldRow, moment: Moment) -> str:
    """Say that weeks are measured again."""
    return gettext(
        "{course}: something new arrived, so your weeks are measured again with the next sync.", course=name_course(row)
    )


def say_own_task(row: HeldRow, moment: Moment) -> str:
    """Say how a task stands for the learner."""
    value = row.values
    states = [
        _say_at(mark("due for you {when}"), value["due_at"], moment) or gettext("no date"),
        gettext("extended") if value["is_extended"] else "",
        gettext("excused") if value["is_excused"] else "",
        _say_at(mark("handed in {when}"), value["handed_in_at"], moment) or gettext("not seen handed in"),
    ]
    return gettext(
        "{course}, {task}: {state}.",
        course=name_course(row),
        task=clean(row.names.get("task", "")),
        state=", ".join(filter(None, states)),
    )


def _say_at(said: str, at: Any, moment: Moment) -> str:
    return gettext(said, when=stamp(at, moment)) if at else ""


def say_presence(row: HeldRow, moment: Moment) -> str:
    """Say what was seen on a day."""
    day: date = date_of(row.values["day_no"])
    what = say_fact(Kind(row.values["kind"]), name_activity(row))
    return f"{full_date(day)}, {name_course(row)}: {what}."


def say_log_row(row: HeldRow, moment: Moment) -> str:
    """Say one row of Moodle’s log."""
    value = row.values
    by = gettext("by you") if value["moodle_user_id"] is not None else gettext("by somebody else, about you")
    if value["real_moodle_user_id"] is not None:
        by = gettext("by you, logged in as somebody else")
    where = f"{name_course(row)}, {name_activity(row)}" if value["cmid"] else name_course(row)
    event = f"{value['event_name']} ({clean_whole(value['other'])})" if value["other"] else str(value["event_name"])
    return gettext(
        "{when}, {where}: {event}, {by}, by way of {origin}.",
        when=stamp(value["occurred_at"], moment),
        where=where,
        event=clean_whole(event),
        by=by,
        origin=clean_whole(value["origin"]) if value["origin"] else gettext("an unknown way"),
    )


def say_set_aside(row: HeldRow, moment: Moment) -> str:
    """Say that a record could not be read."""
    return gettext(
        "{when}: the list of learners could not be read for you ({place}): {reason}.",
        when=stamp(row.values["arrived_at"], moment),
        place=clean_whole(row.values["source_key"]),
        reason=clean_whole(row.values["reason"]),
    )
