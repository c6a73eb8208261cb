"""Configurations and answers of any type and size: either they fit, or they are refused, and nothing else happens."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.errors import RegistrationRefused
from lti.launch.memberships import SCOPE
from lti.origins import origin_of
from lti.reasons import TEXTS
from lti.registration.asking import TOOL_CONFIGURATION
from lti.registration.configuration import ENDPOINTS, PLATFORM_CONFIGURATION, Configuration, read_configuration
from lti.registration.quoting import LONGEST_QUOTE, quote
from lti.registration.registering import read_grant

SITE = "https://moodle.example.ac.uk"
ADDRESS = f"{SITE}/mod/lti/openid-configuration.php"
FITS: dict[str, Any] = {
    "issuer": SITE,
    "authorization_endpoint": f"{SITE}/mod/lti/auth.php",
    "token_endpoint": f"{SITE}/mod/lti/token.php",
    "jwks_uri": f"{SITE}/mod/lti/certs.php",
    "registration_endpoint": f"{SITE}/mod/lti/openid-registration.php",
    "scopes_supported": [SCOPE],
    PLATFORM_CONFIGURATION: {"product_family_code": "moodle", "version": "4.5.6"},
}
GRANT: dict[str, Any] = {
    "client_id": "abc",
    "scope": SCOPE,
    TOOL_CONFIGURATION: {"deployment_id": "7"},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
addresses = st.sampled_from(
    [
        SITE,
        f"{SITE}/x",
        f"{SITE}:443/x",
        f"{SITE}.evil.example/x",
        "http://moodle.example.ac.uk",
        f"{SITE}\\@evil/",
        "x",
    ]
)


def read(document: object) -> Configuration:
    return read_configuration(ADDRESS, json.dumps(document).encode(), allow_insecure=False)


def says_something(error: RegistrationRefused) -> None:
    assert TEXTS[error.code].happened


def test_a_configuration_that_fits_is_read() -> None:
    found = read(FITS)

    assert (found.issuer, found.product, found.offers_memberships) == (SITE, "moodle 4.5.6", True)
    assert found.registration_endpoint == FITS["registration_endpoint"]
    assert found.key_set_url == FITS["jwks_uri"]


@given(
    st.dictionaries(st.sampled_from([*FITS, "other"]), json_values | addresses, max_size=4),
    st.sets(st.sampled_from(sorted(FITS)), max_size=2),
)
def test_members_of_any_type_are_read_or_refused_with_a_page(changed: dict[str, Any], left_out: set[str]) -> None:
    document = {name: value for name, value in {**FITS, **changed}.items() if name not in left_out}
    try:
        found = read(document)
    except RegistrationRefused as error:
        says_something(error)
        return
    assert {origin_of(getattr(found, name)) for name in ENDPOINTS} == {SITE}
    assert origin_of(found.issuer) == SITE
    assert len(found.product) <= 100


SHARED = "https://moodles.example.ac.uk/physics"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://moodles.example.ac.uk/biology"),
        ("issuer", "https://moodles.example.ac.uk/phys"),
        ("jwks_uri", "https://moodles.example.ac.uk/biology/mod/lti/certs.php"),
        ("jwks_uri", f"{SHARED}/../biology/mod/lti/certs.php"),
        ("token_endpoint", f"{SHARED}/%2E%2e/biology/mod/lti/token.php"),
        ("authorization_endpoint", f"{SHARED}/x/..%2f..%2Fbiology/auth.php"),
        ("registration_endpoint", "https://moodles.example.ac.uk/mod/lti/openid-registration.php"),
    ],
)
def test_a_site_does_not_speak_for_another_one_on_the_same_host(name: str, value: str) -> None:
    fits = {key: value.replace(SITE, SHARED) if isinstance(value, str) else value for key, value in FITS.items()}
    address = ADDRESS.replace(SITE, SHARED)
    assert read_configuration(address, json.dumps(fits).encode(), allow_insecure=False).issuer == SHARED

    with pytest.raises(RegistrationRefused) as caught:
        read_configuration(address, json.dumps({**fits, name: value}).encode(), allow_insecure=False)

    assert caught.value.code == "configuration-foreign"
    assert "not below the issuer" in caught.value.found


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(RegistrationRefused):
        read_configuration(ADDRESS, body, allow_insecure=False)


@pytest.mark.parametrize("name", sorted(set(FITS) - {"scopes_supported", PLATFORM_CONFIGURATION}))
@pytest.mark.parametrize(
    "value", [..., None, 5, [], {}, "", "x", "javascript:alert(1)", "//moodle.example.ac.uk/x", "a" * 5000]
)
def test_an_address_that_is_none_is_refused_by_name(name: str, value: object) -> None:
    document = {member: given for member, given in {**FITS, name: value}.items() if given is not ...}

    with pytest.raises(RegistrationRefused) as caught:
        read(document)

    assert caught.value.code == "configuration-bad"
    assert name in caught.value.found


@pytest.mark.parametrize("client_id", [..., None, 5, "", "x" * 256, "a\u0000b", "ä", "a\nb", ["x"]])
def test_an_answer_without_a_usable_client_id_is_refused(client_id: object) -> None:
    answer = {member: given for member, given in {**GRANT, "client_id": client_id}.items() if given is not ...}

    with pytest.raises(RegistrationRefused, match="registration-answer"):
        read_grant(read(FITS), json.dumps(answer).encode())


@pytest.mark.parametrize("about", [None, 5, [], {}, {"deployment_id": 5}, {"deployment_id": "x" * 300}])
@pytest.mark.parametrize("scope", [None, 5, ["x"], "", "https://purl.imsglobal.org/spec/lti-ags/scope/score"])
def test_an_odd_deployment_or_scope_is_left_out(about: object, scope: object) -> None:
    granted = read_grant(read(FITS), json.dumps({**GRANT, TOOL_CONFIGURATION: about, "scope": scope}).encode())

    assert (granted.lti_deployment_id, granted.granted_scopes) == (None, ())


@pytest.mark.parametrize(
    "address",
    [
        f"{SITE}.evil.example/x",
        "https://evil.example/moodle.example.ac.uk",
        f"{SITE}:8443/x",
        "https://sub.moodle.example.ac.uk/x",
    ],
)
def test_a_site_that_looks_alike_is_another_site(address: str) -> None:
    with pytest.raises(RegistrationRefused, match="configuration-foreign"):
        read({**FITS, "jwks_uri": address})


@given(st.dictionaries(st.sampled_from([*GRANT, "other"]), json_values, max_size=3))
def test_answers_of_any_type_are_read_or_refused_with_a_page(changed: dict[str, Any]) -> None:
    try:
        granted = read_grant(read(FITS), json.dumps({**GRANT, **changed}).encode())
    except RegistrationRefused as error:
        says_something(error)
        return
    assert granted.client_id.isprintable()
    assert set(granted.granted_scopes) <= {SCOPE}
    assert granted.lti_deployment_id is None or granted.lti_deployment_id.isprintable()


@given(st.binary(max_size=2000) | st.text(max_size=500).map(lambda text: f"<{text}>".encode("utf-8", "replace")))
def test_any_answer_can_be_quoted_short_and_on_one_line(body: bytes) -> None:
    said = quote(body, "text/html", "")

    assert len(said) <= LONGEST_QUOTE
    assert said == "" or said.isprintable() or " " in said
    assert "\n" not in said


@given(st.text(alphabet="abcXYZ019-_.", min_size=8, max_size=200), st.text(max_size=300), st.booleans())
def test_the_token_is_never_quoted(token: str, around: str, is_markup: bool) -> None:
    body = f"{around} {token} {around}{token}"
    said = quote((f"<p>{body}</p>" if is_markup else body).encode("utf-8", "replace"), "text/plain", token)

    assert token not in said.replace("[removed]", "")


def test_a_page_is_quoted_by_its_words_alone_and_an_error_page_of_moodle_by_its_message() -> None:
    page = (
        b"<html><head><title>T</title><style>p{}</style></head><body><nav>Home</nav><p>One</p><script>x()</script> two"
    )
    error = (
        b'<body><nav>Home</nav><div><p class="errormessage">Exception - Wrong number of segments</p><p>More</p></div>'
    )

    assert quote(page, "text/html; charset=utf-8", "") == "One two"
    assert quote(error, "text/html", "") == "Exception - Wrong number of segments"
    assert quote(b"token_already_used", "text/html; charset=utf-8", "") == "token_already_used"
    assert quote(b"", "", "x") == ""
