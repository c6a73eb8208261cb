"""What pages say beside the figure: falls, dips, ways back, revised weeks, markers that are not used."""

from datetime import UTC, date, datetime
from fractions import Fraction
from statistics import median

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analytics.level_terms import LevelTerms
from analytics.levels import Expectation, Marker
from bridge.schema.engagement import EvaluationRow, LearnerWeekRow
from bridge.schema.sources import SourceFreshness
from bridge.store.database import Sessions, writing
from lti.panels.views import course_panel, learner_panel, tutor_learner_panel
from tests.levels import publish
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.shapes import FIRST_MONDAY
from tests.lti.panels.world import NOW, Shape, World, make_world, scope_of

FALLEN = 0
"""The number of a learner in group A whose figure was high."""


def fall_in_week_6(sessions: Sessions, world: World, *fallen: int) -> None:
    """Add an evaluation of week 6: some stand 30 points below their four weeks before, the others where they stood."""
    row = EvaluationRow
    with writing(sessions) as db:
        for number, person_id in enumerate(world.learner_ids):
            earlier = db.scalars(select(row).where(row.person_id == person_id).order_by(row.week_no)).all()
            figures = [
                Fraction(one.e_numerator, one.e_denominator or 1) for one in earlier if one.e_numerator is not None
            ]
            e = max(Fraction(0), median(figures) - Fraction(30 * (number in fallen), 100))
            _add_week_6(db, earlier[-1], e_numerator=e.numerator, e_denominator=e.denominator)


def listed_line(page: str, person_id: int) -> str:
    """Read a learner's line of the list."""
    (line,) = soup_of(page).select(f"#all tbody tr:has(button[value='{person_id}'])")
    return text_of(str(line))


