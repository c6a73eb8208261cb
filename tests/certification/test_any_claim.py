"""Every claim with any type and size, over HTTP: never 5xx, never somebody else's panel, always a reason."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.certification.launches import LTI, is_clean_refusal
from tests.lti.conftest import clock, tool, vle
from tests.lti.served import Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN

__all__ = ["clock", "tool", "vle"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
MEMBERSHIPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LTI_CLAIMS = (
    "version", "message_type", "deployment_id", "target_link_uri", "resource_link", "context", "roles", "custom",
    "launch_presentation", "lis", "ext", "tool_platform", "role_scope_mentor",
)  # fmt: skip
PLAIN_CLAIMS = ("iss", "aud", "azp", "sub", "nonce", "iat", "exp", "nbf", "name", "given_name", "family_name", "email")
CLAIMS = (*PLAIN_CLAIMS, *(LTI + name for name in LTI_CLAIMS), DEEP_LINKING, MEMBERSHIPS)
AWKWARD = ("\ud800", "\x00", "\u202e", "x" * 10_000, "<script>alert(1)</script>", "1.3.0", "3", "-1", "$User.id", "")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(AWKWARD),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "title", "locale", "panel", "context_memberships_url"]), inner)
    ),
    max_leaves=5,
)
FIXTURE_ONCE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
OWN_REFUSALS = (
    "no-role",
    "account-closed",
    "course-not-on",
    "not-synced",
    "rights-unknown",
    "no-placing",
    "no-start-page",
)
"""A launch that was accepted, of somebody who has no page: 403 or, where Moodle is asked in vain, 503."""


@settings(max_examples=250, suppress_health_check=FIXTURE_ONCE)
@given(st.sampled_from(CLAIMS), JSON)
@example(f"{LTI}context", {"id": "\x00"})
@example(f"{LTI}context", {"id": "1"})
@example(f"{LTI}roles", [["Instructor"]])
@example("sub", {"a": []})
@example("name", "\ud800\u202e<script>" + "x" * 10_000)
@example("exp", 10**400)
@example(f"{LTI}message_type", "LtiDeepLinkingRequest")
def test_any_claim_of_any_type_and_size_is_refused_cleanly_or_safe(tool: Tool, name: str, value: object) -> None:
    login = tool.login(LEARNER, OPEN)

    answer = tool.post_launch(login, tool.mint(login, LEARNER, OPEN, **{name: value}))

    if answer.status_code == 200:
        assert "My weeks" in answer.text or "All my courses" in answer.text
        assert "<script>alert" not in answer.text
        assert "Cleo" not in answer.text
    else:
        assert is_clean_refusal(answer) or reason_of(answer) in OWN_REFUSALS
        assert "page_token" not in answer.text
    assert answer.status_code < 500
    assert '"failed"' not in tool.log.getvalue()


@settings(max_examples=100, suppress_health_check=FIXTURE_ONCE)
@given(st.dictionaries(st.sampled_from(CLAIMS), JSON, max_size=6))
def test_a_signed_object_of_any_claims_is_refused_cleanly(tool: Tool, claims: dict[str, object]) -> None:
    login = tool.login(LEARNER, OPEN)

    answer = tool.post_launch(login, tool.vle.mint(claims))

    assert is_clean_refusal(answer)


@settings(max_examples=100, suppress_health_check=FIXTURE_ONCE)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_in_place_of_a_token_are_refused_cleanly(tool: Tool, token: bytes) -> None:
    login = tool.login(LEARNER, OPEN)

    answer = tool.request(
        "POST",
        "/lti/launch",
        data={"state": login.state, "id_token": token},
        headers={"Cookie": login.cookie},
    )

    assert is_clean_refusal(answer)


@settings(max_examples=100, suppress_health_check=FIXTURE_ONCE)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id"]
            ),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=50) | st.sampled_from(["x" * 20_000, "\x00"]),
        ),
        max_size=7,
    )
)
def test_any_login_initiation_is_refused_cleanly(tool: Tool, fields: list[tuple[str, str]]) -> None:
    answer = tool.request("POST", "/lti/login", data=fields)

    assert is_clean_refusal(answer)
    assert "Set-Cookie" not in answer.headers
