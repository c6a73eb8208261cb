"""The tool's own signing keys: made on first use, encrypted at rest, their public halves published with a kid.

A new key is published at once and signs a day later: a platform that remembers the key set has seen it by then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pylti1p3.registration import Registration

from bridge.errors import BridgeError
from bridge.secrets import decrypt, encrypt
from bridge.store.database import Sessions, reading, writing
from bridge.store.keys import ToolKeyRecord, load_tool_keys, retire_tool_key, save_tool_key

KEY_BITS = 2048
PUBLISHED_FIRST = timedelta(days=1)
"""For so long a new key is published before it signs: no platform may keep a key set longer (docs/lti.md, row 14)."""
SIGNATURES_LIVE = timedelta(hours=1)
"""What a key signed may still be on its way for so long after the next key took over."""


class KeyChangeRefused(BridgeError):
    """A change of the tool's own keys would leave it without one, or without an end."""

    code = "key-change-refused"
    next_step = "See: lea keys list"


def public_key_set(sessions: Sessions, secret_key: str, now: datetime) -> dict[str, list[Mapping[str, object]]]:
    """Return the JWKS document of the tool's keys; the first call of all makes the first key.

    Raises:
        SecretUnreadable: a key was saved under another LEA_SECRET_KEY.
    """
    keys = _load_or_make(sessions, secret_key, now)
    return {"keys": [_public_jwk(decrypt(key.private_key, secret_key)) for key in keys]}


def sign_jwt(sessions: Sessions, secret_key: str, claims: Mapping[str, object], now: datetime) -> str:
    """Return `claims` as a JWT that the tool signed: RS256, the key's kid in the header (Moodle asks for it).

    The claims are taken as they are: the caller sets iss, aud, iat, exp, jti or nonce. The first call of all makes the
    first key.

    Raises:
        SecretUnreadable: the key was saved under another LEA_SECRET_KEY.
    """
    key = find_signing_key(_load_or_make(sessions, secret_key, now), now)
    return jwt.encode(dict(claims), decrypt(key.private_key, secret_key), algorithm="RS256", headers={"kid": key.kid})


def find_signing_key(keys: Sequence[ToolKeyRecord], now: datetime) -> ToolKeyRecord:
    """Return the key that signs `now`: the newest that was published for a day; while there is none, the oldest.

    `keys` are those that are not retired, at least one, in any order.
    """
    by_age = sorted(keys, key=lambda key: (key.created_at, key.kid))
    seen_everywhere = [key for key in by_age if key.created_at <= now - PUBLISHED_FIRST]
    return seen_everywhere[-1] if seen_everywhere else by_age[0]


def rotate_keys(sessions: Sessions, secret_key: str, now: datetime) -> ToolKeyRecord:
    """Make a key, which is published from now on and signs a day from now; return it.

    Raises:
        KeyChangeRefused: an earlier new key still waits for its day.
    """
    made = _make_key(secret_key, now)
    with writing(sessions) as db:
        keys = load_tool_keys(db)
        if len(keys) > 1 and (waiting := keys[0]).created_at > now - PUBLISHED_FIRST:
            signs_at = f"{waiting.created_at + PUBLISHED_FIRST:%Y-%m-%d %H:%M} UTC"
            raise KeyChangeRefused(
                f"The new key {waiting.kid} already waits; it signs from {signs_at}. Nothing was made. "
                f"{KeyChangeRefused.next_step}"
            )
        save_tool_key(db, made)
    return made


def retire_key(sessions: Sessions, kid: str, now: datetime) -> None:
    """Take a key out of the key set for good; its private half is deleted.

    What was signed with it is refused from then on: see `is_still_needed`.

    Raises:
        KeyChangeRefused: there is no such key in use, or it is the only one.
    """
    with writing(sessions) as db:
        kids = [key.kid for key in load_tool_keys(db)]
        if kid not in kids:
            raise KeyChangeRefused(f"No key {kid} is in use. Nothing was changed. {KeyChangeRefused.next_step}")
        if kids == [kid]:
            raise KeyChangeRefused(
                f"{kid} is the only key, and without one no platform would trust this tool. Nothing was changed. "
                "Next: lea keys rotate"
            )
        retire_tool_key(db, kid, now)


def is_still_needed(keys: Sequence[ToolKeyRecord], kid: str, now: datetime) -> bool:
    """Say whether retiring the key `kid` would make platforms refuse something: it signs, or did within the hour."""
    return kid in (find_signing_key(keys, now).kid, find_signing_key(keys, now - SIGNATURES_LIVE).kid)


def _load_or_make(sessions: Sessions, secret_key: str, now: datetime) -> tuple[ToolKeyRecord, ...]:
    with reading(sessions) as db:
        keys = load_tool_keys(db)
    if keys:
        return keys
    made = _make_key(secret_key, now)
    with writing(sessions) as db:
        # Two first requests may both get here; two published keys do no harm, and the older one signs.
        if not load_tool_keys(db):
            save_tool_key(db, made)
            db.flush()
        return load_tool_keys(db)


def _make_key(secret_key: str, now: datetime) -> ToolKeyRecord:
    while True:
        private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        kid = str(_public_jwk(pem)["kid"])
        if kid[0].isalnum():  # one that begins with "-" would be an option to `lea keys retire`
            return ToolKeyRecord(kid, encrypt(pem, secret_key), now)


def _public_jwk(private_pem: str) -> Mapping[str, object]:
    """Return the public JWK of a private key: kty, n, e, alg, use, and its RFC 7638 thumbprint as kid."""
    private = load_pem_private_key(private_pem.encode(), password=None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Registration.get_jwk(public)
