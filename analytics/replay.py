"""Turn an evaluation's inputs into JSON and back, so that it can be made again years later (docs/architecture.md).

``to_inputs`` keeps only what enters the numbers, so a stored evaluation holds no more about a learner than it needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from analytics.bands import Band, BandStep
from analytics.calendar import DateRange, TeachingCalendar
from analytics.engagement import ENGAGEMENT_CODE_VERSION
from analytics.evaluation import Evaluation, EvaluationInputs, asks_register, evaluate_week
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.level_document import level_from_json, level_to_json, rule_from_json, rule_to_json
from analytics.levels import Form, Marker, PublishedLevel
from analytics.markers import ACTIVITY_WEEKS
from analytics.tallies import list_evidence_days
from analytics.weeks import find_uncounted_weeks

Json = dict[str, Any]

REPLAYED_VERSIONS = frozenset({"engagement-1", ENGAGEMENT_CODE_VERSION})
"""The versions of the measuring code whose evaluations this one makes again, number by number: engagement-1 knew three
markers, no bank holidays and no unused marker, and is otherwise the same."""


class ReplayError(ValueError):
    """Stored inputs that this version of the code cannot replay."""


class InputsWriter:
    """Gives the inputs of many evaluations as plain JSON values; what several of them share is written once."""

    __slots__ = ("_calendars", "_levels")

    def __init__(self) -> None:
        # By identity, since to compare would cost more than to write; the object is kept so that its id stays its own.
        self._calendars: dict[int, tuple[TeachingCalendar, Json]] = {}
        self._levels: dict[int, tuple[PublishedLevel, Json, Json]] = {}

    def write(self, evaluation: Evaluation, *, is_trimmed: bool = False) -> Json:
        """Give an evaluation's inputs, trimmed to what its numbers are made of; ``is_trimmed``: they are already.

        Parts are shared: change nothing in what is given.
        """
        inputs = evaluation.inputs
        _, level, rule = self._levels.get(id(inputs.level)) or self._write_level(inputs.level)
        _, calendar = self._calendars.get(id(inputs.calendar)) or self._write_calendar(inputs.calendar)
        return {
            "code_version": evaluation.code_version,
            "week": inputs.week,
            "history": _history_to_json(inputs.history if is_trimmed else trim_history(inputs)),
            "calendar": calendar,
            "level": level,
            "rule": rule,
            "previous": [[step.is_counted, step.band, step.shown] for step in inputs.previous],
            "unused": sorted(inputs.unused),
        }

    def _write_level(self, level: PublishedLevel) -> tuple[PublishedLevel, Json, Json]:
        self._levels[id(level)] = (level, level_to_json(level), rule_to_json(level.rule))
        return self._levels[id(level)]

    def _write_calendar(self, calendar: TeachingCalendar) -> tuple[TeachingCalendar, Json]:
        self._calendars[id(calendar)] = (calendar, _calendar_to_json(calendar))
        return self._calendars[id(calendar)]


def to_inputs(evaluation: Evaluation) -> Json:
    """Give an evaluation's inputs as plain JSON values, trimmed to what its numbers are made of."""
    return InputsWriter().write(evaluation)


