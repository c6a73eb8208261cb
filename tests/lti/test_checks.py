"""The self-test names the one thing that is wrong, and what to do: each way to break a connection, one at a time."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from bridge.checks.findings import Finding, has_failed
from bridge.config import Settings
from bridge.connections import make_sync_client
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from bridge.schema.log import SyncRun
from bridge.schema.platforms import Deployment, Platform, Registration
from bridge.schema.teaching import Course
from bridge.store.database import reading, writing
from bridge.store.runs import FAILED, SYNC, RunResult, finish_run, start_run
from bridge.sync.course import sync_platform
from lti.checks import check_platform
from lti.services import EXTENSION, Services
from tests.demo_vle import functions
from tests.demo_vle.faults import Fault
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.site import CAPABILITIES
from tests.lti.served import Tool

REST = "webservice/rest:use"
"""Without it Moodle refuses every call before any function is looked at."""


def settings_of(tool: Tool) -> Settings:
    made: Services = tool.app.extensions[EXTENSION]
    return made.settings


def check(tool: Tool, *, ahead: timedelta = timedelta(0), **changed: object) -> tuple[Finding, ...]:
    """Check with this tool's clock `ahead` of Moodle's, and with changed settings."""
    settings = replace(settings_of(tool), **changed)  # type: ignore[arg-type] # names and values are the tests' own
    return check_platform(tool.sessions, settings, tool.platform_id, now=lambda: tool.clock() + ahead)


def sync(tool: Tool) -> None:
    """Read everything once, as the worker does."""
    settings = settings_of(tool)
    client = make_sync_client(tool.sessions, settings, tool.platform_id, attempts=1)
    report = sync_platform(tool.sessions, client, tool.platform_id, settings, tool.clock)
    assert report.has_succeeded, report.failures


def bad(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings if finding.is_good is False}


@pytest.fixture
def working(tool: Tool, vle: DemoVle) -> Tool:
    """A tool that has synced with a site where everything is right: its second sync finds the tabs made."""
    sync(tool)
    vle.site.queued.clear()
    sync(tool)
    return tool


def test_a_connection_where_everything_is_right_has_no_failure(working: Tool) -> None:
    findings = check(working)
    assert bad(findings) == {}
    assert not has_failed(findings)
    assert {finding.name for finding in findings if finding.is_good} >= {
        "Address", "Token", "Plugin", "Functions", "Capabilities", "Log", "Clock", "Time zone", "Cron",
        "Stealth activities", "External tool", "Moodle's keys", "Our keys", "Courses", "Sync",
    }  # fmt: skip


def test_checking_changes_nothing_in_moodle(working: Tool, vle: DemoVle) -> None:
    switched_on, queued = vle.site.switched_on, set(vle.site.queued)
    check(working)
    assert (vle.site.switched_on, vle.site.queued) == (switched_on, queued)


def test_each_missing_capability_is_named_alone(working: Tool, vle: DemoVle) -> None:
    for capability in (one for one in CAPABILITIES if one != REST):
        vle.site.capabilities.remove(capability)
        found = bad(check(working))
        vle.site.capabilities.add(capability)
        assert list(found) == [f"Capability {capability}"]
        assert capability in found[f"Capability {capability}"].next_step


def test_each_function_that_the_service_does_not_hold_is_named_alone(working: Tool, vle: DemoVle) -> None:
    for function in Function:
        vle.site.left_out_of_service = {function}
        found = bad(check(working))
        assert list(found) == [f"Function {function}"]
        assert f"add {function}" in found[f"Function {function}"].next_step


def break_token(vle: DemoVle) -> None:
    vle.site.token = "0" * 32


def expire_token(vle: DemoVle) -> None:
    vle.site.token_valid_until = datetime(2020, 1, 1, tzinfo=UTC)


def suspend_service_user(vle: DemoVle) -> None:
    bot = vle.world.users[vle.world.bot_id]
    vle.world.users[bot.id] = replace(bot, suspended=True)


def forbid_rest(vle: DemoVle) -> None:
    vle.site.capabilities.remove(REST)


def take_everything_out(vle: DemoVle) -> None:
    vle.site.left_out_of_service.update(Function)


def uninstall_plugin(vle: DemoVle) -> None:
    vle.site.plugin_installed = False


def stop_cron(vle: DemoVle) -> None:
    vle.site.cron_age_seconds = 7200


def never_run_cron(vle: DemoVle) -> None:
    vle.site.cron_age_seconds = None


def deactivate_tool(vle: DemoVle) -> None:
    vle.site.is_tool_active = False


def delete_tool(vle: DemoVle) -> None:
    vle.site.is_tool_found = False


def fail_key_set(vle: DemoVle) -> None:
    vle.faults.jwks_down = True


def forget_client(vle: DemoVle) -> None:
    vle.tool.client_id = "another"


def point_at_nothing(vle: DemoVle) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        vle.tool.point_at(f"http://127.0.0.1:{free.getsockname()[1]}")


def turn_services_off(vle: DemoVle) -> None:
    vle.faults.always(Fault.SERVICES_OFF)


def redirect(vle: DemoVle) -> None:
    vle.faults.always(Fault.REDIRECT)


def maintain(vle: DemoVle) -> None:
    vle.faults.always(Fault.MAINTENANCE)


def answer_nonsense(vle: DemoVle) -> None:
    vle.faults.always(Fault.WRONG_JSON)


@pytest.mark.parametrize(
    ("break_it", "name", "step"),
    [
        (break_token, "Token", "/local/lea/connect.php"),
        (expire_token, "Token", "/local/lea/connect.php"),
        (suspend_service_user, "Token", "activate the account"),
        (forbid_rest, "Token", "lacks webservice/rest:use"),
        (take_everything_out, "Token", "authorised users"),
        (uninstall_plugin, "Plugin", "lea plugin zip"),
        (stop_cron, "Cron", "admin/cli/cron.php"),
        (never_run_cron, "Cron", "admin/cli/cron.php"),
        (deactivate_tool, "External tool", "Activate"),
        (delete_tool, "External tool", "lea register"),
        (fail_key_set, "Moodle's keys", "/mod/lti/certs.php"),
        (forget_client, "Our keys", "Remove this registration"),
        (turn_services_off, "Web services", "Enable web services"),
        (redirect, "Address", "wwwroot"),
        (maintain, "Address", "Nothing to do"),
        (answer_nonsense, "Address", "login page"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_one_broken_thing_is_named_with_its_next_step(
    working: Tool, vle: DemoVle, break_it: Callable[[DemoVle], None], name: str, step: str
) -> None:
    break_it(vle)
    found = bad(check(working))
    assert list(found) == [name]
    assert step in found[name].next_step


def test_an_old_plugin_is_called_too_old_with_both_versions(working: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "PLUGIN_VERSION", 2026112100)
    found = bad(check(working))
    assert list(found) == ["Plugin"]
    assert "2026112100" in found["Plugin"].text
    assert str(OLDEST_PLUGIN_VERSION) in found["Plugin"].text


def test_moodle_that_cannot_fetch_our_keys_says_which_setting_stands_in_the_way(working: Tool, vle: DemoVle) -> None:
    point_at_nothing(vle)
    found = bad(check(working))
    assert list(found) == ["Our keys"]
    assert "/lti/jwks.json" in found["Our keys"].text


def show_other_keys(vle: DemoVle) -> None:
    vle.tool.key_set_url = f"{vle.url}/mod/lti/certs.php"


def test_other_keys_at_our_address_are_told(working: Tool, vle: DemoVle) -> None:
    show_other_keys(vle)
    found = bad(check(working))
    assert list(found) == ["Our keys"]
    assert "lea keys list" in found["Our keys"].next_step


@pytest.mark.parametrize("minutes", [-10, 10])
def test_signatures_that_moodle_takes_for_too_old_or_too_new_are_told(working: Tool, minutes: int) -> None:
    found = bad(check(working, ahead=timedelta(minutes=minutes)))
    assert "NTP" in found["Our keys"].next_step
    assert "NTP" in found["Clock"].next_step


def test_a_platform_that_grants_no_service_is_all_right(working: Tool, vle: DemoVle) -> None:
    vle.services.permitted.clear()
    (ours,) = [finding for finding in check(working) if finding.name == "Our keys"]
    assert ours.is_good
    assert "no service" in ours.text


@pytest.mark.parametrize(
    ("seconds", "words"), [(8, "s behind this"), (-30, "s ahead of this"), (90, "Launches are refused")]
)
def test_clocks_that_differ_are_told_with_their_direction(working: Tool, seconds: int, words: str) -> None:
    found = bad(check(working, ahead=timedelta(seconds=seconds)))
    assert words in found["Clock"].text


def test_clocks_that_differ_by_less_than_five_seconds_are_fine(working: Tool) -> None:
    assert "Clock" not in bad(check(working, ahead=timedelta(seconds=3)))


def test_another_time_zone_is_worth_knowing_and_no_failure(working: Tool) -> None:
    findings = check(working, zone=ZoneInfo("Asia/Tokyo"))
    assert bad(findings) == {}
    (zone,) = [finding for finding in findings if finding.name == "Time zone"]
    assert zone.is_good is None
    assert "Asia/Tokyo" in zone.text


def test_a_site_that_is_down_is_one_finding_and_what_needs_no_moodle_is_checked_all_the_same(working: Tool) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with writing(working.sessions) as db:
        db.execute(update(Platform).values(moodle_url=address))
    findings = check(working)
    assert list(bad(findings)) == ["Address"]
    assert {"Moodle's keys", "Courses", "Sync"} <= {finding.name for finding in findings}


def test_http_to_another_machine_is_refused_with_the_address(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(Platform).values(moodle_url="http://moodle.example"))
    found = bad(check(working, allow_insecure_platforms=False))
    assert "http://moodle.example" in found["Address"].text


def test_without_a_token_the_page_that_makes_one_is_named(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(Platform).values(moodle_token=None))
    found = bad(check(working))
    assert list(found) == ["Token"]
    assert "lea platform connect" in found["Token"].next_step


def test_secrets_of_another_key_are_named_one_by_one(working: Tool) -> None:
    check(working)
    found = bad(check(working, secret_key="another secret, also long enough to be taken"))
    assert list(found) == ["Token", "Our keys"]
    assert "LEA_SECRET_KEY" in found["Token"].text
    assert "lea keys rotate" in found["Our keys"].next_step


def test_a_registration_without_a_deployment_refuses_launches(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(delete(Deployment))
    (found,) = bad(check(working)).values()
    assert "--deployment-id" in found.next_step


def test_a_platform_without_a_registration_refuses_launches(vle: DemoVle, tool: Tool) -> None:
    with writing(tool.sessions) as db:
        db.execute(delete(Deployment))
        db.execute(delete(Registration))
    found = bad(check(tool))
    assert "lea register" in found["Registration"].next_step


def test_before_the_first_sync_the_tool_is_not_called_missing(tool: Tool, vle: DemoVle) -> None:
    vle.site.is_tool_found = False
    findings = check(tool)
    assert bad(findings) == {}
    (external,) = [finding for finding in findings if finding.name == "External tool"]
    assert external.is_good is None
    assert "lea sync" in external.next_step


def test_a_platform_without_courses_is_told_the_next_step(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(Course).values(switched_off_at=working.clock()))
    (courses,) = [finding for finding in check(working) if finding.name == "Courses"]
    assert courses.is_good is None
    assert "lea course on" in courses.next_step


def test_a_tab_that_was_not_made_is_told_with_its_reason(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(Course).values(tool_problem="nomodule", tool_cmid=None))
    found = bad(check(working))
    assert "Manage activities" in found["Engagement tabs"].next_step


def test_a_tab_that_waits_for_cron_is_no_failure(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(Course).values(tool_problem="queued", tool_cmid=None))
    findings = check(working)
    assert bad(findings) == {}
    assert any("cron" in finding.text for finding in findings if finding.name == "Engagement tabs")


def test_a_worker_that_stopped_is_seen(working: Tool) -> None:
    with writing(working.sessions) as db:
        db.execute(update(SyncRun).values(finished_at=working.clock() - timedelta(hours=3)))
    found = bad(check(working))
    assert list(found) == ["Sync"]
    assert "lea worker" in found["Sync"].next_step


def test_a_sync_that_failed_is_seen(working: Tool) -> None:
    with writing(working.sessions) as db:
        run_id = start_run(db, working.platform_id, SYNC, working.clock())
        finish_run(db, run_id, RunResult(error_code=FAILED, error_message="x"), working.clock() + timedelta(seconds=1))
    assert "lea status" in bad(check(working))["Sync"].next_step


def test_no_finding_holds_the_token(working: Tool, vle: DemoVle) -> None:
    for break_it in (lambda _: None, break_token, answer_nonsense):
        break_it(vle)
        assert vle.token not in repr(check(working))


def test_an_unknown_platform_is_an_error(tool: Tool) -> None:
    with reading(tool.sessions), pytest.raises(LookupError):
        check_platform(tool.sessions, settings_of(tool), 999)
