"""Send the registration request and read what the platform granted (LTI Dynamic Registration 1.0, 3.5 and 3.6)."""

import json
from typing import Any
from urllib.parse import urlsplit

from analytics.language import gettext
from bridge.egress import DIRECT, Egress
from bridge.store.pending_registrations import Granted
from lti.errors import RegistrationRefused
from lti.launch.fetching import FetchFailed, read_object, send_request
from lti.launch.memberships import SCOPE
from lti.registration.asking import TOOL_CONFIGURATION
from lti.registration.configuration import Configuration
from lti.registration.quoting import quote

LONGEST_ID = 255
SUCCEEDED = (200, 201)


def register(
    configuration: Configuration,
    registration_token: str,
    asked: dict[str, object],
    *,
    allow_insecure: bool,
    egress: Egress = DIRECT,
) -> Granted:
    """Send `asked` to the platform and return what it granted. Nothing is stored here.

    Raises:
        RegistrationRefused: the platform refused, in its own words; did not answer; or its answer cannot be used.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if registration_token:
        headers["Authorization"] = f"Bearer {registration_token}"
    endpoint, body = configuration.registration_endpoint, json.dumps(asked).encode()
    try:
        answer = send_request("POST", endpoint, headers, body, allow_insecure=allow_insecure, egress=egress)
    except FetchFailed as error:
        raise RegistrationRefused("registration-unanswered", detail=error.reason) from error
    if answer.status not in SUCCEEDED:
        words = quote(answer.body, answer.headers.get("content-type", ""), registration_token)
        says = f"{answer.status}: {words}" if words else str(answer.status)
        raise RegistrationRefused("registration-refused", platform_says=says, detail=f"status-{answer.status}")
    return read_grant(configuration, answer.body)


def read_grant(configuration: Configuration, body: bytes) -> Granted:
    """Return what a platform's answer of success grants; a scope that was not asked for is left out.

    Raises:
        RegistrationRefused: it names no usable client id, or is no JSON object.
    """
    document = read_object(body) or {}
    client_id = _plain_id(document.get("client_id"))
    if client_id is None:
        raise RegistrationRefused("registration-answer", found=gettext("It names no usable client_id."))
    return Granted(
        name=urlsplit(configuration.issuer).hostname or configuration.issuer,
        issuer=configuration.issuer,
        client_id=client_id,
        lti_deployment_id=_deployment_id(document),
        auth_login_url=configuration.auth_login_url,
        auth_token_url=configuration.auth_token_url,
        key_set_url=configuration.key_set_url,
        granted_scopes=_scopes(document),
    )


def _deployment_id(document: dict[str, Any]) -> str | None:
    about = document.get(TOOL_CONFIGURATION)
    return _plain_id(about.get("deployment_id")) if isinstance(about, dict) else None


def _scopes(document: dict[str, Any]) -> tuple[str, ...]:
    granted = document.get("scope")
    return (SCOPE,) if isinstance(granted, str) and SCOPE in granted.split() else ()


def _plain_id(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        return None
    return value if value.isascii() and value.isprintable() else None
