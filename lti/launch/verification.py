"""Verify a platform's id_token against the one login it answers (LTI Security Framework 1.0, section 5.1.3).

Every check is spelled out, those included that a library would make by default; each refusal has its reason code.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bridge.store.launches import LoginRecord
from bridge.store.registrations import RegistrationRecord
from lti.errors import LaunchRefused
from lti.launch.claims import LaunchClaims, read_claims
from lti.launch.deep_linking import is_own_return

ALGORITHM = "RS256"
LEEWAY = timedelta(seconds=60)
"""Either way: Moodle's tokens live 60 s, and clocks differ."""
OLDEST = timedelta(minutes=10)
"""How old a token may be: as old as the login it answers."""
LONGEST_LIFE = timedelta(days=1)
LATEST = 10**11
"""Seconds beyond any calendar; what is not below it, NaN included, is no time."""
LONGEST_TOKEN = 100_000
LONGEST_KID = 255
FORBIDDEN_HEADERS = ("jwk", "jku", "x5u", "x5c", "crit", "b64")
"""Headers that bring their own key, point to one, or change what is signed."""

KeyFinder = Callable[[str], RSAPublicKey | None]
"""A kid → the registration's public key; None when the platform has no such key."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the consumed login row fixes: nothing else is believed."""

    record: LoginRecord
    registration: RegistrationRecord
    lti_deployment_ids: frozenset[str]


def verify_launch(id_token: str, login: Login, find_key: KeyFinder, now: datetime) -> LaunchClaims:
    """Return the claims of a token that passes every check.

    The caller has consumed the login row before, so whatever happens here the login is used up.

    Raises:
        LaunchRefused: a check fails; its code says which.
        KeysUnavailable: `find_key` could not ask the platform.
    """
    kid = _check_header(id_token)
    key = find_key(kid)
    if key is None:
        raise LaunchRefused("unknown-key")
    claims = _check_signature(id_token, key)
    _check_issuer(claims, login.registration)
    _check_audience(claims, login.registration)
    _check_times(claims, now)
    _check_nonce(claims, login.record)
    launch = read_claims(claims)
    _check_deployment(launch, login)
    _check_target(launch, login.record)
    _check_return(launch, login.registration)
    return launch


def _check_header(id_token: str) -> str:
    if not 0 < len(id_token) <= LONGEST_TOKEN or not id_token.isascii() or id_token.count(".") != 2:
        raise LaunchRefused("bad-token")
    header = _parse_object(_decode_part(id_token.split(".")[0]))
    if header.get("alg") != ALGORITHM:
        raise LaunchRefused("bad-algorithm")
    kid = header.get("kid")
    if any(name in header for name in FORBIDDEN_HEADERS) or not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise LaunchRefused("bad-key-header")
    return kid


def _check_signature(id_token: str, key: RSAPublicKey) -> Mapping[str, object]:
    try:
        payload: bytes = jwt.PyJWS().decode(id_token, key, algorithms=[ALGORITHM])
    except jwt.InvalidSignatureError as error:
        raise LaunchRefused("bad-signature") from error
    except jwt.PyJWTError as error:
        raise LaunchRefused("bad-token") from error
    return _parse_object(payload)


def _check_issuer(claims: Mapping[str, object], registration: RegistrationRecord) -> None:
    if claims.get("iss") != registration.issuer:
        raise LaunchRefused("wrong-issuer")


def _check_audience(claims: Mapping[str, object], registration: RegistrationRecord) -> None:
    """Take the own client id as the only audience: no further one is trusted, so `azp` can only repeat it."""
    aud = claims.get("aud")
    audiences = aud if isinstance(aud, list) else [aud]
    if not audiences or any(audience != registration.client_id for audience in audiences):
        raise LaunchRefused("wrong-audience")
    is_azp_required = len(audiences) > 1
    if ("azp" in claims or is_azp_required) and claims.get("azp") != registration.client_id:
        raise LaunchRefused("wrong-audience")


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    present, leeway = now.timestamp(), LEEWAY.total_seconds()
    issued_at, expires_at = _seconds(claims, "iat"), _seconds(claims, "exp")
    if "nbf" in claims and _seconds(claims, "nbf") > present + leeway:
        raise LaunchRefused("token-from-future")
    if issued_at > present + leeway:
        raise LaunchRefused("token-from-future")
    if expires_at <= present - leeway:
        raise LaunchRefused("token-expired")
    if issued_at < present - OLDEST.total_seconds() - leeway:
        raise LaunchRefused("token-too-old")
    if expires_at <= issued_at:
        raise LaunchRefused("bad-times")
    if expires_at - issued_at > LONGEST_LIFE.total_seconds():
        raise LaunchRefused("token-too-old")


def _seconds(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < LATEST:
        raise LaunchRefused("bad-times")
    return value


def _check_nonce(claims: Mapping[str, object], record: LoginRecord) -> None:
    # The row is gone already: a second post of the same token finds no login, so each nonce is used once.
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce.isascii() or not compare_digest(nonce, record.nonce):
        raise LaunchRefused("wrong-nonce")


def _check_deployment(launch: LaunchClaims, login: Login) -> None:
    if launch.lti_deployment_id not in login.lti_deployment_ids:
        raise LaunchRefused("wrong-deployment")
    if login.record.lti_deployment_id not in (None, launch.lti_deployment_id):
        raise LaunchRefused("wrong-deployment")


def _check_target(launch: LaunchClaims, record: LoginRecord) -> None:
    # The login was only accepted for an address of the tool's own; the claim must name the very same one.
    if launch.target_link_uri != record.target_link_uri:
        raise LaunchRefused("wrong-target")


def _check_return(launch: LaunchClaims, registration: RegistrationRecord) -> None:
    if launch.deep_linking is not None and not is_own_return(launch.deep_linking.return_url, registration):
        raise LaunchRefused("foreign-return")


def _decode_part(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise LaunchRefused("bad-token") from error


def _parse_object(data: bytes) -> dict[str, object]:
    """Return a JSON object; text that two parsers could read differently (a key twice, NaN) is refused."""
    try:
        parsed = json.loads(data, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise LaunchRefused("bad-token") from error
    if not isinstance(parsed, dict):
        raise LaunchRefused("bad-token")
    return parsed


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return unique


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")
