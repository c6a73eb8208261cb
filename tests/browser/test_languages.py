"""In a real Chromium: whoever enters in Welsh reads every page in Welsh, and each fits a phone of 320 px."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.browser.chromium import browsing
from tests.browser.frames import enter
from tests.browser.measures import NARROW, find_misfits, resize
from tests.browser.pages import VISITORS, Visitor, visit
from tests.demo_vle.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser for all pages; each persona logs in once."""
    with browsing(playwright, tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture
def in_welsh(demo: Demo, browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor who chose Welsh; for the tests after this one they go back to English."""
    visitor: Visitor = request.param
    yield replace(visitor, path=f"{visitor.path}?lang=cy")
    page, _ = enter(browser, demo, visitor.path)
    page.close()


@pytest.mark.parametrize("in_welsh", VISITORS, ids=lambda visitor: visitor.path.removeprefix("/enter/"), indirect=True)
def test_every_page_speaks_welsh_and_fits_a_phone(demo: Demo, browser: BrowserContext, in_welsh: Visitor) -> None:
    found: dict[str, list[str]] = {}
    for name, frame in visit(browser, demo, in_welsh):
        resize(frame, NARROW)
        found[name] = find_misfits(frame)
        if frame.locator("html").get_attribute("lang") != "cy":
            found[name].append("not in Welsh")

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_choice_of_language_is_on_the_page_where_one_chooses_who_to_be(demo: Demo, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(demo.vle_url)
    page.get_by_role("link", name="Cymraeg").click()
    link = page.locator('a[href^="/enter/learner/11"]')
    page.goto(demo.vle_url + str(link.get_attribute("href")))
    frame = page.frame_locator("iframe")

    frame.get_by_role("heading", name="Fy wythnosau").first.wait_for()
    page.goto(f"{demo.vle_url}/enter/learner/11")
    frame.get_by_role("heading", name="My weeks").first.wait_for()
    page.close()
