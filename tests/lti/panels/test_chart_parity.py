"""Each chart is a sentence, an SVG and a table: parsed from the page, the three say the same numbers."""

import re
from datetime import UTC, datetime

import pytest
from bs4 import Tag

from bridge.store.database import Sessions
from lti.panels.charts import BASE, GAP, POINT, TOP, WEEK_BASE
from lti.panels.marks import SPOKEN
from lti.panels.views import course_panel, learner_courses_panel, learner_panel, tutor_learner_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of
from tests.lti.panels.world import NOW, Shape, make_world

LATE = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
MOMENTS = [datetime(2026, 10, 13, 12, 0, tzinfo=UTC), NOW, LATE]
PARTS = ("meeting", "below", "well below", "too early")
SYMBOLS = {spoken: mark.value for mark, spoken in SPOKEN.items()}


def tidy(text: str) -> str:
    """Give a text with plain spaces in one line."""
    return " ".join(text.replace("\u00a0", " ").split())


def rows_of(card: Tag) -> list[list[str]]:
    """Read a chart's table."""
    return [[tidy(cell.get_text()) for cell in row.find_all(["th", "td"])] for row in card.select("tbody tr")]


def card_of(page: str) -> Tag:
    """Find the card with the chart."""
    chart = soup_of(page).select_one("svg.plot")
    assert chart is not None
    card = chart.find_parent("section")
    assert card is not None
    return card


@pytest.mark.parametrize("now", MOMENTS)
def test_bands_by_week_agree_in_words_drawing_and_table(
    sessions: Sessions, open_as: MakeBrowser, now: datetime
) -> None:
    card = card_of(open_as(make_world(sessions, Shape(now=now, fresh_at=now)), now).as_tutor(course_panel))

    table = [[int(cell) for cell in row] for row in rows_of(card)]
    description = card.select("svg.plot desc")[0].get_text()
    spoken = [
        [int(number) for number in found]
        for found in re.findall(
            r"week (\d+): (\d+) meeting, (\d+) below, (\d+) well below, (\d+) too early", description
        )
    ]
    assert spoken == table
    assert drawn_bands(card, most=max(sum(row[1:]) for row in table)) == [
        (kind, number)
        for row in table
        for kind, number in zip(("met", "below", "well", "early"), row[1:], strict=True)
        if number
    ]
    assert named_parts(card) == {name: number for name, number in zip(PARTS, table[-1][1:], strict=True) if number}
    week, meeting, below, well, early = table[-1]
    sentence = tidy(card.find_all("p")[0].get_text())
    assert sentence.startswith(f"After week {week}, {meeting} of {meeting + below + well + early} learners")
    assert f"{below} {'is' if below == 1 else 'are'} below it and {well} well below it" in sentence


def named_parts(card: Tag) -> dict[str, int]:
    """Read the labels beside the last column: what a reader sees without a pointer."""
    texts = [tidy(text.get_text()) for text in card.select("svg.plot text")]
    found = [re.fullmatch(r"(\d+) (meeting|below|well below|too early)", text) for text in texts]
    return {match[2]: int(match[1]) for match in found if match}


def drawn_bands(card: Tag, most: int) -> list[tuple[str, int]]:
    """Read counts back from the heights of the rectangles."""
    unit = (BASE - TOP) / most
    return [
        (str(rect["data-kind"]), round((float(str(rect["height"])) + GAP) / unit))
        for rect in card.select("svg.plot rect[data-kind]")
    ]


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("number", [0, 2, 3, 8])
def test_a_learners_weeks_agree_in_words_drawing_and_table(
    sessions: Sessions, open_as: MakeBrowser, now: datetime, number: int
) -> None:
    world = make_world(sessions, Shape(learner_count=9, now=now, fresh_at=now))
    browser = open_as(world, now)
    person_id = world.learner_ids[number]

    for page in (
        browser.as_learner(learner_panel, person_id),
        browser.as_tutor(tutor_learner_panel, learner=person_id),
    ):
        card = card_of(page)
        table = {row[0]: row[1:] for row in rows_of(card)}
        assert spoken_weeks(card) == table
        own = [int(cells[0].removesuffix(" %")) for cells in table.values() if cells[0].endswith("%")]
        assert drawn_heights(card) == own
        running = [int(cells[1].removesuffix(" %")) for cells in table.values() if cells[1].endswith("%")]
        assert drawn_points(card) == running
        assert_sentence_says(tidy(card.get_text(" ")), own, running)


def spoken_weeks(card: Tag) -> dict[str, list[str]]:
    """Read the description back into the table's cells."""
    description = tidy(card.select("svg.plot desc")[0].get_text()).partition(". The published level")[0]
    weeks = {}
    for part in description.split("; "):
        name, _, told = part.partition(": ")
        cells = [cell.removeprefix("week figure ").removeprefix("running figure ") for cell in told.split(", ")]
        weeks[name.removeprefix("week ")] = [*cells, ""][:2]
    return weeks


def drawn_heights(card: Tag) -> list[int]:
    """Read percentages back from the bars; a bar of 0 % is one px high so that it can be seen."""
    heights = [float(str(rect["height"])) for rect in card.select("svg.plot rect[data-kind]")]
    return [0 if height == 1 else round(height / POINT) for height in heights]


def drawn_points(card: Tag) -> list[int]:
    """Read percentages back from the dots of the running figure."""
    return [round((WEEK_BASE - float(str(dot["cy"]))) / POINT) for dot in card.select("svg.plot circle.ink")]


def assert_sentence_says(text: str, own: list[int], running: list[int]) -> None:
    """Compare the sentence above the chart with what the table says."""
    found = re.search(r"the week’s own figure was ([\d, and]+) % of the published level", text)
    assert found is not None
    assert [int(number) for number in re.findall(r"\d+", found[1])] == own
    last = re.search(r"The running figure after week \d+ is (\d+) %", text)
    assert [int(last[1])] == running[-1:] if last else not running


def test_every_strip_says_what_it_draws(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)
    pages = [
        browser.as_tutor(course_panel),
        browser.as_learner(learner_courses_panel, world.learner_ids[2]),
    ]

    strips = [strip for page in pages for strip in soup_of(page).select("svg.strip[role=img]")]

    assert len(strips) > 24
    for strip in strips:
        assert said_by(strip) == [str(use["href"])[1:] for use in strip.select("use")]


def said_by(strip: Tag) -> list[str]:
    """Read a strip's spoken runs back into symbols."""
    title = strip.select("title")[0].get_text()
    symbols = []
    for first, last, spoken in re.findall(r"[Ww]eeks? (\d+)(?:–(\d+))? ([a-z][^,]*)", title):
        symbols += [SYMBOLS[spoken]] * (int(last or first) - int(first) + 1)
    return symbols
