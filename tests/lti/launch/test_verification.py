"""Every check of a token against its login, each with its own reason code."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.store.launches import LoginRecord
from bridge.store.registrations import RegistrationRecord
from lti.errors import LaunchRefused
from lti.launch.claims import LaunchClaims
from lti.launch.deep_linking import LTI
from lti.launch.verification import Login, verify_launch
from lti.reasons import TEXTS
from tests.demo_vle.keys import PlatformKeys, SigningKey

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
TARGET = "https://tool.example/lti/launch"
KEYS = PlatformKeys()
FOREIGN = SigningKey(KEYS.keys[0].kid, SigningKey.foreign().private)
PUBLIC = KEYS.keys[0].private.public_key()
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"

REGISTRATION = RegistrationRecord(
    registration_id=1,
    platform_id=1,
    issuer="https://moodle.example",
    client_id="client",
    auth_login_url="https://moodle.example/mod/lti/auth.php",
    auth_token_url="https://moodle.example/mod/lti/token.php",
    key_set_url="https://moodle.example/mod/lti/certs.php",
)
RECORD = LoginRecord(
    state_hash="",
    nonce="this-login's-nonce",
    registration_id=1,
    lti_deployment_id="1",
    target_link_uri=TARGET,
    bind_hash="",
    expires_at=NOW + timedelta(minutes=9),
)
LOGIN = Login(RECORD, REGISTRATION, frozenset({"1", "2"}))

GOOD: Mapping[str, object] = {
    "nonce": RECORD.nonce,
    "iat": SECONDS,
    "exp": SECONDS + 60,
    "iss": REGISTRATION.issuer,
    "aud": REGISTRATION.client_id,
    "sub": "3",
    "name": "Bilal Hughes",
    f"{LTI}version": "1.3.0",
    f"{LTI}message_type": "LtiResourceLinkRequest",
    f"{LTI}deployment_id": "1",
    f"{LTI}target_link_uri": TARGET,
    f"{LTI}resource_link": {"id": "1"},
    f"{LTI}context": {"id": "2"},
    f"{LTI}roles": [LEARNER],
    f"{LTI}custom": {"moodle_user_id": "3"},
    f"{LTI}launch_presentation": {"locale": "en_gb"},
}


def find_key(kid: str) -> RSAPublicKey | None:
    return PUBLIC if kid == KEYS.keys[0].kid else None


def verify(id_token: str, login: Login = LOGIN) -> LaunchClaims:
    return verify_launch(id_token, login, find_key, NOW)


def token_with(**changed: object) -> str:
    claims = {name: value for name, value in {**GOOD, **changed}.items() if value is not ...}
    return KEYS.sign(claims)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(LaunchRefused) as caught:
        act()
    assert caught.value.code in TEXTS
    return caught.value.code


def raw_token(header: object, payload: bytes) -> str:
    """Sign a payload that is no tidy JSON."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = [json.dumps(header).encode(), payload]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = KEYS.keys[0].private.sign(signed, PKCS1v15(), SHA256())
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


HEADER = {"alg": "RS256", "kid": KEYS.keys[0].kid}


def test_a_good_launch_gives_typed_claims() -> None:
    launch = verify(token_with())

    assert launch == LaunchClaims(
        lti_deployment_id="1",
        target_link_uri=TARGET,
        resource_link_id="1",
        moodle_user_id=3,
        moodle_course_id=2,
        lti_roles=(LEARNER,),
        display_name="Bilal Hughes",
        locale="en_gb",
        theme="",
        wished_panel="",
        memberships_url=None,
        idnumber="",
        deep_linking=None,
    )