def test_a_fall_net_of_the_course_is_remarked_in_the_list_and_explained_on_the_learners_page(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    fall_in_week_6(sessions, world, FALLEN)
    browser = open_as(world)
    fallen, other = world.learner_ids[FALLEN], world.learner_ids[1]

    page = browser.as_tutor(course_panel)
    assert "fell 30 points" in listed_line(page, fallen)
    assert "fell" not in listed_line(page, other)
    text = text_of(browser.as_tutor(tutor_learner_panel, learner=fallen))
    assert "what the whole course fell taken off. That is a remark, no reason under the published rule." in text
    assert "taken off" not in text_of(browser.as_tutor(tutor_learner_panel, learner=other))
    assert "The whole course fell" not in text_of(page)


def test_when_the_whole_course_falls_the_notice_is_about_the_module_and_nobody_is_remarked(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    fall_in_week_6(sessions, world, *range(24))
    page = open_as(world).as_tutor(course_panel)

    assert "The whole course fell in week 6." in text_of(page)
    assert "a question about the module and its weeks, not about learners" in text_of(page)
    assert "fell" not in soup_of(page).select("#all")[0].get_text()


def test_a_tutor_of_one_group_reads_falls_of_that_group_alone(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    fall_in_week_6(sessions, world, *range(0, 24, 3))
    browser = open_as(world)

    assert "fell 30 points" in listed_line(browser.as_tutor(course_panel), world.learner_ids[FALLEN])
    of_group = browser.as_tutor(course_panel, groups=frozenset({world.group_ids[0]}))
    assert "fell" not in listed_line(of_group, world.learner_ids[FALLEN])


def test_who_met_the_level_again_in_two_weeks_has_come_back_and_one_week_is_not_enough(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    who = world.learner_ids[2]
    browser = open_as(world)
    # Of five counted weeks the last four are asked: the first is none of them.
    for weeks, is_back in (((5,), False), ((1, 5), False), ((4, 5), True)):
        _let_meet(sessions, world, who, weeks)
        assert ("back at the level" in text_of(browser.as_tutor(course_panel))) is is_back
        text = text_of(browser.as_tutor(tutor_learner_panel, learner=who))
        said = "Recovered: the level was met in weeks 4–5, two of the last four counted weeks."
        assert (said in text) is is_back


def test_a_week_that_counts_otherwise_than_when_it_was_evaluated_is_called_revised_on_both_pages(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    who = world.learner_ids[1]
    browser = open_as(world)
    assert "revised" not in text_of(browser.as_learner(learner_panel, who))
    _revise(sessions, who, 3, is_counted=False, why_not="records missing")
    for text in (
        text_of(browser.as_learner(learner_panel, who)),
        text_of(browser.as_tutor(tutor_learner_panel, learner=who)),
    ):
        assert (
            "Week 3 was revised: it counted when it was evaluated, and does not count now (records missing)."
            " What was shown after it stays as it was; later figures are made with the revision." in text
        )


def test_a_week_whose_records_came_after_all_is_called_revised(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))
    who = world.learner_ids[1]
    _revise(sessions, who, 7, is_counted=True, why_not=None)

    text = text_of(open_as(world, now).as_learner(learner_panel, who))

    assert "Week 7 was revised: it was not counted when it was evaluated, and counts now" in text


def test_a_register_that_never_came_or_is_behind_is_named_with_the_day_it_ends(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        expectations = (Expectation(Marker.ACTIVITY, level=4, a_day=2), Expectation(Marker.ATTENDANCE))
        terms = LevelTerms(expectations, who_intervenes=("The adviser",))
        publish(db, world.platform_id, terms, scope=scope_of(world), effective_from=FIRST_MONDAY)
    browser = open_as(world)
    for covers_to, said in (
        (None, "Attendance: not used today (no records have arrived yet)."),
        (date(2026, 10, 31), "Attendance: not used today (its records end on 31 October)."),
        (date(2026, 11, 1), ""),
    ):
        if covers_to is not None:
            _cover(sessions, world, covers_to)
        for text in (
            text_of(browser.as_tutor(course_panel)),
            text_of(browser.as_learner(learner_panel, world.learner_ids[1])),
        ):
            assert said in text
            assert ("not used today" in text) is bool(said)


def test_an_evaluation_without_a_marker_says_so_beside_its_sentence(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    who = world.learner_ids[1]
    with writing(sessions) as db:
        last = db.scalars(select(EvaluationRow).where(EvaluationRow.person_id == who, EvaluationRow.week_no == 5)).one()
        _add_week_6(db, last, unused_markers=["attendance"])
    said = "Attendance was not used in it: the records did not reach the end of week 6."

    assert said in text_of(open_as(world).as_learner(learner_panel, who))
    assert said in text_of(open_as(world).as_tutor(tutor_learner_panel, learner=who))


def test_each_source_says_up_to_which_day_it_is_known(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    _cover(sessions, world, date(2026, 11, 1))

    text = text_of(open_as(world).as_learner(learner_panel, world.learner_ids[1]))

    assert "Attendance : up to 1 November" in text
    assert "Moodle activity : today, 13:45" in text


def test_where_files_come_in_place_of_moodles_log_pages_say_up_to_which_day(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions, Shape(fresh_at=None))
    browser = open_as(world)
    assert "Moodle’s records have not arrived yet." in text_of(browser.as_tutor(course_panel))
    _cover(sessions, world, date(2026, 11, 1), "visits")

    text = text_of(browser.as_tutor(course_panel))

    assert "evidence up to 1 November" in text
    assert "Moodle activity : up to 1 November" in text
    assert "Moodle’s records have not arrived" not in text
    assert "Tasks: not used today (no records have arrived yet)." in text


def test_a_level_without_activity_that_is_seldom_met_is_a_notice_too(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        terms = LevelTerms((Expectation(Marker.TASKS),), who_intervenes=("The adviser",))
        publish(db, world.platform_id, terms, scope=scope_of(world), effective_from=FIRST_MONDAY)
    browser = open_as(world)
    for mark, is_met in (((69, 100), False), ((7, 10), True)):
        with writing(sessions) as db:
            db.execute(update(LearnerWeekRow).values(mark_numerator=mark[0], mark_denominator=mark[1]))
        assert ("of learner-weeks met the level (0 of" in text_of(browser.as_tutor(course_panel))) is not is_met


@pytest.mark.parametrize(("effective_from", "is_said"), [(date(2026, 10, 12), True), (date(2026, 10, 19), False)])
def test_weeks_before_the_level_took_effect_say_nothing_about_it(
    sessions: Sessions, open_as: MakeBrowser, effective_from: date, is_said: bool
) -> None:
    """Weeks 1 to 5 have closed: three of them, then two, since the level took effect."""
    world = make_world(sessions)
    with writing(sessions) as db:
        db.execute(update(LearnerWeekRow).values(visits=1))
        terms = LevelTerms((Expectation(Marker.ACTIVITY, level=5, a_day=2),), who_intervenes=("The adviser",))
        publish(db, world.platform_id, terms, scope=scope_of(world), effective_from=effective_from)

    text = text_of(open_as(world).as_tutor(course_panel))

    assert ("of learner-weeks met the activities expected" in text) is is_said


def _add_week_6(db: Session, last: EvaluationRow, **changes: object) -> None:
    columns = {column.name: getattr(last, column.name) for column in EvaluationRow.__table__.columns}
    db.add(EvaluationRow(**columns | {"week_no": 6} | changes))


def _let_meet(sessions: Sessions, world: World, person_id: int, weeks: tuple[int, ...]) -> None:
    row = LearnerWeekRow
    with writing(sessions) as db:
        is_theirs = (row.course_id == world.course_id, row.person_id == person_id)
        db.execute(update(row).where(*is_theirs).values(visits=0))
        db.execute(update(row).where(*is_theirs, row.week_no.in_(weeks)).values(visits=4))


def _revise(sessions: Sessions, person_id: int, week_no: int, *, is_counted: bool, why_not: str | None) -> None:
    row = LearnerWeekRow
    with writing(sessions) as db:
        is_one = (row.person_id == person_id, row.week_no == week_no)
        db.execute(update(row).where(*is_one).values(is_counted=is_counted, why_not=why_not))


def _cover(sessions: Sessions, world: World, covers_to: date, kind: str = "attendance") -> None:
    key = {"platform_id": world.platform_id, "course_id": world.course_id, "kind": kind}
    with writing(sessions) as db:
        db.merge(SourceFreshness(**key, covers_to=covers_to, read_at=NOW))
