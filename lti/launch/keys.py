"""The tool's own signing keys: made on first use, encrypted at rest, their public halves published with a kid."""

from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from pylti1p3.registration import Registration

from bridge.secrets import decrypt, encrypt
from bridge.store.database import Sessions, reading, writing
from bridge.store.keys import ToolKeyRecord, load_tool_keys, save_tool_key

KEY_BITS = 2048


def public_key_set(sessions: Sessions, secret_key: str, now: datetime) -> dict[str, list[Mapping[str, object]]]:
    """Return the JWKS document of the tool's keys; the first call of all makes the first key.

    Raises:
        SecretUnreadable: a key was saved under another LEA_SECRET_KEY.
    """
    with reading(sessions) as db:
        keys = load_tool_keys(db)
    if not keys:
        keys = _make_first_key(sessions, secret_key, now)
    return {"keys": [_public_jwk(decrypt(key.private_key, secret_key)) for key in keys]}


def _make_first_key(sessions: Sessions, secret_key: str, now: datetime) -> tuple[ToolKeyRecord, ...]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = ToolKeyRecord(str(_public_jwk(pem)["kid"]), encrypt(pem, secret_key), now)
    with writing(sessions) as db:
        # Two first requests may both get here; two published keys do no harm, and the newest one signs.
        if not load_tool_keys(db):
            save_tool_key(db, made)
            db.flush()
        return load_tool_keys(db)


def _public_jwk(private_pem: str) -> Mapping[str, object]:
    """Return the public JWK of a private key: kty, n, e, alg, use, and its RFC 7638 thumbprint as kid."""
    private = load_pem_private_key(private_pem.encode(), password=None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Registration.get_jwk(public)
