"""List what holds and what is being written for many scopes at once: a page of a school has hundreds of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.teaching import LevelDraft, PublishedLevel
from bridge.store.level_scopes import LevelScope, columns_of

Owner = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class ScopeState:
    """One scope's level by name, and its draft by who wrote it."""

    version: str | None
    """In force on the day, by its own or a wider one's; None: nothing is."""
    saved_by: str
    saved_at: datetime | None
    """None: there is no draft."""


def load_scope_states(
    db: Session, platform_id: int, scopes: Collection[LevelScope], day: date
) -> Mapping[LevelScope, ScopeState]:
    """Return the state of each scope of a platform on a day, in two statements whatever their number."""
    level, draft = PublishedLevel, LevelDraft
    in_force: dict[Owner, str] = {}
    versions = db.execute(
        select(level.course_id, level.programme_id, level.school_id, level.version)
        .where(level.platform_id == platform_id, level.effective_from <= day)
        .order_by(level.effective_from, level.id)
    )
    for course_id, programme_id, school_id, version in versions:
        in_force[course_id, programme_id, school_id] = version
    saved = db.execute(
        select(draft.course_id, draft.programme_id, draft.school_id, draft.saved_by, draft.saved_at).where(
            draft.platform_id == platform_id
        )
    )
    drafts = {(course, programme, school): (by, at) for course, programme, school, by, at in saved}
    return {scope: _make_state(scope, in_force, drafts) for scope in scopes}


def _make_state(
    scope: LevelScope, in_force: Mapping[Owner, str], drafts: Mapping[Owner, tuple[str, datetime]]
) -> ScopeState:
    wider = (scope.with_kind(kind, key) for kind, key in scope.parents())
    found = (in_force[owner] for one in (scope, *wider) if (owner := _owner_of(one)) in in_force)
    saved_by, saved_at = drafts.get(_owner_of(scope), ("", None))
    return ScopeState(next(found, None), saved_by, saved_at)


def _owner_of(scope: LevelScope) -> Owner:
    columns = columns_of(scope)
    return columns["course_id"], columns["programme_id"], columns["school_id"]
