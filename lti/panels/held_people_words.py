"""Say what is held about who the learner is, and who works with them (policy paragraph 23)."""

from analytics.language import gettext, mark, ngettext
from bridge.store.held import HeldRow
from lti.panels.held_parts import from_to, name_course, say_active, stamp, stamped
from lti.panels.words import Moment, clean, clean_whole, full_date

RELATIONSHIPS = {
    "adviser": mark("your adviser"),
    "support-officer": mark("student support officer of {school}"),
    "lead": mark("learner engagement lead of {school}"),
    "faculty": mark("faculty staff, who see no names"),
    "maintainer": mark("maintainer of this tool"),
    "break-glass": mark("maintainer of this tool who had to look at your pages"),
}


def say_person(row: HeldRow, moment: Moment) -> str:
    """Say what is held of the person: names, numbers, the account."""
    value = row.values
    number = gettext("no ID number")
    if value["idnumber"]:
        number = gettext("ID number {number}", number=clean(value["idnumber"]))
    state = gettext("the account is not suspended")
    if value["deleted_at"]:
        state = gettext("Moodle deleted the account: {when}", when=stamp(value["deleted_at"], moment))
    elif value["is_suspended"]:
        state = gettext("the account is suspended")
    return gettext(
        "{name} (given name {given_name}, family name {family_name}), Moodle’s number {moodle_number}, {number};"
        " {state}.",
        name=clean(value["full_name"]),
        given_name=clean(value["given_name"]),
        family_name=clean(value["family_name"]),
        moodle_number=value["moodle_user_id"],
        number=number,
        state=state,
    )


def say_exemption(row: HeldRow, moment: Moment) -> str:
    """Say which days do not count."""
    return gettext(
        "{first} to {last}: these days do not count for you. The reason is not stored.",
        first=full_date(row.values["starts_on"]),
        last=full_date(row.values["ends_on"]),
    )


def say_enrolment(row: HeldRow, moment: Moment) -> str:
    """Say how somebody is enrolled in a course."""
    value = row.values
    part = mark("{course}: enrolled as a learner {when}; {state}.")
    if not value["is_learner"]:
        part = mark("{course}: enrolled as a person with another part than a learner’s {when}; {state}.")
    when = from_to(full_date(value["enrolled_on"]), full_date(value["ends_on"]) if value["ends_on"] else None)
    return gettext(part, course=name_course(row), when=when, state=say_active(value["is_active"]))


def say_role(row: HeldRow, moment: Moment) -> str:
    """Say which role somebody has in a course."""
    role, kind = clean(row.values["shortname"]), clean(row.values["archetype"])
    return gettext("{course}: role {role}, a kind of {kind}.", course=name_course(row), role=role, kind=kind)


def say_group(row: HeldRow, moment: Moment) -> str:
    """Say in which group somebody is."""
    group = clean(row.names.get("group", ""))
    return gettext("{course}: you are in the group {group}.", course=name_course(row), group=group)


def say_record(row: HeldRow, moment: Moment) -> str:
    """Say what the student record has."""
    value = row.values
    points = gettext("credits unknown")
    if value["credits"] is not None:
        points = ngettext("{number} credit", "{number} credits", value["credits"])
    facts = (
        clean(row.names["programme"]) if "programme" in row.names else gettext("no programme"),
        points,
        gettext("part-time") if value["is_part_time"] else gettext("full-time"),
        gettext("research student") if value["is_research"] else gettext("taught student"),
        clean(value["status"]),
    )
    return gettext(
        "Home school {school}: {facts}; from the student record, {when}.",
        school=clean(row.names.get("school", "")),
        facts=", ".join(facts),
        when=stamp(value["fed_at"], moment),
    )


def say_relationship(kind: str, school: str) -> str:
    """Say what part somebody has, as the learner reads it."""
    return gettext(RELATIONSHIPS[kind], school=school) if kind in RELATIONSHIPS else clean(kind)


def say_relationship_row(row: HeldRow, moment: Moment) -> str:
    """Say who works with the learner, from when to when, and who entered it."""
    value = row.values
    said = gettext(
        "{name}: {part}, {when}; entered by {source}.",
        name=clean(value["holder_name"]),
        part=say_relationship(value["kind"], clean(row.names.get("school", ""))),
        when=stamped(value["starts_at"], value["ends_at"], moment),
        source=clean(value["source"]),
    )
    why = gettext("The reason given: {text}", text=clean_whole(value["reason"])) if value["reason"] else ""
    return f"{said} {why}".strip()
