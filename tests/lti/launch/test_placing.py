"""Deep Linking over HTTP: verified like any launch, answered by signed choices that go to the platform alone."""

import html
import re

import jwt
import pytest
import requests

from lti.launch.deep_linking import CHOICES, DEEP_LINKING, LTI, SETTINGS
from tests.demo_vle.launcher import read_form
from tests.lti.launch.test_deep_linking import GOOD
from tests.lti.served import StartedLogin, Tool, names_somebody, page_token, reason_of
from tests.lti.small_world import ADMIN, LEARNER, MANAGER, OPEN, TUTOR

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANSWER = re.compile(r'name="JWT" value="([^"]+)"')


def start(tool: Tool, who: int) -> StartedLogin:
    fields = tool.vle.initiation_to_place(who, OPEN).fields
    return tool.login(who, OPEN, **fields)


def open_choices(tool: Tool, who: int, *, with_cookie: bool = True) -> requests.Response:
    login = start(tool, who)
    form = tool.vle.authorise(who, login.auth_url)
    return tool.post_launch(login, form.fields["id_token"], with_cookie=with_cookie)


def answers_of(page: requests.Response) -> list[str]:
    return ANSWER.findall(page.text)


def test_a_teacher_gets_one_signed_answer_for_each_choice(tool: Tool) -> None:
    tool.vle.placing.data = 'opaque "data" <&> \u00e9 \U0001f600'

    page = open_choices(tool, TUTOR)

    assert page.status_code == 200
    keys = {key["kid"]: jwt.PyJWK(key).key for key in tool.request("GET", "/lti/jwks.json").json()["keys"]}
    read_answers = []
    for answer in answers_of(page):
        header = jwt.get_unverified_header(answer)
        assert header["alg"] == "RS256"
        read_answers.append(jwt.decode(answer, keys[header["kid"]], algorithms=["RS256"], audience=tool.vle.issuer))
    assert [claims[f"{DEEP_LINKING}content_items"] for claims in read_answers] == [
        [
            {
                "type": "ltiResourceLink",
                "title": choice.title,
                "text": choice.text,
                "custom": {"panel": choice.panel, "moodle_user_id": "$User.id"},
            }
        ]
        for choice in CHOICES
    ]
    assert len({claims["nonce"] for claims in read_answers}) == 3
    for claims in read_answers:
        assert claims["iss"] == tool.vle.client_id
        assert claims["aud"] == tool.vle.issuer
        assert claims[f"{LTI}deployment_id"] == tool.vle.deployment_id
        assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
        assert claims[f"{LTI}version"] == "1.3.0"
        assert claims[f"{DEEP_LINKING}data"] == tool.vle.placing.data
        assert claims["exp"] - claims["iat"] == 1800


def test_without_data_from_the_platform_the_answer_has_none(tool: Tool) -> None:
    (first, *_) = answers_of(open_choices(tool, TUTOR))

    assert f"{DEEP_LINKING}data" not in jwt.decode(first, options={"verify_signature": False})


def test_forms_may_go_to_the_platform_and_nowhere_else(tool: Tool) -> None:
    page = open_choices(tool, TUTOR)

    assert f"form-action {tool.vle.url};" in page.headers["Content-Security-Policy"]
    actions = re.findall(r'action="([^"]+)"', page.text)
    assert len(actions) == 3
    assert all(
        html.unescape(action).startswith(f"{tool.vle.url}/mod/lti/contentitem_return.php?") for action in actions
    )


def test_a_return_address_with_markup_is_only_an_address(tool: Tool) -> None:
    login = start(tool, TUTOR)
    crafted = f'{tool.vle.url}/"><script>alert(1)</script>'
    claims = tool.vle.placing_claims(TUTOR, OPEN, login.nonce)
    fields: dict[str, object] = {**GOOD, "deep_link_return_url": crafted}

    page = tool.post_launch(login, tool.vle.mint({**claims, SETTINGS: fields}))

    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("url", ["https://evil.example/return", "http://127.0.0.1:1/return"])
