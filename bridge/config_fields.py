"""Kinds of settings that marshmallow does not have: a zone, hosts, pairs, addresses, a port or nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError
from marshmallow import fields as ma

from analytics.policy.retention import DataKind
from bridge.egress import LOOPBACK, read_addresses, read_hosts

ELSEWHERE = frozenset({"host", "port", "dsn"})
"""Options by which the client would go where the address itself does not say."""
UNPROTECTED = frozenset({"interface", "verify"})
"""Options that could take away what TLS is asked for."""


class ZoneField(ma.Field[ZoneInfo]):
    """An IANA zone name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValidationError(f"{value!r} is not an IANA time zone such as Europe/London") from error


class HostsField(ma.Field[frozenset[str]]):
    """Host names with commas between."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[str]:
        try:
            return read_hosts(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class PairsField(ma.Field[dict[DataKind, Any]]):
    """kind=value with commas between; the kinds are those of `analytics.policy.retention`."""

    def __init__(self, read: Callable[[str], Any], what: str) -> None:
        super().__init__()
        self.read, self.what = read, what

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[DataKind, Any]:
        pairs: dict[DataKind, Any] = {}
        for part in filter(None, map(str.strip, str(value).split(","))):
            kind, _, told = part.partition("=")
            try:
                pairs[DataKind(kind.strip())] = self.read(told.strip())
            except ValueError as error:
                raise ValidationError(f"{part!r} is not kind={self.what}; `lea retention status` lists both") from error
        return pairs


class OptionalEmail(ma.Email):
    """One address, or nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs))

    def _validate(self, value: Any) -> None:
        if value:
            super()._validate(value)


class OptionalPort(ma.Field[int | None]):
    """A port's number, or nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | None:
        given = str(value).strip()
        if given and not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
            raise ValidationError("is no port")
        return int(given) if given else None


class FactsUrl(ma.String):
    """A ClickHouse by `clickhousedb://`, over TLS but for this machine's own; or nothing.

    The driver takes every option of the query for its own, so those that would undo this are refused.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        given = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        parts = urlsplit(given)
        if given and parts.scheme != "clickhousedb":
            raise ValidationError("must begin with clickhousedb://")
        options = parse_qs(parts.query, keep_blank_values=True)
        is_near = parts.hostname is None or parts.hostname in LOOPBACK
        if not is_near and options.get("secure") != ["true"]:
            raise ValidationError("must end with ?secure=true: facts are about people, and the password goes with them")
        refused = options.keys() & (ELSEWHERE if is_near else ELSEWHERE | UNPROTECTED)
        if refused:
            raise ValidationError(f"may not have {', '.join(sorted(refused))}: where facts go, and TLS, are not undone")
        return given


class AddressesField(ma.Field[frozenset[str]]):
    """IP addresses with commas between."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[str]:
        try:
            return read_addresses(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error
