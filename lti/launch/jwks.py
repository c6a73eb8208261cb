"""The platforms' public keys: cached in the database, fetched anew when they expire or a key is not among them."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bridge.egress import DIRECT, Egress
from bridge.store.database import Sessions, reading, writing
from bridge.store.keys import KeySetRecord, claim_key_fetch, load_key_set, save_key_set
from bridge.store.registrations import RegistrationRecord
from lti.errors import KeysUnavailable
from lti.launch.fetching import Fetched, FetchFailed, fetch_document

NOT_WITHIN = timedelta(seconds=30)
"""The flood limit: a registration's keys are not asked for twice within this time."""
UNDER_WAY = timedelta(seconds=6)
"""For so long after a try began, its answer may still come."""
LIFE_WITHOUT_HEADER = timedelta(hours=1)
SHORTEST_LIFE = timedelta(minutes=1)
LONGEST_LIFE = timedelta(hours=24)
MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})", re.IGNORECASE)
MOST_KEYS = 50
LONGEST_KID = 255
KEY_BITS = range(2048, 8193)


@dataclass(frozen=True, slots=True)
class KeyCache:
    """Finds the public keys of registrations; safe to use from several threads and processes."""

    sessions: Sessions
    now: Callable[[], datetime]
    allow_insecure: bool
    report: Callable[[str], None]
    """Told the reason when a fetch fails."""
    egress: Egress = DIRECT
    """The way out to the platforms."""

    def find_key(self, registration: RegistrationRecord, kid: str) -> RSAPublicKey | None:
        """Return the key `kid` of the registration's platform; None when the platform has no such key.

        Keys already known go on working while the platform's address is down.

        Raises:
            KeysUnavailable: the key is not known and the platform cannot be asked just now.
        """
        cached = self._load(registration)
        known = _public_key(cached.key_set, kid)
        if known is not None and self.now() < cached.expires_at:
            return known
        if self._claim(registration):
            if self._fetch(registration):
                return _public_key(self._load(registration).key_set, kid)
        elif known is None:
            cached = self._wait_for_other(registration)
            return self._key_after_wait(cached, kid)
        if known is None:
            raise KeysUnavailable
        return known

    def _load(self, registration: RegistrationRecord) -> KeySetRecord:
        with reading(self.sessions) as db:
            return load_key_set(db, registration.registration_id)

    def _claim(self, registration: RegistrationRecord) -> bool:
        with writing(self.sessions) as db:
            return claim_key_fetch(db, registration.registration_id, self.now(), not_within=NOT_WITHIN)

    def _fetch(self, registration: RegistrationRecord) -> bool:
        try:
            fetched = fetch_document(registration.key_set_url, allow_insecure=self.allow_insecure, egress=self.egress)
            key_set = parse_key_set(fetched.body)
        except FetchFailed as error:
            self.report(error.reason)
            return False
        now = self.now()
        with writing(self.sessions) as db:
            save_key_set(db, registration.registration_id, key_set, now, now + life_of(fetched))
        return True

    def _wait_for_other(self, registration: RegistrationRecord) -> KeySetRecord:
        """Return the key set once another request's fetch, if one is under way, has ended."""
        give_up = time.monotonic() + UNDER_WAY.total_seconds()
        while True:
            cached = self._load(registration)
            is_answered = cached.fetched_at >= cached.attempted_at
            is_over = self.now() - cached.attempted_at > UNDER_WAY or time.monotonic() > give_up
            if is_answered or is_over:
                return cached
            time.sleep(0.05)

    def _key_after_wait(self, cached: KeySetRecord, kid: str) -> RSAPublicKey | None:
        found = _public_key(cached.key_set, kid)
        if found is None and cached.fetched_at < cached.attempted_at:
            raise KeysUnavailable
        return found


def life_of(fetched: Fetched) -> timedelta:
    """Return how long fetched keys may be used: the answer's max-age, within a minute and a day."""
    found = MAX_AGE.search(fetched.headers.get("cache-control", ""))
    if found is None:
        return LIFE_WITHOUT_HEADER
    return min(max(timedelta(seconds=int(found.group(1))), SHORTEST_LIFE), LONGEST_LIFE)


def parse_key_set(body: bytes) -> dict[str, Any]:
    """Return the usable keys of a JWKS document: RSA signing keys with a kid. Others are left out.

    Raises:
        FetchFailed: it is no JWKS document.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise FetchFailed("not-json") from None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise FetchFailed("no-keys")
    usable: dict[str, dict[str, str]] = {}
    for key in keys[:MOST_KEYS]:
        plain = _plain_key(key)
        if plain is not None and plain["kid"] not in usable:
            usable[plain["kid"]] = plain
    return {"keys": list(usable.values())}


def _plain_key(key: object) -> dict[str, str] | None:
    """Return the public members of a usable key, and nothing else of it."""
    if not isinstance(key, dict) or key.get("kty") != "RSA":
        return None
    if key.get("use", "sig") != "sig" or key.get("alg", "RS256") != "RS256":
        return None
    plain = {name: key.get(name) for name in ("kty", "kid", "n", "e")}
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in plain.values()):
        return None
    if not 0 < len(str(plain["kid"])) <= LONGEST_KID:
        return None
    text = {name: str(value) for name, value in plain.items()}
    return text if _to_key(text) is not None else None


def _to_key(plain: dict[str, str]) -> RSAPublicKey | None:
    try:
        key = RSAAlgorithm.from_jwk(plain)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size in KEY_BITS else None


def _public_key(key_set: dict[str, Any], kid: str) -> RSAPublicKey | None:
    for key in key_set.get("keys", []):
        if key["kid"] == kid:
            return _to_key(key)
    return None
