"""Find whose E fell net of the cohort, and whether the whole cohort dipped (docs/engagement.md "drop").

Made of evaluations as they were shown, so a remark is about what people have read. Only evaluations by the same level
and the same markers are compared: a new level or a stale register is no fall of anybody's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from analytics.signals import DROP_THRESHOLD, DROP_WEEKS, has_dropped, is_module_dip, measure_change, net_change


@dataclass(frozen=True, slots=True)
class Score:
    """What one evaluation of a counted week gave."""

    week: int
    e: Fraction
    measured_by: tuple[str, ...]
    """The level's version and the markers that were left out; scores by other measures are not compared."""


@dataclass(frozen=True, slots=True)
class Drops:
    """What the latest counted week says of a cohort."""

    week: int
    """The latest week with a score; 0 without any."""
    net_changes: Mapping[int, Fraction]
    """Person id → change net of the cohort, of those whose E fell by a quarter or more; nobody in a cohort's dip."""
    cohort_change: Fraction | None
    """The median change where the whole cohort fell by a quarter or more; None where it did not, or is too small."""


def find_drops(scores: Mapping[int, Sequence[Score]]) -> Drops:
    """Find drops and a cohort's dip in scores by person, each oldest first; empty parts without scores.

    Whoever was not scored in the latest week, or not by the same measure in the four counted weeks before, has no
    change.
    """
    week = max((listed[-1].week for listed in scores.values() if listed), default=0)
    changes = {
        person_id: change
        for person_id, listed in scores.items()
        if listed and listed[-1].week == week and (change := _change_of(listed)) is not None
    }
    cohort = list(changes.values())
    dropped = {person_id: change for person_id, change in changes.items() if has_dropped(change, cohort)}
    return Drops(
        week=week,
        net_changes={person_id: net_change(change, cohort) for person_id, change in dropped.items()},
        cohort_change=median(cohort) if is_module_dip(cohort) else None,
    )


def has_fallen(scores: Sequence[Score]) -> bool:
    """Tell whether a latest score alone lies a quarter or more below the weeks before; False for too few scores.

    No drop is without it, since what a cohort fell is only ever taken off.
    """
    change = _change_of(scores) if scores else None
    return change is not None and change <= DROP_THRESHOLD


def _change_of(listed: Sequence[Score]) -> Fraction | None:
    last, earlier = listed[-1], listed[-1 - DROP_WEEKS : -1]
    if any(score.measured_by != last.measured_by for score in earlier):
        return None
    return measure_change(last.e, [score.e for score in earlier])
