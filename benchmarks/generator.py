"""A made-up university and its log, the same for the same seed: no name and no number of anybody real.

Courses are skewed in size, learners in how much they do, activities in how often they are opened (Zipf); days and
hours have their rhythm, ids have holes.
"""

from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from bridge.log_records import LogRow

SEED = 8
DAY = 86_400
"""Seconds."""
EPOCH = date(1970, 1, 1)
FIRST_DAY = date(2026, 9, 21)
"""A Monday."""
FIRST_USER, FIRST_COURSE, FIRST_CMID = 1_001, 101, 10_001
CMIDS_A_COURSE = 60
COURSES_EACH = 8
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 16, 26, 30, 30, 26, 28, 30, 30, 28, 24, 22, 24, 24, 20, 12, 6], dtype=float)
WEEKDAYS = np.array([20, 22, 21, 19, 14, 6, 10], dtype=float)
EVENTS = (
    (r"\core\event\course_viewed", 2, 0.28),
    (r"\mod_resource\event\course_module_viewed", 2, 0.34),
    (r"\mod_page\event\course_module_viewed", 2, 0.14),
    (r"\mod_forum\event\discussion_viewed", 2, 0.08),
    (r"\mod_quiz\event\attempt_viewed", 2, 0.06),
    (r"\mod_quiz\event\attempt_submitted", 2, 0.01),
    (r"\mod_assign\event\assessable_submitted", 2, 0.01),
    (r"\core\event\user_graded", 1, 0.03),
    (r"\core\event\dashboard_viewed", 0, 0.05),
)
"""Event, edulevel, share of all."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class University:
    """Who learns what; people and courses are numbered from 0."""

    learners: int
    courses: int
    pairs: Numbers
    """Shape (n, 2): learner, course; distinct, in order."""
    weights: NDArray[np.float64]
    """How much of the log each pair makes; sums to 1."""


@dataclass(frozen=True, slots=True)
class Events:
    """A stretch of the log as columns, ascending by id; all of one length."""

    ids: Numbers
    pairs: Numbers
    """Row of `University.pairs`."""
    kinds: Numbers
    """Place in EVENTS."""
    cmids: Numbers
    """0: no activity."""
    seconds: Numbers
    """Unix seconds."""

    def days(self) -> Numbers:
        """Return days since 1970."""
        return self.seconds // DAY


def make_university(learners: int, courses: int, seed: int = SEED) -> University:
    """Make a university: each learner takes up to eight courses, a few of which are very large."""
    rng = np.random.default_rng(seed)
    sizes = rng.pareto(1.2, courses) + 1
    each = min(COURSES_EACH, courses)
    chosen = rng.choice(courses, size=(learners, each), p=sizes / sizes.sum())
    pairs = np.unique(np.stack([np.repeat(np.arange(learners), each), chosen.ravel()], axis=1), axis=0)
    diligence = rng.lognormal(0, 1, learners)[pairs[:, 0]]
    return University(learners, courses, pairs, diligence / diligence.sum())


def make_events(
    university: University, count: int, *, above: int = 0, start: int = 0, days: float, seed: int = SEED
) -> Events:
    """Make `count` log rows over so many days, `start` days after FIRST_DAY, with ids above `above`.

    Less than a day is a stretch from its noon on.
    """
    rng = np.random.default_rng([seed, above, count])
    kinds = rng.choice(len(EVENTS), count, p=[share for _, _, share in EVENTS])
    pairs = rng.choice(len(university.pairs), count, p=university.weights)
    activities = np.minimum(rng.zipf(1.4, count), CMIDS_A_COURSE) - 1
    cmids = FIRST_CMID + university.pairs[pairs, 1] * CMIDS_A_COURSE + activities
    has_activity = np.array([r"\mod_" in name for name, _, _ in EVENTS])[kinds]
    return Events(
        ids=above + np.cumsum(rng.integers(1, 4, count)),
        pairs=pairs,
        kinds=kinds,
        cmids=np.where(has_activity, cmids, 0),
        seconds=(FIRST_DAY - EPOCH).days * DAY + start * DAY + np.sort(_make_seconds(rng, count, days)),
    )


def _make_seconds(rng: np.random.Generator, count: int, days: float) -> Numbers:
    if days < 1:
        return DAY // 2 + rng.integers(0, max(1, int(days * DAY)), count)
    weights = np.resize(WEEKDAYS, int(days))
    day = rng.choice(int(days), count, p=weights / weights.sum())
    hour = rng.choice(24, count, p=HOURS / HOURS.sum())
    found: Numbers = day * DAY + hour * 3_600 + rng.integers(0, 3_600, count)
    return found


def make_rows(university: University, events: Events) -> list[LogRow]:
    """Return the events as rows of Moodle's log."""
    people = university.pairs[events.pairs]
    columns = (events.ids, events.kinds, people[:, 0], people[:, 1], events.cmids, events.seconds)
    return [
        LogRow(
            log_id=log_id,
            event_name=EVENTS[kind][0],
            edulevel=EVENTS[kind][1],
            moodle_user_id=FIRST_USER + learner,
            related_id=0,
            moodle_course_id=FIRST_COURSE + course,
            cmid=cmid,
            occurred=seconds,
            origin="web",
            real_id=0,
            other="",
        )
        for log_id, kind, learner, course, cmid, seconds in zip(*(one.tolist() for one in columns), strict=True)
    ]


def make_answer(university: University, events: Events) -> bytes:
    """Return what the plugin's local_lea_get_log_events answers with: JSON, as it travels."""
    return msgspec.json.encode({"maxid": int(events.ids[-1]), "events": make_rows(university, events)})
