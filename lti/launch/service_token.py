"""Ask a platform for an access token to its services (LTI Security Framework 1.0, section 4.1).

The tool proves who it is by a client assertion that it signs; the token stays in this process's memory and goes into
one header alone: never into the database, a log or a repr.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from bridge.config import Settings
from bridge.egress import DIRECT, Egress
from bridge.store.database import Sessions
from bridge.store.registrations import RegistrationRecord
from lti.launch.fetching import Answer, FetchFailed, read_object, send_request
from lti.launch.keys import sign_jwt
from lti.launch.text import clean_text

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LASTS_FOR = timedelta(minutes=1)
CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""Both ends of an assertion's life are moved by it: platforms refuse what comes from their future."""
STOPS_EARLY_BY = timedelta(seconds=60)
"""A token is not used in its last minute: it could end on the way."""
LONGEST_LIFE = 24 * 3600
SHORT_LIFE = 300
"""Seconds that a token is taken to live where the platform does not say."""
LONGEST_TOKEN = 10_000
LONGEST_SAID = 200
ERROR = re.compile(r'"error"\s*:\s*"(.{1,500}?)"\s*[,}]', re.DOTALL)
SECRET_LIKE = re.compile(r"[A-Za-z0-9_\-./+=]{24,}")
TOKEN_CHARACTERS = re.compile(r"[\x21-\x7e]+")


class ServiceRefused(Exception):
    """A platform's service gave nothing usable; `reason` is a short code for the log."""

    def __init__(self, reason: str, said: str = "") -> None:
        self.reason = reason
        self.said = said
        """The platform's own words, on one line, without anything that looks like a secret."""
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """An access token to a platform's services."""

    token: str = field(repr=False)
    scopes: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceCaller:
    """Calls platforms' services; one for each process, used from several threads."""

    sign: Callable[[Mapping[str, object], datetime], str] = field(repr=False)
    allow_insecure: bool = False
    egress: Egress = DIRECT
    kept: dict[tuple[str, str, str], ServiceToken] = field(default_factory=dict, repr=False)
    """Issuer, client id and scope → its token; never by a row's id, which another platform's row may have later."""

    def find_token(self, registration: RegistrationRecord, scope: str, now: datetime) -> ServiceToken:
        """Return a token for `scope`, asking the platform when none is kept that lives for another minute.

        Raises:
            ServiceRefused: the platform cannot be reached, refuses, or grants something else.
        """
        key = (registration.issuer, registration.client_id, scope)
        kept = self.kept.get(key)
        if kept is None or now >= kept.ends_at - STOPS_EARLY_BY:
            kept = self.kept[key] = self._ask_token(registration, scope, now)
        return kept

    def forget_token(self, registration: RegistrationRecord, scope: str) -> None:
        """Drop a token that the platform no longer takes."""
        self.kept.pop((registration.issuer, registration.client_id, scope), None)

    def get(self, url: str, token: ServiceToken, accept: str) -> Answer:
        """Return the answer to a GET with the token, whatever its status.

        Raises:
            ServiceRefused: no whole answer came.
        """
        return self._send("GET", url, {"Authorization": f"Bearer {token.token}", "Accept": accept}, None)

    def _ask_token(self, registration: RegistrationRecord, scope: str, now: datetime) -> ServiceToken:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.sign(make_assertion(registration, now), now),
            "scope": scope,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._send("POST", registration.auth_token_url, headers, urlencode(form).encode())
        if answer.status != 200:
            raise ServiceRefused(f"token-status-{answer.status}", read_error(answer.body))
        return read_token(answer.body, scope, now)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            return send_request(method, url, headers, body, allow_insecure=self.allow_insecure, egress=self.egress)
        except FetchFailed as error:
            raise ServiceRefused(error.reason) from error


def make_service_caller(sessions: Sessions, settings: Settings) -> ServiceCaller:
    """Return a caller that signs with the tool's own key and goes out as the settings say."""
    sign = partial(sign_jwt, sessions, settings.secret_key)
    return ServiceCaller(sign, settings.allow_insecure_platforms, egress=settings.egress)


def make_assertion(registration: RegistrationRecord, now: datetime) -> dict[str, object]:
    """Return the claims by which the tool proves to the token address that it holds the client id."""
    return {
        "iss": registration.client_id,
        "sub": registration.client_id,
        "aud": registration.auth_token_url,
        "iat": int((now - CLOCKS_DIFFER_BY).timestamp()),
        "exp": int((now + CLOCKS_DIFFER_BY + ASSERTION_LASTS_FOR).timestamp()),
        "jti": secrets.token_urlsafe(32),
    }


def read_token(body: bytes, scope: str, now: datetime) -> ServiceToken:
    """Return the token of a 200 answer.

    Raises:
        ServiceRefused: it is no token, no bearer token, or not for `scope`.
    """
    answer = _parse(body)
    token, granted = answer.get("access_token"), answer.get("scope", scope)
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or not TOKEN_CHARACTERS.fullmatch(token):
        raise ServiceRefused("no-token")
    if str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise ServiceRefused("no-bearer-token")
    if not isinstance(granted, str) or scope not in granted.split():
        raise ServiceRefused("scope-not-granted")
    return ServiceToken(token, frozenset(granted.split()), now + timedelta(seconds=_life(answer.get("expires_in"))))


def read_error(body: bytes) -> str:
    """Return what an error body says; Moodle's is at times no valid JSON. Empty: nothing readable."""
    said = (read_object(body) or {}).get("error")
    if not isinstance(said, str):
        found = ERROR.search(body[:5000].decode("utf-8", "replace"))
        said = found.group(1) if found else ""
    return clean_text(SECRET_LIKE.sub("…", said), LONGEST_SAID)


def _life(expires_in: object) -> float:
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdigit() and len(expires_in) < 10:
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float) or not 0 < expires_in <= LONGEST_LIFE:
        return SHORT_LIFE
    return expires_in


def _parse(body: bytes) -> Mapping[str, object]:
    parsed = read_object(body)
    if not parsed:
        raise ServiceRefused("not-json")
    return parsed
