"""What the browser's cookie settings really do to a tool in another site's frame, and what the tool makes of it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.chromium import Cookies
from tests.browser.conftest import NewBrowser
from tests.browser.frames import LEARNER_COURSE, click, enter, heading, tool_frame
from tests.demo_vle.demo import Demo
from tests.serving import serving

pytestmark = pytest.mark.browser


class CookieMirror(BaseHTTPRequestHandler):
    """Sets two cookies at /set, one of them partitioned, and says at /show which came back; / frames the other host."""

    def do_GET(self) -> None:
        """Answer one request."""
        port = int(self.headers["Host"].split(":")[1])
        body = f"<p>{self.headers.get('Cookie', 'none')}</p>"
        self.send_response(200)
        if self.path == "/":
            body = f'<iframe src="http://localhost:{port}/set"></iframe>'
        if self.path == "/set":
            body = '<a href="/show">on</a>'
            self.send_header("Set-Cookie", "plain=1; Path=/; Secure; SameSite=None")
            self.send_header("Set-Cookie", "partitioned=1; Path=/; Secure; SameSite=None; Partitioned")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture
def mirror() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), CookieMirror)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize(
    ("cookies", "came_back"),
    [
        (Cookies.ALLOWED, {"plain=1", "partitioned=1"}),
        (Cookies.THIRD_PARTY_BLOCKED, {"partitioned=1"}),
        (Cookies.TOOL_BLOCKED, {"none"}),
    ],
)
def test_the_settings_of_these_tests_are_those_of_a_real_browser(
    mirror: str, new_browser: NewBrowser, cookies: Cookies, came_back: set[str]
) -> None:
    page = new_browser(cookies=cookies).new_page()
    page.goto(mirror)
    frame = page.frames[1]
    with frame.expect_navigation():
        frame.locator("a").click()
    assert set(frame.locator("p").inner_text().split("; ")) == came_back


@pytest.mark.parametrize("cookies", [Cookies.ALLOWED, Cookies.THIRD_PARTY_BLOCKED])
def test_the_panel_opens_at_once_where_a_partitioned_cookie_comes_back(
    demo: Demo, new_browser: NewBrowser, cookies: Cookies
) -> None:
    _, frame = enter(new_browser(cookies=cookies), demo, LEARNER_COURSE)
    assert heading(frame).startswith("My weeks")


def test_without_any_cookie_the_person_is_asked_by_name_before_the_panel_opens(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page, frame = enter(new_browser(cookies=Cookies.TOOL_BLOCKED), demo, LEARNER_COURSE)
    assert "Huda Baker" in frame.locator("main").inner_text()
    assert "My weeks" not in frame.locator("body").inner_text()
    click(frame, "Continue as Huda Baker")
    assert heading(tool_frame(page, demo)).startswith("My weeks")
    click(tool_frame(page, demo), "All my courses")
    assert heading(tool_frame(page, demo)) == "My engagement"
