"""Count who opened a course's items week by week, so that nothing that is told depends much on any one learner.

To each count chance adds or takes away a little, once: two-sided geometric noise (Ghosh, Roughgarden and Sundararajan,
"Universally utility-maximizing privacy mechanisms", 2009), which is what differential privacy asks for. What is told
later is made of these counts alone.
"""

import hmac
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.cohort import FEWEST_LEARNERS

FACTOR = 3
"""How much likelier, at most, one opening can make any count that is told: the chance of ±n falls by it with each n."""
FEWEST_COUNTED = 2 * FEWEST_LEARNERS
"""With fewer learners, fewer than ten and all but fewer than ten would be the same numbers."""
STEP = 5
"""Shares are told in steps of so many per cent."""


class Share(StrEnum):
    """What is told instead of a share, and that one is told."""

    FEW = "few"
    """Fewer than ten learners."""
    SOME = "some"
    NEARLY_ALL = "nearly all"
    """All but fewer than ten."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an item."""

    share: Share
    percent: int | None = None
    """A multiple of five; set where the share is SOME."""

    @property
    def is_by_most(self) -> bool:
        """Tell whether half of the learners or more opened it."""
        return self.share is Share.NEARLY_ALL or (self.percent is not None and self.percent >= 50)


@dataclass(frozen=True, slots=True)
class ItemCount:
    """One item's counts after chance had its part; they may be below nought or beyond everybody."""

    week: int
    """Learners who opened it in the week."""
    so_far: int
    """Learners who ever opened it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """When a learner opened an item, up to the end of the week."""

    first_day_no: int
    last_day_no: int


@dataclass(frozen=True, slots=True)
class Before:
    """What was told after the last week that was counted."""

    day_no: int
    """Its Sunday."""
    learners: int
    items: Mapping[int, ItemCount]


@dataclass(frozen=True, slots=True)
class CourseOpenings:
    """What the counts of one course and closed week are made of."""

    course_id: int
    monday_no: int
    items: Set[int]
    """Every item that the course has or had, shown to learners or not: hiding one must not have it counted anew."""
    members: frozenset[int] = field(repr=False)
    """Who is counted: the learners in the course's pools."""
    joined: frozenset[int] = field(repr=False)
    """Those of them who are counted for the first time."""
    openings: Mapping[int, Mapping[int, Opening]] = field(repr=False)
    """By item and person; nobody's opening after the week's Sunday."""
    before: Before | None


def count_openings(key: bytes, week: CourseOpenings) -> dict[int, ItemCount]:
    """Count each item's openers in the week and so far.

    A learner's opening is in one count alone: of those who opened the item for the first time, in the week or earlier,
    or of those who did so again. Both numbers are sums of these. Without items: empty.
    """
    return {item: _count_item(key, week, item) for item in sorted(week.items)}


def _count_item(key: bytes, week: CourseOpenings, item: int) -> ItemCount:
    before = week.before if week.before is not None and item in week.before.items else None
    first_now, first_earlier, again = 0, 0, 0
    for person_id, opening in week.openings.get(item, {}).items():
        if person_id not in week.members:
            continue
        is_first = before is None or person_id in week.joined or opening.first_day_no > before.day_no
        is_in_week = opening.last_day_no >= week.monday_no
        first_now += is_first and is_in_week
        first_earlier += is_first and not is_in_week
        again += is_in_week and not is_first
    said = f"{week.course_id}:{week.monday_no}:{item}"
    told_now = _add_chance(key, f"{said}:now", first_now)
    so_far = told_now + _carry(week, before, item)
    if _can_have_earlier(week, before):
        so_far += _add_chance(key, f"{said}:earlier", first_earlier)
    # Nobody can have come back to what was never counted before, and nothing needs to hide that.
    told_again = 0 if before is None else _add_chance(key, f"{said}:again", again)
    return ItemCount(told_now + told_again, so_far)


def _can_have_earlier(week: CourseOpenings, before: Before | None) -> bool:
    return before is None or bool(week.joined) or before.day_no < week.monday_no - 1


def _carry(week: CourseOpenings, before: Before | None, item: int) -> int:
    """Return the earlier number of openers; of those who left since, the same share is taken out as of all."""
    if before is None or not before.learners:
        return 0
    stayed = len(week.members - week.joined)
    return round(before.items[item].so_far * min(stayed, before.learners) / before.learners)


def _add_chance(key: bytes, said: str, count: int) -> int:
    """Add two-sided geometric noise: nothing half of the time, ±1 each in a sixth, ±2 each in an eighteenth, …

    Chance hangs on the count, too: a week that is made again of other records throws other dice, so that the difference
    of both is no count of anybody.
    """
    number = int.from_bytes(hmac.digest(key, f"opened:{said}:{count}".encode(), "sha256")[:16], "big")
    number, is_below = divmod(number, 2)
    size, rest = 0, number / 2**127
    # P(0) = 1/2 and P(size ≥ n) = 1/2 · FACTOR^(1 − n), both signs together.
    limit = 0.5
    while rest < limit and size < 40:
        size, limit = size + 1, limit / FACTOR
    return count - size if is_below else count + size


def find_so_far(weeks: Sequence[tuple[int, ItemCount]]) -> int:
    """Find how many opened an item up to the last of its weeks, each with its number of counted learners.

    No fewer than opened it in any one week, in proportion to who is counted now: chance alone can have it otherwise.
    At least one week.
    """
    learners, last = weeks[-1]
    in_weeks = (round(count.week * learners / counted) for counted, count in weeks if counted)
    return max(last.so_far, *in_weeks, 0)


def tell(count: int, learners: int) -> Told:
    """Tell a count of openers among at least FEWEST_COUNTED learners, as a share in steps of five per cent.

    Raises:
        ValueError: too few learners to tell anything.
    """
    if learners < FEWEST_COUNTED:
        raise ValueError("of so few learners nothing is told")
    if count < FEWEST_LEARNERS:
        return Told(Share.FEW)
    if count > learners - FEWEST_LEARNERS:
        return Told(Share.NEARLY_ALL)
    return Told(Share.SOME, (200 * count + STEP * learners) // (2 * STEP * learners) * STEP)
