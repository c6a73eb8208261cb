"""Open cases, write their steps down in the policy's order, and hand over between schools (table support_case)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from analytics.language import gettext, numeral
from analytics.policy.casework import Channel, Entry, Outcome, Situation, Step, check_step, outcome_of
from bridge.errors import BridgeError
from bridge.schema.casework import CaseEntry, Concern, SupportCase
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Enrolment
from bridge.schema.records import School, StudentRecord
from bridge.store.case_chain import Author, append_entry
from bridge.store.processes import PublishedProcess, load_process

LONGEST_TEXT = 4_000
NOTHING: Mapping[str, Any] = MappingProxyType({})


class CaseRefused(BridgeError):
    """A case cannot be opened or changed as asked; nothing was."""

    code = "case-refused"
    next_step = "Go back to the learner's page and see what stands there now."


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case."""

    case_id: int
    platform_id: int
    person_id: int
    school_id: int
    """The home school, which owns it."""
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One step of a case as it stands there."""

    entry_id: int
    position: int
    at: datetime
    entry: Entry
    by_name: str
    by_role: str
    body: Mapping[str, Any] = field(repr=False)
    withheld_reason: str | None = field(repr=False)
    """Why the learner does not read it; None: they do."""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """An open case with its steps and what is known of its learner now."""

    case: CaseRecord
    entries: tuple[Entry, ...]
    situation: Situation


def load_opened_cases(db: Session, person_ids: Collection[int]) -> dict[int, OpenedCase]:
    """Return the open case of each of some people who has one, in as many statements for all as for one."""
    is_open = (SupportCase.person_id.in_(person_ids), SupportCase.closed_at.is_(None))
    cases = {one.person_id: one for one in map(_read_case, db.scalars(select(SupportCase).where(*is_open)))}
    numbers = [one.case_id for one in cases.values()]
    entries: dict[int, list[Entry]] = {number: [] for number in numbers}
    for row in db.scalars(select(CaseEntry).where(CaseEntry.case_id.in_(numbers)).order_by(CaseEntry.position)):
        entries[row.case_id].append(_read_entry(row).entry)
    days = _load_clock_days(db, set(cases))
    processes = {school_id: load_process(db, school_id) for school_id in {one.school_id for one in cases.values()}}
    return {
        who: OpenedCase(one, tuple(entries[one.case_id]), _make_situation(days.get(who), processes[one.school_id]))
        for who, one in cases.items()
    }


def find_open_case(db: Session, person_id: int) -> CaseRecord | None:
    """Return the open case about a learner; None: there is none."""
    row = db.scalars(_of(person_id).where(SupportCase.closed_at.is_(None))).first()
    return None if row is None else _read_case(row)


def load_case(db: Session, case_id: int) -> CaseRecord | None:
    """Return one case; None where there is none of this number, or its learner was erased."""
    row = db.get(SupportCase, case_id)
    return None if row is None or row.person_id is None else _read_case(row)


def load_entries(db: Session, case_id: int) -> tuple[StoredEntry, ...]:
    """Return the steps of a case, the first one first. Empty: none was written down yet."""
    rows = db.scalars(select(CaseEntry).where(CaseEntry.case_id == case_id).order_by(CaseEntry.position))
    return tuple(map(_read_entry, rows))


def open_case(db: Session, person_id: int, author: Author, now: datetime) -> CaseRecord:
    """Open a case about a learner, or return the open one; the open concerns of all courses go into it.

    Raises:
        CaseRefused: the student record has not said which school is the home school, or that school has published no
            process (policy paragraph 13).
    """
    found = db.execute(select(StudentRecord.school_id).where(StudentRecord.person_id == person_id)).scalar_one_or_none()
    if found is None or load_process(db, found) is None:
        said = gettext("The home school has published no process, so no case is opened. Nothing was changed.")
        raise CaseRefused(said)
    row = db.scalars(_of(person_id).where(SupportCase.closed_at.is_(None))).first()
    if row is None:
        row = SupportCase(
            platform_id=_platform_of(db, found),
            person_id=person_id,
            school_id=found,
            opened_at=now,
            opened_by=author.name[:200],
        )
        db.add(row)
        db.flush()
    join_concerns(db, person_id, row.id)
    return _read_case(row)


def join_concerns(db: Session, person_id: int, case_id: int) -> None:
    """Put the open concerns of a learner into the open case. None: nothing happens."""
    is_free = (Concern.person_id == person_id, Concern.closed_at.is_(None), Concern.case_id.is_(None))
    db.execute(update(Concern).where(*is_free).values(case_id=case_id))


def load_situation(db: Session, case: CaseRecord) -> Situation:
    """Return what is known of a case's learner now: the least days without evidence over courses, and the period.

    A learner who was measured in no course has 0 days: nothing can be proposed about them.
    """
    days = _load_clock_days(db, {case.person_id})
    return _make_situation(days.get(case.person_id), load_process(db, case.school_id))


def _load_clock_days(db: Session, person_ids: Collection[int]) -> dict[int, int]:
    rows = db.execute(
        select(LearnerState.person_id, func.min(LearnerState.clock_days))
        .join(
            Enrolment,
            (Enrolment.course_id == LearnerState.course_id) & (Enrolment.person_id == LearnerState.person_id),
        )
        .where(LearnerState.person_id.in_(person_ids), Enrolment.is_active.is_(True), Enrolment.is_learner.is_(True))
        .group_by(LearnerState.person_id)
    )
    return {row[0]: row[1] for row in rows}


def _make_situation(days: int | None, process: PublishedProcess | None) -> Situation:
    if process is None:
        return Situation(clock_days=days or 0, period_days=10**6)
    return Situation(days or 0, process.process.period_days, process.process.rung_days)


def write_step(
    db: Session,
    key: bytes,
    case: CaseRecord,
    new: Entry,
    author: Author,
    now: datetime,
    *,
    more: Mapping[str, Any] = NOTHING,
    outcome: Outcome | None = None,
) -> StoredEntry:
    """Write a step of a case down, if it may be; a closing step ends the case and its concerns in one transaction.

    `key`: of the chain (`case_chain.case_key`). `more`: what else the entry keeps, such as the evidence as it was seen
    or whether other evidence was seen. `outcome`: how the concerns end; None: as the decision says.

    Raises:
        StepRefused: a step before it is missing (policy paragraphs 13, 15 and 16); nothing was written.
        CaseRefused: a text is too long, or the author is nobody with a name.
    """
    if not author.name.strip() or len(new.text) > LONGEST_TEXT or len(new.named) > LONGEST_TEXT:
        said = gettext(
            "A step has an author and at most {most} characters. Nothing was changed.", most=numeral(LONGEST_TEXT)
        )
        raise CaseRefused(said)
    _lock(db, case.case_id)
    entries = tuple(one.entry for one in load_entries(db, case.case_id))
    check_step(entries, new, load_situation(db, case))
    row = append_entry(db, key, case.case_id, new.step.value, {**_to_body(new), **more}, author, now)
    if new.step is Step.CLOSED:
        _close(db, case.case_id, outcome or outcome_of(entries), new.text, author, now)
    return _read_entry(row)


def withhold_entry(
    db: Session, key: bytes, case_id: int, position: int, reason: str, author: Author, now: datetime
) -> None:
    """Keep an entry from the learner, with the lead's reason, which the learner reads; a note in the chain says so.

    Raises:
        CaseRefused: there is no such entry, it is withheld already, or no reason is given.
    """
    is_this = (CaseEntry.case_id == case_id, CaseEntry.position == position)
    row = db.scalar(select(CaseEntry).where(*is_this))
    if row is None or row.withheld_reason is not None or not row.salt:
        raise CaseRefused(gettext("There is no entry here that could be withheld. Nothing was changed."))
    if not reason.strip() or len(reason) > LONGEST_TEXT:
        raise CaseRefused(gettext("Say why the learner may not read this entry. Nothing was changed."))
    row.withheld_reason = reason.strip()
    said = {"text": f"Entry {position} is withheld from the learner: {reason.strip()}"}
    append_entry(db, key, case_id, Step.NOTE.value, said, author, now)


def _close(db: Session, case_id: int, outcome: Outcome, reason: str, author: Author, now: datetime) -> None:
    db.execute(update(SupportCase).where(SupportCase.id == case_id).values(closed_at=now))
    ends = {"closed_at": now, "outcome": outcome.value, "closed_by": author.name[:200], "closing_reason": reason}
    db.execute(update(Concern).where(Concern.case_id == case_id, Concern.closed_at.is_(None)).values(ends))
    db.expire_all()


def _lock(db: Session, case_id: int) -> None:
    # Two people who write at once: the second one's step is checked against the first one's.
    db.scalars(select(SupportCase.id).where(SupportCase.id == case_id).with_for_update()).one()


def _platform_of(db: Session, school_id: int) -> int:
    return db.scalars(select(School.platform_id).where(School.id == school_id)).one()


def _of(person_id: int) -> Select[SupportCase]:
    return select(SupportCase).where(SupportCase.person_id == person_id)


def _to_body(new: Entry) -> dict[str, Any]:
    body: dict[str, Any] = {"text": new.text.strip(), "named": new.named.strip()}
    if new.day is not None:
        body["day"] = new.day.isoformat()
    if new.channel is not None:
        body["channel"] = new.channel.value
    if new.named_user is not None:
        body["named_user"] = new.named_user
    if new.step is Step.DECIDED:
        body["is_to_contact"] = new.is_to_contact
    return {name: value for name, value in body.items() if value != ""}


def _read_case(row: SupportCase) -> CaseRecord:
    return CaseRecord(
        case_id=row.id,
        platform_id=row.platform_id,
        person_id=row.person_id or 0,
        school_id=row.school_id,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        closed_at=row.closed_at,
    )


def _read_entry(row: CaseEntry) -> StoredEntry:
    body = row.body
    entry = Entry(
        step=Step(row.kind),
        by=row.by_moodle_user_id,
        channel=Channel(body["channel"]) if "channel" in body else None,
        is_to_contact=bool(body.get("is_to_contact")),
        text=str(body.get("text", "")),
        named=str(body.get("named", "")),
        named_user=body.get("named_user"),
        day=date.fromisoformat(body["day"]) if "day" in body else None,
    )
    return StoredEntry(row.id, row.position, row.at, entry, row.by_name, row.by_role, body, row.withheld_reason)
