"""Write what was measured of many learners down as the records that one learner's measures give, number by number.

Sentences, reasons and bands are then made by the code that makes them for one learner.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from analytics.bulk.cohort import Codes, Numbers
from analytics.bulk.ledgers import CODES
from analytics.bulk.tallies import MarkerParts, Scores, Tallies
from analytics.clock import Outstanding
from analytics.engagement import FEWEST_COUNTED_WEEKS, Engagement, WeekMark
from analytics.levels import Expectation, Marker
from analytics.markers import MarkerShare, Shares, find_weights
from analytics.weeks import NAMED_REASONS, WhyNot


class Pattern:
    """The counted weeks that one E looks back on: the same for most learners of a course, so made once for each."""

    __slots__ = ("task_weeks", "uncounted", "weeks")

    def __init__(self, why_not: Sequence[WhyNot | None], first: int, first_of_tasks: int, last: int) -> None:
        counted = [place + 1 for place in range(first_of_tasks, last + 1) if why_not[place] is None]
        self.task_weeks = tuple(counted)
        self.weeks = tuple(week for week in counted if week > first)
        by_reason: dict[WhyNot | None, list[int]] = {}
        for place in range(first_of_tasks, len(why_not) if counted else first_of_tasks):
            by_reason.setdefault(why_not[place], []).append(place + 1)
        self.uncounted = tuple((reason, tuple(by_reason[reason])) for reason in NAMED_REASONS if reason in by_reason)


NO_WEEKS = (0, 0, -1)
"""First week, first of Tasks, last: of who has no counted week yet."""


def make_engagements(tallies: Tallies, scores: Scores, clock: Numbers) -> list[Engagement]:
    """Make each learner's engagement as of the Sunday of the scores' week; ``clock``: shape (learners,)."""
    ledgers, window = tallies.ledgers, scores.window
    calendar, level = ledgers.calendar, tallies.level
    sunday = calendar.sunday_of(scores.week)
    outstanding = _find_outstanding(tallies, scores, sunday)
    codes = ledgers.codes[:, : scores.week]
    patterns: dict[tuple[bytes, tuple[int, int, int]], Pattern] = {}
    made = []
    rows = zip(
        window.counts.tolist(),
        zip(window.first.tolist(), window.first_of_tasks.tolist(), window.last.tolist(), strict=True),
        _make_shares(tallies.expectations, scores.parts, scores.tasks),
        scores.e.as_list(),
        clock.tolist(),
        strict=True,
    )
    for place, (count, weeks, shares, e, clock_days) in enumerate(rows):
        bounds = weeks if count else NO_WEEKS
        key = (codes[place].tobytes(), bounds)
        pattern = patterns.get(key) or patterns.setdefault(key, Pattern(_name(codes[place]), *bounds))
        made.append(
            Engagement(
                as_of=sunday,
                week=scores.week,
                counted_week_count=count,
                weeks=pattern.weeks,
                task_weeks=pattern.task_weeks,
                uncounted=pattern.uncounted,
                shares=shares,
                weights=find_weights(shares, level),
                e=None if count < FEWEST_COUNTED_WEEKS else e,
                clock_days=clock_days,
                outstanding=outstanding.get(place, ()),
                level_version=level.version,
                calendar_version=calendar.version,
            )
        )
    return made


def make_week_marks(tallies: Tallies, week: int) -> Iterator[WeekMark]:
    """Give each learner's mark of a closed week (from 1), as known on its Sunday."""
    calendar, marks = tallies.ledgers.calendar, tallies.mark_week(week)
    parts = {marker: MarkerParts(part.met[:, 0], part.expected[:, 0]) for marker, part in marks.parts.items()}
    rows = zip(
        marks.codes[:, 0].tolist(),
        marks.visits[:, 0].tolist(),
        _make_shares(tallies.expectations, parts, marks.tasks[:, :, 0]),
        marks.shares.as_list(),
        strict=True,
    )
    monday = calendar.monday_of(week)
    for code, visits, shares, share in rows:
        yield WeekMark(week, monday, True, CODES[code], visits, shares, share)


def _name(codes: Codes) -> list[WhyNot | None]:
    return [CODES[code] for code in codes.tolist()]


def _make_shares(
    expectations: Sequence[Expectation], parts: Mapping[Marker, MarkerParts], tasks: Numbers
) -> Iterator[Shares]:
    """Give each learner's shares; ``tasks`` has the shape (3, learners)."""
    measured = [
        (one.marker, one.a_day, parts[one.marker].met.tolist(), parts[one.marker].expected.tolist())
        for one in expectations
        if one.marker is not Marker.TASKS
    ]
    for place, counts in enumerate(zip(*tasks.tolist(), strict=True)):
        yield Shares(
            tuple(
                [
                    MarkerShare(marker, met[place], expected[place], a_day)
                    for marker, a_day, met, expected in measured
                    if expected[place]
                ]
            ),
            counts,
        )


def _find_outstanding(tallies: Tallies, scores: Scores, sunday: date) -> dict[int, tuple[Outstanding, ...]]:
    """Find each learner's outstanding tasks as of the end of a day; who has none is left out."""
    if not tallies.uses(Marker.TASKS):
        return {}
    ledgers, window, day = tallies.ledgers, scores.window, sunday.toordinal()
    tasks = ledgers.tasks
    is_out = ~tasks.is_excused & (tasks.handed_in_on > day) & (tasks.dated_on < day) & (window.counts[tasks.who] > 0)
    is_out &= (window.first_of_tasks[tasks.who] <= tasks.week_by_date) & (tasks.week_by_date <= window.last[tasks.who])
    who = tasks.who[is_out]
    days_past = ledgers.counted_days_by(who, day) - ledgers.counted_days_by(who, tasks.dated_on[is_out])
    found: dict[int, list[Outstanding]] = {}
    for place, task_id, past in zip(who.tolist(), tasks.task_id[is_out].tolist(), days_past.tolist(), strict=True):
        found.setdefault(place, []).append(Outstanding(task_id, past))
    return {place: tuple(listed) for place, listed in found.items()}
