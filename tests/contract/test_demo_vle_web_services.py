"""The demo VLE's web services answer like a real Moodle; source: tests/recordings, Moodle 4.5.6."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.shapes import find_differences
from tests.demo_vle.faults import Fault
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.model import Session, User, World
from tests.demo_vle.worlds.recorded import recorded

Recording = Mapping[str, Any]
RECORDINGS = Path(__file__).parent.parent / "recordings"
NOBODYS_TOKEN = "0" * 32
LATER = datetime(2026, 12, 20, tzinfo=UTC)
MANAGER, DELETED, SUSPENDED, OUTSIDER, NO_GROUP = 901, 902, 903, 904, 10
VIEWERS = {
    "admin": 2,
    "admin_on_the_site_home": 2,
    "category_manager": MANAGER,
    "deleted_user": DELETED,
    "editingteacher": 66,
    "learner_in_no_group": NO_GROUP,
    "not_enrolled": OUTSIDER,
    "student": 3,
    "student_opening_my": 4,
    "suspended_enrolment": 6,
    "suspended_user": SUSPENDED,
    "teacher": 63,
    "teacher_in_no_group": 65,
    "teacher_on_the_site_home": 63,
    "unknown_user": 999999,
}
"""Who in this world is what the recording's viewer was; the file is named after it."""
ELSEWHERE = {"get_log_events_end": {"afterid": 7272, "toid": 7292}}
"""Where this world's log holds rows when it holds none where the recording's did."""
SAME_PARAMETERS = {"core_course_get_contents": "local_lea_get_activities"}
"""Moodle's own functions that are not in the service, and one of the plugin's that takes the same parameters."""
COUNTED = ("userid", "courseid", "groups", "groupmode")


def load(folder: str) -> dict[str, Recording]:
    """Read the recordings of a folder by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((RECORDINGS / folder).glob("*.json"))}


PLUGIN = load("ws")
CORE = load("ws_core")
PLUGIN_ERRORS = [name for name, recording in PLUGIN.items() if "errorcode" in recording["body"]]
PLUGIN_ANSWERS = [name for name in PLUGIN if name not in PLUGIN_ERRORS]


def populated() -> World:
    """Give the recorded world all that the recordings show: deletions, odd accounts, a learner without a group."""
    world = recorded()
    course = world.courses[2]
    for number, about in ((MANAGER, "manager"), (DELETED, "deleted"), (SUSPENDED, "suspended"), (OUTSIDER, "outsider")):
        world.users[number] = User(
            number,
            about,
            about.title(),
            "Account",
            suspended=number == SUSPENDED,
            deleted=number == DELETED,
            is_manager=number == MANAGER,
        )
    course.members[DELETED] = replace(course.members[3])
    course.members[SUSPENDED] = replace(course.members[3], groups=())
    course.members[65] = replace(course.members[63], groups=())
    course.members[63] = replace(course.members[63], groups=(1,))
    for number in (NO_GROUP, VIEWERS["suspended_enrolment"]):
        course.members[number] = replace(course.members[number], groups=())
    course.sessions.append(Session(1, 400, 1795290000, {3: "attended", 4: "absent", 5: "excused"}))
    world.users[4] = replace(
        world.users[4], email="l@example.ac.uk", personal_email="l@example.org", phones=("01632 960001",)
    )
    world.courses[2] = replace(course, groupmode=1)
    for kind, number in (("erasure", 5), ("course", 77), ("activity", 400)):
        world.delete(kind, number, at=1795290000)
    return world


@pytest.fixture
def vle() -> Iterator[DemoVle]:
    """A demo VLE with everything the recordings show, after all of it has happened."""
    with DemoVle(populated(), now=lambda: LATER) as served:
        served.site.switch_all_on()
        served.site.opening_my.add(VIEWERS["student_opening_my"])
        yield served


def replay(vle: DemoVle, recording: Recording, **changed: object) -> requests.Response:
    """Send a recorded request to the demo VLE, as the same kind of caller."""
    form = {**recording["request"]["form"], **changed}
    caller = form.get("wstoken")
    if caller is not None and "without the plugin's capabilities" in caller:
        vle.site.capabilities.intersection_update({"webservice/rest:use"})
    if caller is not None:
        form["wstoken"] = NOBODYS_TOKEN if "nobody" in caller or not caller.startswith("<") else vle.token
    if "wsfunction" in form:
        form["wsfunction"] = SAME_PARAMETERS.get(form["wsfunction"], form["wsfunction"])
    return requests.post(f"{vle.url}/webservice/rest/server.php", data=form, timeout=10)


def body_of(answer: requests.Response) -> object:
    """Decode JSON; anything else stays text."""
    return answer.json() if answer.headers["Content-Type"].startswith("application/json") else answer.text


def test_there_are_recordings() -> None:
    assert len(PLUGIN_ANSWERS) >= 9
    assert len(PLUGIN_ERRORS) >= 9
    assert len(CORE) >= 18


@pytest.mark.parametrize("name", PLUGIN_ERRORS)
def test_the_plugins_errors_are_worded_the_same(vle: DemoVle, name: str) -> None:
    recording = PLUGIN[name]

    answer = replay(vle, recording)

    assert (answer.status_code, answer.headers["Content-Type"]) == (recording["status"], recording["content_type"])
    assert answer.json() == recording["body"]


@pytest.mark.parametrize("name", PLUGIN_ANSWERS)
def test_the_plugins_answers_have_the_same_shape(vle: DemoVle, name: str) -> None:
    recording = PLUGIN[name]
    viewer = name.removeprefix("get_viewer_access_")
    changed = {"userid": VIEWERS[viewer]} if viewer != name else ELSEWHERE.get(name, {})

    answer = replay(vle, recording, **changed)

    assert (answer.status_code, answer.headers["Content-Type"]) == (recording["status"], recording["content_type"])
    free = ["answer.groups"] if viewer != name else []
    assert find_differences(recording["body"], answer.json(), free=free) == []
    for key, value in recording["body"].items():
        if value == []:
            assert answer.json()[key] == [], f"{key} is not empty"


@pytest.mark.parametrize("name", [name for name in PLUGIN_ANSWERS if name.startswith("get_viewer_access_")])
def test_the_same_kind_of_viewer_gets_the_same_rights(vle: DemoVle, name: str) -> None:
    recording = PLUGIN[name]

    answer = replay(vle, recording, userid=VIEWERS[name.removeprefix("get_viewer_access_")]).json()

    for key in COUNTED:
        answer.pop(key)
    assert answer == {key: value for key, value in recording["body"].items() if key not in COUNTED}


def suspend_the_bot(vle: DemoVle) -> None:
    """Suspend the service user's account."""
    vle.world.users[vle.world.bot_id] = replace(vle.world.users[vle.world.bot_id], suspended=True)


