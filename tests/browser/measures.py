"""What a machine can measure on a page: axe's findings, what does not fit, and what jumps."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame

NARROW, MIDDLE, WIDE = 320, 768, 1280
"""CSS pixels: a phone, and a desktop at 400 % zoom; what Moodle's Boost leaves to a tool; a whole desktop."""
BREAKPOINT = 680
"""The narrowest window with tables for wide ones."""
HEIGHT = 900
ALL_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Axe's defaults (WCAG 2.0 and 2.1, A and AA, and its best practices) and WCAG 2.2's size of targets."""
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
TARGETS = {"resultTypes": ["violations"], "runOnly": ["target-size", "scrollable-region-focusable"]}

FITS = """() => {
  const found = [], root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth > width) found.push(`the page is ${root.scrollWidth} px wide`);
  const isHidden = (one) => one.closest('.vh, .skip, thead, .scroll') || !one.getClientRects().length;
  const name = (one) => `${one.tagName.toLowerCase()} “${one.textContent.trim().slice(0, 40)}”`;
  const texts = 'svg text, p, li, dt, dd, th, td, h1, h2, h3, button, label, summary, select, legend';
  for (const one of document.querySelectorAll(texts)) {
    if (isHidden(one)) continue;
    const box = one.getBoundingClientRect(), cuts = getComputedStyle(one).overflowX !== 'visible';
    if (box.right > width + 1 || box.left < -1) found.push(`outside the window: ${name(one)}`);
    if (one.tagName !== 'SELECT' && cuts && one.scrollWidth > one.clientWidth + 1) found.push(`cut off: ${name(one)}`);
  }
  for (const one of document.querySelectorAll('.card table, .card dl, .card form')) {
    const room = one.closest('.card').getBoundingClientRect().right - 8;
    if (!isHidden(one) && one.getBoundingClientRect().right > room) found.push(`out of its card: ${name(one)}`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const one of document.querySelectorAll('td[data-l]')) {
    const label = getComputedStyle(one, '::before');
    if (isHidden(one) || label.content === 'none' || label.display === 'inline') continue;
    pen.font = label.font;
    const wide = (word) => pen.measureText(word).width > parseFloat(label.width) + 2;
    for (const word of one.dataset.l.split(/[\\s-]+/).filter(wide)) found.push(`a word is broken: ${word}`);
  }
  const shared = (a, b, from, to) => Math.min(a[to], b[to]) - Math.max(a[from], b[from]);
  for (const chart of document.querySelectorAll('svg.plot')) {
    const labels = [...chart.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
    labels.forEach(([one, a], place) => labels.slice(place + 1).forEach(([other, b]) => {
      const isCovered = shared(a, b, 'left', 'right') > 2 && shared(a, b, 'top', 'bottom') > 5;
      // With a reader's own spacing a chart's labels come close: the table beside it says the same.
      if (isCovered && !document.adoptedStyleSheets.length) found.push(`“${one}” lies on “${other}”`);
    }));
  }
  return [...new Set(found)].slice(0, 12);
}"""
SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
"""What a reader may set by WCAG 2.1, 1.4.12, without losing anything."""
SPACE_OUT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }"


def resize(frame: Frame, width: int, height: int = HEIGHT) -> None:
    """Make the window so wide that the tool's frame is `width` CSS pixels wide."""
    frame.page.set_viewport_size({"width": width, "height": height})
    frame.wait_for_function("width => document.documentElement.clientWidth <= width", arg=width)


def show_theme(frame: Frame, theme: str) -> None:
    """Show the page in a theme, as the launch of a site with this theme would."""
    frame.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)


def find_violations(frame: Frame, rules: Mapping[str, object] = ALL_RULES) -> list[str]:
    """Return what axe finds, one line a rule and element; a frame evaluates as a page does."""
    found = Axe().run(frame, options=dict(rules)).response
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} {json.dumps(node['html'])[:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def find_violations_by_day_and_night(frame: Frame) -> list[str]:
    """Return what axe finds in the light theme, and what of the dark one's colours; the page is light afterwards."""
    frame.page.emulate_media(reduced_motion="reduce")  # a colour on its way to another has no contrast yet
    found = find_violations(frame)
    show_theme(frame, "dark")
    found += [f"dark: {line}" for line in find_violations(frame, CONTRAST)]
    show_theme(frame, "light")
    return found


def find_misfits(frame: Frame) -> list[str]:
    """Return what does not fit the window: a wide page, cut or lost texts, labels of a chart that lie on each other."""
    found: list[str] = frame.evaluate(FITS)
    return found


@contextmanager
def spaced_text(frame: Frame) -> Iterator[None]:
    """Show the page with the text spacing that a reader may need."""
    frame.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }", SPACED
    )
    yield
    frame.evaluate("document.adoptedStyleSheets = []")


def measure_shift(frame: Frame) -> float:
    """Return how much of the page jumped before the reader's eyes: the sum of Chromium's layout shifts, 0 for none."""
    shift: float = frame.evaluate(
        """() => new Promise((resolve) => {
            const shifts = [];
            let shown = 0;
            const observer = new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) {
                    if (entry.name === 'first-contentful-paint') shown = entry.startTime;
                    if (entry.entryType === 'layout-shift') shifts.push(entry);
                }
            });
            observer.observe({ type: 'paint', buffered: true });
            observer.observe({ type: 'layout-shift', buffered: true });
            const seen = () => shifts.filter((entry) => entry.startTime >= shown);
            setTimeout(() => resolve(seen().reduce((sum, entry) => sum + entry.value, 0)), 200);
        })"""
    )
    return shift
