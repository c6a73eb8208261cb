"""Give no number to a new person or course that facts in ClickHouse have already, which would become theirs.

A restored backup gives numbers again that were given after it was made, and facts in another database were not
restored with it. It is asked in the transaction that gives the number, behind which nobody can have written facts of
it: so it holds whenever the backup was restored, and whatever ran meanwhile.
"""

from collections.abc import Collection

from sqlalchemy import Executable
from sqlalchemy.orm import Session

from bridge.errors import FactsOfOthers
from bridge.store.fact_statements import COUNT_OF_COURSES, COUNT_OF_PEOPLE
from bridge.store.facts import facts_of, split_ids
from bridge.store.facts_elsewhere import FACTS_ENGINE


def can_have_facts(db: Session) -> bool:
    """Say whether a number that is new in this database can have facts: where they are in another one."""
    return FACTS_ENGINE in db.info


def check_new_people(db: Session, person_ids: Collection[int]) -> None:
    """Do nothing if there are no facts of people who were given their numbers in this transaction. Nobody: nothing.

    Raises:
        FactsOfOthers: there are; roll back.
    """
    _check(db, "person", COUNT_OF_PEOPLE, "person_ids", person_ids)


def check_new_courses(db: Session, course_ids: Collection[int]) -> None:
    """Do nothing if there are no facts of courses that were given their numbers in this transaction.

    Raises:
        FactsOfOthers: there are; roll back.
    """
    _check(db, "course", COUNT_OF_COURSES, "course_ids", course_ids)


def _check(db: Session, what: str, statement: Executable, name: str, ids: Collection[int]) -> None:
    for some in split_ids(ids):
        if facts_of(db).fetch(statement, **{name: some})[0][0]:
            raise FactsOfOthers(f"ClickHouse has facts under the number of a new {what}. {FactsOfOthers.next_step}")
