"""What kind of evidence rows of the log are, as SQL: `analytics.evidence` itself is asked for each combination.

So there is one definition: SQL only compares, it decides nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product

from analytics.evidence import PARTICIPATING, evidence_kind
from analytics.records import LogEvent

SOMEBODY, SOMEBODY_ELSE, SOME_COURSE, SOME_ACTIVITY = 1, 2, 3, 4
SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
QUESTIONS = ("e.real_id <> 0", "e.cmid <> 0", "e.related_id IN (0, e.user_id)")
"""Did somebody act as somebody else, in an activity, in work of their own?"""
Outcome = tuple[int | None, ...]
"""The kind for each combination of answers, no before yes, the last question changing fastest; None: no evidence."""
NO_EVIDENCE: Outcome = (None,) * 2 ** len(QUESTIONS)


def find_outcomes(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Outcome]:
    """Return what participating rows are by event and origin, but for this tool's own activities."""
    return {
        pair: tuple(_ask(*pair, *answers) for answers in product((False, True), repeat=len(QUESTIONS)))
        for pair in names
    }


def _ask(event_name: str, origin: str, is_real: bool, has_activity: bool, is_own_work: bool) -> int | None:
    event = LogEvent(
        log_id=1,
        event_name=event_name,
        edulevel=PARTICIPATING,
        moodle_user_id=SOMEBODY,
        related_moodle_user_id=None if is_own_work else SOMEBODY_ELSE,
        moodle_course_id=SOME_COURSE,
        cmid=SOME_ACTIVITY if has_activity else None,
        occurred_at=SOME_TIME,
        origin=origin,
        real_moodle_user_id=SOMEBODY_ELSE if is_real else None,
    )
    kind = evidence_kind(event)
    return None if kind is None else int(kind)


def kind_sql(outcomes: Mapping[tuple[str, str], Outcome]) -> str:
    """Return the SQL of a row's kind, NULL for no evidence, for rows `e` whose event and origin are among these.

    The most common outcome is what is left when all others were named: few names are compared.
    """
    common = Counter(outcomes.values()).most_common(1)
    every_name = frozenset(name for name, _ in outcomes)
    by_origin: dict[tuple[str, Outcome], set[str]] = defaultdict(set)
    for (name, origin), outcome in outcomes.items():
        by_origin[origin, outcome].add(name)
    classes: dict[tuple[Outcome, frozenset[str]], list[str]] = defaultdict(list)
    for (origin, outcome), found in sorted(by_origin.items(), key=repr):
        if outcome != common[0][0]:
            classes[outcome, frozenset(found)].append(origin)
    cases = "".join(
        f" WHEN {_is_among(names, origins, every_name)} THEN {_outcome_sql(outcome)}"
        for (outcome, names), origins in classes.items()
    )
    last = _outcome_sql(common[0][0]) if common else "NULL"
    return f"CASE{cases} ELSE {last} END" if cases else last


def _is_among(names: frozenset[str], origins: Sequence[str], every_name: frozenset[str]) -> str:
    is_origin = f"e.origin IN ({_listed(origins)})"
    return is_origin if names == every_name else f"e.event_name IN ({_listed(sorted(names))}) AND {is_origin}"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _outcome_sql(outcome: Outcome, place: int = 0) -> str:
    if len(set(outcome)) == 1:
        return "NULL" if outcome[0] is None else str(outcome[0])
    no, yes = outcome[: len(outcome) // 2], outcome[len(outcome) // 2 :]
    if no == yes:
        return _outcome_sql(no, place + 1)
    return f"CASE WHEN {QUESTIONS[place]} THEN {_outcome_sql(yes, place + 1)} ELSE {_outcome_sql(no, place + 1)} END"
