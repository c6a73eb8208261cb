"""Put the worth of the number into a report that is suppressed already: nothing else is ever kept (docs/worth.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.bands import BAND_FLOORS
from analytics.rules import CLOCK_ALONE_RULE
from analytics.worth.discrimination import LOWEST_SHARE, Scored, make_scored, mean_of, measure_auc, measure_lowest
from analytics.worth.following import Followed, Standing
from analytics.worth.rules_worth import Asks, RuleWorth, asks_rule, is_quiet_only, measure_rule
from analytics.worth.suppressed import is_enough, show_count, show_number

LEAST_ACTIVE_SHARE = 0.1
"""The gaming check asks the tenth of each course with the fewest active days."""


@dataclass(frozen=True, slots=True)
class BandOutcome:
    """What became of the learners whose E lay in one band."""

    band: str
    learners: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class WeekWorth:
    """What the number was worth at the end of one week. None where fewer than k learners would be told about."""

    week: int
    learners: int | None
    """Distinct learners, rounded."""
    courses: int
    """Courses with at least k learners of both kinds; the figures below are plain means over them."""
    base_rate: float | None
    auc: float | None
    auc_active_days: float | None
    """Days with any evidence among the last 14, as a number of its own: what E is compared with."""
    auc_days_since: float | None
    """Days since any evidence."""
    lowest_precision: float | None
    """The share with the outcome in the lowest 15 %."""
    bands: tuple[BandOutcome, ...]
    """All courses in one pot."""
    gaming_gain: float | None
    """What 500 clicks on one page would add to E, on average, in the least active tenth."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What one rule was worth. None where fewer than k learners would be told about."""

    name: str
    weekly_per_hundred: float | None
    precision: float | None


def describe_week(followed: Sequence[Followed], week: int) -> WeekWorth:
    """Describe what the number was worth at the end of a week; all None without learners who have an E."""
    courses: dict[int, list[tuple[Followed, Standing]]] = {}
    for learner in followed:
        standing = learner.standings.get(week)
        if standing is not None and standing.e is not None:
            courses.setdefault(learner.course_id, []).append((learner, standing))
    used = [pairs for pairs in courses.values() if is_enough(*_count_kinds(pairs))]
    cells = _count_kinds([pair for pairs in used for pair in pairs])
    everybody = [pair for pairs in courses.values() for pair in pairs]

    def mean_auc(scores: Iterable[Scored]) -> float | None:
        return show_number(mean_of([measure_auc(scored) for scored in scores]), *cells)

    by_e = [make_scored((standing.e or 0.0, learner.has_outcome) for learner, standing in pairs) for pairs in used]
    return WeekWorth(
        week=week,
        learners=show_count(len({learner.person_id for learner, _ in everybody})),
        courses=len(used),
        base_rate=show_number(mean_of([float(scored.outcomes.mean()) for scored in by_e]), *cells, digits=2),
        auc=mean_auc(by_e),
        auc_active_days=mean_auc(make_scored((s.active_days, f.has_outcome) for f, s in pairs) for pairs in used),
        auc_days_since=mean_auc(make_scored((-s.days_since, f.has_outcome) for f, s in pairs) for pairs in used),
        lowest_precision=_describe_lowest(by_e),
        bands=_describe_bands(everybody),
        gaming_gain=_describe_gaming(courses.values()),
    )


def _count_kinds(pairs: Sequence[tuple[Followed, Standing]]) -> tuple[int, int]:
    with_outcome = {learner.person_id for learner, _ in pairs if learner.has_outcome}
    without = {learner.person_id for learner, _ in pairs if not learner.has_outcome}
    return len(with_outcome), len(without)


def _describe_lowest(courses: Sequence[Scored]) -> float | None:
    """Give the mean precision of the lowest 15 %, if at least k of them have the outcome and k have not."""
    precisions = [measure_lowest(scored) for scored in courses]
    places = [LOWEST_SHARE * len(scored.scores) for scored in courses]
    hits = sum(precision * place for precision, place in zip(precisions, places, strict=True))
    return show_number(mean_of(precisions), int(hits), int(sum(places) - hits), digits=2)


def _describe_bands(pairs: Sequence[tuple[Followed, Standing]]) -> tuple[BandOutcome, ...]:
    rows = []
    for band, _ in BAND_FLOORS:
        inside = [pair for pair in pairs if pair[1].band is band]
        cells = _count_kinds(inside)
        share = mean_of([float(learner.has_outcome) for learner, _ in inside])
        people = len({learner.person_id for learner, _ in inside})
        rows.append(BandOutcome(band.value, show_count(people), show_number(share, *cells, digits=2)))
    return tuple(rows)


def _describe_gaming(courses: Iterable[Sequence[tuple[Followed, Standing]]]) -> float | None:
    gains: list[float] = []
    people: set[int] = set()
    for pairs in courses:
        least_first = sorted(pairs, key=lambda pair: (pair[1].active_days, pair[1].e or 0.0, pair[0].person_id))
        for learner, standing in least_first[: int(LEAST_ACTIVE_SHARE * len(pairs))]:
            if standing.gain is not None:
                gains.append(standing.gain)
                people.add(learner.person_id)
    return show_number(mean_of(gains), len(people))


def describe_rules(
    followed: Sequence[Followed], names: Mapping[str, str], first_week: int, last_week: int
) -> tuple[RuleRow, ...]:
    """Describe what each rule was worth over some weeks; ``names`` gives the words for each rule's version."""
    asked: list[tuple[str, Asks]] = [(words, asks_rule(version)) for version, words in names.items()]
    if CLOCK_ALONE_RULE.version in names:
        asked.append(("of those, E of 40 % or more and nothing outstanding", is_quiet_only))
    return tuple(_describe_rule(measure_rule(followed, name, holds, first_week, last_week)) for name, holds in asked)


def _describe_rule(worth: RuleWorth) -> RuleRow:
    cells = (worth.people_with_outcome, worth.people - worth.people_with_outcome)
    return RuleRow(
        name=worth.name,
        weekly_per_hundred=show_number(worth.weekly_per_hundred, worth.people, digits=1),
        precision=show_number(worth.precision, *cells, digits=2),
    )
