"""What a tutor reads about a course, and what a tutor never reads."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from werkzeug.exceptions import BadRequest

from analytics.level_terms import LevelTerms
from analytics.levels import Expectation, Marker
from bridge.schema import engagement, people
from bridge.store.database import Sessions, writing
from lti.errors import NotFound
from lti.panels import signs
from lti.panels.evidence_words import LONG_AWAY_DAYS
from lti.panels.views import course_panel, tutor_learner_panel
from tests.levels import publish
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.shapes import FIRST_MONDAY
from tests.lti.panels.world import NOW, Shape, add_course, make_world, scope_of


def names_listed(page: str) -> list[str]:
    """Read the names of the list, in its order."""
    return [cell.get_text() for cell in soup_of(page).select("#all tbody th button")]


def ids_listed(page: str) -> list[int]:
    """Read the learners of the list, in its order."""
    return [int(str(cell["value"])) for cell in soup_of(page).select("#all tbody th button")]


def names_to_talk_to(page: str) -> list[str]:
    """Read the names of the work-list, in its order."""
    return [name.get_text() for name in soup_of(page).select("#first .who button")]


def test_the_three_sentences_say_who_how_many_and_what_is_due(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel)

    said = [item.get_text(" ") for item in soup_of(page).select(".say li")]
    assert "5 people" in said[0]
    assert "to talk to first" in said[0]
    assert "of 24" in said[1]
    assert "meet the published level after week 5" in said[1]
    assert "Quiz 2" in said[2]
    assert "Today, 17:00" in said[2]


def test_the_work_list_gives_evidence_and_asks_for_a_colleague_first(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel)

    first = " ".join(soup_of(page).select("#first")[0].get_text(" ").split())
    assert "talk to a colleague first" in first
    assert (
        "No evidence in this course since Thursday 8 October: 29 counted days; the published rule starts at 10."
        in first
    )
    assert "Not arrived: Quiz 1 (due Fri 9 Oct) and Lab report 1 (due Fri 23 Oct)." in first


def test_nobody_at_the_level_stands_on_the_work_list(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel)

    rows = soup_of(page).select("#all tbody tr:has(th)")
    listed = {row.select("button")[0].get_text(): row.get_text(" ") for row in rows}
    assert names_to_talk_to(page)
    assert all("well below" in listed[name] for name in names_to_talk_to(page))


def test_the_panel_never_calls_anybody_at_risk(sessions: Sessions, open_as: MakeBrowser) -> None:
    browser = open_as(world := make_world(sessions))

    for page in (
        browser.as_tutor(course_panel),
        browser.as_tutor(tutor_learner_panel, learner=world.learner_ids[2]),
    ):
        assert not [
            word for word in ("at risk", "poor", "inactive", "lazy", "failing") if word in text_of(page).lower()
        ]


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Adam Achebe"), ("group", "Adam Achebe"), ("evidence", "Zoë Clarke")]
)
def test_the_list_sorts_by_name_group_or_latest_evidence(
    sessions: Sessions, open_as: MakeBrowser, sort: str, first: str
) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel, {"sort": sort})

    assert first in names_listed(page)[:2]


@pytest.mark.parametrize("sort", ["percent", "score", "e", "band", "name; DROP TABLE person"])
def test_the_list_refuses_to_sort_by_the_figure_or_anything_else(
    sessions: Sessions, open_as: MakeBrowser, sort: str
) -> None:
    browser = open_as(make_world(sessions))

    with pytest.raises(BadRequest):
        browser.as_tutor(course_panel, {"sort": sort})


def test_no_offered_order_follows_the_figure(sessions: Sessions, open_as: MakeBrowser) -> None:
    browser = open_as(make_world(sessions))

    for sort in soup_of(browser.as_tutor(course_panel)).select("#sort option"):
        page = browser.as_tutor(course_panel, {"sort": str(sort["value"])})
        figures = [int(cell.get_text().split()[0]) for cell in soup_of(page).select("#all td .nb .muted")]
        assert len(figures) == 24
        assert figures not in (sorted(figures), sorted(figures, reverse=True))


def test_search_finds_names_without_accents_or_case(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel, {"q": "zoe cLAR"})

    assert names_listed(page) == ["Zoë Clarke"]


def test_a_filter_without_a_result_offers_a_way_back(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel, {"q": "nobody of that name"})

    assert names_listed(page) == []
    assert "Clear the filter" in text_of(page)


@pytest.mark.parametrize("reason", ["any", "silent"])
def test_the_reason_filter_keeps_those_with_that_reason(sessions: Sessions, open_as: MakeBrowser, reason: str) -> None:
    browser = open_as(make_world(sessions))

    listed = names_listed(browser.as_tutor(course_panel, {"reason": reason}))

    assert listed
    assert sorted(listed) == sorted(names_to_talk_to(browser.as_tutor(course_panel)))


def test_the_pager_shows_everybody_once(sessions: Sessions, open_as: MakeBrowser) -> None:
    browser = open_as(make_world(sessions, Shape(learner_count=60)))

    pages = [ids_listed(browser.as_tutor(course_panel, {"to_page": str(page)})) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [25, 25, 10]
    assert sorted(person_id for page in pages for person_id in page) == sorted(browser.world.learner_ids)


def test_a_page_keeps_the_filters_it_was_asked_with(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel, {"q": "a", "sort": "evidence"})

    carried = {str(field["name"]): field["value"] for field in soup_of(page).select("#nav input")}
    assert carried["q"] == "a"
    assert carried["sort"] == "evidence"


def test_a_tutor_of_one_group_finds_no_trace_of_the_others(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)
    others = set(names_listed(browser.as_tutor(course_panel))) - set(
        names_listed(page := browser.as_tutor(course_panel, groups=frozenset({world.group_ids[0]})))
    )

    assert len(others) == 16
    assert not [name for name in others if name in page]
    assert "Group B" not in page
    assert "Group C" not in page


def test_figures_and_counts_of_a_tutor_of_one_group_are_that_groups(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    text = text_of(open_as(world).as_tutor(course_panel, groups=frozenset({world.group_ids[0]})))

    assert "of 8 learners" in text
    assert "of 24" not in text
    assert "24 learners" not in text


def test_a_search_of_a_tutor_of_one_group_stays_within_it(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_tutor(course_panel, {"q": "Zoë Clarke"}, groups=frozenset({world.group_ids[0]}))

    assert names_listed(page) == []


def test_a_group_out_of_reach_is_refused_like_one_that_does_not_exist(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    for group in (str(world.group_ids[1]), "999999"):
        with pytest.raises(BadRequest):
            browser.as_tutor(course_panel, {"group": group}, groups=frozenset({world.group_ids[0]}))


def test_a_tutor_in_no_group_of_a_course_with_separate_groups_sees_nobody(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    page = open_as(make_world(sessions)).as_tutor(course_panel, groups=frozenset())

    assert "No learner to show" in text_of(page)
    assert names_listed(page) == []


def test_a_learner_of_another_group_answers_like_one_who_does_not_exist(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    for learner in (world.learner_ids[1], 999999, world.tutor_id):
        with pytest.raises(NotFound):
            browser.as_tutor(tutor_learner_panel, learner=learner, groups=frozenset({world.group_ids[0]}))


def test_learners_who_left_or_are_suspended_are_in_no_list_and_no_figure(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        left = people.Enrolment.person_id == world.learner_ids[0]
        db.execute(update(people.Enrolment).where(left).values(is_active=False))

    page = open_as(world).as_tutor(course_panel)

    assert "Adam Achebe" not in page
    assert "of 23 learners" in text_of(page)


def test_the_tutors_page_of_a_learner_shows_the_learners_own_sentence(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    text = text_of(open_as(world).as_tutor(tutor_learner_panel, learner=world.learner_ids[2]))

    assert "The learner reads, after week 5: “In weeks 2–5 you opened 2 of 16 expected activities" in text
    assert "Talk to a colleague first" in text
    assert "other courses, contact details, reasons for any excusal" in text


def test_a_lower_band_that_waits_for_a_second_evaluation_is_named(sessions: Sessions, open_as: MakeBrowser) -> None:
    page = open_as(make_world(sessions, Shape(now=datetime(2026, 12, 18, 12, 0, tzinfo=UTC)))).as_tutor(course_panel)

    assert "if confirmed: below" in text_of(page)


def test_a_level_that_is_seldom_met_is_a_notice_about_the_level(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        terms = LevelTerms((Expectation(Marker.ACTIVITY, level=9, a_day=2),), who_intervenes=("The adviser",))
        publish(db, world.platform_id, terms, scope=scope_of(world), effective_from=FIRST_MONDAY)

    text = text_of(open_as(world).as_tutor(course_panel))

    assert "of learner-weeks met the activities expected" in text
    assert "a question about the level or the module, not about learners" in text


def test_no_contact_detail_and_no_other_course_is_on_the_tutors_pages(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        other = Shape(learner_count=0, course_name="Secret Genetics", moodle_course_id=2110)
        add_course(db, world.platform_id, other, world.learner_ids[:5])

    page = open_as(world).as_tutor(tutor_learner_panel, learner=world.learner_ids[2])

    assert "Secret Genetics" not in page
    assert "mailto:" not in page


def test_those_who_are_active_again_stand_after_those_who_are_not(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)
    first = browser.as_tutor(course_panel)
    back = soup_of(first).select("#first .who button")[0]
    with writing(sessions) as db:
        row = engagement.LearnerState
        is_theirs = row.person_id == int(str(back["value"]))
        db.execute(update(row).where(is_theirs).values(last_evidence_on=NOW.date(), clock_days=0))

    page = browser.as_tutor(course_panel)

    assert names_to_talk_to(page) == [*names_to_talk_to(first)[1:], back.get_text()]
    assert "One more has one and has been active since week 5 closed." in text_of(page)
    active = soup_of(page).select_one("#first details.active")
    assert active is not None
    assert [name.get_text() for name in active.select(".who button")] == [back.get_text()]
    assert active.select("summary")[0].get_text() == "1 more person with a reason, active since week 5 closed"
    count = len(names_to_talk_to(first)) - 1
    assert soup_of(page).select(".say b")[0].get_text().startswith(f"{count} p")
    assert f"{count} of 24" in text_of(page)
    assert "New evidence since then: today." in text_of(page)


def test_where_everybody_with_a_reason_has_been_active_since_nobody_waits_and_all_stand_in_the_fold(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    browser = open_as(world)
    before = names_to_talk_to(browser.as_tutor(course_panel))
    with writing(sessions) as db:
        db.execute(update(engagement.LearnerState).values(last_evidence_on=NOW.date(), clock_days=0))

    page = browser.as_tutor(course_panel)

    assert "Nobody is waiting for you this week." in text_of(page)
    assert "have a reason under the published rule and have been active since." in text_of(page)
    assert soup_of(page).select(".say b")[0].get_text().startswith("Nobody")
    folded = [name.get_text() for name in soup_of(page).select("#first details.active .who button")]
    assert sorted(folded) == sorted(before)


def test_who_was_not_silent_so_long_and_misses_a_task_is_not_called_active_again(
    sessions: Sessions, open_as: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        db.execute(update(engagement.LearnerState).values(last_evidence_on=NOW.date(), clock_days=0))
        days = db.scalars(
            select(engagement.EvaluationRow.clock_days).where(engagement.EvaluationRow.week_no == 5)
        ).all()

    tags = {}
    for long_away in (LONG_AWAY_DAYS, max(days) + 1):
        monkeypatch.setattr(signs, "LONG_AWAY_DAYS", long_away)
        entries = soup_of(open_as(world).as_tutor(course_panel)).select("#first .active li")
        tags[long_away] = ["active again" in entry.get_text() for entry in entries]

    assert tags == {LONG_AWAY_DAYS: [True] * len(entries), max(days) + 1: [False] * len(entries)}
    assert entries
