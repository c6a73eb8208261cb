"""A published level for tests: what a person would publish by hand."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from analytics.level_terms import LevelTerms, suggested_terms
from bridge.store.level_scopes import LevelScope, site_scope
from bridge.store.levels import Proposal, Version, publish_level

EARLIEST = date(2000, 1, 3)
"""A Monday before every course."""
AGREED_ON = date(2026, 9, 1)


def publish(
    db: Session,
    platform_id: int,
    terms: LevelTerms | None = None,
    *,
    scope: LevelScope | None = None,
    effective_from: date = EARLIEST,
) -> Version:
    """Publish a level, for the whole site unless a scope is given; Activity (4 a week) and Tasks unless terms are."""
    return publish_level(
        db,
        scope or site_scope(platform_id),
        Proposal(terms or suggested_terms(), effective_from, "The test's school", AGREED_ON),
        published_by="The test",
        now=datetime(2026, 9, 1, 9, tzinfo=UTC),
        today=AGREED_ON,
        past_run="" if effective_from >= AGREED_ON else "The test's term began before it was published.",
    )
