"""Read and publish levels: drafts, versions with their proof, and which one a course is measured by.

A level measures nobody before somebody published it (policy paragraph 22). What was published is never changed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analytics.level_document import digest_of
from analytics.level_terms import LevelTerms, terms_from_json, terms_to_json
from bridge.schema.teaching import LevelDraft as DraftRow
from bridge.schema.teaching import PublishedLevel as LevelRow
from bridge.store.engagement import mark_course_stale
from bridge.store.level_scopes import LevelRefused, LevelScope, columns_of, is_kind_of, is_of, load_course_ids
from bridge.store.turns import take_turn

LONGEST_NAME = 200
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level as somebody is writing it; what publishing needs may still be missing."""

    terms: LevelTerms
    effective_from: date | None = None
    """A Monday."""
    agreed_by: str = ""
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A saved proposal: it measures nobody."""

    proposal: Proposal
    saved_by: str
    saved_at: datetime
    digest: str
    """Of what it says: tells it from another one that was saved over it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a published level with its proof."""

    version: str
    terms: LevelTerms
    effective_from: date
    agreed_by: str
    agreed_on: date
    published_by: str
    published_at: datetime
    past_run: str
    """Why it takes effect before it was published; empty for all others."""
    digest: str
    is_proved: bool
    """The digest is that of the document, and the document says what the row says."""


def load_draft(db: Session, scope: LevelScope) -> Draft | None:
    """Return a scope's draft; None without one."""
    row = db.scalar(select(DraftRow).where(is_of(DraftRow, scope)))
    if row is None:
        return None
    return Draft(_read_proposal(row.document), row.saved_by, row.saved_at, digest_of(row.document))


def save_draft(db: Session, scope: LevelScope, proposal: Proposal, saved_by: str, now: datetime) -> None:
    """Keep a proposal in place of the scope's draft before.

    Raises:
        LevelRefused: a name or a line is too long.
    """
    _check_lengths(proposal)
    take_turn(db)
    discard_draft(db, scope)
    document = _write_proposal(proposal)
    db.add(DraftRow(**columns_of(scope), document=document, saved_by=saved_by[:LONGEST_NAME], saved_at=now))
    db.flush()


def discard_draft(db: Session, scope: LevelScope) -> None:
    """Throw a scope's draft away; without one nothing happens."""
    db.execute(delete(DraftRow).where(is_of(DraftRow, scope)))


def load_versions(db: Session, scope: LevelScope) -> tuple[Version, ...]:
    """Return a scope's own published versions, oldest first. Empty before the first."""
    rows = db.scalars(select(LevelRow).where(is_of(LevelRow, scope)).order_by(LevelRow.id))
    return tuple(map(_read_version, rows))


def find_version(db: Session, scope: LevelScope, day: date) -> Version | None:
    """Return what is in force for a scope on a day: its own, else the next wider one's; None: nothing is yet."""
    for kind, key in ((scope.kind, scope.key), *scope.parents()):
        is_in_force = (is_kind_of(scope.platform_id, kind, key), LevelRow.effective_from <= day)
        latest = select(LevelRow).where(*is_in_force).order_by(LevelRow.effective_from.desc(), LevelRow.id.desc())
        row = db.scalars(latest.limit(1)).first()
        if row is not None:
            return _read_version(row)
    return None


def publish_level(
    db: Session,
    scope: LevelScope,
    proposal: Proposal,
    *,
    published_by: str,
    now: datetime,
    today: date,
    past_run: str = "",
) -> Version:
    """Publish a proposal as the scope's next version, take its draft away, and return the version.

    Weeks as known now are measured again at the next sync; evaluations stay as they were shown. `past_run` says why
    the level may take effect before `today`, for runs that are over.

    Raises:
        LevelRefused: something that publishing needs is missing or does not fit (policy paragraphs 12 and 22).
    """
    take_turn(db)
    earlier = load_versions(db, scope)
    effective_from, agreed_on = _check(proposal, earlier, published_by, today, past_run)
    agreed = Proposal(proposal.terms, effective_from, proposal.agreed_by.strip(), agreed_on)
    document = _write_document(scope, len(earlier) + 1, agreed, published_by.strip(), now, past_run.strip())
    row = LevelRow(
        **columns_of(scope),
        version=document["version"],
        document=document,
        digest=digest_of(document),
        effective_from=effective_from,
        agreed_by=agreed.agreed_by,
        agreed_on=agreed_on,
        published_by=published_by.strip(),
        published_at=now,
    )
    db.add(row)
    discard_draft(db, scope)
    for course_id in load_course_ids(db, scope):
        mark_course_stale(db, course_id)
    db.flush()
    return _read_version(row)


