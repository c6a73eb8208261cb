"""The file an administrator describes a platform with: `lea platform add --from FILE.json`.

The names are those of Moodle's "Tool configuration details" window, beside the address of the site itself.
"""

import json
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
        text = path.read_bytes()[:LONGEST_FILE_BYTES].decode()
        described = _PlatformFileSchema().loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PlatformFileError(path.name, {"file": [f"cannot be read as JSON ({type(error).__name__})"]}) from error
    except ValidationError as error:
        problems = error.messages if isinstance(error.messages, dict) else {"file": error.messages}
        raise PlatformFileError(path.name, problems) from error
    assert isinstance(described, PlatformFile)  # noqa: S101 (narrowing for the type checker: the schema makes it)
    addresses = ("moodle_url", "issuer", "auth_login_url", "auth_token_url", "key_set_url")
    wrong = {name: reason for name in addresses if (reason := why_not(getattr(described, name), allow_insecure))}
    if wrong:
        raise PlatformFileError(path.name, {name: [reason] for name, reason in wrong.items()})
    return described


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
