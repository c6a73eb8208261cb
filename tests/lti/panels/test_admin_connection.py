"""The Moodle connection in the administrator's panel: tried, saved, checked, never shown; mendable whatever is down."""

import io
import zipfile

import pytest
from sqlalchemy import update

from bridge.schema.platforms import Platform
from bridge.secrets import encrypt
from bridge.store.database import reading, writing
from bridge.store.viewers import load_connection
from tests.demo_vle.faults import Fault
from tests.lti.panels.admin_browser import ADMIN_PATHS, AdminBrowser
from tests.lti.served import SECRET_KEY, Tool, names_somebody
from tests.lti.small_world import ADMIN, MANAGER, OFF

WRONG_TOKEN = "0123456789abcdef0123456789abcdef"


def saved_token(tool: Tool) -> str | None:
    with reading(tool.sessions) as db:
        found = load_connection(db, tool.platform_id)
    return None if found is None else found[1]


def set_platform(tool: Tool, **values: object) -> None:
    with writing(tool.sessions) as db:
        db.execute(update(Platform).where(Platform.id == tool.platform_id).values(**values))


def test_a_new_connection_is_saved_checked_and_never_shown(tool: Tool) -> None:
    set_platform(tool, moodle_token=None)
    admin = AdminBrowser.enter(tool)
    assert "Moodle is not connected yet" in admin.text
    admin.go("connection")

    admin.do("connection", token=f"  {tool.vle.token}\n")

    assert "The token is saved." in admin.notice()
    assert "checks passed" in admin.text
    assert admin.result("Token") == "passed"
    assert tool.vle.token not in admin.answer.text
    assert tool.vle.token not in tool.log.getvalue()
    assert tool.vle.token not in str(saved_token(tool))
    (row,) = admin.changes()
    assert row.detail == f"connection saved: {tool.vle.url}"
    admin.go("connection")
    field = admin.soup.find("input", id="token")
    assert field is not None
    assert (field["type"], field.get("value")) == ("password", None)
    assert tool.vle.token not in admin.answer.text


def test_a_token_that_moodle_does_not_know_is_not_saved(tool: Tool) -> None:
    before = saved_token(tool)
    admin = AdminBrowser.enter(tool)
    admin.go("connection")

    admin.do("connection", token=WRONG_TOKEN)

    assert "Moodle does not know this token." in admin.notice()
    assert saved_token(tool) == before
    assert WRONG_TOKEN not in admin.answer.text
    assert WRONG_TOKEN not in tool.log.getvalue()
    assert [row.detail for row in admin.changes()] == ["connection not saved: Moodle does not know the token"]


@pytest.mark.parametrize("token", ["", "   ", "not a token", "<script>", "x" * 200, "\u202e\x00"])
def test_what_is_no_token_is_not_sent_and_the_saved_one_stays(tool: Tool, token: str) -> None:
    before = saved_token(tool)
    admin = AdminBrowser.enter(tool)
    admin.go("connection")
    calls = tool.vle.site.served.calls.copy()

    admin.do("connection", token=token)

    assert "token" in admin.notice()
    assert saved_token(tool) == before
    assert tool.vle.site.served.calls == calls


def test_a_token_is_saved_while_moodle_is_down_and_the_check_says_so(tool: Tool) -> None:
    set_platform(tool, moodle_token=None)
    admin = AdminBrowser.enter(tool)
    admin.go("connection")
    tool.vle.faults.always(Fault.SERVER_ERROR)

    admin.do("connection", token=tool.vle.token)

    assert saved_token(tool) is not None
    assert "failed" in admin.text


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.INVALID_TOKEN, Fault.SITE_MAINTENANCE])
def test_every_page_opens_while_moodle_does_not_answer_properly(tool: Tool, fault: Fault) -> None:
    tool.vle.faults.always(fault)
    admin = AdminBrowser.enter(tool)

    answers = {page: admin.go(page) for page in ADMIN_PATHS}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert "Moodle did not list its courses." in answers["courses"].text
    assert "failed" in answers["check"].text


def test_a_broken_connection_can_be_mended_by_whoever_runs_the_tool(tool: Tool) -> None:
    set_platform(tool, moodle_token=encrypt(WRONG_TOKEN, SECRET_KEY))
    admin = AdminBrowser.enter(tool)
    admin.go("check")
    assert admin.result("Token") == "failed"
    admin.go("connection")

    admin.do("connection", token=tool.vle.token)

    assert admin.result("Token") == "passed"
    assert admin.go("courses").status_code == 200
    assert "Moodle did not list its courses." not in admin.text


def test_a_token_saved_with_another_key_can_be_mended_too(tool: Tool) -> None:
    set_platform(tool, moodle_token=encrypt(tool.vle.token, "another secret of the tests, long enough too"))
    admin = AdminBrowser.enter(tool)
    admin.go("connection")

    admin.do("connection", token=tool.vle.token)

    assert admin.result("Token") == "passed"


def test_a_missing_function_is_named(tool: Tool) -> None:
    tool.vle.site.left_out_of_service.add("local_lea_get_tasks")
    admin = AdminBrowser.enter(tool)

    admin.go("check")

    found = [step.get_text(" ") for step in admin.soup.select(".steps > li") if "local_lea_get_tasks" in step.text]
    assert len(found) == 1
    assert "failed" in found[0]
    assert "What to do:" in found[0]


def test_the_check_leaves_no_access_row_and_names_nobody(tool: Tool) -> None:
    admin = AdminBrowser.enter(tool)

    admin.go("check")

    assert not names_somebody(admin.answer.text)
    assert tool.accesses() == ()


@pytest.mark.parametrize(("seconds", "warns"), [(4, False), (5, True), (-70, True)])
def test_clocks_that_differ_are_told_from_five_seconds_on(tool: Tool, seconds: int, warns: bool) -> None:
    set_platform(tool, clock_skew_seconds=seconds, handshake_at=tool.clock(), plugin_version=2026112200)

    admin = AdminBrowser.enter(tool)

    order = "ahead of" if seconds > 0 else "behind"
    assert (f"Moodle’s clock is {abs(seconds)} s {order} this one." in admin.text) is warns


def test_a_plugin_that_is_too_old_is_told_with_both_versions(tool: Tool) -> None:
    set_platform(tool, plugin_version=2020010100, plugin_release="0.0.1", handshake_at=tool.clock())

    admin = AdminBrowser.enter(tool)

    assert "The plugin local_lea is too old." in admin.text
    assert "2020010100" in admin.text


@pytest.mark.parametrize("who", [ADMIN, MANAGER])
def test_the_plugin_comes_as_a_zip_that_moodle_takes(tool: Tool, who: int) -> None:
    admin = AdminBrowser.enter(tool, who, OFF)

    answer = admin.go("plugin")

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "lea/version.php" in names
    assert {name.split("/")[0] for name in names} == {"lea"}


def test_hostile_words_from_moodle_are_shown_as_text(tool: Tool) -> None:
    hostile = '<script>alert(1)</script>\u202e"><img src=x>'
    set_platform(tool, name=hostile, plugin_release=hostile[:60], moodle_release=hostile, handshake_at=tool.clock())
    admin = AdminBrowser.enter(tool)

    for page in ("overview", "connection", "courses"):
        admin.go(page)
        assert [script.get("src") for script in admin.soup.find_all("script")] == ["/static/panel.js"]
        assert admin.soup.find_all("img") == []
        assert "\u202e" not in admin.answer.text
