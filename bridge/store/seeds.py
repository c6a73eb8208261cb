"""What a new platform starts with: a draft of a level that measures nobody, and one teaching calendar."""

from datetime import datetime

from sqlalchemy.orm import Session

from analytics.level_terms import suggested_terms
from bridge.store.calendar_changes import seed_calendar
from bridge.store.level_scopes import site_scope
from bridge.store.levels import Proposal, load_draft, load_versions, save_draft

NOT_AGREED = "nobody yet: the tool's default"
"""Who had agreed the level that platforms came with before 0.2.0."""
SUGGESTED_BY = "Learner Engagement Analytics"


def seed_platform(db: Session, platform_id: int, now: datetime) -> None:
    """Give a platform a draft of a level (4 activities a week, and Tasks) and a calendar of twelve teaching weeks.

    What it has already stays. Nothing is measured before somebody publishes a level (policy paragraph 22).
    """
    site = site_scope(platform_id)
    if load_draft(db, site) is None and not load_versions(db, site):
        save_draft(db, site, Proposal(suggested_terms()), SUGGESTED_BY, now)
    seed_calendar(db, platform_id)
