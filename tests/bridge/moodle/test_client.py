"""The client asks as Moodle wants to be asked, gives up within bounds, and shows its token to nobody else."""

import gzip
import json
import logging
import pickle
import socket
import time
import traceback
import zlib

import pytest

from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import (
    AnswerCutShort,
    AnswerTooLarge,
    InsecureAddress,
    MoodleError,
    MoodleRedirects,
    MoodleRefused,
    MoodleServerError,
    MoodleTimeout,
    MoodleUnreachable,
    NotJson,
    SiteInMaintenance,
    UnexpectedShape,
)
from bridge.records import Contact
from tests.bridge.moodle.conftest import TOKEN
from tests.bridge.moodle.replaying import Replaying, Reply, load_recording, reply_of

VERSION = reply_of("ws/get_version.json")


def test_the_token_goes_into_the_body_and_nowhere_else(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(VERSION)
    client.version()
    assert moodle.forms == [{"wstoken": TOKEN, "wsfunction": "local_lea_get_version", "moodlewsrestformat": "json"}]
    assert moodle.lines == ["POST /webservice/rest/server.php HTTP/1.1"]
    assert TOKEN not in repr(moodle.headers)
    assert moodle.headers[0]["User-Agent"].startswith("LearnerEngagementAnalytics/")


def test_the_token_is_in_no_repr_no_pickle_and_no_log(
    moodle: Replaying, client: MoodleClient, caplog: pytest.LogCaptureFixture
) -> None:
    moodle.answer_with(VERSION)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="urllib3"):
        client.version()
    assert caplog.records
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(client)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(client)


