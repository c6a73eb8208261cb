"""Lists and weeks as a sentence has them."""

from gettext import NullTranslations

import pytest

from analytics.language import Language, speaking
from analytics.lists import listed, name_weeks

WELSH = Language("cy", NullTranslations())


@pytest.mark.parametrize(
    ("weeks", "name"),
    [
        ([7], "week 7"),
        ([7, 10], "weeks 7 and 10"),
        ([4, 5], "weeks 4–5"),
        ([5, 6, 8, 10], "weeks 5–6, 8 and 10"),
        ([8, 10, 11, 12], "weeks 8 and 10–12"),
    ],
)
def test_weeks_are_named_in_runs(weeks: list[int], name: str) -> None:
    assert name_weeks(weeks) == name


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ""),
        (["tasg"], "tasg"),
        (["5", "9"], "5 a 9"),
        (["5", "8", "11"], "5, 8 ac 11"),
        (["5", "10"], "5 a 10"),
        (["nodiadau", "eitemau"], "nodiadau ac eitemau"),
        (["sesiynau", "cyfarfodydd"], "sesiynau a chyfarfodydd"),
        (["sesiynau", "tasgau"], "sesiynau a thasgau"),
        (["tasgau", "profion"], "tasgau a phrofion"),
        (["tasgau", "chwaraeon"], "tasgau a chwaraeon"),
        (["Ada", "Pedr"], "Ada a Pedr"),
    ],
)
def test_welsh_and_hangs_on_the_sound_after_it_and_leaves_names_alone(items: list[str], said: str) -> None:
    with speaking(WELSH):
        assert listed(items) == said
