"""The accessibility statement is there for everybody, every page leads to it, and it says whom to ask."""

from dataclasses import replace

from lti.services import EXTENSION, Services
from tests.lti.served import Tool, page_token
from tests.lti.small_world import LEARNER, OPEN, TUTOR

BUTTON = '<form method="post" action="/accessibility">'


def test_every_page_leads_to_the_statement_and_the_statement_back(tool: Tool) -> None:
    for who in (LEARNER, TUTOR):
        launched = tool.launch(who, OPEN)
        assert BUTTON in launched.text
        token = page_token(launched)

        answer = tool.post("/accessibility", token)

        assert "Web Content Accessibility Guidelines 2.2, level AA" in answer.text
        assert BUTTON not in answer.text
        assert page_token(answer) == token
        assert tool.post("/panel/", token).status_code == 200


def test_pages_without_a_session_lead_there_too(tool: Tool) -> None:
    assert BUTTON in tool.request("GET", "/nothing").text
    assert "<h1" in tool.request("GET", "/accessibility").text
    assert "page_token" not in tool.request("GET", "/accessibility").text


def test_the_statement_names_who_helps(tool: Tool) -> None:
    assert "help desk of your university" in tool.request("GET", "/accessibility").text
    made: Services = tool.app.extensions[EXTENSION]
    settings = replace(made.settings, accessibility_contact="Disability Service, <help@example.ac.uk>")
    tool.app.extensions[EXTENSION] = replace(made, settings=settings)

    assert "Disability Service, &lt;help@example.ac.uk&gt;" in tool.request("GET", "/accessibility").text


def test_another_sites_form_gets_the_statement_without_a_way_back(tool: Tool) -> None:
    token = page_token(tool.launch(LEARNER, OPEN))

    answer = tool.post("/accessibility", token, headers={"Origin": "https://elsewhere.example"})

    assert token not in answer.text
