"""Every refusal that a real Moodle was recorded with becomes its named error."""

import inspect
import re

import pytest

from bridge.moodle import errors
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import (
    AccessRefused,
    AccountSuspended,
    CourseUnknown,
    MoodleError,
    NotJson,
    ParameterRefused,
    PermissionMissing,
    PluginMissing,
    SiteInMaintenance,
    TokenRejected,
    WebServicesOff,
)
from tests.bridge.moodle.conftest import TOKEN
from tests.bridge.moodle.replaying import RECORDINGS, Replaying, load_recording, reply_of

CORE_REFUSALS = {
    "error_bad_param": ParameterRefused,
    "error_extra_param": ParameterRefused,
    "error_function_not_in_service": AccessRefused,
    "error_invalid_token": TokenRejected,
    "error_missing_param": ParameterRefused,
    "error_no_function": ParameterRefused,
    "error_no_token": TokenRejected,
    "error_rest_protocol_disabled": WebServicesOff,
    "error_site_maintenance": SiteInMaintenance,
    "error_site_maintenance_web": SiteInMaintenance,
    "error_token_expired": AccessRefused,
    "error_token_iprestriction": AccessRefused,
    "error_unknown_course": CourseUnknown,
    "error_unknown_function": PluginMissing,
    "error_user_suspended": AccountSuspended,
    "error_webservices_disabled": WebServicesOff,
    "error_xml_default": NotJson,
}


@pytest.mark.parametrize(("name", "error"), CORE_REFUSALS.items())
def test_each_recorded_refusal_of_moodle_has_its_named_error(
    name: str, error: type[MoodleError], moodle: Replaying, client: MoodleClient
) -> None:
    moodle.answer_with(reply_of(f"ws_core/{name}.json"))
    with pytest.raises(error) as caught:
        client.roster(9999)
    assert type(caught.value) is error


def test_no_recorded_refusal_is_left_out() -> None:
    recorded = {path.stem for path in (RECORDINGS / "ws_core").glob("error_*.json")}
    assert recorded == set(CORE_REFUSALS)


@pytest.mark.parametrize("path", sorted((RECORDINGS / "ws").glob("error_*.json")), ids=lambda path: path.stem)
def test_each_recorded_refusal_of_the_plugin_has_a_name_of_its_own(
    path: object, moodle: Replaying, client: MoodleClient
) -> None:
    name = str(getattr(path, "name", path))
    body = load_recording(f"ws/{name}")["body"]
    moodle.answer_with(reply_of(f"ws/{name}"))
    with pytest.raises(MoodleError) as caught:
        client.roster(9999)
    assert caught.value.errorcode == body["errorcode"]
    assert type(caught.value) is not errors.MoodleRefused


def test_a_missing_capability_is_told_with_what_to_do(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(reply_of("ws/error_no_capability_get_roster.json"))
    with pytest.raises(PermissionMissing, match="Give its role the named capability") as caught:
        client.roster(2)
    assert caught.value.function == "local_lea_get_roster"


def test_an_unknown_function_is_a_missing_plugin_also_when_the_call_names_no_course(
    moodle: Replaying, client: MoodleClient
) -> None:
    moodle.answer_with(b'{"exception":"x","errorcode":"invalidrecord","message":"In another language."}')
    with pytest.raises(PluginMissing):
        client.version()


def test_an_error_code_nobody_knows_is_still_an_error(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(b'{"exception":"x","errorcode":"somethingnew","message":"?"}')
    with pytest.raises(errors.MoodleRefused, match="somethingnew"):
        client.version()


def test_the_drawn_tree_is_the_tree_and_every_error_says_what_to_do() -> None:
    classes = {
        name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, MoodleError)
    }
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"MoodleError"}
    assert drawn == set(classes)
    leaves = [kind for kind in classes.values() if not kind.__subclasses__()]
    assert len({kind.code for kind in leaves}) == len(leaves)
    assert all(str(kind("f")).endswith(kind.next_step) for kind in leaves)
    temporary = {name for name, kind in classes.items() if kind.is_temporary}
    assert temporary == set(re.findall(r"(\w+) +temporary:", errors.__doc__ or ""))


def test_a_message_that_repeats_the_token_is_redacted(moodle: Replaying, client: MoodleClient) -> None:
    moodle.answer_with(f'{{"errorcode":"invalidtoken","message":"no {TOKEN} here"}}'.encode())
    with pytest.raises(TokenRejected) as caught:
        client.version()
    assert TOKEN not in str(caught.value)
    assert "no [token] here" in str(caught.value)
