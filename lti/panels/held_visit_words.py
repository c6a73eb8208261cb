"""Say what is held of a learner's visits, rights and requests about their data (policy paragraph 23)."""

from collections.abc import Mapping
from typing import Any

from analytics.language import gettext, mark
from bridge.store.held import HeldRow
from lti.panels.held_parts import name_course, say_active, stamp, stamped
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, listed

PAUSES = {
    "objection": mark("You objected to the use of your data"),
    "restriction": mark("The use of your data is restricted"),
}


def say_training(row: HeldRow, moment: Moment) -> str:
    """Say when somebody was trained."""
    value = row.values
    return gettext(
        "You did the training about learners’ data on {day} (entered by {source}).",
        day=full_date(value["trained_on"]),
        source=clean(value["source"]),
    )


def say_alert(row: HeldRow, moment: Moment) -> str:
    """Say that the data-protection contact was alerted."""
    said = gettext("{when}: the data-protection contact was alerted to your use.", when=stamp(row.values["at"], moment))
    return f"{said} {clean(row.values['kind'])}: {clean_whole(row.values['detail'])}"


def say_session(row: HeldRow, moment: Moment) -> str:
    """Say one visit."""
    value = row.values
    role = clean(value["course_role"] or value["lti_role"])
    until = gettext("ends {when} at the latest", when=stamp(value["ends_at"], moment))
    if value["revoked_at"]:
        until = gettext("ended {when}", when=stamp(value["revoked_at"], moment))
    return gettext(
        "Visit from {course} as {name}, {role}, language {language}: began {began}, last used {last}, {until}.",
        course=name_course(row),
        name=clean(value["display_name"]),
        role=role,
        language=clean(value["locale"]),
        began=stamp(value["started_at"], moment),
        last=stamp(value["last_seen_at"], moment),
        until=until,
    )


def say_rights(row: HeldRow, moment: Moment) -> str:
    """Say what Moodle answered on somebody’s rights."""
    answer: Mapping[str, Any] = row.values["answer"]
    roles = listed([clean(str(role.get("shortname", ""))) for role in answer.get("roles", ())]) or gettext("none")
    return gettext(
        "{course}: Moodle’s answer on your rights, asked {when}: roles {roles}, enrolment {state}.",
        course=name_course(row),
        when=stamp(row.values["checked_at"], moment),
        roles=roles,
        state=say_active(bool(answer.get("is_active"))),
    )


def say_waiting(row: HeldRow, moment: Moment) -> str:
    """Say which page waits to be continued."""
    name = clean(str(row.values["launch"].get("display_name", "")))
    until = stamp(row.values["expires_at"], moment)
    return gettext("A page asks {name} to continue, until {when}.", name=name, when=until)


def say_restriction(row: HeldRow, moment: Moment) -> str:
    """Say one pause."""
    value = row.values
    kind = value["kind"]
    return gettext(
        "{what}: not used {when}; decided by {name}.",
        what=gettext(PAUSES[kind]) if kind in PAUSES else capital(clean(kind)),
        when=stamped(value["starts_at"], value["ends_at"], moment),
        name=clean(value["decided_by"]),
    )


def say_decision(row: HeldRow, moment: Moment) -> str:
    """Say one decision on erasure."""
    value = row.values
    what = mark("Erasure: asked {asked}, granted {decided} by {name}. {reason}")
    if not value["is_granted"]:
        what = mark("Erasure: asked {asked}, refused {decided} by {name}. {reason}")
    return gettext(
        what,
        asked=stamp(value["asked_at"], moment),
        decided=stamp(value["decided_at"], moment),
        name=clean(value["decided_by"]),
        reason=clean_whole(value["reason"]),
    )


def say_tombstone(row: HeldRow, moment: Moment) -> str:
    """Say what was erased."""
    when = stamp(row.values["erased_at"], moment)
    if not row.values["moodle_course_id"]:
        return gettext("Your data of all courses was erased {when}; it will not come back.", when=when)
    course = name_course(row)
    return gettext("Your data of {course} was erased {when}; it will not come back.", course=course, when=when)