def let_the_token_expire(vle: DemoVle) -> None:
    """Let the token's time be over."""
    vle.site.token_valid_until = LATER


ARRANGED: dict[str, Callable[[DemoVle], None]] = {
    "error_token_expired": let_the_token_expire,
    "error_token_iprestriction": lambda vle: vle.faults.next(Fault.ACCESS_DENIED),
    "error_user_suspended": suspend_the_bot,
    "error_site_maintenance_web": lambda vle: vle.faults.next(Fault.SITE_MAINTENANCE),
    "error_site_maintenance": lambda vle: vle.faults.next(Fault.MAINTENANCE),
    "error_webservices_disabled": lambda vle: vle.faults.next(Fault.SERVICES_OFF),
    "error_rest_protocol_disabled": lambda vle: vle.faults.next(Fault.SERVICES_OFF),
}


@pytest.mark.parametrize("name", [name for name in CORE if name.startswith("error_")])
def test_moodles_own_errors_are_worded_the_same(vle: DemoVle, name: str) -> None:
    recording = CORE[name]
    if name in ARRANGED:
        ARRANGED[name](vle)

    answer = replay(vle, recording)

    assert (answer.status_code, answer.headers["Content-Type"]) == (recording["status"], recording["content_type"])
    if recording["status"] == requests.codes.unavailable:
        assert answer.headers["Retry-After"] == "300"
        assert answer.text.startswith("<!DOCTYPE html>")
    else:
        assert body_of(answer) == recording["body"]


def test_an_expired_token_is_unknown_at_the_next_call(vle: DemoVle) -> None:
    let_the_token_expire(vle)

    codes = [replay(vle, PLUGIN["get_version"]).json()["errorcode"] for _ in range(2)]

    assert codes == ["accessexception", "invalidtoken"]


def test_site_information_has_the_same_shape(vle: DemoVle) -> None:
    recording = CORE["core_webservice_get_site_info"]

    answer = replay(vle, recording)

    assert find_differences(recording["body"], answer.json()) == []


def test_the_whole_log_has_the_shape_of_a_recorded_page(vle: DemoVle) -> None:
    recording = PLUGIN["get_log_events"]

    answer = replay(vle, recording, courseids="2,3,4", limit=5000)

    assert len(answer.json()["events"]) == 5000
    assert find_differences(recording["body"], answer.json()) == []