def _write_document(
    scope: LevelScope, number: int, agreed: Proposal, published_by: str, now: datetime, past_run: str
) -> dict[str, Any]:
    """Say everything that was published: its digest is the proof."""
    version = f"{scope.label}-{number}"
    level = agreed.terms.as_level(version, agreed.effective_from or now.date())
    terms = LevelTerms(level.expectations, level.rule, agreed.terms.who_intervenes)
    return {
        **_write_proposal(Proposal(terms, agreed.effective_from, agreed.agreed_by, agreed.agreed_on)),
        "scope": scope.label,
        "version": version,
        "published_by": published_by,
        "published_at": now.astimezone(UTC).isoformat(),
        "past_run": past_run,
    }


def _check(
    proposal: Proposal, earlier: tuple[Version, ...], published_by: str, today: date, past_run: str
) -> tuple[date, date]:
    """Return start and day of agreement once everything is there."""
    _check_lengths(proposal)
    start, agreed_on = proposal.effective_from, proposal.agreed_on
    if not proposal.agreed_by.strip() or agreed_on is None or not published_by.strip():
        raise LevelRefused("Say who agreed the level for the school, on which day, and who publishes it.")
    if agreed_on > today:
        raise LevelRefused(f"The day of agreement, {agreed_on}, is still to come.")
    if not proposal.terms.who_intervenes:
        raise LevelRefused("Say who intervenes: learners read it before anything is measured.")
    if start is None or start.weekday() != 0:
        raise LevelRefused("A level takes effect from a Monday." + (f" {start} is none." if start else " Name one."))
    if start < today and not past_run.strip():
        raise LevelRefused(f"{start} is over: learners must be able to read what is expected before it counts.")
    latest = max((version.effective_from for version in earlier), default=start)
    if start < latest and not past_run.strip():
        raise LevelRefused(f"A later version takes effect from {latest}. Choose that Monday, or one after it.")
    return start, agreed_on


def _check_lengths(proposal: Proposal) -> None:
    if len(proposal.agreed_by) > LONGEST_NAME:
        raise LevelRefused(f"Who agreed it has more than {LONGEST_NAME} characters.")
    if any(len(line) > LONGEST_LINE for line in proposal.terms.who_intervenes):
        raise LevelRefused(f"A line about who intervenes has more than {LONGEST_LINE} characters.")


def _read_version(row: LevelRow) -> Version:
    document = row.document
    says = {"version": row.version, "effective_from": row.effective_from.isoformat(), "agreed_by": row.agreed_by}
    says |= {"agreed_on": row.agreed_on.isoformat(), "published_by": row.published_by}
    return Version(
        version=row.version,
        terms=terms_from_json(document),
        effective_from=row.effective_from,
        agreed_by=row.agreed_by,
        agreed_on=row.agreed_on,
        published_by=row.published_by,
        published_at=row.published_at,
        past_run=document.get("past_run", ""),
        digest=row.digest,
        is_proved=digest_of(document) == row.digest
        and all(document.get(key, text) == text for key, text in says.items()),
    )


def _write_proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        **terms_to_json(proposal.terms),
        "effective_from": proposal.effective_from and proposal.effective_from.isoformat(),
        "agreed_by": proposal.agreed_by,
        "agreed_on": proposal.agreed_on and proposal.agreed_on.isoformat(),
    }


def _read_proposal(document: dict[str, Any]) -> Proposal:
    def day(name: str) -> date | None:
        text = document.get(name)
        return date.fromisoformat(text) if text else None

    return Proposal(terms_from_json(document), day("effective_from"), document.get("agreed_by", ""), day("agreed_on"))
