"""Keep of many learners' histories what enters one week's evaluation: ``analytics.replay.trim_history`` for one."""

from dataclasses import replace

import numpy as np

from analytics.bulk.cohort import NEVER, Cohort, Flags, Numbers
from analytics.bulk.ledgers import last_evidence_by
from analytics.bulk.tallies import Tallies, Window
from analytics.calendar import DAYS_IN_WEEK
from analytics.evaluation import asks_register
from analytics.levels import MARKER_ORDER, Form, Marker


def trim_cohort(tallies: Tallies, window: Window, week: int) -> Cohort:
    """Keep items of the window of a closed week (from 1), the last evidence, nothing after its Sunday."""
    ledgers, cohort = tallies.ledgers, tallies.ledgers.cohort
    sunday = ledgers.first + week * DAYS_IN_WEEK - 1
    is_kept = _kept_weeks(tallies, window, week)
    tasks = cohort.tasks.copy()
    tasks[5, tasks[5] > sunday] = NEVER
    is_visit = _are_in(is_kept, cohort.visits[0], ledgers.weeks_of(cohort.visits[1]))
    is_item = _are_in(is_kept, cohort.items[0], ledgers.weeks_of(cohort.items[2]))
    is_item &= _are_measured(tallies, Form.VISITS, cohort.items[1])
    trimmed = replace(
        cohort,
        visits=cohort.visits[:, is_visit],
        evidence=np.empty((2, 0), dtype=np.int64),
        tasks=tasks,
        sessions=cohort.sessions[:, _keep_sessions(tallies, is_kept, sunday)],
        items=cohort.items[:, is_item],
    )
    last = last_evidence_by(cohort, [sunday])[0]
    is_lacking = last != last_evidence_by(trimmed, [sunday])[0]
    return replace(trimmed, evidence=np.stack([np.nonzero(is_lacking)[0], last[is_lacking]]))


def _kept_weeks(tallies: Tallies, window: Window, week: int) -> Flags:
    """Tell which weeks' items are kept, shape (learners, weeks): the evaluated one and the last counted ones."""
    weeks = np.arange(tallies.ledgers.week_count)
    is_within = (weeks >= window.first[:, None]) & (weeks <= window.last[:, None]) & (window.counts[:, None] > 0)
    is_kept: Flags = (is_within & tallies.ledgers.counted) | (weeks == week - 1)
    return is_kept


def _are_in(is_kept: Flags, who: Numbers, weeks: Numbers) -> Flags:
    within = np.clip(weeks, 0, is_kept.shape[1] - 1)
    flags: Flags = (weeks == within) & is_kept[who, within]
    return flags


def _are_measured(tallies: Tallies, form: Form, markers: Numbers) -> Flags:
    """Tell of places of markers whether these are used and measured in a form."""
    used = [MARKER_ORDER.index(one.marker) for one in tallies.expectations if one.form is form]
    return np.isin(markers, used)


def _keep_sessions(tallies: Tallies, is_kept: Flags, sunday: int) -> Flags:
    """Tell which sessions are kept: of the kept weeks where their marker is used, or the whole register where the rule
    asks it."""
    who, days, _, markers = tallies.ledgers.cohort.sessions
    kept = _are_in(is_kept, who, tallies.ledgers.weeks_of(days)) & _are_measured(tallies, Form.SESSIONS, markers)
    if asks_register(tallies.level, tallies.unused):
        kept |= markers == MARKER_ORDER.index(Marker.ATTENDANCE)
    flags: Flags = kept & (days <= sunday)
    return flags
