"""Launches beyond the certification guide's: one table of what a token can say, one of how it can be signed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.certification.launches import LIS, LTI, is_clean_refusal, launch
from tests.demo_vle.keys import SigningKey
from tests.demo_vle.platform import DemoVle
from tests.lti.conftest import clock, tool, vle
from tests.lti.served import Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN, TUTOR

__all__ = ["clock", "tool", "vle"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CUSTOM, CONTEXT, LINK = f"{LTI}custom", f"{LTI}context", f"{LTI}resource_link"
Claims = Mapping[str, object]

REFUSED: Mapping[str, tuple[Claims, str]] = {
    # iss, aud, azp
    "issuer with a slash more": ({"iss": "{iss}/"}, "wrong-issuer"),
    "issuer in capitals": ({"iss": "HTTP://127.0.0.1"}, "wrong-issuer"),
    "another issuer": ({"iss": "https://evil.example"}, "wrong-issuer"),
    "issuer as a list": ({"iss": ["{iss}"]}, "wrong-issuer"),
    "another audience": ({"aud": "another"}, "wrong-audience"),
    "a further audience": ({"aud": ["{aud}", "another"], "azp": "{aud}"}, "wrong-audience"),
    "no audience in the list": ({"aud": []}, "wrong-audience"),
    "audience as an object": ({"aud": {"{aud}": 1}}, "wrong-audience"),
    "several audiences without azp": ({"aud": ["{aud}", "{aud}"]}, "wrong-audience"),
    "azp of another client": ({"azp": "another"}, "wrong-audience"),
    "azp null": ({"azp": None}, "wrong-audience"),
    # iat, exp, nbf
    "issued in an hour": ({"iat": 3600.0, "exp": 3660.0}, "token-from-future"),
    "issued 62 s ahead": ({"iat": 62.0, "exp": 122.0}, "token-from-future"),
    "not before in an hour": ({"nbf": 3600.0}, "token-from-future"),
    "expired 61 s ago": ({"iat": -121.0, "exp": -61.0}, "token-expired"),
    "issued 12 minutes ago": ({"iat": -720.0, "exp": 3600.0}, "token-too-old"),
    "valid for two days": ({"exp": 172_800.0}, "token-too-old"),
    "ends before it begins": ({"iat": 30.0, "exp": 20.0}, "bad-times"),
    "exp as text": ({"exp": "1999999999"}, "bad-times"),
    "iat true": ({"iat": True}, "bad-times"),
    "exp beyond every calendar": ({"exp": 10**18}, "bad-times"),
    "iat negative": ({"iat": -1}, "bad-times"),
    # nonce
    "another nonce": ({"nonce": "another"}, "wrong-nonce"),
    "nonce as a number": ({"nonce": 5}, "wrong-nonce"),
    "nonce beyond ASCII": ({"nonce": "é"}, "wrong-nonce"),
    "nonce with a space more": ({"nonce": "{nonce} "}, "wrong-nonce"),
    # version, message, deployment, target
    "version 1.3": ({f"{LTI}version": "1.3"}, "wrong-version"),
    "version as a number": ({f"{LTI}version": 1.3}, "wrong-version"),
    "unknown message": ({f"{LTI}message_type": "LtiSubmissionReviewRequest"}, "unknown-message"),
    "message as a list": ({f"{LTI}message_type": ["LtiResourceLinkRequest"]}, "unknown-message"),
    "another deployment": ({f"{LTI}deployment_id": "2"}, "wrong-deployment"),
    "deployment as a number": ({f"{LTI}deployment_id": 1}, "wrong-deployment"),
    "deployment of 256 characters": ({f"{LTI}deployment_id": "1" * 256}, "wrong-deployment"),
    "target on another host": ({f"{LTI}target_link_uri": "https://evil.example/lti/launch"}, "wrong-target"),
    "target with a query more": ({f"{LTI}target_link_uri": "{target}?x=1"}, "wrong-target"),
    "target as a list": ({f"{LTI}target_link_uri": ["{target}"]}, "wrong-target"),
    # who and where
    "sub empty": ({"sub": ""}, "no-user"),
    "sub null": ({"sub": None}, "no-user"),
    "sub as a number": ({"sub": 3}, "bad-user"),
    "sub with a leading zero": ({"sub": "03"}, "bad-user"),
    "sub no number": ({"sub": "alice"}, "bad-user"),
    "sub of 256 characters": ({"sub": "1" * 256}, "bad-user"),
    "sub beyond every id": ({"sub": "9" * 19}, "bad-user"),
    "sub in other digits": ({"sub": "\u0663"}, "bad-user"),
    "custom user is somebody else": ({CUSTOM: {"moodle_user_id": "4"}}, "user-mismatch"),
    "custom as a list": ({CUSTOM: []}, "bad-claims"),
    "context as text": ({CONTEXT: "11"}, "bad-context"),
    "context without id": ({CONTEXT: {"title": "x"}}, "bad-context"),
    "context id as a number": ({CONTEXT: {"id": 11}}, "bad-context"),
    "context id zero": ({CONTEXT: {"id": "0"}}, "bad-context"),
    "context id negative": ({CONTEXT: {"id": "-11"}}, "bad-context"),
    "context id with NUL": ({CONTEXT: {"id": "11\x00"}}, "bad-context"),
    "resource link as text": ({LINK: "1"}, "bad-resource-link"),
    "resource link id empty": ({LINK: {"id": ""}}, "bad-resource-link"),
    "resource link id as a number": ({LINK: {"id": 1}}, "bad-resource-link"),
    "resource link id of 256 characters": ({LINK: {"id": "x" * 256}}, "bad-resource-link"),
    "roles as text": ({f"{LTI}roles": "Learner"}, "bad-roles"),
    "roles as an object": ({f"{LTI}roles": {"Learner": 1}}, "bad-roles"),
    "a role as a number": ({f"{LTI}roles": [5]}, "bad-roles"),
    "a role of 501 characters": ({f"{LTI}roles": ["x" * 501]}, "bad-roles"),
    "101 roles": ({f"{LTI}roles": ["x"] * 101}, "bad-roles"),
}
"""Name → changed claims and the reason code. `{iss}` and the like stand for the right value, decimals for now plus so
many seconds."""

ROLES_WITHOUT_RIGHTS = (
    f"{LIS}membership/Learner#Instructor",
    f"{LIS}membership/Mentor#Instructor",
    f"{LIS}institution/person#Instructor",
    f"{LIS}membership#instructor",
    f"{LIS}membership#Instructor\n",
    f"{LIS}membership#TeachingAssistant",
    "https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
    "http://evil.example/vocab/lis/v2/membership#Instructor",
    "urn:lti:role:ims/lis/Instructor",
    "Instructor,Learner",
    "\u202eInstructor",
)


def fill(tool: Tool, nonce: str, value: object) -> object:
    """Put the right value where a case names it, and an instant where it gives seconds from now."""
    right = {"iss": tool.vle.issuer, "aud": tool.vle.client_id, "nonce": nonce, "target": f"{tool.url}/lti/launch"}
    if isinstance(value, float):
        return int((tool.clock() + timedelta(seconds=value)).timestamp())
    if isinstance(value, list):
        return [fill(tool, nonce, one) for one in value]
    return value.format(**right) if isinstance(value, str) and "{" in value else value


@pytest.mark.parametrize("name", REFUSED)
def test_a_claim_that_does_not_fit_is_refused(tool: Tool, name: str) -> None:
    changed, code = REFUSED[name]
    login = tool.login(TUTOR, OPEN)
    claims = {claim: fill(tool, login.nonce, value) for claim, value in changed.items()}

    answer = tool.post_launch(login, tool.mint(login, TUTOR, OPEN, **claims))

    assert is_clean_refusal(answer)
    assert reason_of(answer) == code


@pytest.mark.parametrize("role", ROLES_WITHOUT_RIGHTS)
def test_a_role_that_only_looks_like_a_teachers_opens_no_panel(tool: Tool, role: str) -> None:
    answer = launch(tool, TUTOR, {f"{LTI}roles": [role]})

    assert (answer.status_code, reason_of(answer)) == (403, "no-role")
    assert "Lena" not in answer.text


def public_pem(vle: DemoVle) -> bytes:
    return vle.keys.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


Signed = Callable[[DemoVle, Claims], str]
FOREIGN = SigningKey.foreign()
SIGNATURES: Mapping[str, tuple[Signed, str]] = {
    "no signature (alg none)": (lambda vle, claims: vle.mint(claims, algorithm="none"), "bad-algorithm"),
    "public key as the secret (HS256)": (
        lambda vle, claims: vle.mint(claims, key=public_pem(vle), algorithm="HS256"),
        "bad-algorithm",
    ),
    "RS512": (lambda vle, claims: vle.mint(claims, algorithm="RS512"), "bad-algorithm"),
    "says RS256, is RS384": (
        lambda vle, claims: vle.mint(claims, {"alg": "RS256"}, algorithm="RS384"),
        "bad-signature",
    ),
    "own key in the header (jwk)": (
        lambda vle, claims: vle.mint(claims, {"jwk": FOREIGN.as_jwk()}, key=FOREIGN),
        "bad-key-header",
    ),
    "a key's address in the header (jku)": (
        lambda vle, claims: vle.mint(claims, {"jku": "https://evil.example/keys"}),
        "bad-key-header",
    ),
    "a certificate's address (x5u)": (
        lambda vle, claims: vle.mint(claims, {"x5u": "https://evil.example"}),
        "bad-key-header",
    ),
    "a critical header": (lambda vle, claims: vle.mint(claims, {"crit": ["b64"], "b64": False}), "bad-key-header"),
    "foreign key under the platform's kid": (
        lambda vle, claims: vle.mint(claims, {"kid": vle.keys.keys[0].kid}, key=FOREIGN),
        "bad-signature",
    ),
    "foreign key under its own kid": (lambda vle, claims: vle.mint(claims, key=FOREIGN), "unknown-key"),
    "signature cut off": (lambda vle, claims: vle.mint(claims).rsplit(".", 1)[0] + ".", "bad-signature"),
    "two parts": (lambda vle, claims: vle.mint(claims).rsplit(".", 1)[0], "bad-token"),
    "no token": (lambda vle, claims: "x", "bad-token"),
    "100 kB": (lambda vle, claims: vle.mint({**claims, "x": "y" * 100_000}), "bad-token"),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_token_that_the_platform_did_not_sign_is_refused(tool: Tool, name: str) -> None:
    sign, code = SIGNATURES[name]
    login = tool.login(LEARNER, OPEN)

    answer = tool.post_launch(login, sign(tool.vle, tool.vle.claims(LEARNER, OPEN, login.nonce)))

    assert is_clean_refusal(answer)
    assert reason_of(answer) == code


@pytest.fixture(autouse=True)
def no_answer_is_a_defect(tool: Tool) -> Iterator[None]:
    """Whatever a case does, nothing may fail inside."""
    yield
    assert '"failed"' not in tool.log.getvalue()
