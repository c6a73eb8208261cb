"""Sentences in every shape, and what the parser refuses."""

from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.engagement import measure_engagement
from analytics.explain import SentenceError, parse_sentence, sentence
from analytics.history import Session, SessionStatus
from analytics.levels import Expectation, Marker, PublishedLevel
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import FIRST_MONDAY, day_at

VISITS = [(0, 1), (0, 2), (7, 1)]

ALL_MARKERS = PublishedLevel(
    "all-1",
    FIRST_MONDAY,
    (
        Expectation(Marker.ACTIVITY, 3, level=4, a_day=2),
        Expectation(Marker.TASKS, 2),
        Expectation(Marker.ATTENDANCE),
        Expectation(Marker.LECTURE_CAPTURE, level=3, a_day=2),
        Expectation(Marker.MEETINGS),
        Expectation(Marker.LIBRARY, level=1, a_day=1),
        Expectation(Marker.CO_CURRICULAR, 2),
    ),
)


@pytest.mark.parametrize(
    ("markers", "text", "e"),
    [
        (
            [Marker.ACTIVITY],
            "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count); 37 %.",
            Fraction(3, 8),
        ),
        ([Marker.ATTENDANCE], "In weeks 1–2 you attended 1 of 1 session; 100 %.", Fraction(1)),
        ([Marker.TASKS], "Of 2 tasks in weeks 1–2 you handed in 1, 1 late (late counts half); 25 %.", Fraction(1, 4)),
        (
            [Marker.TASKS, Marker.ATTENDANCE],
            "In weeks 1–2 you attended 1 of 1 session; of 2 tasks in weeks 1–2 you handed in 1, 1 late"
            " (late counts half); weighted 2:1 50 %.",
            Fraction(1, 2),
        ),
    ],
)
def test_a_sentence_has_a_clause_for_each_marker_that_applies(markers: list[Marker], text: str, e: Fraction) -> None:
    tasks = [make_task(due=3, handed_in=5), make_task(due=6, task_id=2)]
    history = make_history(VISITS, tasks=tasks, sessions=[(1, "attended"), (2, "excused")])
    level = make_level(markers=markers, weights=(3, 2, 1))

    made = sentence(measure_engagement(history, make_calendar(), level, day_at(13)))

    assert made == text
    assert parse_sentence(made) == e


def test_each_further_marker_has_its_own_words_between_activity_and_tasks() -> None:
    history = replace(
        make_history(
            VISITS,
            tasks=[make_task(due=3, handed_in=3)],
            items=[(Marker.LECTURE_CAPTURE, 1, 5), (Marker.LECTURE_CAPTURE, 8, 5), (Marker.LIBRARY, 2, 1)],
        ),
        sessions=(
            Session(day_at(1), SessionStatus.ATTENDED),
            Session(day_at(2), SessionStatus.ATTENDED, Marker.MEETINGS),
            Session(day_at(9), SessionStatus.ABSENT, Marker.MEETINGS),
            Session(day_at(9), SessionStatus.ATTENDED, Marker.CO_CURRICULAR),
        ),
    )

    engagement = measure_engagement(history, make_calendar(), ALL_MARKERS, day_at(13))
    made = sentence(engagement)

    assert made == (
        "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count), attended 1 of 1 session, watched 2"
        " of 6 expected recordings (up to 2 a day count), attended 1 of 2 meetings, used 1 of 2 expected library items"
        " (up to 1 a day counts) and joined 1 of 1 co-curricular activity; of 1 task in weeks 1–2 you handed in 1;"
        " weighted 3:2:1:1:1:1:2 67 %."
    )
    assert parse_sentence(made) == engagement.e == Fraction(179, 264)


def test_one_a_day_counts_in_the_singular_and_a_tutor_reads_they() -> None:
    engagement = measure_engagement(make_history(VISITS), make_calendar(), make_level(2, 1), day_at(13))

    made = sentence(engagement, "they")

    assert made == "In weeks 1–2 they opened 2 of 4 expected activities (up to 1 a day counts); 50 %."
    assert parse_sentence(made) == Fraction(1, 2)


def test_it_is_too_early_to_say_while_nothing_was_expected() -> None:
    level = make_level(markers=[Marker.TASKS])

    made = sentence(measure_engagement(make_history(), make_calendar(), level, day_at(20)))

    assert made == "Too early to say: nothing was expected in the 3 weeks counted so far."
    assert parse_sentence(made) is None


def test_uncounted_weeks_are_named_by_reason_after_the_sentence() -> None:
    calendar = make_calendar(breaks=[2, 7], outages=[4])
    history = make_history(exempt=[5, 6])

    made = sentence(measure_engagement(history, calendar, make_level(), day_at(55)))

    assert made == (
        "In weeks 1, 3 and 8 you opened 0 of 12 expected activities (up to 2 a day count); 0 %."
        " Weeks 2 and 7 were not counted (no teaching). Week 4 was not counted (records missing)."
        " Weeks 5–6 were not counted (exemption)."
    )
    assert parse_sentence(made) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You did well.",
        "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count); 38 %.",
        "In weeks 1–2 you opened 9 of 8 expected activities (up to 2 a day count); 112 %.",
        "In weeks 1–2 you opened 0 of 0 expected activities (up to 2 a day count); 0 %.",
        "Of 2 tasks in weeks 1–2 you handed in 1, 2 late (late counts half); 0 %.",
        "Of 2 tasks in weeks 1–2 you handed in 3; 150 %.",
        "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count); weighted 3:1 37 %.",
        "In weeks 1–2 you opened 3 of 8 expected activities (up to 2 a day count); 37 %. And more.",
        "50 %.",
        "In weeks 1–2 you attended 1 of 2 meetings and attended 1 of 2 sessions; average 50 %.",
        "In weeks 1–2 you attended 1 of 2 meetings and attended 1 of 2 meetings; average 50 %.",
        "In weeks 1–2 you watched 1 of 2 expected recordings; 50 %.",
        "In weeks 1–2 you watched 1 of 2 recordings (up to 1 a day counts); 50 %.",
    ],
)
def test_text_that_is_no_sentence_or_does_not_add_up_is_refused(text: str) -> None:
    with pytest.raises(SentenceError):
        parse_sentence(text)
