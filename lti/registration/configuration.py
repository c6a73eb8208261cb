"""Fetch and check a platform's OpenID configuration before anything is sent to it (LTI Dynamic Registration 1.0, 3.4).

Everything in it was chosen by whoever sent the address, so all addresses must be of one origin, the
issuer's, and stand below its path.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from analytics.language import gettext, mark
from bridge.egress import DIRECT, Egress
from bridge.platform_file import why_not
from bridge.store.registrations import is_plain
from lti.errors import RegistrationRefused
from lti.launch.fetching import FetchFailed, fetch_document, read_object
from lti.launch.memberships import SCOPE
from lti.launch.text import clean_text
from lti.origins import origin_of

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^\\#\s]*)?")
"""Narrow, so that no two readers of an address can disagree about its host."""
LONGEST_PRODUCT = 100
MOST_SCOPES = 200


NOT_PERMITTED = {
    "is not an address": mark("{name} is not an address."),
    "is not an https:// address": mark("{name} is not an https:// address."),
    "must be https (LEA_ALLOW_INSECURE_PLATFORMS=1 allows http, for trials only)": mark(
        "{name} must be https (LEA_ALLOW_INSECURE_PLATFORMS=1 allows http, for trials only)."
    ),
    "is not a public address (LEA_ALLOW_INSECURE_PLATFORMS=1 allows it, for trials only)": mark(
        "{name} is not a public address (LEA_ALLOW_INSECURE_PLATFORMS=1 allows it, for trials only)."
    ),
}
"""What `why_not` answers → the sentence of the page."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a platform says about itself, checked."""

    address: str
    """Where it was read."""
    issuer: str
    product: str
    """Name and version of the platform's software; empty where it says none."""
    registration_endpoint: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    offers_memberships: bool


ENDPOINTS = {
    "registration_endpoint": "registration_endpoint",
    "auth_login_url": "authorization_endpoint",
    "auth_token_url": "token_endpoint",
    "key_set_url": "jwks_uri",
}


def load_configuration(address: str, *, allow_insecure: bool, egress: Egress = DIRECT) -> Configuration:
    """Return the configuration at `address`, fetched under the limits of `lti.launch.fetching`.

    Raises:
        RegistrationRefused: the address is not permitted, nothing usable came in time, or what came does not fit.
    """
    _check(address, "The address of the configuration", allow_insecure)
    try:
        fetched = fetch_document(address, allow_insecure=allow_insecure, egress=egress)
    except FetchFailed as error:
        raise RegistrationRefused("configuration-unreachable", detail=error.reason) from error
    return read_configuration(address, fetched.body, allow_insecure=allow_insecure)


def read_configuration(address: str, body: bytes, *, allow_insecure: bool) -> Configuration:
    """Return what the document `body`, read at `address`, says.

    Raises:
        RegistrationRefused: it is no configuration, or names an address that is not permitted or of another origin.
    """
    document = read_object(body)
    if document is None:
        raise RegistrationRefused("configuration-bad", found=gettext("It is not a JSON object."))
    issuer = _address(document, "issuer", address, allow_insecure)
    if "?" in issuer:
        raise RegistrationRefused("configuration-bad", found=gettext("The issuer has a query."))
    endpoints = {ours: _address(document, theirs, address, allow_insecure) for ours, theirs in ENDPOINTS.items()}
    # Two sites can share a host: what stands beside the issuer's path is another's.
    if not is_below(address, issuer):
        found = gettext("The address of the configuration is not below the issuer's address.")
        raise RegistrationRefused("configuration-foreign", found=found)
    for name, below in endpoints.items():
        if not is_below(below, issuer):
            found = gettext("{name} is not below the issuer's address.", name=ENDPOINTS[name])
            raise RegistrationRefused("configuration-foreign", found=found)
    scopes = document.get("scopes_supported")
    return Configuration(
        address=address,
        issuer=issuer,
        product=_product(document),
        offers_memberships=isinstance(scopes, list) and SCOPE in scopes[:MOST_SCOPES],
        **endpoints,
    )


def _address(document: dict[str, Any], name: str, address: str, allow_insecure: bool) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise RegistrationRefused("configuration-bad", found=gettext("It has no usable {name}.", name=name))
    _check(value, name, allow_insecure)
    if origin_of(value) != origin_of(address):
        found = gettext("{name} is at another site than the configuration.", name=name)
        raise RegistrationRefused("configuration-foreign", found=found)
    return value


def is_below(address: str, issuer: str) -> bool:
    """Say whether an address of the issuer's own origin stands below the issuer's path, read by any reader."""
    path = urlsplit(address).path.lower().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/")
    if any(part in (".", "..") for part in path.split("/")):
        return False
    return urlsplit(address).path.startswith(urlsplit(issuer).path.rstrip("/") + "/")


def _check(address: str, name: str, allow_insecure: bool) -> None:
    if not is_plain(address) or not ADDRESS.fullmatch(address) or origin_of(address) is None:
        raise RegistrationRefused("configuration-bad", found=gettext("{name} is not an address.", name=name))
    if reason := why_not(address, allow_insecure):
        raise RegistrationRefused("platform-insecure", found=gettext(NOT_PERMITTED[reason], name=name))


def _product(document: dict[str, Any]) -> str:
    about = document.get(PLATFORM_CONFIGURATION)
    named = [about.get(name) for name in ("product_family_code", "version")] if isinstance(about, dict) else []
    return clean_text(" ".join(part for part in named if isinstance(part, str)), LONGEST_PRODUCT)
