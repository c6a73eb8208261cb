"""Note which one-time form tokens were used (table used_form_token)."""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bridge.schema.viewing import UsedFormToken


def save_used_token(db: Session, token_hash: str, expires_at: datetime) -> bool:
    """Note that a token was used and say whether this was the first time; of several at once exactly one is.

    The note counts with the caller's transaction: where that is rolled back, the token was not used.
    """
    try:
        with db.begin_nested():
            db.execute(insert(UsedFormToken).values(token_hash=token_hash, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def purge_used_tokens(db: Session, now: datetime) -> None:
    """Forget tokens that have expired: they would be refused without the note, too."""
    db.execute(delete(UsedFormToken).where(UsedFormToken.expires_at < now))
