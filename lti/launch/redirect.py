"""Build the authentication request that answers a login initiation (LTI Security Framework 1.0, section 5.1.1.2).

PyLTI1p3 knows its parameters; state and nonce are ours (256 random bits each), and an address with a query keeps it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from pylti1p3.cookie import CookieService
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.dict import ToolConfDict

from bridge.store.registrations import RegistrationRecord


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """Where to send the browser, and what its answer must bring back."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)


def build_auth_request(registration: RegistrationRecord, hints: Mapping[str, str], redirect_uri: str) -> AuthRequest:
    """Return the redirect to the platform with a fresh state and nonce.

    `hints` are login_hint and, where the platform sent one, lti_message_hint: they are echoed as they came.
    """
    kept = _Kept()
    login = _Login(registration, hints, kept)
    url = login.redirect(redirect_uri)
    return AuthRequest(_merge_query(url, registration.auth_login_url), kept.state, kept.nonce)


def _merge_query(url: str, auth_login_url: str) -> str:
    """Put the query of the platform's own address, if it has one, before ours."""
    own = urlsplit(auth_login_url)
    ours = url.removeprefix(auth_login_url).removeprefix("?")
    return urlunsplit((own.scheme, own.netloc, own.path, f"{own.query}&{ours}" if own.query else ours, ""))


class _Kept:
    """What the library hands over to be remembered."""

    state = ""
    nonce = ""


class _Hints(Request):
    def __init__(self, hints: Mapping[str, str]) -> None:
        self._hints = hints

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._hints.get(key, "")


class _StateKeeper(CookieService):
    """Takes the state where the library would set its own cookie, which third-party cookie rules lose."""

    def __init__(self, kept: _Kept) -> None:
        self._kept = kept

    def get_cookie(self, name: str) -> str | None:
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = None) -> None:
        self._kept.state = str(value)


class _NonceKeeper(SessionService):
    """Takes the nonce; it goes into the login's row."""

    def __init__(self, kept: _Kept) -> None:
        self._kept = kept

    def save_nonce(self, nonce: str) -> None:
        self._kept.nonce = nonce


class _Location(Redirect[str]):
    def __init__(self, url: str) -> None:
        self._url = url

    def do_redirect(self) -> str:
        return self._url

    def do_js_redirect(self) -> str:
        return self._url

    def set_redirect_url(self, location: str) -> None:
        self._url = location

    def get_redirect_url(self) -> str:
        return self._url


class _Login(OIDCLogin[_Hints, ToolConfDict, _NonceKeeper, _StateKeeper, str]):
    """The library's login for one registration that was found already."""

    def __init__(self, registration: RegistrationRecord, hints: Mapping[str, str], kept: _Kept) -> None:
        super().__init__(_Hints(hints), ToolConfDict({}), _NonceKeeper(kept), _StateKeeper(kept))
        self._found = (
            Registration()
            .set_issuer(registration.issuer)
            .set_client_id(registration.client_id)
            .set_auth_login_url(registration.auth_login_url)
        )

    def validate_oidc_login(self) -> Registration:
        return self._found

    def get_redirect(self, url: str) -> _Location:
        return _Location(url)

    def _get_uuid(self) -> str:
        return secrets.token_urlsafe(32)

    def _generate_nonce(self) -> str:
        return secrets.token_urlsafe(32)