GOOD_VARIANTS: Mapping[str, Mapping[str, object]] = {
    "aud as a list": {"aud": ["client"]},
    "azp repeats the client id": {"azp": "client"},
    "the same audience twice with azp": {"aud": ["client", "client"], "azp": "client"},
    "times as decimals": {"iat": SECONDS + 0.5, "exp": SECONDS + 60.5},
    "clock 60 s ahead": {"iat": SECONDS + 60, "exp": SECONDS + 120},
    "expired 59 s ago": {"iat": SECONDS - 119, "exp": SECONDS - 59},
    "no roles": {f"{LTI}roles": []},
    "unknown roles": {f"{LTI}roles": ["http://example/role#X"]},
    "no names": {"name": ...},
    "a name of the wrong type": {"name": ["Bilal"], "given_name": 3},
    "no custom parameters": {f"{LTI}custom": ...},
    "custom parameter not filled in": {f"{LTI}custom": {"moodle_user_id": "$User.id"}},
    "custom parameter null": {f"{LTI}custom": {"moodle_user_id": None}},
    "no presentation": {f"{LTI}launch_presentation": ...},
    "presentation of the wrong type": {f"{LTI}launch_presentation": [1]},
    "further claims": {"https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": {"x": 1}, "email": "x"},
}


@pytest.mark.parametrize("case", GOOD_VARIANTS)
def test_launches_that_are_unusual_but_right_succeed(case: str) -> None:
    assert verify(token_with(**GOOD_VARIANTS[case])).moodle_user_id == 3


