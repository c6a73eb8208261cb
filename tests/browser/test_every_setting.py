"""Every cookie setting, with and without JavaScript, on a phone: launch, drill down, reload, sign out, go back."""

import contextlib

import pytest
from playwright.sync_api import BrowserContext, Error, Frame, Page, Request, expect

from tests.browser.chromium import Cookies
from tests.browser.conftest import NewBrowser
from tests.browser.frames import (
    LEARNER_COURSE,
    MY_WEEKS,
    SIGN_OUT,
    SIGNED_OUT,
    WEEK_11,
    back,
    click,
    has_sideways_scrolling,
    heading,
    next_page,
    token_of,
)
from tests.demo_vle.demo import Demo

pytestmark = pytest.mark.browser

PHONE = (360, 740)
PERSONAL = ("Huda", MY_WEEKS, "week 11")
"""What only a page of this learner's holds."""
MOST_STEPS = 6
SETTLED_MILLISECONDS = 700


class Watched:
    """A browser on a phone, with all that it asked for and all secrets that it was given."""

    def __init__(self, browser: BrowserContext, demo: Demo) -> None:
        self.demo = demo
        self.page: Page = browser.new_page()
        self.asked: list[Request] = []
        self.tokens: set[str] = set()
        browser.on("request", lambda request: self.asked.append(request))

    def launch(self, *, has_script: bool, again: bool = False) -> Frame:
        """Open or reload the course page; without JavaScript press the buttons that Moodle's pages then show."""
        if again:
            self.page.reload()
        else:
            self.page.goto(self.demo.vle_url + LEARNER_COURSE)
        for _ in range(MOST_STEPS):
            frame = self.tool_frame(has_script)
            if frame is not None:
                break
            frame = self.page.frames[-1]
            with frame.expect_navigation():
                frame.locator("button, input[type=submit]").first.click()
        assert frame is not None
        self.keep_secrets(frame)
        return frame

    def tool_frame(self, has_script: bool) -> Frame | None:
        """Return the frame once the tool's page is in it."""
        if has_script:
            expect(self.page.frame_locator("iframe").locator("h1")).to_be_visible()
        frame = self.page.frames[-1]
        frame.wait_for_load_state()
        return frame if frame.url.startswith(self.demo.tool_url) else None

    def keep_secrets(self, frame: Frame) -> None:
        """Note every hidden field's secret, and the state and token of the launch."""
        for name in ("page_token", "code"):
            self.tokens |= {field.input_value() for field in frame.locator(f'input[name="{name}"]').all()}
        for request in self.asked:
            for pair in (request.post_data or "").split("&"):
                if pair.startswith("id_token="):
                    self.tokens.add(pair.removeprefix("id_token="))
        assert self.tokens

    def addresses(self) -> list[str]:
        """Return every address and referrer that was sent to anybody, and those the frames and the history show."""
        sent = [request.url for request in self.asked]
        referrers = [request.headers.get("referer", "") for request in self.asked]
        return sent + referrers + [frame.url for frame in self.page.frames]


def settings_of(frame: Frame) -> str:
    """Return what a script could leave behind in the browser: history, storage, names."""
    kept: str = frame.evaluate(
        "JSON.stringify([history.state, document.referrer, location.href, window.name, document.cookie])"
    )
    return kept


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("cookies", list(Cookies), ids=lambda cookies: cookies.name)
def test_a_learner_looks_goes_deeper_reloads_and_signs_out(
    demo: Demo, new_browser: NewBrowser, cookies: Cookies, javascript: bool
) -> None:
    watched = Watched(new_browser(cookies=cookies, javascript=javascript, size=PHONE), demo)
    frame = watched.launch(has_script=javascript)
    assert (heading(frame) == MY_WEEKS) is (cookies is not Cookies.TOOL_BLOCKED)
    if cookies is Cookies.TOOL_BLOCKED:
        assert not has_sideways_scrolling(frame)
        click(frame, "Continue as Huda Baker")
    assert heading(frame) == MY_WEEKS
    assert not has_sideways_scrolling(frame)
    watched.keep_secrets(frame)
    left = settings_of(frame)

    click(frame, WEEK_11)
    assert "week 11" in heading(frame).lower()
    assert not has_sideways_scrolling(frame)
    watched.keep_secrets(frame)
    left += settings_of(frame)

    frame = watched.launch(has_script=javascript, again=True)
    if cookies is Cookies.TOOL_BLOCKED:
        click(frame, "Continue as Huda Baker")
    assert heading(frame) == MY_WEEKS
    click(frame, "All my courses")
    watched.keep_secrets(frame)

    click(frame, SIGN_OUT)
    assert heading(frame) == SIGNED_OUT
    # Without JavaScript the browser has nothing to show: pages are never kept.
    assert look_back(watched) > 0 or not javascript
    assert not [address for address in watched.addresses() for token in watched.tokens if token in address]
    assert not [token for token in watched.tokens if token in left]
    logged = "".join(path.read_text() for path in demo.folder.glob("*.log"))
    assert not [token for token in watched.tokens if token in logged]


def look_back(watched: Watched) -> int:
    """Go back step by step until Moodle's page before; return how many pages of the tool were looked at on the way."""
    looked_at = 0
    for _ in range(MOST_STEPS):
        with contextlib.suppress(Error):  # the step may end this very page
            back(watched.page)
        watched.page.wait_for_timeout(SETTLED_MILLISECONDS)
        for frame in watched.page.frames:
            if frame.url.startswith(watched.demo.tool_url):
                shown = frame.locator("body").inner_text()
                assert not [word for word in PERSONAL if word in shown], shown
                looked_at += 1
    return looked_at


def test_reloading_the_frame_alone_shows_the_same_person_or_says_to_open_it_again(
    demo: Demo, new_browser: NewBrowser
) -> None:
    watched = Watched(new_browser(size=PHONE), demo)
    frame = watched.launch(has_script=True)
    token = token_of(frame)
    with next_page(frame):
        frame.evaluate("setTimeout(() => location.reload())")
    shown = frame.locator("body").inner_text()
    # Browsers send the launch again; it is used up, and that must neither open a page nor look like a fault.
    assert "again" in shown
    assert MY_WEEKS not in shown
    assert token not in frame.url
