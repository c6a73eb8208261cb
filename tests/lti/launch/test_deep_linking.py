"""The settings of a deep linking request: every field of any type and size is taken or refused cleanly."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti.errors import LaunchRefused
from lti.launch.deep_linking import SETTINGS, DeepLinkingSettings, is_own_return
from lti.launch.deep_linking import read_settings as read_from_claims
from lti.reasons import TEXTS
from tests.lti.launch.test_verification import REGISTRATION

RETURN = "https://moodle.example/mod/lti/contentitem_return.php?course=2&id=1&sesskey=abc"
GOOD: Mapping[str, object] = {
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe"],
    "deep_link_return_url": RETURN,
}


def read(**changed: object) -> DeepLinkingSettings:
    fields = {name: value for name, value in {**GOOD, **changed}.items() if value is not ...}
    return read_from_claims({SETTINGS: fields})


def refusal(claims: Mapping[str, object]) -> str:
    with pytest.raises(LaunchRefused) as caught:
        read_from_claims(claims)
    return caught.value.code


def test_the_smallest_settings_are_read() -> None:
    assert read() == DeepLinkingSettings(RETURN, None)


def test_neither_the_return_address_nor_the_data_shows_in_a_repr() -> None:
    assert repr(read(data="secret-data")) == "DeepLinkingSettings()"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"deep_link_return_url": ...}, "bad-deep-linking"),
        ({"deep_link_return_url": ""}, "bad-deep-linking"),
        ({"deep_link_return_url": ["https://moodle.example/"]}, "bad-deep-linking"),
        ({"deep_link_return_url": "javascript:alert(1)"}, "bad-deep-linking"),
        ({"deep_link_return_url": "data:text/html,x"}, "bad-deep-linking"),
        ({"deep_link_return_url": "/relative"}, "bad-deep-linking"),
        ({"deep_link_return_url": "//moodle.example/"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://user@moodle.example/"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://moodle.example\\@evil.example/"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://moodle.example/ x"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://moodle.example/\n"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://moodlé.example/"}, "bad-deep-linking"),
        ({"deep_link_return_url": "https://moodle.example/" + "x" * 2000}, "bad-deep-linking"),
        ({"accept_types": ...}, "bad-deep-linking"),
        ({"accept_types": "ltiResourceLink"}, "bad-deep-linking"),
        ({"accept_types": [1]}, "bad-deep-linking"),
        ({"accept_types": ["x"] * 51}, "bad-deep-linking"),
        ({"accept_types": []}, "no-resource-links"),
        ({"accept_types": ["link", "html", "file", "image"]}, "no-resource-links"),
        ({"accept_presentation_document_targets": ...}, "bad-deep-linking"),
        ({"accept_presentation_document_targets": []}, "bad-deep-linking"),
        ({"accept_presentation_document_targets": "iframe"}, "bad-deep-linking"),
        ({"accept_multiple": "true"}, "bad-deep-linking"),
        ({"auto_create": 1}, "bad-deep-linking"),
        ({"accept_media_types": ["image/*"]}, "bad-deep-linking"),
        ({"title": 5}, "bad-deep-linking"),
        ({"text": None}, "bad-deep-linking"),
        ({"data": {"a": 1}}, "bad-deep-linking"),
    ],
)
def test_a_setting_of_another_kind_is_refused(changed: Mapping[str, object], code: str) -> None:
    fields = {name: value for name, value in {**GOOD, **changed}.items() if value is not ...}

    assert refusal({SETTINGS: fields}) == code


@pytest.mark.parametrize("claims", [{}, {SETTINGS: None}, {SETTINGS: []}, {SETTINGS: "x"}])
def test_without_settings_there_is_nothing_to_answer(claims: Mapping[str, object]) -> None:
    assert refusal(claims) == "bad-deep-linking"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=30)
    | st.sampled_from(["\ud800", "\x00", "x" * 10_000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*sorted(GOOD), "accept_multiple", "data", "title", "text"]), JSON)
def test_any_setting_of_any_type_and_size_is_refused_cleanly_or_taken(name: str, value: object) -> None:
    code, taken = outcome(name, value)

    assert code is None or code in TEXTS
    assert taken is None or name == "deep_link_return_url" or is_own_return(taken.return_url, REGISTRATION)


def outcome(name: str, value: object) -> tuple[str | None, DeepLinkingSettings | None]:
    try:
        return None, read(**{name: value})
    except LaunchRefused as error:
        return error.code, None


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        (RETURN, True),
        ("https://MOODLE.example:443/x", True),
        ("http://moodle.example/x", False),
        ("https://moodle.example:8443/x", False),
        ("https://moodle.example.evil.example/x", False),
        ("https://evil.example/?https://moodle.example/", False),
        ("https://sub.moodle.example/x", False),
    ],
)
def test_the_answer_goes_to_the_platforms_own_origin_alone(url: str, is_own: bool) -> None:
    assert is_own_return(url, REGISTRATION) is is_own
