"""Make the files that a person takes away: JSON and CSV, safe to open in a spreadsheet, named without a name."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import Response, make_response

BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins so may be calculated by a spreadsheet (OWASP, "CSV Injection"); the wide forms, too, in some."""


def neutralise(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe before it."""
    bare = cell.replace("\0", "")
    return f"'{bare}" if bare.lstrip(" ").startswith(FORMULA_STARTS) else bare


def make_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8 with its mark) in which no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([neutralise(cell) for cell in head])
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return (BOM + buffer.getvalue()).encode("utf-8", "replace")


def make_json(document: object) -> bytes:
    """Return a JSON file: dates as ISO 8601, instants in UTC."""
    return json.dumps(document, default=plain, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def plain(value: object) -> str:
    """Return a date or an instant as text.

    Raises:
        TypeError: the value is neither, and JSON has no form for it.
    """
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no plain form for {type(value).__name__}")


def make_download(content: bytes, content_type: str, file_name: str) -> Response:
    """Return an answer that the browser saves; `file_name` is plain ASCII and names nobody."""
    answer = make_response(content)
    answer.headers["Content-Type"] = content_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
