"""Read the scores of a course's latest evaluations, within a viewer's reach (table evaluation)."""

from fractions import Fraction

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from analytics.drops import Score
from bridge.schema.engagement import EvaluationRow
from bridge.schema.people import Enrolment, Person
from bridge.store.panel_records import Reach
from bridge.store.panels import learners_within

WEEKS_BACK = 9
"""Weeks that are read: five counted ones lie in them unless breaks take five."""


def load_scores(db: Session, reach: Reach, last_week: int) -> dict[int, list[Score]]:
    """Return by person the scores of counted weeks up to a week, oldest first; one statement, nobody without scores."""
    row = EvaluationRow
    columns = (row.person_id, row.week_no, row.e_numerator, row.e_denominator, row.level_version, row.unused_markers)
    rows = db.execute(
        select(*columns)
        .join(Enrolment, and_(Enrolment.course_id == row.course_id, Enrolment.person_id == row.person_id))
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            row.course_id == reach.course_id,
            row.week_no.between(last_week - WEEKS_BACK + 1, last_week),
            row.is_week_counted.is_(True),
            row.e_numerator.is_not(None),
            *learners_within(reach),
        )
        .order_by(row.week_no)
    )
    scores: dict[int, list[Score]] = {}
    for person_id, week_no, numerator, denominator, version, unused in rows:
        score = Score(week_no, Fraction(numerator, denominator), (version, *unused))
        scores.setdefault(person_id, []).append(score)
    return scores
