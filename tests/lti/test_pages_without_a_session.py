"""Error, launch and registration pages, which nobody has a session for: every text on them is a message."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import Flask, g, render_template

from analytics.language import speaking
from bridge.store.database import Sessions
from lti.app import create_app
from lti.launch.deep_linking import CHOICES
from lti.reasons import TEXTS
from lti.registration import asking
from tests.lti.panels.conftest import SETTINGS
from tests.lti.pseudo import PSEUDO, find_untranslated

URL = "https://lea.example.ac.uk"
GRANTED = SimpleNamespace(issuer="https://moodle.example.ac.uk", client_id="abc", lti_deployment_id=None)
PAGES: Mapping[str, dict[str, object]] = {
    "registration/front": {},
    "registration/dry_run": {
        "asker": SimpleNamespace(configuration_address="x", registration_token="y"),
        "configuration": SimpleNamespace(issuer="https://moodle.example.ac.uk", product="", offers_memberships=True),
        "asking": asking,
        "addresses": asking.addresses(URL),
        "expires_at": datetime(2026, 11, 2, 9, tzinfo=UTC),
    },
    "registration/result": {"granted": GRANTED, "link": SimpleNamespace(made_by_platform_id=1), "origin": URL},
    "registration/by_hand": {"fields": asking.hand_fields(URL), "public_url": URL},
    "launch/continue": {"name": "Ada Lovelace", "code": "x"},
    "launch/not_me": {},
    "launch/placing": {"choices": [(one, "jwt") for one in CHOICES], "return_url": URL, "name": "Ada Lovelace"},
}
"""Template → what it is printed from."""


@pytest.fixture
def asked(sessions: Sessions) -> Iterator[Flask]:
    """A request of somebody who speaks the language of nobody."""
    app = create_app(SETTINGS, sessions=sessions)
    with app.test_request_context("/"), speaking(PSEUDO):
        g.request_id = "ABCD-1234-EF"
        yield app


@pytest.mark.usefixtures("asked")
def test_every_text_of_every_error_page_is_a_message() -> None:
    found = {}
    for code, text in TEXTS.items():
        shown = {"text": text, "code": code, "reference": "ABCD-1234-EF", "contact": "dpo@example.ac.uk"}
        found[code] = find_untranslated(render_template("errors/page.html.jinja", **shown, page_token="x"), ())

    assert {code: texts for code, texts in found.items() if texts} == {}
    assert len(found) > 80


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("name", PAGES)
def test_every_text_of_a_page_about_a_launch_or_a_registration_is_a_message(name: str) -> None:
    page = render_template(f"{name}.html.jinja", **PAGES[name])

    assert find_untranslated(page, ()) == []
