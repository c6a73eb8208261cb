"""The platform's signing keys and its key set (JWKS)."""

import base64
import functools
import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_BITS = 2048
KEY_PAIRS = 8
"""How many are made in one process, then taken in turn: a pair takes longer than many a test, and no test needs more
at once. Key ids are always new."""
ALGORITHM = "RS256"


_FOREIGN = -1
"""The place of the pair that no platform's turn comes to."""
_turns = itertools.count()


@functools.cache
def _key_pair(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair with its key id."""

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def new(cls) -> "SigningKey":
        """Make a new key with a random id, 20 hexadecimal digits as Moodle's."""
        return cls(secrets.token_hex(10), _key_pair(next(_turns) % KEY_PAIRS))

    @classmethod
    def foreign(cls) -> "SigningKey":
        """Make a key that no platform of this process signs with: a turn of `new` could come to the platform's own."""
        return cls(secrets.token_hex(10), _key_pair(_FOREIGN))

    def as_jwk(self) -> dict[str, object]:
        """Give the public half as Moodle publishes it."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "alg": ALGORITHM,
            "kid": self.kid,
            "e": _base64(numbers.e),
            "n": _base64(numbers.n),
            "use": "sig",
        }


class PlatformKeys:
    """The keys of the platform; the first one signs."""

    def __init__(self) -> None:
        self.keys = [SigningKey.new()]

    def rotate(self, *, keep_old: bool = True) -> SigningKey:
        """Sign with a new key from now on; without `keep_old` the old ones leave the key set. Returns the new key."""
        self.keys = [SigningKey.new(), *(self.keys if keep_old else [])]
        return self.keys[0]

    def jwks(self) -> dict[str, object]:
        """Give the key set."""
        return {"keys": [key.as_jwk() for key in self.keys]}

    def sign(
        self,
        claims: Mapping[str, object],
        headers: Mapping[str, object] | None = None,
        *,
        key: object = None,
        algorithm: str = ALGORITHM,
    ) -> str:
        """Sign claims, right or wrong. `headers` are added to typ, alg and kid; a header given as None is left out.

        `key`: a SigningKey, or whatever the algorithm takes (bytes for HS256, None with `none`); without it the
        platform's own key signs.
        """
        signing = self.keys[0] if key is None else key
        material: object = signing.private if isinstance(signing, SigningKey) else signing
        kid = signing.kid if isinstance(signing, SigningKey) else self.keys[0].kid
        full: dict[str, object] = {"typ": "JWT", "alg": algorithm, "kid": kid, **(headers or {})}
        return _encode({name: value for name, value in full.items() if value is not None}, claims, material, algorithm)


def _encode(headers: Mapping[str, object], claims: Mapping[str, object], key: object, algorithm: str) -> str:
    """Sign with the algorithm's own code: jwt.encode would refuse some of the wrong tokens that tests need."""
    signer = jwt.get_algorithm_by_name(algorithm)
    parts = [_base64(json.dumps(part, separators=(",", ":")).encode()) for part in (headers, claims)]
    signed = ".".join(parts)
    material = None if algorithm == "none" else _material(signer, key)
    return f"{signed}.{_base64(signer.sign(signed.encode(), material))}"


def _material(signer: jwt.algorithms.Algorithm, key: object) -> object:
    # HMAC's prepare_key refuses public keys as secrets, which is the very attack a test mints.
    return key if isinstance(key, bytes) else signer.prepare_key(key)


def _base64(value: int | bytes) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big") if isinstance(value, int) else value
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
