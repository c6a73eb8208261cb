"""The slow, careful reading of a page that did not decode whole: row by row through marshmallow, for reasons.

The schemas are made from the structs of `wire`, so that the two readings cannot drift apart.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.log_records import MAX_ID, Rejected

T = TypeVar("T", bound=msgspec.Struct)

DROPPED_WHEN_LONG = frozenset({"other"})
"""Half of a JSON text is worth nothing."""
REASON_CHARACTERS = 500


def clean_text(text: str) -> str:
    """Return `text` without NUL and without lone surrogates, which PostgreSQL and UTF-8 cannot hold."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def read_rows(rows: Sequence[object], struct: type[T], key: str, place: str) -> tuple[list[T], list[Rejected]]:
    """Return the good rows, cleaned, and the bad ones with their reasons. Empty: two empty lists.

    `key` names the field that holds a row's id; a row without a usable one is named by its number and `place`.
    """
    good: list[T] = []
    rejected: list[Rejected] = []
    schema = schema_of(struct)
    for number, row in enumerate(rows, start=1):
        try:
            good.append(msgspec.convert(schema.load(_as_mapping(row)), struct))
        except (ValidationError, msgspec.ValidationError) as error:
            rejected.append(Rejected(_source_key(row, key, number, place), _reason(error)))
    return good, rejected


@cache
def schema_of(struct: type[msgspec.Struct]) -> Schema:
    """Return the marshmallow schema of a wire struct: fields without a default required, unknown ones left out."""
    described = msgspec.inspect.type_info(struct)
    assert isinstance(described, msgspec.inspect.StructType)  # noqa: S101 (narrowing for the type checker)
    members = {field.encode_name: _field_of(field.encode_name, field.type) for field in described.fields}
    for field in described.fields:
        members[field.encode_name].required = field.required
    return Schema.from_dict(members, name=struct.__name__)(unknown=EXCLUDE)


def _field_of(name: str, described: msgspec.inspect.Type) -> fields.Field[Any]:
    if isinstance(described, msgspec.inspect.IntType):
        return _WholeNumber(required=True, validate=validate.Range(min=described.ge, max=described.le))
    if isinstance(described, msgspec.inspect.StrType):
        limit = described.max_length or MAX_ID
        at_least = validate.Length(min=described.min_length or 0)
        return _CleanText(limit, name in DROPPED_WHEN_LONG, required=True, validate=at_least)
    if isinstance(described, msgspec.inspect.LiteralType):
        return fields.String(required=True, validate=validate.OneOf(described.values))
    if isinstance(described, msgspec.inspect.ListType):
        return fields.List(_field_of(name, described.item_type), required=True)
    if isinstance(described, msgspec.inspect.StructType):
        return fields.Nested(schema_of(described.cls))
    return _Flag(required=True)


class _WholeNumber(fields.Integer):
    """A JSON integer; true and "7" are none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class _CleanText(fields.String):
    """A text, cleaned and cut to what the column holds."""

    def __init__(self, limit: int, is_dropped_when_long: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._limit = limit
        self._is_dropped_when_long = is_dropped_when_long

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        cleaned = clean_text(value)
        if len(cleaned) <= self._limit:
            return cleaned
        return "" if self._is_dropped_when_long else cleaned[: self._limit]


class _Flag(fields.Boolean):
    """true, false, 1 or 0."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, int) or value not in (0, 1):
            raise self.make_error("invalid", input=value)
        return bool(value)


def _as_mapping(row: object) -> Mapping[str, Any]:
    if isinstance(row, dict):
        return row
    raise ValidationError("The row is not an object.")


def _source_key(row: object, key: str, number: int, place: str) -> str:
    value = row.get(key) if isinstance(row, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID:
        return str(value)
    return f"#{number} {place}".strip()[:100]


def _reason(error: ValidationError | msgspec.ValidationError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(_flatten("", error.messages))[:REASON_CHARACTERS]
    return str(error)[:REASON_CHARACTERS]


def _flatten(path: str, messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [line for key, inner in messages.items() for line in _flatten(f"{path}.{key}".strip("."), inner)]
    return [f"{path}: {' '.join(map(str, messages))}".removeprefix("_schema: ")]
