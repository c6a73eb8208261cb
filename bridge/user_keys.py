"""Recognise a Moodle user again without keeping the number: a keyed hash of the platform's address and the user id."""

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import lru_cache

KEY_LENGTH = 64
"""Characters of a user key."""


@dataclass(frozen=True, slots=True)
class UserKeys:
    """The keys of one platform's users; whoever has no LEA_SECRET_KEY cannot tell whose they are."""

    platform_id: int
    moodle_url: str
    """It goes into the hash instead of `platform_id`: it is the same in every copy of the database."""
    secret: bytes = field(repr=False)

    def of(self, moodle_user_id: int) -> str:
        """Return the key of one user: 64 hexadecimal characters."""
        return hmac.new(self.secret, f"{self.moodle_url} {moodle_user_id}".encode(), hashlib.sha256).hexdigest()


def make_user_keys(platform_id: int, moodle_url: str, secret_key: str) -> UserKeys:
    """Return the keys of a platform's users under one LEA_SECRET_KEY; under another one they all differ."""
    return UserKeys(platform_id, moodle_url, _derive(secret_key))


@lru_cache(maxsize=4)  # deriving takes 50 ms on purpose, as in bridge.secrets
def _derive(secret_key: str) -> bytes:
    return hashlib.scrypt(secret_key.encode(), salt=b"lea keys of erased users", n=2**14, r=8, p=1, dklen=32)