def from_inputs(stored: Mapping[str, Any]) -> EvaluationInputs:
    """Read stored inputs back.

    Raises: ReplayError when another version of the measuring code made them (REPLAYED_VERSIONS) or a part is lacking.
    """
    if stored.get("code_version") not in REPLAYED_VERSIONS:
        raise ReplayError(
            f"The inputs were stored by {stored.get('code_version')!r}, this is {ENGAGEMENT_CODE_VERSION!r}."
            " Replay them with the release that made them; the stored evaluation stands."
        )
    try:
        return EvaluationInputs(
            history=_history_from_json(stored["history"]),
            calendar=_calendar_from_json(stored["calendar"]),
            level=level_from_json(stored["level"], rule_from_json(stored["rule"])),
            week=stored["week"],
            previous=tuple(
                BandStep(is_counted, band and Band(band), shown and Band(shown))
                for is_counted, band, shown in stored["previous"]
            ),
            unused=frozenset(map(Marker, stored.get("unused", ()))),
            code_version=stored["code_version"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReplayError(f"The stored inputs are damaged ({error!r}). The stored evaluation stands.") from error


def replay(stored: Mapping[str, Any]) -> Evaluation:
    """Make an evaluation again from its stored inputs; equal to the one they came from.

    Raises: ReplayError as ``from_inputs`` does.
    """
    return evaluate_week(from_inputs(stored))


def trim_history(inputs: EvaluationInputs) -> LearnerHistory:
    """Keep what enters one week's evaluation: items of its window, the last evidence, nothing after its Sunday."""
    history, calendar = inputs.history, inputs.calendar
    sunday = calendar.sunday_of(inputs.week)
    days = {day for week in kept_weeks(inputs) for day in calendar.week_dates(week)}
    markers, is_kept = kept_markers(inputs), session_filter(inputs)
    trimmed = replace(
        history,
        visits=frozenset([visit for visit in history.visits if visit[0] in days]),
        evidence_days=frozenset(),
        tasks=tuple(
            replace(task, handed_in_on=None) if task.handed_in_on and task.handed_in_on > sunday else task
            for task in history.tasks
        ),
        sessions=tuple(session for session in history.sessions if session.held_on <= sunday and is_kept(session)),
        items=frozenset([item for item in history.items if item[0] in markers and item[1] in days]),
    )
    last = max((day for day in list_evidence_days(history) if day <= sunday), default=None)
    if last is None or last in list_evidence_days(trimmed):
        return trimmed
    return replace(trimmed, evidence_days=frozenset({last}))


def kept_weeks(inputs: EvaluationInputs) -> frozenset[int]:
    """Give the weeks whose items are stored: the evaluated one and the last 4 counted ones."""
    counted = [
        week for week, reason in enumerate(find_uncounted_weeks(inputs.history, inputs.calendar), 1) if not reason
    ]
    return frozenset({inputs.week, *[week for week in counted if week <= inputs.week][-ACTIVITY_WEEKS:]})


def kept_markers(inputs: EvaluationInputs) -> frozenset[Marker]:
    """Give the markers whose items are stored: those measured by them and used."""
    used = (one for one in inputs.level.expectations if one.marker not in inputs.unused)
    return frozenset(one.marker for one in used if one.form is Form.VISITS)


def session_filter(inputs: EvaluationInputs) -> Callable[[Session], bool]:
    """Give what tells whether a session is stored: one of the stored weeks and of a marker that is measured by them,
    or any of the register that the rule asks."""
    used = {one.marker for one in inputs.level.expectations if one.form is Form.SESSIONS} - inputs.unused
    whole = {Marker.ATTENDANCE} if asks_register(inputs.level, inputs.unused) else frozenset[Marker]()
    weeks, calendar = kept_weeks(inputs) if used else frozenset[int](), inputs.calendar

    def is_kept(session: Session) -> bool:
        return session.marker in whole or (session.marker in used and calendar.week_of(session.held_on) in weeks)

    return is_kept


def _history_to_json(history: LearnerHistory) -> Json:
    visits: dict[str, list[int]] = {}
    for day, cmid in sorted(history.visits):
        visits.setdefault(day.isoformat(), []).append(cmid)
    return {
        "enrolled_on": history.enrolled_on.isoformat(),
        "exemptions": _ranges_to_json(history.exemptions),
        "visits": visits,
        "evidence_days": sorted(day.isoformat() for day in history.evidence_days),
        "tasks": [
            [
                task.task_id,
                task.due_on.isoformat(),
                task.extended_to and task.extended_to.isoformat(),
                task.excused,
                task.handed_in_on and task.handed_in_on.isoformat(),
                task.is_teamwork,
            ]
            for task in history.tasks
        ],
        "sessions": [[session.held_on.isoformat(), session.status, session.marker] for session in history.sessions],
        "items": [[marker, day.isoformat(), item] for marker, day, item in sorted(history.items)],
    }


def _history_from_json(stored: Json) -> LearnerHistory:
    return LearnerHistory(
        enrolled_on=date.fromisoformat(stored["enrolled_on"]),
        exemptions=_ranges_from_json(stored["exemptions"]),
        visits=frozenset((date.fromisoformat(day), cmid) for day, cmids in stored["visits"].items() for cmid in cmids),
        evidence_days=frozenset(map(date.fromisoformat, stored["evidence_days"])),
        tasks=tuple(
            LearnerTask(
                task_id, date.fromisoformat(due_on), _day(extended_to), excused, _day(handed_in_on), is_teamwork
            )
            for task_id, due_on, extended_to, excused, handed_in_on, is_teamwork in stored["tasks"]
        ),
        sessions=tuple(
            Session(date.fromisoformat(held_on), SessionStatus(status), *map(Marker, marker))
            for held_on, status, *marker in stored["sessions"]
        ),
        items=frozenset(
            (Marker(marker), date.fromisoformat(day), item) for marker, day, item in stored.get("items", ())
        ),
    )


def _calendar_to_json(calendar: TeachingCalendar) -> Json:
    return {
        "version": calendar.version,
        "first_monday": calendar.first_monday.isoformat(),
        "week_count": calendar.week_count,
        "breaks": _ranges_to_json(calendar.breaks),
        "outages": _ranges_to_json(calendar.outages),
        "bank_holidays": _ranges_to_json(calendar.bank_holidays),
    }


def _calendar_from_json(stored: Json) -> TeachingCalendar:
    return TeachingCalendar(
        first_monday=date.fromisoformat(stored["first_monday"]),
        week_count=stored["week_count"],
        breaks=_ranges_from_json(stored["breaks"]),
        outages=_ranges_from_json(stored["outages"]),
        version=stored["version"],
        bank_holidays=_ranges_from_json(stored.get("bank_holidays", [])),
    )


def _ranges_to_json(ranges: tuple[DateRange, ...]) -> list[list[str]]:
    return [[days.first.isoformat(), days.last.isoformat()] for days in ranges]


def _ranges_from_json(stored: list[list[str]]) -> tuple[DateRange, ...]:
    return tuple(DateRange(date.fromisoformat(first), date.fromisoformat(last)) for first, last in stored)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
