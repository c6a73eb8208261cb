"""Read the scores of courses' latest evaluations, within a viewer's reach (table evaluation)."""

from collections.abc import Collection
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from analytics.drops import Score
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment, Person
from bridge.store.course_runs import is_of_run_now, run_now
from bridge.store.database import Statement, fetch
from bridge.store.left_out import is_measured
from bridge.store.panel_records import Reach
from bridge.store.panel_statements import COURSE_ID, learners_within, values_of

WEEKS_BACK = 9
"""Weeks that are read: five counted ones lie in them unless breaks take five."""


def load_scores(db: Session, reach: Reach, last_week: int) -> dict[int, list[Score]]:
    """Return by person the scores of counted weeks up to a week, oldest first; one statement, nobody without scores."""
    weeks = {"first_week": last_week - WEEKS_BACK + 1, "last_week": last_week}
    scores: dict[int, list[Score]] = {}
    for row in fetch(db, _select_within(in_groups=reach.in_groups), **weeks, **values_of(reach)):
        scores.setdefault(row.person_id, []).append(_make_score(row))
    return scores


@cache
def _select_within(*, in_groups: bool) -> Statement:
    is_of_weeks = EvaluationRow.week_no.between(bindparam("first_week"), bindparam("last_week"))
    is_of_now = (EvaluationRow.course_id == COURSE_ID, EvaluationRow.run_no == run_now(COURSE_ID))
    return _select_scores(*is_of_now, is_of_weeks, *learners_within(in_groups=in_groups))


def load_latest_scores(
    db: Session, course_ids: Collection[int], person_ids: Collection[int] | None = None
) -> dict[int, dict[int, list[Score]]]:
    """Return by course and person the scores of counted weeks up to each course's last one, oldest first.

    Of some people; None: of everybody who learns there now. One statement; courses without scores are left out.
    """
    evaluation = EvaluationRow
    last = (
        select(evaluation.course_id, evaluation.run_no, func.max(evaluation.week_no).label("week_no"))
        .where(evaluation.course_id.in_(course_ids), is_of_run_now(evaluation))
        .group_by(evaluation.course_id, evaluation.run_no)
        .subquery()
    )
    which = () if person_ids is None else (evaluation.person_id.in_(person_ids),)
    rows = db.execute(
        _select_scores(evaluation.week_no > last.c.week_no - WEEKS_BACK, *which)
        .join(last, and_(last.c.course_id == evaluation.course_id, last.c.run_no == evaluation.run_no))
        .where(is_measured())
    )
    scores: dict[int, dict[int, list[Score]]] = {}
    for row in rows:
        scores.setdefault(row.course_id, {}).setdefault(row.person_id, []).append(_make_score(row))
    return scores


def _select_scores(*which: ColumnElement[bool]) -> Select[Any]:
    one = EvaluationRow
    columns = (one.week_no, one.e_numerator, one.e_denominator, one.level_version, one.unused_markers)
    return (
        select(one.course_id, one.person_id, *columns)
        .join(Enrolment, and_(Enrolment.course_id == one.course_id, Enrolment.person_id == one.person_id))
        .join(Person, Person.id == Enrolment.person_id)
        .where(one.is_week_counted.is_(True), one.e_numerator.is_not(None), *which)
        .order_by(one.week_no)
    )


def _make_score(row: Row[Any]) -> Score:
    return Score(row.week_no, Fraction(row.e_numerator, row.e_denominator), (row.level_version, *row.unused_markers))
