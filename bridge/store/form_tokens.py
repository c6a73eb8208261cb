"""Note which one-time form tokens were used, and which message is being sent (table used_form_token)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bridge.schema.viewing import UsedFormToken
from bridge.secrets import hash_token

SENDING_LASTS = timedelta(minutes=10)
"""Longer than any mail server takes; where the tool stopped between, the message can be sent after it."""


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


def claim_message(db: Session, case_id: int, after: int, now: datetime) -> bool:
    """Claim the one message that goes after so many steps of a case; False where another form has it at this moment.

    The attempt is written down when the message has gone, and until then the case looks the same to every form.
    """
    db.execute(delete(UsedFormToken).where(_is_message(case_id, after), UsedFormToken.expires_at <= now))
    return save_used_token(db, _name_message(case_id, after), now + SENDING_LASTS)


def release_message(db: Session, case_id: int, after: int) -> None:
    """Give back the claim on a message that did not go."""
    db.execute(delete(UsedFormToken).where(_is_message(case_id, after)))


def _is_message(case_id: int, after: int) -> ColumnElement[bool]:
    return UsedFormToken.token_hash == _name_message(case_id, after)


def _name_message(case_id: int, after: int) -> str:
    return hash_token(f"message of case {case_id} after step {after}")


def purge_used_tokens(db: Session, now: datetime) -> None:
    """Forget tokens that have expired: they would be refused without the note, too."""
    db.execute(delete(UsedFormToken).where(UsedFormToken.expires_at < now))
