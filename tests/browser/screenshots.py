"""`make screenshots`: the pictures of README.md and docs/, from the demo's own pages in real Chromium.

Pages are reached by the one list of `tests.browser.pages`. With `--whole` every page of that list is taken whole, in
three widths, light and dark, to be looked at while working on them.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.chromium import DESKTOP, FRAME, PHONE, browsing
from tests.browser.conftest import free_port
from tests.browser.frames import enter
from tests.browser.measures import show_theme
from tests.browser.pages import VISITORS, Stop, Visitor, fill, first_page, go, press
from tests.demo_vle.demo import Demo, running

SCREENFUL = 1_100
TALLEST = 12_000
MARGIN = 220
"""Height of the course page around the tool's frame, in CSS pixels."""
MISSED = "Could not be taken:"
SMALLEST = 300
"""Height of the frame before its page is measured: a page is never lower than its frame."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page to photograph. `stop`: its name on the list of pages."""

    name: str
    stop: str
    size: tuple[int, int] = FRAME
    query: str = ""
    """What is added to the address by which the persona enters, such as a language."""


PICTURES = (
    Picture("tutor-768", "tutor"),
    Picture("tutor-learner-768", "tutor-learner"),
    Picture("resources-768", "resources"),
    Picture("learner-768", "learner"),
    Picture("learner-320", "learner", PHONE),
    Picture("learner-welsh-320", "learner", PHONE, "?lang=cy"),
    Picture("learner-week-768", "learner-week"),
    Picture("learner-courses-768", "learner-courses"),
    Picture("learner-voice-768", "learner-voice"),
    Picture("learner-looks-768", "learner-looks"),
    Picture("learner-held-768", "learner-held"),
    Picture("learner-complaint-768", "learner-complaint"),
    Picture("people-768", "people"),
    Picture("work-768", "work"),
    Picture("case-768", "case"),
    Picture("school-768", "school"),
    Picture("level-768", "level"),
    Picture("process-768", "process"),
    Picture("complaints-768", "complaints"),
    Picture("figures-768", "figures"),
)
"""Those of the pages for people, cut to one screenful; each is shown somewhere."""
QUERY = Stop(
    "query",
    (
        "/panel/learner/complaint",
        fill("#text", "In week 5 I took part in the seminar, and it is not counted. Who can look at it?"),
        press("/panel/learner/complaint/send"),
    ),
)
"""What a learner of the demo sends first, so that the lead's page has something to show."""
SHOWS_QUERY = frozenset({"learner-complaint", "complaints"})
WIDTHS = {"320": PHONE, "768": FRAME, "1280": DESKTOP}


def find_stop(name: str) -> tuple[Visitor, Stop]:
    """Return who looks at a page of the list, and the page.

    Raises:
        LookupError: the list has no such page.
    """
    for visitor in VISITORS:
        for stop in visitor.stops:
            if stop.name == name:
                return visitor, stop
    raise LookupError(f"No page of tests/browser/pages.py is called {name!r}.")


def fit(page: Page, frame: Frame, width: int, tallest: int) -> None:
    """Give the frame its page's height, and the window the frame's, at most `tallest` CSS pixels."""
    page.evaluate(f"document.querySelector('iframe').style.height = '{SMALLEST}px'")
    height = int(frame.evaluate("document.documentElement.scrollHeight"))
    # A frame of another site is painted only where the window reaches.
    page.set_viewport_size({"width": width, "height": min(height + MARGIN, tallest)})
    page.evaluate(f"document.querySelector('iframe').style.height = '{height}px'")
    page.wait_for_timeout(300)


def take_pictures(playwright: Playwright, demo: Demo, folder: Path, pictures: Sequence[Picture]) -> Iterator[Path]:
    """Take pictures of the pages for people; each persona enters once for each size and language."""

    def key(picture: Picture) -> tuple[str, tuple[int, int], str]:
        return find_stop(picture.stop)[0].path, picture.size, picture.query

    if any(picture.stop in SHOWS_QUERY for picture in pictures):
        with _window(playwright, FRAME) as browser:
            assert len(list(_walk(browser, demo, find_stop("learner")[0].path, {"query": QUERY}, *FRAME))) == 1
    for (path, size, query), wanted in groupby(sorted(pictures, key=key), key=key):
        stops = {picture.name: find_stop(picture.stop)[1] for picture in wanted}
        with _window(playwright, size) as browser:
            for name, page, _ in _walk(browser, demo, path + query, stops, size[0], SCREENFUL):
                target = folder / f"{name}.png"
                page.screenshot(path=target)
                yield target


def take_everything(playwright: Playwright, demo: Demo, folder: Path, widths: Sequence[str]) -> Iterator[Path]:
    """Take every page of the list whole, in each width, light and dark."""
    for width in widths:
        for visitor in VISITORS:
            stops = {stop.name: stop for stop in visitor.stops}
            with _window(playwright, WIDTHS[width]) as browser:
                for name, page, frame in _walk(browser, demo, visitor.path, stops, WIDTHS[width][0], TALLEST):
                    for theme in ("light", "dark"):
                        show_theme(frame, theme)
                        target = folder / f"{name}-{width}-{theme}.png"
                        page.screenshot(path=target)
                        yield target


@contextmanager
def _window(playwright: Playwright, size: tuple[int, int]) -> Iterator[BrowserContext]:
    with (
        tempfile.TemporaryDirectory() as profile,
        browsing(playwright, Path(profile) / "profile", size=size) as browser,
    ):
        yield browser


def _walk(
    browser: BrowserContext, demo: Demo, path: str, stops: Mapping[str, Stop], width: int, tallest: int
) -> Iterator[tuple[str, Page, Frame]]:
    """Let a persona enter once and give each of their pages in turn, fitted to its height.

    One that cannot be reached is named on the error output and left out; the persona then enters anew.
    """
    page, frame = enter(browser, demo, path)
    for place, (name, stop) in enumerate(stops.items()):
        try:
            if place:
                first_page(frame)
            go(frame, stop)
            fit(page, frame, width, tallest)
        except (PlaywrightError, AssertionError) as error:
            sys.stderr.write(f"{MISSED} {name}: {str(error).splitlines()[0]}\n")
            page.close()
            page, frame = enter(browser, demo, path)
            continue
        yield name, page, frame
    page.close()


def main() -> int:
    """Start a demo, take every picture, say which; answer 1 when one of those for the pages is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--whole", action="store_true", help="every page of the list, whole, to look at")
    parser.add_argument("--only", action="append", choices=[one.name for one in PICTURES], help="only this picture")
    parser.add_argument("--width", action="append", choices=list(WIDTHS), help="with --whole: only this width")
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not given.only or picture.name in given.only]
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        demo = Demo(Path(data) / "demo", free_port(), free_port())
        with running(demo):
            taken = (
                take_everything(playwright, demo, folder, given.width or list(WIDTHS))
                if given.whole
                else take_pictures(playwright, demo, folder, wanted)
            )
            done = 0
            for target in taken:
                print(target, flush=True)
                done += 1
    return 0 if given.whole or done == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
