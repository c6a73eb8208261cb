"""Which log events are evidence: by Moodle's own list of events, and counted straight from a recorded log."""

import csv
import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics.evidence import CONSEQUENCES, HAND_INS, Kind, evidence_kind, split_presence
from analytics.levels import Marker
from analytics.records import LogEvent
from tests.analytics.presence import Presence, find_presence

LOGS = Path(__file__).parent.parent / "recordings" / "logs"
LONDON = ZoneInfo("Europe/London")
MODULE_CONTEXT = 70

PAGE_VIEW = LogEvent(
    log_id=1,
    event_name=r"\mod_page\event\course_module_viewed",
    edulevel=2,
    moodle_user_id=7,
    related_moodle_user_id=None,
    moodle_course_id=2,
    cmid=31,
    occurred_at=datetime(2025, 10, 3, 12, tzinfo=UTC),
    origin="web",
    real_moodle_user_id=None,
)


def load_event_list() -> list[dict[str, str]]:
    with (LOGS / "events.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_rows() -> list[dict[str, Any]]:
    with gzip.open(LOGS / "logstore.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def event_of(row: dict[str, Any]) -> LogEvent:
    return LogEvent(
        log_id=row["id"],
        event_name=row["eventname"],
        edulevel=row["edulevel"],
        moodle_user_id=row["userid"],
        related_moodle_user_id=row["relateduserid"],
        moodle_course_id=row["courseid"],
        cmid=row["contextinstanceid"] if row["contextlevel"] == MODULE_CONTEXT else None,
        occurred_at=datetime.fromtimestamp(row["timecreated"], UTC),
        origin=row["origin"],
        real_moodle_user_id=row["realuserid"],
    )


ROWS = load_rows()
EVENTS = [event_of(row) for row in ROWS if not row["anonymous"]]


@pytest.mark.parametrize("listed", load_event_list(), ids=lambda listed: str(listed["eventname"]))
def test_an_event_is_evidence_when_moodle_calls_it_participating_and_it_is_an_act(listed: dict[str, str]) -> None:
    event = replace(PAGE_VIEW, event_name=listed["eventname"], edulevel=int(listed["edulevel"]))

    kind = evidence_kind(event)

    is_act = listed["eventname"] not in CONSEQUENCES and listed["component"] != "tool_usertours"
    if listed["edulevel_name"] != "participating" or not is_act:
        assert kind is None
    else:
        assert kind == (Kind.SUBMISSION if listed["eventname"] in HAND_INS else Kind.VISIT)


def test_every_named_consequence_and_hand_in_is_a_participating_event_of_moodle() -> None:
    participating = {row["eventname"] for row in load_event_list() if row["edulevel_name"] == "participating"}

    assert participating >= CONSEQUENCES | HAND_INS


@pytest.mark.parametrize(
    ("why", "event"),
    [
        (
            "course module completion follows from an act",
            {"event_name": r"\core\event\course_module_completion_updated"},
        ),
        ("being graded is teaching", {"event_name": r"\core\event\user_graded", "edulevel": 1}),
        ("a graded submission is teaching", {"event_name": r"\mod_assign\event\submission_graded", "edulevel": 1}),
        ("a grade item is other", {"event_name": r"\core\event\grade_item_updated", "edulevel": 0}),
        ("a web-service call is other", {"event_name": r"\core\event\webservice_function_called", "edulevel": 0}),
        ("the dashboard is other", {"event_name": r"\core\event\dashboard_viewed", "edulevel": 0}),
        ("a user tour shows itself", {"event_name": r"\tool_usertours\event\tour_started", "cmid": None}),
        ("looking at this tool is no input", {"event_name": r"\local_lea\event\tab_viewed", "cmid": None}),
        ("this tool's own activity is no input", {"event_name": r"\mod_lti\event\course_module_viewed", "cmid": 99}),
        ("someone logged in as the learner", {"real_moodle_user_id": 2}),
        ("cron acts for nobody", {"origin": "cli"}),
        ("a restore writes old rows again", {"origin": "restore"}),
        ("nobody was logged in", {"moodle_user_id": 0}),
        ("Moodle recalculated", {"moodle_user_id": -1}),
        ("the site is no course", {"moodle_course_id": 0, "cmid": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_is_no_evidence(why: str, event: dict[str, Any]) -> None:
    assert evidence_kind(replace(PAGE_VIEW, **event), own_cmids={99}) is None, why


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({}, Kind.VISIT),
        ({"origin": "ws"}, Kind.VISIT),
        ({"real_moodle_user_id": 0}, Kind.VISIT),
        ({"event_name": r"\core\event\course_viewed", "cmid": None}, Kind.COURSE_PAGE),
        ({"event_name": r"\core\event\course_viewed", "cmid": 0}, Kind.COURSE_PAGE),
        ({"event_name": r"\mod_assign\event\assessable_submitted"}, Kind.SUBMISSION),
        ({"event_name": r"\mod_quiz\event\attempt_submitted", "related_moodle_user_id": 7}, Kind.SUBMISSION),
        ({"event_name": r"\mod_quiz\event\attempt_submitted", "related_moodle_user_id": 8}, Kind.VISIT),
    ],
)
def test_kinds_of_evidence(event: dict[str, Any], kind: Kind) -> None:
    assert evidence_kind(replace(PAGE_VIEW, **event), own_cmids={99}) is kind


def test_stored_numbers_of_kinds_never_change() -> None:
    assert {kind.name: kind.value for kind in Kind} == {
        "COURSE_PAGE": 0,
        "VISIT": 1,
        "SUBMISSION": 2,
        "LECTURE_CAPTURE": 3,
        "MEETING": 4,
        "LIBRARY": 5,
        "CO_CURRICULAR": 6,
    }


def test_the_recorded_log_is_whole_and_agrees_with_its_own_counts() -> None:
    with (LOGS / "recorded_event_counts.csv").open(encoding="utf-8", newline="") as file:
        listed = {(row["eventname"], row["edulevel"], row["origin"]): int(row["rows"]) for row in csv.DictReader(file)}

    counted = Counter((row["eventname"], str(row["edulevel"]), row["origin"]) for row in ROWS)

    assert len(ROWS) == 7972
    assert counted == listed


def is_learner_act(row: dict[str, Any]) -> bool:
    """Read the rule from the raw row, in other words than the code's."""
    return (
        row["edulevel"] == 2
        and not row["anonymous"]
        and not row["eventname"].endswith("completion_updated")
        and row["component"] != "tool_usertours"
        and row["origin"] in ("web", "ws")
        and min(row["userid"], row["courseid"]) > 0
    )


def test_evidence_in_the_recorded_log_equals_a_count_made_straight_from_the_file() -> None:
    acts = [row for row in ROWS if is_learner_act(row)]

    kinds = Counter(kind for event in EVENTS if (kind := evidence_kind(event)) is not None)

    in_activities = sum(row["contextlevel"] == MODULE_CONTEXT for row in acts)
    assert len(acts) == 2498
    assert kinds == {Kind.COURSE_PAGE: 235, Kind.VISIT: 2089, Kind.SUBMISSION: 174}
    assert kinds[Kind.VISIT] + kinds[Kind.SUBMISSION] == in_activities == 2263


def test_presence_in_the_recorded_log_equals_a_count_made_straight_from_the_file() -> None:
    acts = [row for row in ROWS if is_learner_act(row)]

    presence = find_presence(EVENTS, LONDON)

    visits = {(row["courseid"], row["userid"], row["contextinstanceid"]) for row in acts if row["contextlevel"] == 70}
    assert {fact.day for fact in presence} == {date(2026, 11, 21)}
    assert {(f.moodle_course_id, f.moodle_user_id, f.cmid) for f in presence if f.kind.is_visit} == visits
    assert len(visits) == 1365
    assert len({(fact.moodle_course_id, fact.moodle_user_id) for fact in presence}) == 103
    assert len({(fact.moodle_user_id, fact.cmid) for fact in presence if fact.kind is Kind.SUBMISSION}) == 146


def test_a_replay_of_the_recorded_log_in_another_order_changes_nothing() -> None:
    assert find_presence([*reversed(EVENTS), *EVENTS[:500]], LONDON) == find_presence(EVENTS, LONDON)


def test_a_late_evening_in_summer_belongs_to_the_next_utc_day_no_longer() -> None:
    just_before_midnight = replace(PAGE_VIEW, occurred_at=datetime(2025, 10, 3, 22, 59, tzinfo=UTC))
    just_after = replace(PAGE_VIEW, occurred_at=datetime(2025, 10, 3, 23, 1, tzinfo=UTC))

    found = {fact.day for fact in find_presence([just_before_midnight, just_after], LONDON)}

    assert found == {date(2025, 10, 3), date(2025, 10, 4)}


def test_a_submission_is_a_visit_of_its_activity_and_counts_once() -> None:
    day = date(2025, 10, 3)
    facts = [
        Presence(day, 2, 7, 31, Kind.VISIT),
        Presence(day, 2, 7, 31, Kind.SUBMISSION),
        Presence(day, 2, 7, None, Kind.COURSE_PAGE),
    ]

    split = split_presence((fact.day, fact.cmid, fact.kind) for fact in facts)

    assert (split.visits, split.evidence_days, split.items) == (frozenset({(day, 31)}), frozenset({day}), frozenset())


def test_what_other_sources_saw_is_an_item_of_its_marker_and_no_visit() -> None:
    day = date(2025, 10, 3)
    facts = [(day, 5, kind) for kind in Kind if kind.marker is not None]

    split = split_presence([*facts, (day, None, Kind.MEETING)])

    assert split.items == {
        (marker, day, 5) for marker in (Marker.LECTURE_CAPTURE, Marker.MEETINGS, Marker.LIBRARY, Marker.CO_CURRICULAR)
    }
    assert (split.visits, split.evidence_days) == (frozenset(), frozenset({day}))
