"""Bytes → records: a page decodes whole by msgspec, or row by row through marshmallow; a bad row never stops its page.

Envelopes (`maxid`, `courseid`, the list itself) must fit, else the answer is refused whole.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from bridge.log_records import LogPage, LogRow, Rejected
from bridge.moodle import wire
from bridge.moodle.error_names import name_error
from bridge.moodle.errors import AnswerCutShort, MoodleError, NotJson, UnexpectedShape
from bridge.moodle.functions import Call
from bridge.moodle.rows import clean_text, read_rows

FUTURE_SECONDS = 300
"""How far ahead of the clock an event's time may be."""
ROW_KEYS = {"events": "id", "courses": "id", "users": "id", "groups": "id", "deletions": "id", "sessions": "id"}
"""Which field names a row; the others are named by cmid."""

Redact = Callable[[str], str]
T = TypeVar("T", bound=msgspec.Struct)


def decode_whole(call: Call, body: bytes, shape: type[T], redact: Redact = str) -> T:
    """Return an answer that has no rows to set aside.

    Raises:
        MoodleError: Moodle's own error, no JSON, or another shape.
    """
    try:
        if b"\\u0000" not in body:
            return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    good, rejected = read_rows([parse(call, body, redact)], shape, "id", "")
    if rejected:
        raise UnexpectedShape(call.function, detail=rejected[0].reason)
    return good[0]


def decode_rows(
    call: Call, body: bytes, shape: type[T], place: str = "", redact: Any = str
) -> tuple[T, list[Rejected]]:
    """Return an answer with its good rows, and the rows that were set aside.

    Raises:
        MoodleError: Moodle's own error, no JSON, or an envelope of another shape.
    """
    try:
        if b"\\u0000" not in body:
            return msgspec.json.decode(body, type=shape), []
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return _decode_row_by_row(call, parse(call, body, redact), shape, place)


def _decode_row_by_row(call: Call, answer: object, shape: type[T], place: str) -> tuple[T, list[Rejected]]:
    if not isinstance(answer, dict):
        raise UnexpectedShape(call.function, detail="the answer is not an object")
    parts: dict[str, Any] = {}
    rejected: list[Rejected] = []
    for name, row_type in _lists_of(shape).items():
        rows = answer.get(name)
        if not isinstance(rows, list):
            raise UnexpectedShape(call.function, detail=f"`{name}` is not a list")
        good, bad = read_rows(rows, row_type, ROW_KEYS.get(name, "cmid"), f"{name} {place}")
        parts[name] = good
        rejected += bad
    try:
        envelope = {key: value for key, value in answer.items() if key not in parts}
        return msgspec.convert({**envelope, **parts}, shape), rejected
    except msgspec.ValidationError as error:
        raise UnexpectedShape(call.function, detail=str(error)) from error


def _lists_of(shape: type[msgspec.Struct]) -> dict[str, type[msgspec.Struct]]:
    described = msgspec.inspect.type_info(shape)
    assert isinstance(described, msgspec.inspect.StructType)  # noqa: S101 (narrowing for the type checker)
    return {
        field.encode_name: field.type.item_type.cls
        for field in described.fields
        if isinstance(field.type, msgspec.inspect.ListType)
        and isinstance(field.type.item_type, msgspec.inspect.StructType)
    }


def parse(call: Call, body: bytes, redact: Redact = str) -> object:
    """Return the JSON of an answer; lone surrogates pass, they are cleaned out of the rows.

    Raises:
        MoodleError: Moodle's own error, no JSON, or JSON that ends too early.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        kind: type[MoodleError] = AnswerCutShort if text and _ends_too_early(error, text) else NotJson
        raise kind(call.function, detail=f"{len(body)} bytes") from error
    if isinstance(answer, dict) and isinstance(answer.get("errorcode"), str):
        message = redact(clean_text(str(answer.get("message", ""))))[:300]
        raise name_error(
            call.function, clean_text(answer["errorcode"])[:100], message, names_a_course=call.names_a_course
        )
    return answer


def _ends_too_early(error: Exception, text: str) -> bool:
    if not isinstance(error, json.JSONDecodeError):
        return False
    # An escape that was cut is told a few characters before the end.
    return error.pos >= len(text) - 6 or error.msg.startswith("Unterminated string")


def decode_log_page(call: Call, body: bytes, after_id: int, now: float, redact: Redact = str) -> LogPage:
    """Return one page of the log; rows more than 5 minutes ahead of `now` (Unix seconds) are set aside.

    Raises:
        MoodleError: Moodle's own error, no JSON, or another shape.
    """
    page, rejected = decode_rows(call, body, wire.WireLogPage, f"after {after_id}", redact)
    latest = int(now) + FUTURE_SECONDS
    rows = page.events
    if rows and max(row.occurred for row in rows) > latest:
        rejected += [_from_the_future(row) for row in rows if row.occurred > latest]
        rows = [row for row in rows if row.occurred <= latest]
    return LogPage(page.maxid, tuple(rows), tuple(rejected))


def _from_the_future(row: LogRow) -> Rejected:
    return Rejected(str(row.log_id), "timecreated: more than 5 minutes in the future")


def instant(seconds: int) -> datetime | None:
    """Return the aware UTC instant of Unix seconds; 0 means none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def ids(values: Sequence[int]) -> str:
    """Return ids as the plugin takes them: one comma-separated parameter."""
    return ",".join(str(value) for value in values)
