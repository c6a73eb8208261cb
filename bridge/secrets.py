"""What is secret at rest: encrypted with a key derived from LEA_SECRET_KEY (Fernet: AES-128-CBC and HMAC)."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

from bridge.errors import SecretUnreadable


@lru_cache(maxsize=4)  # deriving takes 50 ms on purpose; requests must not pay it each time
def _fernet(secret_key: str) -> Fernet:
    derived = hashlib.scrypt(secret_key.encode(), salt=b"lea secrets at rest", n=2**14, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(derived))


def encrypt(secret: str, secret_key: str) -> str:
    """Return `secret` as text that only the same `secret_key` opens."""
    return _fernet(secret_key).encrypt(secret.encode()).decode()


def decrypt(encrypted: str, secret_key: str) -> str:
    """Return the secret.

    Raises:
        SecretUnreadable: it was saved with another key, or was altered.
    """
    try:
        return _fernet(secret_key).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable(f"A saved secret could not be opened. {SecretUnreadable.next_step}") from error


def hash_token(token: str) -> str:
    """Return the hex SHA-256 under which a random token is stored: a leaked table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def derive_key(secret_key: str, purpose: str) -> bytes:
    """Return a key of 32 bytes for one purpose; neither it nor the keys for others tell the `secret_key`."""
    return hmac.new(secret_key.encode(), f"lea {purpose}".encode(), hashlib.sha256).digest()
