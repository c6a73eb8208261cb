"""One-time tokens of forms that change something: bound to page, action and object (LTI notes, section 2, row 6).

Making one stores nothing: it signs itself. Using one leaves a row, and a row can be there once.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bridge.secrets import hash_token
from bridge.store.form_tokens import save_used_token
from lti.errors import FormExpired, FormUsed

LASTS_FOR = timedelta(minutes=30)
LONGEST_TOKEN = 120


def make_form_token(secret_key: str, page_token: str, action: str, object: str, now: datetime) -> str:
    """Return a token for one form of one page: `action` is what the form does, `object` what it does it to."""
    nonce = secrets.token_urlsafe(16)
    expires = str(int((now + LASTS_FOR).timestamp()))
    return f"{nonce}.{expires}.{_sign(secret_key, page_token, action, object, nonce, expires)}"


def use_form_token(
    db: Session, secret_key: str, page_token: str, action: str, object: str, given: str, now: datetime
) -> None:
    """Use a token up, in the transaction of the change that it allows.

    Raises:
        FormExpired: it is too old, or was made for another page, action or object, or by nobody here.
        FormUsed: it was used before.
    """
    nonce, expires, signature = _split(given)
    right = _sign(secret_key, page_token, action, object, nonce, expires)
    # A token with the right signature was made here, so its second part is a number.
    if not hmac.compare_digest(signature.encode(), right.encode()) or int(expires) <= now.timestamp():
        raise FormExpired
    if not save_used_token(db, hash_token(given), datetime.fromtimestamp(int(expires), UTC)):
        raise FormUsed


def _split(given: str) -> tuple[str, str, str]:
    parts = given.split(".") if len(given) <= LONGEST_TOKEN and given.isascii() else []
    if len(parts) != 3:
        raise FormExpired
    return parts[0], parts[1], parts[2]


def _sign(secret_key: str, *facts: str) -> str:
    page_token, *others = facts
    key = hashlib.sha256(f"lea form tokens {secret_key}".encode()).digest()
    signed = json.dumps([hash_token(page_token), *others]).encode()
    return urlsafe_b64encode(hmac.digest(key, signed, "sha256")).decode().rstrip("=")
