"""Which language a page speaks: the launch's, and before a session the one that the browser asks for."""

import re

import pytest
import requests

from analytics.language import Language, ngettext, speaking, spoken
from lti.language import find_locale, html_ngettext, html_text
from tests.lti.served import Tool, page_token
from tests.lti.small_world import LEARNER, OPEN, TUTOR


def language_of(answer: requests.Response) -> str:
    found = re.search(r'<html lang="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("cy", "cy"),
        ("cy-GB", "cy"),
        ("CY_gb", "cy"),
        ("en", "en_GB"),
        ("en_us", "en_GB"),
        ("cym", "en_GB"),
        ("de", "en_GB"),
        ("", "en_GB"),
    ],
)
def test_a_launchs_locale_finds_a_language_or_english(said: str, locale: str) -> None:
    assert find_locale(said) == locale


def test_a_session_speaks_the_language_of_its_launch_whatever_the_browser_asks_for(tool: Tool) -> None:
    tool.vle.site.languages[LEARNER] = "cy"
    launched = tool.launch(LEARNER, OPEN)
    token = page_token(launched)

    asked = tool.post("/panel/learner", token, headers={"Accept-Language": "en"})
    english = tool.launch(TUTOR, OPEN)

    assert (launched.status_code, asked.status_code) == (200, 200)
    assert (language_of(launched), language_of(asked), language_of(english)) == ("cy", "cy", "en-GB")
    assert "Neidio i’r cynnwys" in launched.text
    assert "Skip to content" not in launched.text
    assert "Skip to content" in english.text


def test_a_session_that_ended_says_so_in_its_own_language(tool: Tool) -> None:
    tool.vle.site.languages[LEARNER] = "cy"
    token = tool.open(LEARNER, OPEN)

    signed_out = tool.post("/panel/sign-out", token)
    ended = tool.post("/panel/learner", token)

    assert (signed_out.status_code, ended.status_code) == (200, 403)
    assert (language_of(signed_out), language_of(ended)) == ("cy", "cy")


@pytest.mark.parametrize(
    ("asked", "language"), [("cy,en;q=0.5", "cy"), ("cy-GB", "cy"), ("en-GB,cy;q=0.3", "en-GB"), ("de", "en-GB")]
)
def test_a_page_without_a_session_speaks_what_the_browser_asks_for(tool: Tool, asked: str, language: str) -> None:
    missing = tool.request("GET", "/nothing", headers={"Accept-Language": asked})
    refused = tool.request("POST", "/lti/launch", headers={"Accept-Language": asked})

    assert (missing.status_code, language_of(missing), language_of(refused)) == (404, language, language)


def test_the_work_after_a_request_is_english_again(tool: Tool) -> None:
    with tool.app.test_client() as browser:
        browser.get("/nothing", headers={"Accept-Language": "cy"})

    assert spoken().locale == "en_GB"


def test_a_message_with_markup_keeps_its_own_and_escapes_its_values() -> None:
    said = html_text("<strong>Next</strong>: talk to {name}", name="<i>Ada</i>")
    counted = html_ngettext("<b>{number}</b> day of {name}", "<b>{number}</b> days of {name}", 1043, name="a & b")

    assert said == "<strong>Next</strong>: talk to &lt;i&gt;Ada&lt;/i&gt;"
    assert counted == "<b>1,043</b> days of a &amp; b"


def test_figures_are_grouped_as_the_language_does() -> None:
    with speaking(Language("x", thousands="\u202f")):
        assert ngettext("{number} day", "{number} days", 1043) == "1\u202f043 days"
