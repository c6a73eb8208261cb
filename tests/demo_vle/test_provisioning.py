"""The list of switched-on courses, and the one activity of the tool that cron keeps in each."""

from collections.abc import Iterator

import pytest
import requests

from tests.demo_vle.platform import DemoVle
from tests.demo_vle.provisioning import find_own, run_cron
from tests.demo_vle.worlds.model import FRONT_PAGE


@pytest.fixture
def vle() -> Iterator[DemoVle]:
    """The recorded site, freshly made: a test changes its courses."""
    with DemoVle() as served:
        yield served


def call(vle: DemoVle, function: str, **values: object) -> dict[str, object]:
    """Call a function of the plugin."""
    form = {"wstoken": vle.token, "wsfunction": f"local_lea_{function}", "moodlewsrestformat": "json", **values}
    answer: dict[str, object] = requests.post(f"{vle.url}/webservice/rest/server.php", data=form, timeout=10).json()
    return answer


def tell(vle: DemoVle, *course_ids: int) -> dict[int, tuple[object, object]]:
    """Send the list; give (cmid, problem) by course."""
    answer = call(vle, "set_courses", clientids=vle.client_id, courseids=",".join(map(str, course_ids)))
    courses = answer["courses"]
    assert isinstance(courses, list)
    return {course["courseid"]: (course["cmid"], course["problem"]) for course in courses}


def test_cron_adopts_what_is_there_and_makes_what_is_not(vle: DemoVle) -> None:
    adopted = vle.world.courses[2].own_activity
    vle.world.courses[3].activities.remove(vle.world.courses[3].own_activity)

    assert tell(vle, 2, 3, 99) == {2: (0, "queued"), 3: (0, "queued"), 99: (0, "unknowncourse")}
    run_cron(vle.site)

    made = vle.world.courses[3].own_activity
    assert tell(vle, 2, 3) == {2: (adopted.cmid, ""), 3: (made.cmid, "")}
    assert vle.world.front_page.own_activity.cmid not in (adopted.cmid, made.cmid)


def test_telling_again_makes_nothing_twice(vle: DemoVle) -> None:
    vle.world.courses[3].activities.remove(vle.world.courses[3].own_activity)
    before = len(vle.world.courses[2].activities)

    for _ in range(3):
        tell(vle, 2, 3)
        run_cron(vle.site)

    assert len(vle.world.courses[2].activities) == before
    for number in (3, FRONT_PAGE):
        assert len([activity for activity in vle.world.course(number).activities if activity.own]) == 1


def test_a_course_switched_off_has_its_activity_hidden_and_shown_again_later(vle: DemoVle) -> None:
    tell(vle, 2)
    run_cron(vle.site)
    cmid = vle.world.courses[2].own_activity.cmid

    tell(vle)
    run_cron(vle.site)
    assert not vle.world.courses[2].own_activity.visible

    assert tell(vle, 2) == {2: (cmid, "queued")}
    run_cron(vle.site)
    assert vle.world.courses[2].own_activity.visible


def test_an_unknown_client_id_finds_no_tool_and_a_pending_tool_gets_no_activity(vle: DemoVle) -> None:
    vle.world.courses[3].activities.remove(vle.world.courses[3].own_activity)
    vle.site.client_ids = {"another"}
    assert tell(vle, 3) == {3: (0, "notool")}

    vle.site.client_ids = {vle.client_id}
    vle.site.is_tool_active = False
    assert tell(vle, 3) == {3: (0, "pendingtool")}
    assert call(vle, "get_version")["tool"] == "pending"

    run_cron(vle.site)
    assert find_own(vle.world.courses[3]) is None


def test_a_course_that_is_not_on_the_list_is_refused_and_its_log_left_out(vle: DemoVle) -> None:
    tell(vle, 2)

    for function in ("get_roster", "get_activities", "get_tasks"):
        assert call(vle, function, courseid=3)["errorcode"] == "coursenotswitchedon"
        assert call(vle, function, courseid=2)["courseid"] == 2
    events = call(vle, "get_log_events", afterid=0, courseids="2,3")["events"]
    assert isinstance(events, list)
    assert {event["courseid"] for event in events} == {2}
    assert call(vle, "get_viewer_access", userid=3, courseid=3)["enrolled"] is False


def test_the_front_page_is_a_course_for_rights_alone(vle: DemoVle) -> None:
    access = call(vle, "get_viewer_access", userid=2, courseid=FRONT_PAGE)

    assert (access["known"], access["enrolled"], access["manages"]) == (True, False, True)
    assert call(vle, "get_viewer_access", userid=63, courseid=FRONT_PAGE)["manages"] is False
    assert FRONT_PAGE not in tell(vle, 1, 2)
