"""Read from the models what each table and column is: name, type, unit, key, and the words beside it in the code."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from sqlalchemy import JSON, Boolean, Column, Date, String, Table, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from bridge.schema.base import Base, UtcDateTime

UNITS: tuple[tuple[str, str], ...] = (
    (r"day_no$", "days since 1970-01-01, in the institution's zone"),
    (r"week_no$", "teaching week, from 1"),
    (r"(^|_)days$", "days"),
    (r"_seconds$", "seconds"),
    (r"^percent$", "per cent"),
    (r"_count$|^rows_", "rows"),
    (r"^credits$", "credits"),
)
"""What the name of a whole number's column says of its unit."""


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """One column as docs/database.md tells it."""

    name: str
    type: str
    """PostgreSQL's type."""
    unit: str
    """Empty: what counts or names has none."""
    is_key: bool
    is_nullable: bool
    refers_to: str
    """`table.column`, or empty."""
    meaning: str
    """What stands beside the column in the code; empty where its name says it."""


@dataclass(frozen=True, slots=True)
class TableWords:
    """One table as docs/database.md tells it."""

    name: str
    meaning: str
    columns: tuple[ColumnWords, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The tables of one module of `bridge.schema`, under its sentence of purpose."""

    name: str
    purpose: str
    tables: tuple[TableWords, ...]


def read_subjects() -> tuple[Subject, ...]:
    """Return all tables of the models by subject, subjects by name, tables in the code's order."""
    found: dict[str, list[TableWords]] = {}
    for mapper in sorted(Base.registry.mappers, key=lambda one: _line_of(one.class_)):
        module = sys.modules[mapper.class_.__module__]
        table = mapper.local_table
        assert isinstance(table, Table)  # noqa: S101 (narrowing: every mapped class here has a table)
        beside = _read_module(module)[mapper.class_.__name__]
        words = tuple(_describe(column, beside.get(column.name, "")) for column in table.columns)
        meaning = _one_line(inspect.getdoc(mapper.class_) or "")
        found.setdefault(module.__name__, []).append(TableWords(table.name, meaning, words))
    return tuple(
        Subject(name.rpartition(".")[2], _one_line(sys.modules[name].__doc__ or ""), tuple(tables))
        for name, tables in sorted(found.items())
    )


def _line_of(model: type) -> int:
    return inspect.getsourcelines(model)[1]


@cache
def _read_module(module: ModuleType) -> Mapping[str, Mapping[str, str]]:
    """Return class → attribute → the string that stands below the attribute."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: dict(_read_class(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _read_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for before, after in zip(node.body, node.body[1:], strict=False):
        if not isinstance(before, ast.AnnAssign) or not isinstance(before.target, ast.Name):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield before.target.id, _one_line(str(after.value.value))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _describe(column: Column[object], meaning: str) -> ColumnWords:
    (key,) = column.foreign_keys or (None,)
    return ColumnWords(
        name=column.name,
        type=_name_type(column.type),
        unit=_find_unit(column),
        is_key=column.primary_key,
        is_nullable=bool(column.nullable),
        refers_to="" if key is None else key.target_fullname,
        meaning=meaning,
    )


def _name_type(kind: TypeEngine[object]) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    said = kind.compile(dialect).lower()
    return said.replace("timestamp with time zone", "timestamptz")


def _find_unit(column: Column[object]) -> str:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return "instant, UTC"
    if isinstance(kind, Date):
        return "day"
    if isinstance(kind, JSON):
        return "JSON"
    if isinstance(kind, String | Text | Boolean):
        return ""
    return next((unit for pattern, unit in UNITS if re.search(pattern, column.name)), "")
