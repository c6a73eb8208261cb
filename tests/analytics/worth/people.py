"""Made-up past learners with what a week said about them."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from analytics.bands import find_band
from analytics.rules import CLOCK_ALONE_RULE, DEFAULT_RULE
from analytics.worth.following import Followed, Standing

WEEK = 5


def make_standing(
    e: float | None = 0.5,
    *,
    week: int = WEEK,
    clock_days: int = 0,
    has_outstanding: bool = False,
    concerns: Iterable[str] = (),
    active_days: int = 3,
    gain: float | None = None,
) -> Standing:
    """Make a standing; the band follows E."""
    return Standing(
        week=week,
        e=e,
        band=None if e is None else find_band(Fraction(e).limit_denominator(1000)),
        clock_days=clock_days,
        has_outstanding=has_outstanding,
        concerns=frozenset(concerns),
        active_days=active_days,
        days_since=clock_days,
        gain=gain,
    )


def make_followed(
    person_id: int, has_outcome: bool, standings: Mapping[int, Standing] | Standing, course_id: int = 1
) -> Followed:
    """Make a past learner of one standing, or of several by week."""
    by_week = {standings.week: standings} if isinstance(standings, Standing) else standings
    return Followed(person_id, course_id, has_outcome, by_week)


def make_course(
    with_outcome: Iterable[float], without: Iterable[float], *, course_id: int = 1, first_id: int = 1
) -> list[Followed]:
    """Make one course's learners from their E at one week."""
    kinds = [*((e, True) for e in with_outcome), *((e, False) for e in without)]
    return [
        make_followed(first_id + place, has_outcome, make_standing(e), course_id)
        for place, (e, has_outcome) in enumerate(kinds)
    ]


SILENT = (DEFAULT_RULE.version, CLOCK_ALONE_RULE.version)
"""Both rules hold."""
