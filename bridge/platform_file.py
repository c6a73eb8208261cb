"""How an administrator describes a platform: `lea platform add --from FILE.json`, or the same by options.

The names are those of Moodle's "Tool configuration details" window, beside the address of the site itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from bridge.errors import PlatformFileError

LONGEST_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """A platform and one registration of this tool on it."""

    name: str
    moodle_url: str
    """The site's wwwroot, without a trailing slash."""
    issuer: str
    client_id: str
    deployment_ids: tuple[str, ...]
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    memberships: bool
    """Whether the platform lets this tool use its membership service (Names and Role Provisioning)."""


class _PlatformFileSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(load_default="Moodle", validate=validate.Length(min=1, max=200))
    moodle_url = fields.String(load_default=None, allow_none=True)
    issuer = fields.String(required=True)
    client_id = fields.String(required=True, validate=validate.Length(min=1, max=255))
    deployment_ids = fields.List(
        fields.String(validate=validate.Length(min=1, max=255)), required=True, validate=validate.Length(min=1, max=100)
    )
    auth_login_url = fields.String(required=True)
    auth_token_url = fields.String(required=True)
    key_set_url = fields.String(required=True)
    memberships = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_kwargs: Any) -> PlatformFile:
        data["moodle_url"] = (data["moodle_url"] or data["issuer"]).rstrip("/")
        data["deployment_ids"] = tuple(data["deployment_ids"])
        return PlatformFile(**data)


def read_platform_file(path: Path, *, allow_insecure: bool) -> PlatformFile:
    """Return what the file at `path` describes.

    Raises:
        PlatformFileError: it cannot be read, is no JSON object, lacks a name, or holds an address that is not https or
            is not public, unless `allow_insecure` (a trial on one machine).
    """
    try:
        with path.open("rb") as file:
            given = json.loads(file.read(LONGEST_FILE_BYTES).decode())
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise PlatformFileError(path.name, {"file": [f"cannot be read as JSON ({type(error).__name__})"]}) from error
    if not isinstance(given, dict):
        raise PlatformFileError(path.name, {"file": ["is not a JSON object"]})
    return describe_platform(given, source=path.name, allow_insecure=allow_insecure)


def describe_platform(given: Mapping[str, Any], *, source: str, allow_insecure: bool) -> PlatformFile:
    """Return the platform that `given` (name → value) describes; `source` says in errors where it came from.

    Raises:
        PlatformFileError: a name is missing or does not fit, or an address is not https or not public, unless
            `allow_insecure` (a trial on one machine).
    """
    try:
        described = _PlatformFileSchema().load(given)
    except ValidationError as error:
        problems = error.messages if isinstance(error.messages, dict) else {"file": error.messages}
        raise PlatformFileError(source, problems) from error
    assert isinstance(described, PlatformFile)  # noqa: S101 (narrowing for the type checker: the schema makes it)
    addresses = ("moodle_url", "issuer", "auth_login_url", "auth_token_url", "key_set_url")
    wrong = {name: reason for name in addresses if (reason := why_not(getattr(described, name), allow_insecure))}
    if wrong:
        raise PlatformFileError(source, {name: [reason] for name, reason in wrong.items()})
    return described


def with_moodles_addresses(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` with the addresses that every Moodle has, where none was named: below the site, /mod/lti/….

    Without issuer and site nothing is added.
    """
    site = str(given.get("moodle_url") or given.get("issuer") or "").rstrip("/")
    pages = {"auth_login_url": "auth.php", "auth_token_url": "token.php", "key_set_url": "certs.php"}
    moodles = {name: f"{site}/mod/lti/{page}" for name, page in pages.items()} if site else {}
    return moodles | {name: value for name, value in given.items() if value is not None}


def why_not(address: str, allow_insecure: bool) -> str | None:
    """Return why `address` is no platform address, or None when it is one. Names are not looked up here."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("https", "http") or not host or parts.username is not None:
        return "is not an https:// address"
    if allow_insecure:
        return None
    if parts.scheme != "https":
        return "must be https (LEA_ALLOW_INSECURE_PLATFORMS=1 allows http, for trials only)"
    if not _is_public(host):
        return "is not a public address (LEA_ALLOW_INSECURE_PLATFORMS=1 allows it, for trials only)"
    return None


def _is_public(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return True
