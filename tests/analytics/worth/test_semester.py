"""A semester's report tells gaps within courses and wrong flags by rule, and nothing about fewer than ten learners."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from analytics.worth.semester import EndedConcern, SemesterPlace, describe_flags, describe_impact

Places = tuple[list[SemesterPlace], dict[int, str]]


def places(course_id: int, flagged_in: int, flagged_out: int, size: int = 40) -> Places:
    """Make a course of two groups of a size, with so many concerns in each."""
    made, groups = [], {}
    for group, flagged in (("in", flagged_in), ("out", flagged_out)):
        for number in range(size):
            person_id = course_id * 1000 + (0 if group == "in" else 500) + number
            groups[person_id] = group
            made.append(SemesterPlace(person_id, course_id, number < flagged, number < flagged, False))
    return made, groups


def test_a_gap_within_courses_is_told_beside_chance() -> None:
    made, groups = places(1, 30, 10)

    rows = {(row.group, row.measure): row for row in describe_impact(made, {"route": groups})}

    row = rows["in", "a concern"]
    assert (row.within, row.pooled, row.learners, row.courses) == (0.5, 0.5, 40, 1)
    assert row.p < 0.01
    assert row.null_low < 0 < row.null_high < row.within
    assert rows["out", "a concern"].within == -0.5
    assert ("in", "a wrong flag") not in rows


def test_which_courses_a_group_takes_is_no_gap_within_them() -> None:
    busy, busy_groups = places(1, 30, 15, 40)
    quiet, quiet_groups = places(2, 12, 12, 40)
    busy = [place for place in busy if busy_groups[place.person_id] == "in" or place.person_id % 2]

    rows = describe_impact([*busy, *quiet], {"route": busy_groups | quiet_groups})

    assert all(row.courses == 2 for row in rows if row.measure == "a concern")


def test_a_cell_of_fewer_than_ten_hides_the_row() -> None:
    for flagged_in, flagged_out in ((9, 20), (20, 9), (31, 20), (20, 31)):
        made, groups = places(1, flagged_in, flagged_out)
        assert describe_impact(made, {"route": groups}) == ()
    made, groups = places(1, 10, 30)
    assert describe_impact(made, {"route": groups})
    assert describe_impact([], {"route": {}}) == ()


def test_wrong_flags_are_a_share_of_the_closed_ones_of_a_rule() -> None:
    concerns = [EndedConcern(person, "own-1", True, person < 10, False, person % 5) for person in range(40)]
    concerns += [EndedConcern(100 + person, "own-1", False, False, False, None) for person in range(10)]
    concerns += [EndedConcern(person, "own-2", True, person < 5, False, None) for person in range(40)]

    first, second = describe_flags(concerns)

    assert (first.rule_version, first.learners, first.wrong_share, first.days_to_contact) == ("own-1", 50, 0.25, 2.0)
    assert (second.learners, second.wrong_share, second.days_to_contact) == (40, None, None)
    assert describe_flags([]) == ()


def test_what_ended_with_its_run_is_neither_open_nor_closed_by_somebody() -> None:
    concerns = [EndedConcern(person, "own-1", True, person < 10, False, 3) for person in range(20)]
    concerns += [EndedConcern(person, "own-1", False, False, False, None) for person in range(20, 30)]
    concerns += [EndedConcern(person, "own-1", False, False, True, None) for person in range(30, 40)]

    (told,) = describe_flags(concerns)
    (hidden,) = describe_flags(concerns[:-1])

    assert (told.wrong_share, told.left_share) == (0.5, 0.25)
    assert (hidden.wrong_share, hidden.left_share) == (0.5, None)


@given(st.integers(0, 60), st.integers(0, 60))
def test_no_share_tells_about_fewer_than_ten_learners(wrong: int, right: int) -> None:
    concerns = [EndedConcern(person, "r", True, person < wrong, False, None) for person in range(wrong + right)]
    Random(1).shuffle(concerns)

    for row in describe_flags(concerns):
        assert (row.wrong_share is not None) == (wrong >= 10 and right >= 10)
        assert row.learners is None or row.learners % 10 == 0
