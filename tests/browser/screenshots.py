"""`make screenshots`: the README's pictures, from the demo's own pages in real Chromium."""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame, Playwright, sync_playwright

from tests.browser.chromium import DESKTOP, FRAME, PHONE, browsing
from tests.browser.conftest import free_port
from tests.browser.frames import ADMIN_COURSE, LEARNER_COURSE, TUTOR_COURSE, WEEK_11, click, enter, next_page
from tests.demo_vle.demo import Demo, running

SCREENFUL = 1_100
TALLEST = 12_000
MARGIN = 220
"""Height of the course page around the tool's frame, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page to photograph."""

    name: str
    path: str
    size: tuple[int, int]
    go_on: Callable[[Frame], None] | None = None
    """What to press before the picture is taken."""


def open_first_concern(frame: Frame) -> None:
    """Open the first learner of the work-list."""
    with next_page(frame):
        frame.locator("section, main").get_by_role("button", name="Open").first.click()


PICTURES = (
    Picture("tutor-768", TUTOR_COURSE, FRAME),
    Picture("tutor-learner-768", TUTOR_COURSE, FRAME, go_on=open_first_concern),
    Picture("learner-768", LEARNER_COURSE, FRAME),
    Picture("learner-320", LEARNER_COURSE, PHONE),
    Picture("admin-768", ADMIN_COURSE, FRAME),
)
"""The README's, cut to one screenful."""
WHOLE_PICTURES = (
    Picture("whole-tutor-1280", TUTOR_COURSE, DESKTOP),
    Picture("whole-tutor-320", TUTOR_COURSE, PHONE),
    Picture("whole-learner-320", LEARNER_COURSE, PHONE),
    Picture("whole-week-320", LEARNER_COURSE, PHONE, go_on=lambda frame: click(frame, WEEK_11)),
    Picture("whole-courses-768", LEARNER_COURSE, FRAME, go_on=lambda frame: click(frame, "All my courses")),
)
"""Whole pages, to be looked at while working on them."""


def take(playwright: Playwright, demo: Demo, picture: Picture, folder: Path, tallest: int) -> None:
    """Take one picture of the course page with the tool in its frame, at most `tallest` CSS pixels high."""
    with (
        tempfile.TemporaryDirectory() as profile,
        browsing(playwright, Path(profile) / "profile", size=picture.size) as browser,
    ):
        page, frame = enter(browser, demo, picture.path)
        if picture.go_on is not None:
            picture.go_on(frame)
        height = int(frame.evaluate("document.documentElement.scrollHeight"))
        # A frame of another site is painted only where the window reaches.
        page.set_viewport_size({"width": picture.size[0], "height": min(height + MARGIN, tallest)})
        page.evaluate(f"document.querySelector('iframe').style.height = '{height}px'")
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{picture.name}.png")


def main() -> None:
    """Start a demo, take every picture, say which."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--whole", action="store_true", help="whole pages, to look at")
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        demo = Demo(Path(data) / "demo", free_port(), free_port())
        with running(demo):
            for picture in WHOLE_PICTURES if given.whole else PICTURES:
                take(playwright, demo, picture, folder, TALLEST if given.whole else SCREENFUL)
                print(folder / f"{picture.name}.png", flush=True)


if __name__ == "__main__":
    main()
