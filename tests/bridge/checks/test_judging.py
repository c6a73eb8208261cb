"""How answers are judged that a demo VLE does not give: certificates, log settings, half-upgraded plugins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.checks.answers import Answers
from bridge.checks.findings import Finding, has_failed
from bridge.checks.moodle import judge_connection
from bridge.checks.site import judge_site
from bridge.moodle.errors import (
    AccessRefused,
    MoodleError,
    MoodleServerError,
    MoodleUnreachable,
    PluginMissing,
    UnexpectedShape,
)
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from bridge.records import CapabilityHeld, PluginVersion

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
URL = "https://moodle.example.ac.uk"
LONDON = ZoneInfo("Europe/London")
VERSION = PluginVersion(
    release="0.2.0",
    version=OLDEST_PLUGIN_VERSION,
    moodle_version="2024100706",
    moodle_release="4.5.6 (Build: 20250811)",
    now=NOW,
    zone_name="Europe/London",
    log_life_days=0,
    is_log_enabled=True,
    bot_moodle_user_id=7,
    capabilities=(CapabilityHeld("local/lea:readlog", True),),
    allows_stealth=True,
    cron_ran_at=NOW - timedelta(minutes=3),
    tool_state="ready",
)


def refused(error: MoodleError, *functions: Function) -> Answers:
    """Answers in which these functions met an error and all others may be called."""
    version = None if Function.VERSION in functions else VERSION
    skew = None if version is None else timedelta(0)
    return Answers(version, skew, frozenset(set(Function) - set(functions)), dict.fromkeys(functions, error))


def alone(error: MoodleError) -> Answers:
    return Answers(None, None, frozenset(), {Function.VERSION: error})


def settings(found: PluginVersion) -> dict[str, Finding]:
    return {one.name: one for one in judge_site(found, timedelta(0), LONDON, NOW, is_told=True)}


def test_a_certificate_that_is_not_accepted_is_called_so() -> None:
    (found,) = judge_connection(alone(MoodleUnreachable("f", detail="SSLError")), URL)
    assert found.is_good is False
    assert "certificate" in found.text
    assert "intermediate" in found.next_step


def test_an_answer_of_another_shape_is_the_plugins_fault() -> None:
    findings = judge_connection(alone(UnexpectedShape("f", detail="x")), URL)
    assert [one.name for one in findings if one.is_good is False] == ["Plugin"]


def test_a_function_that_the_plugin_lacks_asks_for_an_upgrade() -> None:
    findings = judge_connection(refused(PluginMissing("f"), Function.SET_COURSES), URL)
    (found,) = [one for one in findings if one.is_good is False]
    assert found.name == "Function local_lea_set_courses"
    assert "lea plugin zip" in found.next_step


def test_a_function_that_could_not_be_tried_is_no_failure() -> None:
    findings = judge_connection(refused(MoodleServerError("f"), Function.TASKS), URL)
    assert not has_failed(findings)
    (found,) = [one for one in findings if one.is_good is None]
    assert "could not be tried" in found.text


def test_functions_are_not_called_complete_while_some_were_not_tried() -> None:
    answers = Answers(VERSION, timedelta(0), frozenset({Function.VERSION}), {})
    assert "Functions" not in [one.name for one in judge_connection(answers, URL)]


def test_a_token_that_reaches_some_functions_is_a_good_token() -> None:
    findings = judge_connection(refused(AccessRefused("f"), Function.VERSION, Function.TASKS), URL)
    by_name = {one.name: one.is_good for one in findings}
    assert by_name["Token"] is True
    assert by_name[f"Function {Function.VERSION}"] is False


def test_the_address_is_named_with_how_it_answers() -> None:
    (address, *_) = judge_connection(refused(PluginMissing("f")), URL)
    assert (address.name, address.is_good) == ("Address", True)
    assert "https" in address.text


def test_a_log_that_is_switched_off_fails() -> None:
    found = settings(replace(VERSION, is_log_enabled=False))["Log"]
    assert found.is_good is False
    assert "Manage log stores" in found.next_step


@pytest.mark.parametrize(("days", "is_good"), [(0, True), (34, None), (35, True), (365, True)])
def test_a_log_that_is_kept_for_days_only_is_worth_knowing(days: int, is_good: bool | None) -> None:
    assert settings(replace(VERSION, log_life_days=days))["Log"].is_good is is_good


def test_every_failure_names_a_next_step() -> None:
    broken = replace(
        VERSION, is_log_enabled=False, allows_stealth=False, cron_ran_at=None, tool_state="missing", version=1
    )
    answers = Answers(broken, timedelta(0), frozenset(Function), {})
    findings = (
        *judge_connection(answers, URL),
        *judge_site(broken, timedelta(hours=1), ZoneInfo("Asia/Tokyo"), NOW, is_told=True),
    )
    assert [one.name for one in findings if one.is_good is not True and not one.next_step] == []
    assert len([one for one in findings if one.is_good is False]) == 5


def test_a_fresh_moodles_ban_on_stealth_activities_fails_nothing() -> None:
    found = settings(replace(VERSION, allows_stealth=False))["Stealth activities"]
    assert found.is_good is None
    assert "Allow stealth activities" in found.next_step
