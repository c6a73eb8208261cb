"""Each fault the demo VLE can be switched to reaches a client as what it is called."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.demo_vle.faults import Fault
from tests.demo_vle.platform import DemoVle

EVERY_COURSE = "2,3,4"
ENDPOINT = "/webservice/rest/server.php"


@pytest.fixture(scope="module")
def served() -> Iterator[DemoVle]:
    """The recorded world, served once for all tests of this file."""
    with DemoVle() as vle:
        yield vle


@pytest.fixture
def vle(served: DemoVle) -> Iterator[DemoVle]:
    """A site on which nothing goes wrong yet and nothing has been counted."""
    served.served.reset()
    served.site.switch_all_on()
    yield served
    served.faults.clear()
    served.world.log.show()
    served.site.token = served.token


def call(vle: DemoVle, function: str = "local_lea_get_version", **form: object) -> requests.Response:
    """Call a function of the web service."""
    form = {"wstoken": vle.token, "wsfunction": function, "moodlewsrestformat": "json", **form}
    return requests.post(vle.url + ENDPOINT, data=form, timeout=5, allow_redirects=False)


def page(vle: DemoVle, after: int = 0, limit: int = 5000) -> dict[str, Any]:
    """Read a page of the log of every course."""
    answer = call(vle, "local_lea_get_log_events", afterid=after, limit=limit, courseids=EVERY_COURSE)
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "body"),
    [
        (Fault.SERVER_ERROR, 500, "text/html; charset=utf-8", "Internal Server Error"),
        (Fault.MAINTENANCE, 503, "text/html; charset=utf-8", "undergoing maintenance"),
        (Fault.SERVICES_OFF, 403, "text/html; charset=utf-8", ""),
        (Fault.REDIRECT, 302, "text/html; charset=utf-8", ""),
        (Fault.WRONG_JSON, 200, "application/json", "Notice"),
        (Fault.WRONG_SHAPE, 200, "application/json", "weather"),
        (Fault.SITE_MAINTENANCE, 200, "application/json", '"errorcode":"sitemaintenance"'),
        (Fault.INVALID_TOKEN, 200, "application/json", '"errorcode":"invalidtoken"'),
        (Fault.TOKEN_EXPIRED, 200, "application/json", '"errorcode":"accessexception"'),
        (Fault.ACCESS_DENIED, 200, "application/json", '"errorcode":"accessexception"'),
        (Fault.NO_PERMISSION, 200, "application/json", '"errorcode":"nopermissions"'),
        (Fault.USER_SUSPENDED, 200, "application/json", '"errorcode":"wsaccessusersuspended"'),
        (Fault.UNKNOWN_FUNCTION, 200, "application/json", '"errorcode":"invalidrecord"'),
    ],
)
def test_a_fault_is_met_by_the_next_call_alone(
    vle: DemoVle, fault: Fault, status: int, content_type: str, body: str
) -> None:
    vle.faults.next(fault)

    answer = call(vle)
    vle.site.token = vle.token

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)
    assert body in answer.text
    assert "moodlerelease" in call(vle).json()


def test_a_cut_connection_gives_no_answer(vle: DemoVle) -> None:
    vle.faults.next(Fault.RESET)

    with pytest.raises(requests.ConnectionError):
        call(vle)
    assert call(vle).ok


def test_half_a_body_ends_early(vle: DemoVle) -> None:
    vle.faults.next(Fault.HALF_BODY)

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        page(vle)


def test_a_slow_answer_drips_and_is_whole(vle: DemoVle) -> None:
    vle.faults.next(Fault.SLOW, seconds=0.3)
    started = time.monotonic()

    answer = call(vle)

    assert "moodlerelease" in answer.json()
    assert time.monotonic() - started >= 0.25


def test_silence_outlasts_a_short_timeout(vle: DemoVle) -> None:
    vle.faults.next(Fault.SILENCE, seconds=1.0)

    with pytest.raises(requests.Timeout):
        requests.post(vle.url + ENDPOINT, data={}, timeout=0.2)


def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(vle: DemoVle) -> None:
    vle.faults.next(Fault.GZIP_BOMB)
    unpacked = 0

    form = {"wstoken": vle.token, "wsfunction": "local_lea_get_version", "moodlewsrestformat": "json"}
    with requests.post(vle.url + ENDPOINT, data=form, timeout=5, stream=True) as answer:
        wire = int(answer.headers["Content-Length"])
        for block in answer.iter_content(1 << 20):
            unpacked += len(block)

    assert wire < 1_000_000
    assert unpacked > 250_000_000


def test_faults_may_wait_for_one_function(vle: DemoVle) -> None:
    vle.faults.next(Fault.SERVER_ERROR, times=2, function="local_lea_get_courses")

    assert [call(vle).status_code for _ in range(2)] == [200, 200]
    assert [call(vle, "local_lea_get_courses").status_code for _ in range(3)] == [500, 500, 200]


def test_a_lasting_fault_lasts_until_it_is_cleared(vle: DemoVle) -> None:
    vle.faults.always(Fault.MAINTENANCE)

    down = [call(vle).status_code for _ in range(3)]
    vle.faults.clear()

    assert down == [503, 503, 503]
    assert call(vle).ok


def test_spoiled_rows_keep_their_id_and_lose_a_type(vle: DemoVle) -> None:
    right = {event["id"]: event for event in page(vle)["events"]}
    chosen = sorted(right)[10:4000:800]
    vle.faults.spoil(chosen)

    spoiled = {event["id"]: event for event in page(vle)["events"]}

    assert {number for number in right if right[number] != spoiled[number]} == set(chosen)
    assert len({key for n in chosen for key in right[n] if right[n][key] != spoiled[n][key]}) > 1


def test_a_hidden_row_becomes_visible_late_below_the_maximum(vle: DemoVle) -> None:
    last = page(vle, after=317_000)["events"][-1]["id"]
    vle.world.log.hide([last])
    hidden = page(vle, after=317_000)
    vle.world.log.show()

    assert last not in [event["id"] for event in hidden["events"]]
    assert hidden["maxid"] > last
    assert last in [event["id"] for event in page(vle, after=317_000)["events"]]


def test_the_newest_row_hidden_lowers_the_maximum(vle: DemoVle) -> None:
    newest = vle.world.log.max_id()

    vle.world.log.hide([newest])

    assert page(vle)["maxid"] < newest


def test_doubled_rows_come_twice(vle: DemoVle) -> None:
    chosen = page(vle, limit=10)["events"][4]["id"]
    vle.faults.double([chosen])

    ids = [event["id"] for event in page(vle, limit=10)["events"]]

    assert ids.count(chosen) == 2
    assert len(ids) == 11


def test_pages_and_rows_are_counted(vle: DemoVle) -> None:
    first = page(vle, limit=100)
    page(vle, after=first["events"][49]["id"], limit=100)
    call(vle)

    assert (len(vle.served.pages), vle.served.rows) == (2, 200)
    assert sum(count > 1 for count in vle.served.ids.values()) == 50
    assert vle.served.calls == {"local_lea_get_log_events": 2, "local_lea_get_version": 1}


def test_calls_are_logged_as_moodle_logs_them_when_asked_for(vle: DemoVle) -> None:
    before = vle.world.log.max_id()
    vle.site.log_calls = True

    found = page(vle, after=before)
    vle.site.log_calls = False

    assert found == {"maxid": before + 1, "events": []}