REFUSED_CLAIMS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "another issuer": ({"iss": "https://other.example"}, "wrong-issuer"),
    "issuer with a slash more": ({"iss": "https://moodle.example/"}, "wrong-issuer"),
    "no issuer": ({"iss": ...}, "wrong-issuer"),
    "issuer in a list": ({"iss": ["https://moodle.example"]}, "wrong-issuer"),
    "another audience": ({"aud": "other"}, "wrong-audience"),
    "no audience": ({"aud": ...}, "wrong-audience"),
    "empty audience": ({"aud": []}, "wrong-audience"),
    "a further audience": ({"aud": ["client", "other"], "azp": "client"}, "wrong-audience"),
    "several audiences without azp": ({"aud": ["client", "client"]}, "wrong-audience"),
    "azp of another client": ({"azp": "other"}, "wrong-audience"),
    "azp null": ({"azp": None}, "wrong-audience"),
    "audience as an object": ({"aud": {"client": 1}}, "wrong-audience"),
    "expired": ({"iat": SECONDS - 121, "exp": SECONDS - 61}, "token-expired"),
    "no exp": ({"exp": ...}, "bad-times"),
    "no iat": ({"iat": ...}, "bad-times"),
    "exp as text": ({"exp": str(SECONDS + 60)}, "bad-times"),
    "exp true": ({"exp": True}, "bad-times"),
    "iat null": ({"iat": None}, "bad-times"),
    "exp beyond any number": ({"exp": 10**400}, "bad-times"),
    "exp beyond any calendar": ({"exp": 1e300}, "bad-times"),
    "negative iat": ({"iat": -5}, "bad-times"),
    "exp before iat": ({"iat": SECONDS + 30, "exp": SECONDS + 20}, "bad-times"),
    "iat in the future": ({"iat": SECONDS + 62, "exp": SECONDS + 120}, "token-from-future"),
    "nbf in the future": ({"nbf": SECONDS + 62}, "token-from-future"),
    "nbf as text": ({"nbf": "soon"}, "bad-times"),
    "iat long ago": ({"iat": SECONDS - 700}, "token-too-old"),
    "lifetime over a day": ({"exp": SECONDS + 86_401}, "token-too-old"),
    "no nonce": ({"nonce": ...}, "wrong-nonce"),
    "another login's nonce": ({"nonce": "another"}, "wrong-nonce"),
    "nonce of the wrong type": ({"nonce": 5}, "wrong-nonce"),
    "nonce beyond ASCII": ({"nonce": "é\ud800"}, "wrong-nonce"),
    "version 1.1": ({f"{LTI}version": "1.1.0"}, "wrong-version"),
    "no version": ({f"{LTI}version": ...}, "wrong-version"),
    "version as a number": ({f"{LTI}version": 1.3}, "wrong-version"),
    "unknown message": ({f"{LTI}message_type": "LtiUnknown"}, "unknown-message"),
    "a message this tool does not offer": ({f"{LTI}message_type": "LtiSubmissionReviewRequest"}, "unknown-message"),
    "no message type": ({f"{LTI}message_type": ...}, "unknown-message"),
    "unknown deployment": ({f"{LTI}deployment_id": "9"}, "wrong-deployment"),
    "known deployment, not the login's": ({f"{LTI}deployment_id": "2"}, "wrong-deployment"),
    "deployment as a number": ({f"{LTI}deployment_id": 1}, "wrong-deployment"),
    "no deployment": ({f"{LTI}deployment_id": ...}, "wrong-deployment"),
    "another target": ({f"{LTI}target_link_uri": f"{TARGET}?x=1"}, "wrong-target"),
    "no target": ({f"{LTI}target_link_uri": ...}, "wrong-target"),
    "target of the wrong type": ({f"{LTI}target_link_uri": [TARGET]}, "wrong-target"),
    "no resource link": ({f"{LTI}resource_link": ...}, "bad-resource-link"),
    "resource link as text": ({f"{LTI}resource_link": "1"}, "bad-resource-link"),
    "empty resource link id": ({f"{LTI}resource_link": {"id": ""}}, "bad-resource-link"),
    "resource link id as a number": ({f"{LTI}resource_link": {"id": 1}}, "bad-resource-link"),
    "endless resource link id": ({f"{LTI}resource_link": {"id": "1" * 256}}, "bad-resource-link"),
    "no context": ({f"{LTI}context": ...}, "bad-context"),
    "context without id": ({f"{LTI}context": {"label": "x"}}, "bad-context"),
    "context id that is no course": ({f"{LTI}context": {"id": "two"}}, "bad-context"),
    "context id 0": ({f"{LTI}context": {"id": "0"}}, "bad-context"),
    "context id as a number": ({f"{LTI}context": {"id": 2}}, "bad-context"),
    "endless context id": ({f"{LTI}context": {"id": "9" * 19}}, "bad-context"),
    "no sub": ({"sub": ...}, "no-user"),
    "empty sub": ({"sub": ""}, "no-user"),
    "sub as a number": ({"sub": 3}, "bad-user"),
    "sub too long": ({"sub": "3" * 256}, "bad-user"),
    "sub beyond ASCII": ({"sub": "٣"}, "bad-user"),
    "sub that is no Moodle user": ({"sub": "a-b"}, "bad-user"),
    "sub with a sign": ({"sub": "+3"}, "bad-user"),
    "two users": ({f"{LTI}custom": {"moodle_user_id": "4"}}, "user-mismatch"),
    "user parameter as a number": ({f"{LTI}custom": {"moodle_user_id": 3}}, "user-mismatch"),
    "custom as a list": ({f"{LTI}custom": ["3"]}, "bad-claims"),
    "no roles claim": ({f"{LTI}roles": ...}, "bad-roles"),
    "roles as text": ({f"{LTI}roles": LEARNER}, "bad-roles"),
    "roles with a number": ({f"{LTI}roles": [LEARNER, 1]}, "bad-roles"),
    "too many roles": ({f"{LTI}roles": [LEARNER] * 101}, "bad-roles"),
    "an endless role": ({f"{LTI}roles": ["x" * 10_000]}, "bad-roles"),
}


@pytest.mark.parametrize("case", REFUSED_CLAIMS)
def test_a_launch_that_fails_a_check_is_refused_with_its_reason(case: str) -> None:
    changed, code = REFUSED_CLAIMS[case]

    assert refusal(lambda: verify(token_with(**changed))) == code


def public_pem() -> bytes:
    return PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


