"""In a real Chromium: who chooses a language reads the tool in it; test_every_page.py looks at all pages in Welsh."""

import pytest

from tests.browser.conftest import NewBrowser
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser


def test_the_choice_of_language_is_on_the_page_where_one_chooses_who_to_be(demo: Demo, new_browser: NewBrowser) -> None:
    page = new_browser().new_page()
    page.goto(demo.vle_url)
    page.get_by_role("link", name="Cymraeg").click()
    link = page.locator('a[href^="/enter/learner/11"]')
    page.goto(demo.vle_url + str(link.get_attribute("href")))
    frame = page.frame_locator("iframe")

    frame.get_by_role("heading", name="Fy wythnosau").first.wait_for()
    page.goto(f"{demo.vle_url}/enter/learner/11")
    frame.get_by_role("heading", name="My weeks").first.wait_for()
