"""The style page shows every part: each macro that pages share, each mark and each colour of the style sheet."""

import re
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from lti.panels.resources.lines import STEPS
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.style import STATIC, THEMES, TOKENS

ROOT = Path(__file__).parents[2]
PANELS = ROOT / "lti" / "templates" / "panels"
STYLE = Path(__file__).parent / "templates" / "style.html.jinja"
SHARED = ("parts", "admin/parts", "messages/parts", "school_parts", "voice")
INNER = {"data", "english", "bar", "texts", "course_tabs", "top", "done_notice", "foot", "name", "form", "tabs"}
"""Macros that are parts of other macros, or the tops and feet of whole pages."""


@pytest.mark.parametrize("file", SHARED)
def test_the_style_page_uses_every_shared_macro(file: str) -> None:
    macros = set(re.findall(r"{% macro (\w+)\(", (PANELS / f"{file}.html.jinja").read_text())) - INNER
    used = set(re.findall(r"\w+\.(\w+)\(", STYLE.read_text()))

    assert macros - used == set()


def test_the_style_page_is_made_with_the_tools_own_style_sheet_and_names_every_colour_and_mark() -> None:
    with DemoVle() as vle:
        answer = requests.get(f"{vle.url}/style", timeout=20)
        css = requests.get(f"{vle.url}/style/static/panel.css", timeout=20)

    assert answer.ok
    assert css.content == (STATIC / "panel.css").read_bytes()
    assert set(re.findall(r"var\(--(\w+)\)", answer.text)) == {name for names in TOKENS.values() for name in names} | {
        "line"
    }
    symbols = re.findall(r'<g id="([\w-]+)">', answer.text)
    assert {f"#{name}" for name in symbols} - set(re.findall(r'href="(#[\w-]+)"', answer.text)) <= {"#fail"}
    colours = set(re.findall(r"--(\w+): light-dark", css.text))
    assert colours == {name for names in TOKENS.values() for name in names}


def test_the_heat_row_is_the_resources_pages_own_with_a_cell_of_each_kind() -> None:
    with DemoVle() as vle:
        page = BeautifulSoup(requests.get(f"{vle.url}/style", timeout=20).text, "html.parser")

    row = page.select("#heat svg.cells")[0]
    kinds = {str(cell["data-kind"]) for cell in row.select("rect[data-kind]")}
    assert kinds == {"few", *(f"h{step}" for step in range(len(STEPS) + 1))}
    assert " ".join(label.get_text() for label in row.select("text")) == "– few 5 20 40 60 80 95 all"


@pytest.mark.parametrize("theme", [*THEMES, "nonsense"])
def test_the_style_page_is_shown_in_each_theme(theme: str) -> None:
    with DemoVle() as vle:
        answer = requests.get(f"{vle.url}/style", params={"theme": theme}, timeout=20)

    assert f'data-theme="{theme if theme in THEMES else "light"}"' in answer.text
