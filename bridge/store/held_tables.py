"""Every table that holds something about a person, in one registry, and how a person's rows are found in each.

What learners read and download about themselves is made from it (policy paragraph 23; UK GDPR article 15). A table with
a column that names a person and without an entry here fails the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, and_, false, or_, select

from analytics.language import mark
from bridge.schema import Base, casework, launches, log, teaching

ROSTER = "local_lea_get_roster"
"""The source whose records are people."""


class Key(StrEnum):
    """By what a column names somebody."""

    PERSON = "person_id"
    """This tool's own number."""
    MOODLE_USER = "moodle_user_id"
    """Moodle's number."""
    IDNUMBER = "idnumber"
    """The institution's number, as the roster gives it."""
    USER_KEY = "user_key"
    """The keyed hash that stands for an erased user."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose rows are asked for."""

    platform_id: int
    person_id: int
    moodle_user_id: int
    idnumber: str | None
    """None: the roster gives none, so no row can be found by it."""
    user_key: str

    def value_of(self, key: Key) -> int | str | None:
        """Return what names this person in a column of that kind."""
        match key:
            case Key.PERSON:
                return self.person_id
            case Key.MOODLE_USER:
                return self.moodle_user_id
            case Key.IDNUMBER:
                return self.idnumber
        return self.user_key


