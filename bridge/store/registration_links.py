"""Make, look at and use up the one-time links of Dynamic Registration (table registration_link)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bridge.schema.platforms import RegistrationLink
from bridge.secrets import hash_token

LASTS_FOR = timedelta(hours=1)
KEPT_FOR = timedelta(days=30)
"""How long a link that is over is kept, so that opening it says why it does not work."""
LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link that was made; the token itself is known to whoever holds the link alone."""

    made_by_platform_id: int | None
    """Whose administrator made it; None: made by the lea command."""
    expires_at: datetime
    used_at: datetime | None


def make_link(db: Session, *, made_by_platform_id: int | None, now: datetime) -> str:
    """Add a link that works once within an hour and return its token, which is stored as a hash alone."""
    token = secrets.token_urlsafe(32)
    db.add(
        RegistrationLink(
            token_hash=hash_token(token),
            made_by_platform_id=made_by_platform_id,
            created_at=now,
            expires_at=now + LASTS_FOR,
            used_at=None,
        )
    )
    return token


def find_link(db: Session, token: str) -> LinkRecord | None:
    """Return the link of a token, one that is over too; None when there is none."""
    row = db.get(RegistrationLink, hash_token(token)) if _can_be_token(token) else None
    return None if row is None else LinkRecord(row.made_by_platform_id, row.expires_at, row.used_at)


def claim_link(db: Session, token: str, now: datetime) -> LinkRecord | None:
    """Use a link up: of several callers exactly one gets it. None: unknown, used or expired.

    The caller commits at once, before anything is sent to the platform, and releases the link when nothing came of it.
    """
    if not _can_be_token(token):
        return None
    row = db.execute(
        update(RegistrationLink)
        .where(
            RegistrationLink.token_hash == hash_token(token),
            RegistrationLink.used_at.is_(None),
            RegistrationLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(RegistrationLink.made_by_platform_id, RegistrationLink.expires_at, RegistrationLink.used_at)
    ).one_or_none()
    return None if row is None else LinkRecord(*row)


def release_link(db: Session, token: str) -> None:
    """Make a claimed link usable again, within its hour."""
    db.execute(update(RegistrationLink).where(RegistrationLink.token_hash == hash_token(token)).values(used_at=None))


def purge_links(db: Session, now: datetime) -> None:
    """Forget links that ended more than thirty days ago."""
    db.execute(delete(RegistrationLink).where(RegistrationLink.expires_at < now - KEPT_FOR))


def _can_be_token(token: str) -> bool:
    return 0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable()
