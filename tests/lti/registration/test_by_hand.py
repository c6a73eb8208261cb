"""The page for registering by hand: Moodle's words, the values of docs/admin.md, no script needed, no secret."""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from lti.registration.asking import hand_fields
from tests.lti.served import SECRET_KEY, Tool

ROOT = Path(__file__).parents[3]
EXAMPLE = "https://engagement.example.ac.uk"
LONGEST_SCRIPT_BYTES = 2048


def documented_rows() -> list[tuple[str, str]]:
    table = (ROOT / "docs" / "admin.md").read_text().split("| Moodle asks for | give it |")[1].split("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()[2:]]
    return [(label, re.sub(r"`", "", value).split(": ")[0].strip()) for label, value in cells]


def test_the_administrators_page_gives_the_same_values_in_the_same_order() -> None:
    assert documented_rows() == [(field.label, field.value) for field in hand_fields(EXAMPLE)]


def test_every_typed_value_is_a_read_only_field_with_its_label(tool: Tool) -> None:
    page = BeautifulSoup(tool.request("GET", "/setup").text, "html.parser")

    shown = {}
    for label in page.find_all("label"):
        box = page.find(id=label["for"])
        assert box is not None
        assert box.has_attr("readonly")
        shown[label.get_text()] = box["value"]
    assert shown == {field.label: field.value for field in hand_fields(tool.url) if field.is_typed}


def test_every_choice_is_named_in_moodles_words(tool: Tool) -> None:
    said = BeautifulSoup(tool.request("GET", "/setup").text, "html.parser").get_text("|", strip=True)

    for field in hand_fields(tool.url):
        assert field.is_typed or f"{field.label}|{field.value}" in said


def test_the_copy_buttons_stay_hidden_without_the_script_and_the_script_is_small(tool: Tool) -> None:
    page = BeautifulSoup(tool.request("GET", "/setup").text, "html.parser")

    assert all(button.parent is not None and button.parent.has_attr("hidden") for button in page.select("main button"))
    assert len(tool.request("GET", "/static/setup.js").content) <= LONGEST_SCRIPT_BYTES
    assert len(tool.request("GET", "/static/registration.js").content) <= LONGEST_SCRIPT_BYTES


def test_it_is_public_holds_no_secret_and_cannot_be_framed(tool: Tool) -> None:
    answer = tool.request("GET", "/setup")

    assert answer.status_code == 200
    assert SECRET_KEY not in answer.text
    assert "token" not in answer.text.lower().replace("access token url", "").replace("--auth-token-url", "")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_bare_address_leads_everybody_on_and_holds_nothing_itself(tool: Tool) -> None:
    answer = tool.request("GET", "/")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    assert page.h1 is not None
    assert page.h1.get_text() == "Engagement lives in your course"
    assert [link["href"] for link in page.find_all("a", class_=False)] == ["/setup"]
    assert page.select("main form, script") == []
