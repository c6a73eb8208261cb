"""What a new platform starts with: one default level and one teaching calendar, until schools publish their own."""

from datetime import date

from sqlalchemy.orm import Session

from bridge.store.calendars import seed_calendar, seed_default_level

NOT_AGREED = "nobody yet: the tool's default"


def seed_platform(db: Session, platform_id: int, today: date) -> None:
    """Give a platform the default level (L = 4 a week, Activity and Tasks) and a calendar of twelve teaching weeks.

    What it has already stays. The default holds from the beginning, so that a past term can be looked at.
    """
    seed_default_level(db, platform_id, agreed_by=NOT_AGREED, agreed_on=today)
    seed_calendar(db, platform_id)
