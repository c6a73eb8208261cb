"""What a rule of retention says: kind of data, lawful basis, period (policy paragraph 28; UK GDPR articles 5 and 6)."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.language import gettext, mark, ngettext


class DataKind(StrEnum):
    """What is held, told apart by how long it is kept."""

    LOG_ROWS = "log-rows"
    SET_ASIDE = "set-aside"
    EVIDENCE = "evidence"
    MEASURES = "measures"
    TASK_DATES = "task-dates"
    EVALUATIONS = "evaluations"
    MEMBERSHIP = "membership"
    PEOPLE = "people"
    DELETED_ACCOUNTS = "deleted-accounts"
    STUDENT_RECORD = "student-record"
    RELATIONSHIPS = "relationships"
    TRAINING = "training"
    VISITS = "visits"
    ACCESS_ROWS = "access-rows"
    ALERTS = "alerts"
    RESTRICTIONS = "restrictions"
    ERASURE_DECISIONS = "erasure-decisions"
    TOMBSTONES = "tombstones"
    CONCERNS = "concerns"
    CASES = "cases"
    COMPLAINTS = "complaints"
    RUNS = "runs"
    PURGES = "purges"


class LawfulBasis(StrEnum):
    """Why something may be processed (UK GDPR article 6)."""

    PUBLIC_TASK = "public-task"
    LEGAL_OBLIGATION = "legal-obligation"
    LEGITIMATE_INTERESTS = "legitimate-interests"


BASIS_WORDS = {
    LawfulBasis.PUBLIC_TASK: mark("public task: teaching and supporting learners (UK GDPR article 6(1)(e))"),
    LawfulBasis.LEGAL_OBLIGATION: mark(
        "legal obligation: showing that data is handled lawfully (UK GDPR article 6(1)(c))"
    ),
    LawfulBasis.LEGITIMATE_INTERESTS: mark("legitimate interests (UK GDPR article 6(1)(f))"),
}


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One kind of data and its rule."""

    kind: DataKind
    title: str
    what: str
    """What one entry is, in words for a learner."""
    source: str
    """Where it comes from, in words for a learner."""
    basis: LawfulBasis
    days: int | None
    """How long it is kept, from `counted_from` on; None: see `counted_from`."""
    counted_from: str
    """The words after "kept for N days", or, without days, after "kept"."""
    tables: tuple[str, ...]
    dpia: str
    """The section of docs/dpia.md that weighs it."""

    @property
    def period_words(self) -> str:
        """The period as part of a sentence: "for 35 days after …" or "as long as …"."""
        from_when = gettext(self.counted_from)
        if self.days is None:
            return from_when
        return ngettext("for {number} day {from_when}", "for {number} days {from_when}", self.days, from_when=from_when)
