"""What a cell of a file may hold: marshmallow fields whose messages name no value (shared by all files)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

LONGEST_NUMBER, LONGEST_KEY, LONGEST_NAME = 255, 100, 200
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_YEAR, LAST_YEAR = 1990, 2100


class YesNo(fields.Boolean):
    """`yes` or `no`."""

    truthy = {"yes"}  # noqa: RUF012 (marshmallow reads it as a class attribute)
    falsy = {"no"}  # noqa: RUF012
    default_error_messages = {"invalid": "is neither yes nor no"}  # noqa: RUF012


class Day(fields.Field[date]):
    """A date as 2026-11-22."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        return _to_day(value)


class Moment(fields.Field[Any]):
    """A date, or a date with a time; a time without an offset is the institution's own."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date | datetime:
        if len(value) <= len("2026-11-22"):
            return _to_day(value)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValidationError("is neither a date as 2026-11-22 nor a time as 2026-11-22T14:30") from error
        _check_year(instant.year)
        return instant


def _to_day(value: str) -> date:
    try:
        if not DATE.fullmatch(value):
            raise ValueError(value)
        day = date.fromisoformat(value)
    except ValueError as error:
        raise ValidationError("is no date as 2026-11-22") from error
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(f"is not within the years {FIRST_YEAR} to {LAST_YEAR}")


def whole_number(least: int, most: int = 2**53) -> fields.Integer:
    """Return a field for a whole number from `least` on."""
    return fields.Integer(
        validate=validate.Range(least, most, error=f"is no whole number from {least} on"),
        error_messages={"invalid": f"is no whole number from {least} on"},
    )


def text(most: int, *, least: int = 0) -> fields.String:
    """Return a field for text of `least` to `most` characters that can all be shown."""
    return fields.String(
        load_default="",
        validate=[
            validate.Length(min=least, max=most, error=f"has not {least} to {most} characters"),
            validate.Predicate("isprintable", error="has characters that cannot be shown"),
        ],
    )


def one_of(*words: str) -> fields.String:
    """Return a field for one of some words."""
    return fields.String(validate=validate.OneOf(words, error=f"is none of {', '.join(words)}"))