Find = Callable[[Who], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class HeldTable:
    """One table: which of its columns name somebody, in which order its rows are read, and what is never handed out."""

    name: str
    about: Mapping[str, Key] = field(default_factory=dict)
    """Column → by what it names somebody. A row is the person's when one of them does; somebody else's stays hidden."""
    latest_first: tuple[str, ...] = ()
    """Columns to sort by, downwards; the table's key decides between equals."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column → why it is not handed out, as part of a sentence."""
    find: Find | None = None
    """How to find the rows of a table in which no column by itself names somebody."""
    seek: Mapping[str, Find] = field(default_factory=dict)
    """Column → what else is true of every row that it finds, so that an index is used and not the whole table read."""

    @property
    def table(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.name]

    def is_about(self, who: Who) -> ColumnElement[bool]:
        """Return the clause for one person's rows."""
        columns = self.table.c
        parts = [
            and_(columns[name] == value, *(seek(who) for column, seek in self.seek.items() if column == name))
            for name, key in self.about.items()
            if (value := who.value_of(key)) is not None
        ]
        if self.find is not None:
            parts.append(self.find(who))
        is_theirs = or_(*parts) if parts else false()
        # A Moodle number is one person's on its own platform alone.
        return and_(columns.platform_id == who.platform_id, is_theirs) if "platform_id" in columns else is_theirs


def _find_set_aside(who: Who) -> ColumnElement[bool]:
    # A roster's record that was set aside is named by its course and the user's number.
    is_theirs = log.Quarantine.source_key.endswith(f" {who.moodle_user_id}", autoescape=True)
    return and_(log.Quarantine.source == ROSTER, is_theirs)


def _find_waiting_launches(who: Who) -> ColumnElement[bool]:
    launch = launches.ContinueCode.launch
    wanted = {"platform_id": who.platform_id, "moodle_user_id": who.moodle_user_id}
    # Numeric of 20 digits: a Moodle id has up to 63 bits, and a JSON number cast to integer has 32 on PostgreSQL.
    return and_(*(launch[name].as_numeric(20, 0) == value for name, value in wanted.items()))


def _in_any_course(who: Who) -> ColumnElement[bool]:
    return log.LogEventRow.course_id.in_(
        select(teaching.Course.id).where(teaching.Course.platform_id == who.platform_id)
    )


def _find_case_entries(who: Who) -> ColumnElement[bool]:
    cases = select(casework.SupportCase.id).where(casework.SupportCase.person_id == who.person_id)
    return casework.CaseEntry.case_id.in_(cases)


PERSON = {"person_id": Key.PERSON}
HOLDER = {"holder_moodle_user_id": Key.MOODLE_USER, "holder_idnumber": Key.IDNUMBER}
VISITS_OWN = mark("it is a secret of the visit")
SEAL = mark("it belongs to the seal that shows a changed or missing row")

HELD_TABLES = (
    HeldTable("person", {"id": Key.PERSON}),
    HeldTable("exemption", PERSON, ("starts_on",)),
    HeldTable("enrolment", PERSON, ("enrolled_on",)),
    HeldTable("course_role", PERSON),
    HeldTable("group_member", PERSON),
    HeldTable("student_record", PERSON),
    HeldTable("relationship", {**PERSON, **HOLDER, "seen_moodle_user_id": Key.MOODLE_USER}, ("starts_at",)),
    HeldTable("evaluation", PERSON, ("as_of",)),
    HeldTable("learner_week", PERSON, ("week_no",)),
    HeldTable("figure_member", PERSON),
    HeldTable("learner_state", PERSON, ("measured_at",)),
    HeldTable("stale_learner", PERSON),
    HeldTable("learner_task", PERSON, ("due_at",)),
    HeldTable("register_mark", PERSON, ("session_id",)),
    HeldTable("presence", PERSON, ("day_no",)),
    HeldTable(
        "log_event",
        {
            "moodle_user_id": Key.MOODLE_USER,
            "related_moodle_user_id": Key.MOODLE_USER,
            "real_moodle_user_id": Key.MOODLE_USER,
        },
        ("log_id",),
        seek={"moodle_user_id": _in_any_course},
    ),
    HeldTable("concern", PERSON, ("opened_at",)),
    HeldTable("support_case", PERSON, ("opened_at",)),
    HeldTable(
        "case_entry",
        latest_first=("at",),
        left_out={
            "by_moodle_user_id": mark("it is the number of a member of staff, whose name stands there"),
            **dict.fromkeys(("salt", "commitment", "digest"), SEAL),
        },
        find=_find_case_entries,
    ),
    HeldTable("hand_over", PERSON, ("raised_at",)),
    HeldTable("dispute", PERSON, ("made_at",)),
    HeldTable("self_declared", PERSON, ("done_on",)),
    HeldTable("learner_choice", PERSON, ("chosen_at",)),
    HeldTable("complaint", PERSON, ("made_at",)),
    HeldTable("quarantine", latest_first=("arrived_at",), find=_find_set_aside),
    HeldTable(
        "access_log",
        {"subject_person_id": Key.PERSON, "viewer_moodle_user_id": Key.MOODLE_USER},
        ("at",),
        {"salt": SEAL, "commitment": SEAL},
    ),
    HeldTable("training", HOLDER, ("trained_on",)),
    HeldTable("alert", {"viewer_moodle_user_id": Key.MOODLE_USER}, ("at",)),
    HeldTable("viewer_session", {"moodle_user_id": Key.MOODLE_USER}, ("started_at",), {"page_token_hash": VISITS_OWN}),
    HeldTable("viewer_access", {"moodle_user_id": Key.MOODLE_USER}, ("checked_at",)),
    HeldTable(
        "continue_code", latest_first=("expires_at",), left_out={"code_hash": VISITS_OWN}, find=_find_waiting_launches
    ),
    HeldTable("restriction", PERSON, ("starts_at",)),
    HeldTable("erasure_decision", {"user_key": Key.USER_KEY}, ("decided_at",)),
    HeldTable("tombstone", {"user_key": Key.USER_KEY}, ("erased_at",)),
)
"""In the order in which people read about themselves: who they are, what was measured, what it was measured from."""

NOBODYS = {
    "case_entry.by_moodle_user_id": "who on staff wrote it down; the entry is held about the learner of the case",
    "platform.bot_moodle_user_id": "this tool's own account in Moodle, which is nobody's",
}
"""Columns that hold a person's number and never a learner's, with the reason."""


def find_table(name: str) -> HeldTable | None:
    """Return the entry of a table; None where it has none."""
    return next((held for held in HELD_TABLES if held.name == name), None)
