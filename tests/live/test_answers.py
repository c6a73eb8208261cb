"""A real Moodle's answers have the shape of the recorded ones, and the log's two functions agree."""

import json
from collections import defaultdict
from typing import Any

import pytest

from bridge.moodle.client import MoodleClient
from bridge.moodle.functions import Function
from tests.recordings.cases import Case, Subject, list_cases
from tests.recordings.record import FOLDER, Site, record_case
from tests.recordings.structures import find_differences, infer_structure

pytestmark = pytest.mark.live

FUNCTIONS = sorted(str(function) for function in Function)


def load_recorded(function: str) -> dict[str, Any]:
    """Read the recorded answers of a function by the recording's name."""
    recordings = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
    return {name: each["body"] for name, each in recordings.items() if each["function"] == function}


def ask_all(site: Site, subject: Subject, function: str) -> dict[str, Any]:
    """Ask everything that is recorded of a function; the answers by the recording's name."""
    cases: list[Case] = [case for case in list_cases(subject) if case.function == function]
    return {case.name: record_case(site, case)["body"] for case in cases if case.caller in site.tokens}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_answer_has_the_recorded_shape(site: Site, subject: Subject, function: str) -> None:
    recorded = infer_structure([body for body in load_recorded(function).values() if "errorcode" not in body])

    answers = {name: body for name, body in ask_all(site, subject, function).items() if not name.startswith("error_")}

    assert answers
    assert {name: lines for name, body in answers.items() if (lines := find_differences(recorded, body))} == {}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_refusal_has_the_recorded_errorcode(site: Site, subject: Subject, function: str) -> None:
    recorded = {name: body["errorcode"] for name, body in load_recorded(function).items() if "errorcode" in body}

    answers = ask_all(site, subject, function)

    refused = {name: body.get("errorcode") for name, body in answers.items() if name.startswith("error_")}
    assert refused == {name: recorded[name] for name in refused}


def test_the_client_understands_every_function(client: MoodleClient, subject: Subject) -> None:
    course_id = subject.course_id
    known = client.roster(course_id).users[0].moodle_user_id

    rejected = [
        *client.courses().rejected,
        *client.roster(course_id).rejected,
        *client.activities(course_id).rejected,
        *client.tasks(course_id).rejected,
        *client.attendance(course_id).rejected,
        *client.deletions(0).rejected,
        *client.log_events(0, course_ids=[course_id]).rejected,
    ]

    assert rejected == []
    assert client.version().is_log_enabled
    assert client.viewer_access(known, course_id).is_enrolled


@pytest.mark.parametrize("size", [7, 500, 5000])
def test_counts_equal_the_rows(client: MoodleClient, size: int) -> None:
    course_ids = [course.moodle_course_id for course in client.courses().courses]
    end = client.log_events(0, course_ids=course_ids, limit=1).max_id
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    after = 0
    while rows := client.log_events(after, end, course_ids, limit=1000).rows:
        after = rows[-1].log_id
        for row in rows:
            counted[row.log_id // size][0] += 1
            counted[row.log_id // size][1] += row.log_id
    buckets = client.log_counts(0, end, course_ids, size).buckets

    assert {each.bucket: [each.count, each.id_sum] for each in buckets} == dict(counted)