REFUSED_TOKENS: Mapping[str, tuple[Callable[[], str], str]] = {
    "no signature algorithm": (lambda: KEYS.sign(GOOD, algorithm="none"), "bad-algorithm"),
    "the public key as an HMAC secret": (lambda: KEYS.sign(GOOD, key=public_pem(), algorithm="HS256"), "bad-algorithm"),
    "RS512": (lambda: KEYS.sign(GOOD, algorithm="RS512"), "bad-algorithm"),
    "PS256": (lambda: KEYS.sign(GOOD, algorithm="PS256"), "bad-algorithm"),
    "no alg": (lambda: KEYS.sign(GOOD, {"alg": None}), "bad-algorithm"),
    "alg in small letters": (lambda: KEYS.sign(GOOD, {"alg": "rs256"}), "bad-algorithm"),
    "no kid": (lambda: KEYS.sign(GOOD, {"kid": None}), "bad-key-header"),
    "kid as a number": (lambda: KEYS.sign(GOOD, {"kid": 5}), "bad-key-header"),
    "its own key (jwk)": (lambda: KEYS.sign(GOOD, {"jwk": FOREIGN.as_jwk()}, key=FOREIGN), "bad-key-header"),
    "a key's address (jku)": (lambda: KEYS.sign(GOOD, {"jku": "https://evil.example"}), "bad-key-header"),
    "a certificate's address (x5u)": (lambda: KEYS.sign(GOOD, {"x5u": "https://evil.example"}), "bad-key-header"),
    "a certificate (x5c)": (lambda: KEYS.sign(GOOD, {"x5c": ["MII"]}), "bad-key-header"),
    "crit": (lambda: KEYS.sign(GOOD, {"crit": ["exp"]}), "bad-key-header"),
    "unknown kid": (lambda: KEYS.sign(GOOD, {"kid": "other"}), "unknown-key"),
    "signed with a foreign key": (lambda: KEYS.sign(GOOD, key=FOREIGN), "bad-signature"),
    "no token at all": (lambda: "", "bad-token"),
    "two parts": (lambda: "a.b", "bad-token"),
    "four parts": (lambda: f"{token_with()}.x", "bad-token"),
    "not base64": (lambda: "!!!.???.***", "bad-token"),
    "beyond ASCII": (lambda: f"é{token_with()}", "bad-token"),
    "header no object": (lambda: raw_token(["RS256"], b"{}"), "bad-token"),
    "payload no JSON": (lambda: raw_token(HEADER, b"{not json"), "bad-token"),
    "payload a list": (lambda: raw_token(HEADER, b"[1]"), "bad-token"),
    "payload no UTF-8": (lambda: raw_token(HEADER, b'{"a": "\xff"}'), "bad-token"),
    "a claim twice": (lambda: raw_token(HEADER, b'{"sub": "3", "sub": "4"}'), "bad-token"),
    "NaN": (lambda: raw_token(HEADER, b'{"exp": NaN}'), "bad-token"),
    "endless nesting": (lambda: raw_token(HEADER, b"[" * 50_000), "bad-token"),
    "an endless number": (lambda: raw_token(HEADER, b'{"exp": ' + b"9" * 5000 + b"}"), "bad-token"),
    "100 kB": (lambda: token_with(x="y" * 100_000), "bad-token"),
}


@pytest.mark.parametrize("case", REFUSED_TOKENS)
def test_a_token_that_is_not_the_platforms_own_is_refused(case: str) -> None:
    make, code = REFUSED_TOKENS[case]

    assert refusal(lambda: verify(make())) == code


def test_a_token_whose_payload_was_altered_is_refused() -> None:
    header, _, signature = token_with().split(".")
    payload = base64.urlsafe_b64encode(json.dumps({**GOOD, "sub": "4"}).encode()).rstrip(b"=").decode()

    assert refusal(lambda: verify(f"{header}.{payload}.{signature}")) == "bad-signature"
