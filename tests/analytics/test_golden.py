"""Twenty made-up learners over twelve weeks: every number, band, reason and sentence as the definition has them."""

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics.calendar import DateRange, TeachingCalendar, local_date
from analytics.engagement import measure_engagement, measure_weeks
from analytics.evaluation import Evaluation, evaluate_weeks
from analytics.explain import parse_sentence
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.levels import Marker, PublishedLevel
from tests.analytics.strategies import published_level

Case = dict[str, Any]

GOLDEN = Path(__file__).parent.parent / "golden"
SETUP: Case = json.loads((GOLDEN / "setup.json").read_text(encoding="utf-8"))
ZONE = ZoneInfo(SETUP["zone"])
WEEK_COUNT = 12
CASES = sorted(path.stem for path in GOLDEN.glob("*.json") if path.stem != "setup")


def load_case(name: str) -> Case:
    case: Case = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return case


def day_of(text: str | None) -> date | None:
    if text is None:
        return None
    return local_date(datetime.fromisoformat(text), ZONE) if "T" in text else date.fromisoformat(text)


def known_day(text: str) -> date:
    day = day_of(text)
    assert day is not None
    return day


def weeks_off(first_monday: date, weeks: list[int]) -> tuple[DateRange, ...]:
    mondays = [first_monday + timedelta(weeks=week - 1) for week in weeks]
    return tuple(DateRange(monday, monday + timedelta(days=6)) for monday in mondays)


def calendar_of(case: Case) -> TeachingCalendar:
    module = SETUP["modules"][case["module"]]
    monday = date.fromisoformat(SETUP["monday"])
    breaks, outages = weeks_off(monday, module["breaks"]), weeks_off(monday, module["outages"])
    return TeachingCalendar(monday, WEEK_COUNT, breaks, outages, version="golden")


def level_of(case: Case) -> PublishedLevel:
    published = SETUP["modules"][case["module"]]["published"]
    first, second, third = published["weights"]
    markers = {Marker.ACTIVITY, Marker.TASKS} | ({Marker.ATTENDANCE} if published["attendance"] else set())
    return published_level(
        published["version"],
        date.fromisoformat(SETUP["monday"]),
        markers,
        published["level"],
        published["a_day"],
        (first, second, third),
    )


def history_of(case: Case) -> LearnerHistory:
    events = [(known_day(time), cmid) for time, cmid in case["events"]]
    other_days = [day for day, cmid in events if cmid is None]
    other_days += [known_day(text) for text in [*case["meetings"], *case["self_declared"]]]
    return LearnerHistory(
        enrolled_on=known_day(case["enrolled"]),
        exemptions=weeks_off(date.fromisoformat(SETUP["monday"]), case["exempt_weeks"]),
        visits=frozenset((day, cmid) for day, cmid in events if cmid is not None),
        evidence_days=frozenset(other_days),
        tasks=tuple(
            LearnerTask(
                task_id=task["id"],
                due_on=known_day(task["due"]),
                extended_to=day_of(task["extension"]),
                excused=task["excused"],
                handed_in_on=day_of(task["handed_in"]),
            )
            for task in case["tasks"]
        ),
        sessions=tuple(
            Session(known_day(session["date"]), SessionStatus(session["status"])) for session in case["sessions"]
        ),
    )


def listed(share: tuple[int, int] | None) -> list[int] | None:
    return None if share is None else list(share)


def as_golden(evaluation: Evaluation) -> Case:
    mark, engagement = evaluation.mark, evaluation.engagement
    return {
        "week": evaluation.week,
        "counted": mark.is_counted,
        "why_not": mark.why_not,
        "visits": mark.visits,
        "S_w": text_of(mark.share),
        "activity": listed(engagement.shares.of(Marker.ACTIVITY)),
        "tasks": list(engagement.shares.tasks),
        "attendance": listed(engagement.shares.of(Marker.ATTENDANCE)),
        "E": text_of(engagement.e),
        "percent": engagement.percent,
        "band": engagement.band,
        "shown_band": evaluation.shown_text,
        "clock": engagement.clock_days,
        "overdue": list(engagement.overdue),
        "concern": list(evaluation.reasons),
        "sentence": evaluation.sentence,
    }


def text_of(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"


def evaluate_case(case: Case) -> tuple[Evaluation, ...]:
    calendar = calendar_of(case)
    return evaluate_weeks(history_of(case), calendar, level_of(case), calendar.sunday_of(WEEK_COUNT))


def test_all_twenty_learners_are_there() -> None:
    assert len(CASES) == 20


@pytest.mark.parametrize("name", CASES)
def test_every_week_of_a_golden_learner_is_as_defined(name: str) -> None:
    case = load_case(name)

    evaluations = evaluate_case(case)

    assert [as_golden(evaluation) for evaluation in evaluations] == case["expected"]


@pytest.mark.parametrize("name", CASES)
def test_every_golden_sentence_gives_its_number_back(name: str) -> None:
    case = load_case(name)

    read_back = [text_of(parse_sentence(week["sentence"])) for week in case["expected"]]

    assert read_back == [week["E"] for week in case["expected"]]


@pytest.mark.parametrize("name", CASES)
def test_measuring_on_a_sunday_equals_the_evaluation_of_that_week(name: str) -> None:
    case = load_case(name)
    history, calendar, level = history_of(case), calendar_of(case), level_of(case)

    for evaluation in evaluate_case(case):
        sunday = calendar.sunday_of(evaluation.week)
        assert measure_engagement(history, calendar, level, sunday) == evaluation.engagement
        assert measure_weeks(history, calendar, level, sunday)[-1] == evaluation.mark
