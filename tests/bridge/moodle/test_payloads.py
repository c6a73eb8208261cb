"""A bad row is set aside with its reason and its page goes on; texts are cleaned, never refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.log_records import MAX_ID, MAX_OTHER, LogPage
from bridge.moodle.errors import UnexpectedShape
from bridge.moodle.functions import Call, Function
from bridge.moodle.payloads import FUTURE_SECONDS, decode_log_page, decode_rows, decode_whole
from bridge.moodle.rows import clean_text
from bridge.moodle.wire import WireRoster, WireVersion

NOW = 1_795_290_000
CALL = Call(Function.LOG_EVENTS)
GOOD = {
    "id": 7,
    "eventname": "\\core\\event\\course_viewed",
    "edulevel": 2,
    "userid": 3,
    "relateduserid": 0,
    "courseid": 2,
    "cmid": 0,
    "timecreated": NOW,
    "origin": "web",
    "realuserid": 0,
    "other": "",
}
ABSENT = object()


def decode(*rows: object, raw: bytes | None = None) -> LogPage:
    body = raw if raw is not None else json.dumps({"maxid": 99, "events": list(rows)}).encode()
    return decode_log_page(CALL, body, 0, NOW)


def changed(**values: object) -> dict[str, Any]:
    row = {**GOOD, **values}
    return {name: value for name, value in row.items() if value is not ABSENT}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(userid="3"), "userid"),
        (changed(userid=True), "userid"),
        (changed(userid=None), "userid"),
        (changed(userid=-1), "userid"),
        (changed(userid=MAX_ID + 1), "userid"),
        (changed(userid=3.0), "userid"),
        (changed(courseid=ABSENT), "courseid"),
        (changed(timecreated="yesterday"), "timecreated"),
        (changed(timecreated=10**15), "timecreated"),
        (changed(timecreated=NOW + FUTURE_SECONDS + 1), "timecreated"),
        (changed(eventname=17), "eventname"),
        (changed(eventname=""), "eventname"),
        (changed(edulevel=[2]), "edulevel"),
        (17, "not an object"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_stay(row: object, reason: str) -> None:
    page = decode(changed(id=5), row, changed(id=9))
    assert [good.log_id for good in page.rows] == [5, 9]
    (rejected,) = page.rejected
    assert reason in rejected.reason
    assert rejected.source_key == ("7" if isinstance(row, dict) else "#2 events after 0")


@pytest.mark.parametrize("log_id", [0, -7, MAX_ID + 1, "7", None, True, ABSENT])
def test_a_row_without_a_usable_id_is_named_by_its_place(log_id: object) -> None:
    (rejected,) = decode(changed(id=5), changed(id=log_id)).rejected
    assert rejected.source_key == "#2 events after 0"
    assert "id" in rejected.reason


def test_a_time_five_minutes_ahead_is_still_taken() -> None:
    assert len(decode(changed(timecreated=NOW + FUTURE_SECONDS)).rows) == 1


def test_nul_and_lone_surrogates_are_cleaned_out() -> None:
    raw = json.dumps({"maxid": 9, "events": [changed(other='{"a":"x\x00y\ud800z😀"}')]}).encode()
    assert b"\\ud800" in raw
    page = decode(raw=raw)
    assert page.rows[0].other == '{"a":"xyz😀"}'
    assert page.rejected == ()


def test_a_very_long_other_is_never_kept_and_long_texts_are_cut() -> None:
    page = decode(changed(other="x" * 10_000_000, eventname="e" * 300))
    assert page.rows[0].other == ""
    assert page.rows[0].event_name == "e" * 255
    assert len(decode(changed(other="x" * MAX_OTHER)).rows[0].other) == MAX_OTHER


def test_the_careful_reading_of_a_good_page_gives_what_the_fast_one_gives() -> None:
    rows = [changed(id=number, cmid=number * 3) for number in range(1, 50)]
    fast = decode(*rows)
    careful = decode(*rows, "not a row")
    assert careful.rows == fast.rows


def test_a_bad_person_is_set_aside_and_named_by_id() -> None:
    person = {"id": 4, "firstname": "A", "lastname": "B", "fullname": "A B", "idnumber": "", "suspended": 0}
    part: dict[str, Any] = {"roles": [], "enrolments": [], "groups": []}
    bad = {**person, "id": 5, **part, "roles": [{"shortname": "student"}]}
    body = json.dumps({"courseid": 2, "users": [{**person, **part}, bad], "groups": []}).encode()
    roster, rejected = decode_rows(Call(Function.ROSTER), body, WireRoster)
    assert [user.id for user in roster.users] == [4]
    assert [entry.source_key for entry in rejected] == ["5"]
    assert "roles.0.archetype" in rejected[0].reason


def test_a_bad_envelope_refuses_the_answer() -> None:
    with pytest.raises(UnexpectedShape):
        decode_whole(Call(Function.VERSION), b'{"release": 7}', WireVersion)


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_stored_everywhere(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.encode().decode() == cleaned
    assert "\0" not in cleaned
    assert clean_text(cleaned) == cleaned


@given(
    st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=3), max_size=5)
)
def test_no_garbage_among_the_rows_stops_the_page(garbage: list[object]) -> None:
    page = decode(changed(id=5), *garbage, changed(id=9))
    assert [row.log_id for row in page.rows] == [5, 9]
    assert len(page.rejected) == len(garbage)
