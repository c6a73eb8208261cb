"""Differencing attacks on the frozen figures: all rows of all weeks together give away nothing about fewer than ten."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bands import Band
from tests.bridge.sync.attacker import fewest_learners, find_atoms, solve_for, solve_for_each
from tests.bridge.sync.figure_terms import Course, Learner, Name, Place, Term, case_of, make_course

SCHOOL = 1
MATHS, HISTORY = 31, 32


def change(course: Course, people: Iterable[int], **facts: object) -> None:
    """Change what is true of learners."""
    for person_id in people:
        for name, value in facts.items():
            setattr(course.learners[person_id], name, value)


def test_the_attacker_finds_one_learner_in_figures_that_are_made_the_simple_way() -> None:
    everybody = {(1, person) for person in range(1, 12)}
    members: dict[Name, set[Place]] = {
        (1, "course", 1, "all"): everybody,
        (2, "course", 1, "all"): everybody - {(1, 5)},
    }

    weights = solve_for([(1, 5)], members)

    assert weights == pytest.approx({(1, "course", 1, "all"): 1, (2, "course", 1, "all"): -1})
    assert fewest_learners(members) == 1


def test_one_of_eleven_leaves_and_the_figures_of_the_next_week_are_the_same() -> None:
    course = make_course(1, {None: 11})
    term = Term([course])
    (before, *_) = term.close_week()
    inside = sorted(person for _, person in term.members[(1, "course", 1, "all")])

    change(course, inside[:1], is_active=False)
    (after, *_) = term.close_week()

    told = {name: number for name, number in after.figures.items() if name not in ("enrolled", "coverage")}
    assert told == {name: number for name, number in before.figures.items() if name in told}
    assert fewest_learners(term.members) == 10
    assert all(solve_for([(1, person)], term.members) is None for person in range(1, 12))


def test_the_band_of_one_who_leaves_sixty_makes_no_difference_to_what_changes() -> None:
    """Two worlds: whoever left was meeting the level, or well below it. Week minus week is the same in both."""
    changes = []
    for band in (Band.MEETING, Band.WELL_BELOW):
        course = make_course(1, {None: 60})
        change(course, range(20, 61), band=Band.BELOW)
        course.learners[7].band = band
        term = Term([course])
        term.close_week()
        course.learners[7].is_active = False
        term.close_week()
        weeks = [term.published[(week, "course", 1, "all")] for week in (1, 2)]
        changes.append([(weeks[1][name] or 0) - (weeks[0][name] or 0) for name in ("meeting", "below", "well_below")])

    assert changes == [[0, 0, 0], [0, 0, 0]]


def test_two_groups_that_differ_by_one_learner_are_told_by_the_same_pools() -> None:
    course = make_course(1, {MATHS: 30, HISTORY: 1})
    term = Term([course])
    term.close_week()

    part, whole = (1, "course", 1, f"programme:{MATHS}"), (1, "course", 1, "all")
    assert term.members[part] == term.members[whole]
    assert fewest_learners(term.members) == 30
    assert solve_for([(1, 31)], term.members) is None


def test_a_small_course_cannot_be_found_as_its_school_minus_the_other_courses() -> None:
    term = Term([make_course(1, {None: 40}), make_course(2, {None: 8}, first=101)])
    term.close_week()

    assert term.row("course", 2)["learners"] is None
    assert term.row("school", SCHOOL)["places"] == term.row("course", 1)["places"] == 40
    assert solve_for([(2, person) for person in range(101, 109)], term.members) is None


def test_who_is_erased_takes_nine_along_and_none_of_them_comes_back() -> None:
    course = make_course(1, {None: 60})
    term = Term([course])
    term.close_week()
    first = term.members[(1, "course", 1, "all")]

    course.erase(7)
    term.close_week()
    course.learners |= {person: Learner() for person in range(200, 230)}
    term.close_week()

    last = term.members[(3, "course", 1, "all")]
    assert len(first - last) == 10
    assert (1, 7) in first - last
    assert fewest_learners(term.members) == 10


def test_ten_joiners_come_in_together_and_nine_wait() -> None:
    course = make_course(1, {None: 30})
    term = Term([course])
    places = []
    for joiners in (range(101, 110), range(110, 111), range(111, 112)):
        term.close_week()
        places.append(term.row("course", 1)["places"])
        course.learners |= {person: Learner() for person in joiners}
    term.close_week()

    assert [*places, term.row("course", 1)["places"]] == [30, 30, 40, 40]
    assert fewest_learners(term.members) == 10


def test_a_learner_whose_programme_changes_moves_between_no_figures() -> None:
    course = make_course(1, {MATHS: 20, HISTORY: 20})
    term = Term([course])
    term.close_week()
    change(course, [1], programme_id=HISTORY)
    term.close_week()

    assert len(find_atoms(term.members)) == 2
    assert fewest_learners(term.members) == 20


def test_weeks_in_which_nothing_changes_are_told_alike_so_that_nothing_can_be_averaged() -> None:
    course = make_course(1, {None: 63})
    change(course, range(40, 64), band=Band.BELOW)
    term = Term([course])

    weeks = [term.close_week() for _ in range(12)]

    assert all(week == weeks[0] for week in weeks)


BANDS = st.sampled_from([*Band, None])
STEPS = st.tuples(
    st.sampled_from(["join", "leave", "come back", "pause", "resume", "erase", "move", "band"]),
    st.integers(0, 2),
    st.integers(1, 60),
    st.integers(1, 14),
    BANDS,
)
TERMS = st.lists(st.lists(STEPS, max_size=6), min_size=1, max_size=6)


def act(term: Term, step: tuple[str, int, int, int, Band | None]) -> None:
    """Let something happen to some learners of a course."""
    what, number, first, count, band = step
    course = term.courses[number]
    people = range(first, first + count)
    if what == "join":
        known = course.learners.keys() | course.erased
        course.learners |= {who: Learner(MATHS if who % 3 else None, band) for who in people if who not in known}
        return
    for person_id in people:
        if person_id not in course.learners:
            continue
        if what == "erase":
            course.erase(person_id)
        else:
            facts: dict[str, dict[str, object]] = {
                "leave": {"is_active": False},
                "come back": {"is_active": True},
                "pause": {"is_refused": True},
                "resume": {"is_refused": False},
                "move": {"programme_id": HISTORY},
                "band": {"band": band, "has_concern": band is Band.WELL_BELOW},
            }
            change(course, [person_id], **facts[what])


def make_term() -> Term:
    """Make three courses of two schools; some learners are in several."""
    return Term(
        [
            make_course(1, {MATHS: 27, HISTORY: 14, None: 4}),
            make_course(2, {MATHS: 11}, first=20),
            make_course(3, {None: 9, HISTORY: 25}, first=40, school_id=2),
        ]
    )


@settings(max_examples=200)
@given(TERMS)
def test_no_unions_and_differences_of_all_rows_of_a_term_isolate_fewer_than_ten(
    weeks: list[list[tuple[str, int, int, int, Band | None]]],
) -> None:
    term = make_term()
    for steps in weeks:
        for step in steps:
            act(term, step)
        term.close_week()

    assert fewest_learners(term.members) >= 10


@settings(max_examples=40)
@given(TERMS)
def test_no_equations_over_all_rows_of_a_term_solve_for_one_learner_or_a_small_group(
    weeks: list[list[tuple[str, int, int, int, Band | None]]],
) -> None:
    term = make_term()
    for steps in weeks:
        for step in steps:
            act(term, step)
        term.close_week()

    places = sorted({place for row in term.members.values() for place in row})
    groups = [places[start : start + size] for size in (1, 2, 9) for start in range(len(places))]
    assert [found for found in solve_for_each(groups, term.members) if found is not None] == []


@settings(max_examples=200)
@given(TERMS)
def test_every_number_that_is_told_counts_ten_learners_and_leaves_ten_uncounted(
    weeks: list[list[tuple[str, int, int, int, Band | None]]],
) -> None:
    term = make_term()
    for steps in weeks:
        for step in steps:
            act(term, step)
        term.close_week()
        for name in [name for name in term.published if name[0] == term.weeks]:
            told, truth = term.published[name], term.truth[name]
            for figure, band in (("meeting", Band.MEETING), ("below", Band.BELOW), ("well_below", Band.WELL_BELOW)):
                counted = {person for (_, person), learner in truth.items() if learner.band is band}
                assert not told[figure] or len(counted) >= 10
            bands = {"meeting": Band.MEETING, "below": Band.BELOW, "well_below": Band.WELL_BELOW, "too_early": None}
            hidden = {band for figure, band in bands.items() if told[figure] is None}
            withheld = {person for (_, person), learner in truth.items() if learner.band in hidden}
            assert len(hidden) in (0, 4) or len(withheld) >= 10
            met = {person for (_, person), learner in truth.items() if learner.band is Band.MEETING}
            assert told["meeting_over"] is None or (told["meeting"] is None and len(met) >= 10)
            concerned = {person for (_, person), learner in truth.items() if learner.has_concern}
            others = {person for (_, person), learner in truth.items() if not learner.has_concern}
            assert told["concerns"] is None or (len(concerned) >= 10 and len(others) >= 10)
            assert told["raised"] is None or (len(concerned) >= 10 and len(others) >= 10)
            contacted = {person for person in concerned if case_of(person).is_contacted_soon}
            assert told["contacted"] is None or min(len(contacted), len(concerned - contacted)) >= 10
