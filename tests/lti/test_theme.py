"""In which theme a page is shown: the launch's, otherwise the setting's; and what is no theme changes nothing."""

import re
from dataclasses import replace

import pytest
import requests

from bridge.config import Theme
from lti.services import EXTENSION, Services
from tests.lti.served import Tool, page_token
from tests.lti.small_world import LEARNER, OPEN


def theme_of(answer: requests.Response) -> str:
    found = re.search(r'<html lang="[^"]+" data-theme="([^"]*)"', answer.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_launchs_theme_holds_for_every_page_of_its_session(tool: Tool, theme: str) -> None:
    tool.vle.tool.custom["theme"] = theme

    launched = tool.launch(LEARNER, OPEN)
    asked = tool.post("/panel/learner", page_token(launched))

    assert (launched.status_code, asked.status_code) == (200, 200)
    assert (theme_of(launched), theme_of(asked)) == (theme, theme)


@pytest.mark.parametrize("said", ["", "neon", '"><script>', "DARK"])
def test_what_is_no_theme_leaves_the_settings(tool: Tool, said: str) -> None:
    tool.vle.tool.custom["theme"] = said

    assert theme_of(tool.launch(LEARNER, OPEN)) == "light"


def test_pages_have_the_theme_of_the_setting_with_and_without_a_session(tool: Tool) -> None:
    made: Services = tool.app.extensions[EXTENSION]
    tool.app.extensions[EXTENSION] = replace(made, settings=replace(made.settings, theme=Theme.DARK))

    assert theme_of(tool.launch(LEARNER, OPEN)) == "dark"
    assert theme_of(tool.request("GET", "/nothing")) == "dark"
