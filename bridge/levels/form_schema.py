"""What a level's form may hold, entry by entry; each message says what is meant (docs/levels.md)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from analytics.level_words import MARKER_NAMES
from analytics.levels import Marker
from analytics.rules import CLOCK_ALONE_RULE, CLOCK_AND_TASK_RULE, DEFAULT_RULE, ConcernRule, Fact
from bridge.store.levels import LONGEST_LINE, LONGEST_NAME

HIGHEST_LEVEL, HIGHEST_WEIGHT, MOST_DAYS, LAST_WEEK, MOST_LINES, MOST_REASONS = 50, 9, 365, 60, 20, 10
NAMED_RULES: Mapping[str, ConcernRule] = {
    "default": DEFAULT_RULE,
    "clock-alone": CLOCK_ALONE_RULE,
    "clock-and-task": CLOCK_AND_TASK_RULE,
}
"""The rules that come with their measured worth."""
FACT_ENTRIES: Mapping[str, Fact] = {
    "days_without_evidence": Fact.CLOCK_DAYS,
    "below_percent": Fact.E_BELOW,
    "task_overdue_days": Fact.OVERDUE_DAYS,
    "sessions_missed": Fact.SESSIONS_MISSED,
    "sessions_missed_in_a_row": Fact.SESSIONS_MISSED_IN_A_ROW,
    "weeks_missed_in_a_row": Fact.WEEKS_MISSED_IN_A_ROW,
}
"""What a reason can ask for."""
NEEDED = "is missing"


class _Whole(fields.Integer):
    """A whole number, and no word that looks like one."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        message = f"is a whole number from {least} to {most}"
        super().__init__(
            strict=True,
            validate=validate.Range(least, most, error=message),
            error_messages={"invalid": message, "null": message, "required": NEEDED},
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class _Day(fields.Field[date]):
    """A date such as 2026-09-28."""

    default_error_messages = {"invalid": "is a date such as 2026-09-28", "null": "is a date such as 2026-09-28"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise self.make_error("invalid") from error


def _line(most: int, **kwargs: Any) -> fields.String:
    wrong = f"is a line of 1 to {most} characters"
    return fields.String(
        validate=[
            validate.Length(1, most, error=wrong),
            validate.Predicate("isprintable", error="has a character that cannot be shown, or a line break"),
            lambda text: _refuse_blank(text, wrong),
        ],
        error_messages={"invalid": wrong, "null": wrong, "required": NEEDED},
        **kwargs,
    )


def _refuse_blank(text: str, wrong: str) -> None:
    if text and not text.strip():
        raise ValidationError(wrong)


def _known(*names: str) -> dict[str, str]:
    listed = ", ".join(names)
    return {"unknown": f"is not known here. Known are: {listed}", "type": f"holds entries. Known are: {listed}"}


class _Expected(Schema):
    error_messages = _known("a_week", "a_day", "weight")
    a_week = _Whole(1, HIGHEST_LEVEL)
    a_day = _Whole(1, HIGHEST_LEVEL)
    weight = _Whole(1, HIGHEST_WEIGHT, load_default=1)


class _Expects(Schema):
    error_messages = _known(*MARKER_NAMES)

    @pre_load
    def take_bare_names(self, data: Any, **kwargs: Any) -> Any:
        """Take "tasks:" with nothing behind it for "tasks: {}"."""
        if not isinstance(data, Mapping):
            return data
        return {name: {} if value is None else value for name, value in data.items()}


_EXPECTS = _Expects.from_dict({marker.value: fields.Nested(_Expected) for marker in Marker}, name="_EveryMarker")
_CONDITIONS = Schema.from_dict(
    {name: _Whole(1, 100) if fact is Fact.E_BELOW else _Whole(1, MOST_DAYS) for name, fact in FACT_ENTRIES.items()},
    name="_Conditions",
)


class _Reason(_CONDITIONS):  # type: ignore[valid-type, misc]  # made from the table above
    error_messages = _known(*FACT_ENTRIES)


class _Concern(Schema):
    error_messages = _known("reasons", "review_weeks")
    reasons = fields.Dict(
        keys=_line(60),
        values=fields.Nested(_Reason),
        required=True,
        validate=validate.Length(1, MOST_REASONS, error=f"holds 1 to {MOST_REASONS} reasons, each with its name"),
        error_messages={"required": NEEDED, "invalid": "holds reasons, each with its name", "null": "holds reasons"},
    )
    review_weeks = fields.List(
        _Whole(1, LAST_WEEK),
        validate=validate.Length(1, LAST_WEEK, error="is a list of week numbers such as [3, 5, 8]"),
        error_messages={"invalid": "is a list of week numbers such as [3, 5, 8]", "null": "is a list of week numbers"},
    )


class _Rule(fields.Field[Any]):
    """The name of a rule that comes with its worth, or a rule of the school's own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            if value not in NAMED_RULES:
                raise ValidationError(f"is one of {', '.join(NAMED_RULES)}, or holds reasons")
            return NAMED_RULES[value]
        return _Concern().load(value)


class LevelForm(Schema):
    """The whole form."""

    error_messages = _known("agreed_by", "agreed_on", "effective_from", "expects", "concern", "who_intervenes")
    agreed_by = _line(LONGEST_NAME, load_default="")
    agreed_on = _Day(load_default=None)
    effective_from = _Day(load_default=None)
    expects = fields.Nested(
        _EXPECTS,
        required=True,
        error_messages={"required": "is missing: name at least one marker", "null": "names no marker"},
    )
    concern = _Rule(load_default=DEFAULT_RULE, error_messages={"null": "is a rule's name, or holds reasons"})
    who_intervenes = fields.List(
        _line(LONGEST_LINE),
        load_default=list,
        validate=validate.Length(0, MOST_LINES, error=f"is a list of at most {MOST_LINES} lines"),
        error_messages={"invalid": "is a list of lines, each beginning with a dash", "null": "is a list of lines"},
    )