def test_a_call_that_never_connects_leads_from_its_error_to_no_token(pauses: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        client = MoodleClient(url, TOKEN, timeout=(1, 1), sleep=pauses.append)
        with pytest.raises(MoodleUnreachable) as caught:
            client.version()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("path", ["get_roster", "get_tasks", "get_activities", "get_attendance"])
def test_what_a_real_moodle_says_of_a_course_decodes_whole(path: str, moodle: Replaying, client: MoodleClient) -> None:
    body = load_recording(f"ws/{path}.json")["body"]
    moodle.answer_with(reply_of(f"ws/{path}.json"))
    answer = getattr(client, path.removeprefix("get_"))(body["courseid"])
    rows = {"get_roster": "users", "get_attendance": "sessions"}.get(path, path.removeprefix("get_"))
    assert len(getattr(answer, rows)) == len(body[rows]) > 0
    assert answer.rejected == ()


def test_what_a_real_moodle_says_of_its_log_decodes_whole(moodle: Replaying, client: MoodleClient) -> None:
    body = load_recording("ws/get_log_events.json")["body"]
    moodle.answer_with(reply_of("ws/get_log_events.json"))
    page = client.log_events(0, 0, [2, 3])
    assert [row.log_id for row in page.rows] == [row["id"] for row in body["events"]]
    assert page.max_id == body["maxid"]
    assert page.rejected == ()
    assert page.events[0].event_name == body["events"][0]["eventname"]
    assert moodle.forms[0]["courseids"] == "2,3"


def test_counts_courses_deletions_and_rights_of_a_real_moodle_decode(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(reply_of("ws/get_log_counts.json"))
    counted = load_recording("ws/get_log_counts.json")["body"]["buckets"]
    assert [(b.bucket, b.count, b.id_sum) for b in client.log_counts(0, 10**9, [2]).buckets] == [
        (bucket["bucket"], bucket["count"], bucket["idsum"]) for bucket in counted
    ]
    moodle.answer_with(reply_of("ws/get_courses.json"))
    assert len(client.courses().courses) == len(load_recording("ws/get_courses.json")["body"]["courses"])
    moodle.answer_with(reply_of("ws/get_deletions.json"))
    assert len(client.deletions(0).deletions) == len(load_recording("ws/get_deletions.json")["body"]["deletions"])
    rights = load_recording("ws/get_viewer_access_student.json")["body"]
    moodle.answer_with(reply_of("ws/get_viewer_access_student.json"))
    access = client.viewer_access(rights["userid"], rights["courseid"])
    assert [role.archetype for role in access.roles] == ["student"]


def test_what_a_real_moodle_says_of_versions_and_of_the_list_of_courses_decodes(
    moodle: Replaying, client: MoodleClient
) -> None:
    told = load_recording("ws/get_version.json")["body"]
    moodle.answer_with(VERSION)
    found = client.version()
    assert [(one.name, one.is_held) for one in found.capabilities] == [
        (one["name"], one["held"]) for one in told["capabilities"]
    ]
    assert (found.tool_state, found.allows_stealth) == (told["tool"], told["allowstealth"])
    said = load_recording("ws/set_courses_unknown.json")["body"]
    moodle.answer_with(reply_of("ws/set_courses_unknown.json"))
    placements = client.set_courses(["one", "two"], [2, 3])
    assert [(one.moodle_course_id, one.is_known, one.cmid or 0, one.problem) for one in placements.courses] == [
        (one["courseid"], one["known"], one["cmid"], one["problem"]) for one in said["courses"]
    ]
    assert [one.problem for one in placements.courses if not one.is_known] == ["unknowncourse"]
    assert placements.site_cmid == said["sitecmid"]
    assert (moodle.forms[1]["clientids"], moodle.forms[1]["courseids"]) == ("one,two", "2,3")


def test_a_manager_of_the_tool_is_told_from_others(moodle: Replaying, client: MoodleClient) -> None:
    for name, manages in (("admin_on_the_site_home", True), ("teacher_on_the_site_home", False)):
        body = load_recording(f"ws/get_viewer_access_{name}.json")["body"]
        moodle.answer_with(reply_of(f"ws/get_viewer_access_{name}.json"))
        access = client.viewer_access(body["userid"], body["courseid"])
        assert (access.manages, access.opens_my, access.moodle_course_id) == (manages, False, 1)


@pytest.mark.parametrize("name", ["", "with NUL \0"])
def test_an_older_plugin_is_read_far_enough_to_be_called_too_old(
    name: str, moodle: Replaying, client: MoodleClient
) -> None:
    body = load_recording("ws/get_version.json")["body"]
    older = {key: body[key] for key in body if key not in ("capabilities", "allowstealth", "cronlastrun", "tool")}
    moodle.answer_with(json.dumps({**older, "release": f"0.1.0{name}", "version": 2026112100}).encode())
    found = client.version()
    assert (found.version, found.capabilities, found.cron_ran_at, found.tool_state) == (2026112100, (), None, "")
    rights = load_recording("ws/get_viewer_access_student.json")["body"]
    older = {key: rights[key] for key in rights if key not in ("manages", "opens")}
    moodle.answer_with(json.dumps(older).encode())
    access = client.viewer_access(rights["userid"], rights["courseid"])
    assert (access.manages, access.opens_my) == (False, False)


@pytest.mark.parametrize("wrong", [{"tool": 7}, {"courses": [{"courseid": 2}]}, {"sitecmid": -1}, {"courses": "2,3"}])
def test_an_answer_about_the_list_that_does_not_fit_is_refused_whole(
    wrong: dict[str, object], moodle: Replaying, client: MoodleClient
) -> None:
    moodle.answer_with(json.dumps({**load_recording("ws/set_courses.json")["body"], **wrong}).encode())
    with pytest.raises(UnexpectedShape):
        client.set_courses(["one"], [2])


def test_rights_of_somebody_else_are_refused(moodle: Replaying, client: MoodleClient) -> None:
    rights = load_recording("ws/get_viewer_access_student.json")["body"]
    moodle.answer_with(reply_of("ws/get_viewer_access_student.json"))
    with pytest.raises(UnexpectedShape, match="somebody or something else"):
        client.viewer_access(rights["userid"] + 1, rights["courseid"])


def test_a_temporary_failure_is_tried_again_after_growing_pauses(
    moodle: Replaying, client: MoodleClient, pauses: list[float]
) -> None:
    moodle.answer_with(Reply(b"oops", 500), Reply(b"oops", 502), VERSION)
    assert client.version().release
    assert pauses == [1, 2]


def test_it_gives_up_after_four_attempts(moodle: Replaying, client: MoodleClient, pauses: list[float]) -> None:
    moodle.answer_with(Reply(b"oops", 500))
    with pytest.raises(MoodleServerError) as caught:
        client.version()
    assert caught.value.http_status == 500
    assert (len(moodle.forms), pauses) == (4, [1, 2, 4])


def test_it_waits_as_long_as_moodle_asks_when_that_is_not_too_long(
    moodle: Replaying, client: MoodleClient, pauses: list[float]
) -> None:
    moodle.answer_with(Reply(b"", 429, {"Retry-After": "7"}), VERSION)
    client.version()
    assert pauses == [7]


def test_a_maintenance_of_minutes_is_not_waited_for(
    moodle: Replaying, client: MoodleClient, pauses: list[float]
) -> None:
    page = Reply(b"<html>under maintenance</html>", 503, {"Content-Type": "text/html", "Retry-After": "300"})
    moodle.answer_with(page)
    with pytest.raises(SiteInMaintenance) as caught:
        client.version()
    assert (caught.value.retry_after, pauses, len(moodle.forms)) == (300, [], 1)


def test_a_refusal_is_not_tried_again(moodle: Replaying, client: MoodleClient, pauses: list[float]) -> None:
    moodle.answer_with(Reply(b"no", 403))
    with pytest.raises(MoodleRefused):
        client.version()
    assert (len(moodle.forms), pauses) == (1, [])


def test_a_redirect_is_not_followed(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(Reply(b"", 302, {"Location": f"{moodle.url}/elsewhere"}))
    with pytest.raises(MoodleRedirects):
        client.version()
    assert len(moodle.forms) == 1


def test_silence_ends_in_a_timeout(moodle: Replaying) -> None:
    client = MoodleClient(moodle.url, TOKEN, timeout=(1, 0.1), attempts=1)
    moodle.answer_with(Reply(VERSION.body, seconds_per_byte=0.5))
    with pytest.raises(MoodleTimeout):
        client.version()


def test_a_dripping_answer_ends_at_the_deadline(moodle: Replaying) -> None:
    client = MoodleClient(moodle.url, TOKEN, timeout=(1, 1), deadline=0.2, attempts=1)
    moodle.answer_with(Reply(VERSION.body * 100, seconds_per_byte=0.01))
    started = time.monotonic()
    with pytest.raises(MoodleTimeout, match="not complete"):
        client.version()
    assert time.monotonic() - started < 5


def test_half_a_body_is_named_and_tried_again(moodle: Replaying, client: MoodleClient, pauses: list[float]) -> None:
    half = VERSION.body[: len(VERSION.body) // 2]
    moodle.answer_with(Reply(half, length=len(VERSION.body)), Reply(half), VERSION)
    assert client.version().release
    assert pauses == [1, 2]
    moodle.answer_with(Reply(half))
    with pytest.raises(AnswerCutShort):
        client.version()


def test_a_compression_bomb_is_stopped_at_the_cap(moodle: Replaying) -> None:
    client = MoodleClient(moodle.url, TOKEN, max_bytes=100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    moodle.answer_with(Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(AnswerTooLarge):
        client.version()


def test_a_broken_compression_is_an_answer_cut_short(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(Reply(zlib.compress(VERSION.body)[:-9], headers={"Content-Encoding": "gzip"}))
    with pytest.raises(AnswerCutShort):
        client.version()


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"null", b"[]", b"7", b'{"maxid":1}', b'{"maxid":1,"events":7}']
)
def test_what_is_not_a_page_is_refused_whole(body: bytes, moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(body)
    with pytest.raises(MoodleError) as caught:
        client.log_events(0)
    assert isinstance(caught.value, NotJson | UnexpectedShape)


def test_an_answer_about_another_course_is_refused(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(json.dumps({"courseid": 3, "activities": []}).encode())
    with pytest.raises(UnexpectedShape, match="another course"):
        client.activities(2)


@pytest.mark.parametrize("url", ["http://moodle.example", "ftp://moodle.example", "moodle.example"])
def test_plain_http_to_another_machine_is_refused_before_any_call(url: str) -> None:
    with pytest.raises(InsecureAddress):
        MoodleClient(url, TOKEN)


def test_plain_http_is_taken_where_the_operator_allows_it() -> None:
    assert MoodleClient("http://moodle.example/", TOKEN, allow_insecure=True).base_url == "http://moodle.example"


def test_contact_details_are_read_for_one_learner_and_stand_in_no_repr(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(reply_of("ws/get_contact_student.json"))
    contact = client.contact(4, 2)
    assert contact == Contact(True, "student02@example.org", "student02@example.com", ("01632 960001", "01632 960002"))
    assert moodle.forms[0]["userid"] == "4"
    assert "example" not in repr(contact)
    assert "01632" not in repr(contact)


def test_contact_details_of_somebody_else_are_no_answer(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(reply_of("ws/get_contact_student.json"))
    with pytest.raises(UnexpectedShape):
        client.contact(5, 2)