def test_a_return_address_elsewhere_is_refused(tool: Tool, url: str) -> None:
    login = start(tool, TUTOR)
    claims = tool.vle.placing_claims(TUTOR, OPEN, login.nonce)
    fields: dict[str, object] = {**GOOD, "deep_link_return_url": url}

    page = tool.post_launch(login, tool.vle.mint({**claims, SETTINGS: fields}))

    assert (page.status_code, reason_of(page)) == (400, "foreign-return")
    assert answers_of(page) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("nonce", "another", "wrong-nonce"),
        ("iss", "https://evil.example", "wrong-issuer"),
        ("aud", "another", "wrong-audience"),
        ("exp", 1, "token-expired"),
        (f"{LTI}deployment_id", "99", "wrong-deployment"),
        (f"{LTI}target_link_uri", "https://evil.example", "wrong-target"),
        (f"{LTI}version", "1.1", "wrong-version"),
        (f"{LTI}context", None, "bad-context"),
        (f"{LTI}roles", "Instructor", "bad-roles"),
        ("sub", None, "no-user"),
    ],
)
def test_a_request_to_place_is_verified_like_any_launch(tool: Tool, name: str, value: object, code: str) -> None:
    login = start(tool, TUTOR)
    claims = tool.vle.placing_claims(TUTOR, OPEN, login.nonce)

    page = tool.post_launch(login, tool.vle.mint({**claims, name: value}))

    assert (page.status_code, reason_of(page)) == (400, code)
    assert answers_of(page) == []


def test_a_second_post_of_the_same_request_is_refused(tool: Tool) -> None:
    login = start(tool, TUTOR)
    token = tool.vle.authorise(TUTOR, login.auth_url).fields["id_token"]
    first, second = tool.post_launch(login, token), tool.post_launch(login, token)

    assert first.status_code == 200
    assert (second.status_code, reason_of(second)) == (400, "state-unknown")


def test_a_learner_places_nothing(tool: Tool) -> None:
    login = start(tool, TUTOR)
    claims = tool.vle.placing_claims(LEARNER, OPEN, login.nonce)

    page = tool.post_launch(login, tool.vle.mint(claims))

    assert (page.status_code, reason_of(page)) == (403, "no-placing")
    assert answers_of(page) == []


@pytest.mark.parametrize("who", [ADMIN, MANAGER, TUTOR])
def test_the_page_of_choices_names_no_learner_and_opens_no_session(tool: Tool, who: int) -> None:
    page = open_choices(tool, who)

    assert page.status_code == 200
    assert not names_somebody(page.text)
    assert "page_token" not in page.text


def test_without_cookies_the_page_says_who_is_signed_in(tool: Tool) -> None:
    page = open_choices(tool, TUTOR, with_cookie=False)

    assert "You are signed in as <bdi>Tess Tutor</bdi>." in page.text
    assert len(answers_of(page)) == 3


@pytest.mark.parametrize(("choice", "who", "shows"), [(0, TUTOR, "Lena"), (1, TUTOR, "Lena"), (2, LEARNER, "My weeks")])
def test_what_was_placed_opens(tool: Tool, choice: int, who: int, shows: str) -> None:
    browser = tool.vle.browser(TUTOR)
    login = start(tool, TUTOR)
    page = tool.post_launch(login, tool.vle.authorise(TUTOR, login.auth_url).fields["id_token"])
    back = html.unescape(re.findall(r'action="([^"]+)"', page.text)[choice])
    browser.post(back, data={"JWT": answers_of(page)[choice]}, timeout=20)
    (placed,) = tool.vle.placing.placed

    with tool.vle.browser(who) as visitor:
        form = read_form(visitor.get(f"{tool.vle.url}/mod/lti/launch_placed.php", params={"placed": 0}, timeout=20))
    login = tool.login(who, OPEN, **form.fields)
    opened = tool.post_launch(login, tool.vle.authorise(who, login.auth_url).fields["id_token"])

    assert placed.title == CHOICES[choice].title
    assert opened.status_code == 200
    assert shows in opened.text


@pytest.mark.parametrize("panel", ["start", "course", "own", "nonsense", "../admin", 5, None, "x" * 10_000])
@pytest.mark.parametrize("who", [TUTOR, LEARNER])
def test_a_wish_never_opens_more_than_the_rights_do(tool: Tool, panel: object, who: int) -> None:
    login = tool.login(who, OPEN)
    custom = {"moodle_user_id": str(who), "panel": panel}

    page = tool.post_launch(login, tool.mint(login, who, OPEN, **{f"{LTI}custom": custom}))

    assert page.status_code == 200
    assert ("Cleo" in page.text) is (who == TUTOR)
    assert tool.post("/panel/tutor", page_token(page)).status_code == (200 if who == TUTOR else 404)


def test_the_log_holds_neither_answer_nor_session_key(tool: Tool) -> None:
    page = open_choices(tool, TUTOR)

    written = tool.log.getvalue()

    assert "sesskey" not in written
    assert all(answer not in written for answer in answers_of(page))
