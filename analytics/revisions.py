"""Explain what an evaluation would be from today's knowledge, difference by difference (docs/engagement.md "Replay").

The stored evaluation stands. What has come since is put in one cause after the other; each step is evaluated, so the
parts add up to the whole.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from analytics.evaluation import Evaluation, EvaluationInputs, evaluate_week
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.replay import kept_markers, kept_weeks, session_filter
from analytics.tallies import find_evidence_days, is_attended


class Cause(StrEnum):
    """Why an evaluation would be another today, in the order in which causes are put in."""

    CODE = "the measuring code was changed"
    ENROLMENT = "the day of the enrolment was corrected"
    CALENDAR = "the teaching calendar was changed"
    OUTAGE = "an outage of the log was noted or repaired"
    EXEMPTION = "an exemption was added or ended"
    LEVEL = "another level is published for the week"
    SOURCE = "a source came back, or fell behind"
    LATE_EVENT = "evidence came after the evaluation"
    EVIDENCE_GONE = "evidence is no longer held"
    TASK = "a task was added, moved or taken away"
    EXTENSION = "an extension was given or taken away"
    EXCUSED = "work or a session was excused"
    REGISTER = "a register was filled in or corrected later"
    LATE_SUBMISSION = "a hand-in was read after the evaluation"
    EARLIER = "an earlier week's evaluation would be another"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an evaluation says to people."""

    e: Fraction | None
    band: str
    clock_days: int
    reasons: tuple[str, ...]
    overdue: tuple[int, ...]
    """Task ids, rising."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What one cause changes, once the causes before it are in."""

    cause: Cause
    before: Shown
    after: Shown


def shown_by(evaluation: Evaluation) -> Shown:
    """Give what an evaluation says to people."""
    return Shown(
        e=evaluation.engagement.e,
        band=evaluation.shown_text,
        clock_days=evaluation.engagement.clock_days,
        reasons=evaluation.reasons,
        overdue=tuple(sorted(evaluation.engagement.overdue)),
        sentence=evaluation.sentence,
    )


def find_differences(
    stored: Shown, then: EvaluationInputs, now: EvaluationInputs
) -> tuple[tuple[Difference, ...], Shown]:
    """Find each difference between what was shown and what today's knowledge gives, and that last one.

    ``then`` are the stored inputs, ``now`` those of today, untrimmed, for the week that closed on the same Sunday. A
    cause that changes nothing that is shown is left out; empty when nothing would be another.

    Raises: ValueError when the two are about different Sundays.
    """
    sunday = then.calendar.sunday_of(then.week)
    if now.calendar.sunday_of(now.week) != sunday:
        raise ValueError(f"The stored evaluation is of {sunday}, the other of {now.calendar.sunday_of(now.week)}.")
    known = replace(now, history=_forget_after(now.history, sunday))
    inputs = _complete(then, known.history)
    differences, shown = [], stored
    for cause, apply in _STEPS.items():
        inputs = apply(inputs, known)
        after = shown_by(evaluate_week(inputs))
        if after != shown:
            differences.append(Difference(cause, shown, after))
        shown = after
    return tuple(differences), shown


def _forget_after(history: LearnerHistory, sunday: date) -> LearnerHistory:
    return replace(
        history,
        visits=frozenset(visit for visit in history.visits if visit[0] <= sunday),
        evidence_days=frozenset(day for day in history.evidence_days if day <= sunday),
        tasks=tuple(
            replace(task, handed_in_on=None) if task.handed_in_on and task.handed_in_on > sunday else task
            for task in history.tasks
        ),
        sessions=tuple(session for session in history.sessions if session.held_on <= sunday),
        items=frozenset(item for item in history.items if item[1] <= sunday),
    )


def _complete(then: EvaluationInputs, now: LearnerHistory) -> EvaluationInputs:
    """Add to stored inputs what was known then and was not stored, since it did not enter: it may enter by another
    calendar or level. That is what lies outside the stored weeks and not after the last evidence of then."""
    history, calendar = then.history, then.calendar
    last = max(find_evidence_days(history, calendar.sunday_of(then.week).toordinal()), default=0)
    weeks, markers, is_kept = kept_weeks(then), kept_markers(then), session_filter(then)

    def is_left_out(day: date) -> bool:
        return calendar.week_of(day) not in weeks and day.toordinal() <= last

    return replace(
        then,
        history=replace(
            history,
            visits=history.visits | {visit for visit in now.visits if is_left_out(visit[0])},
            evidence_days=history.evidence_days
            | {day for day in now.evidence_days if day.toordinal() <= last}
            | ({date.fromordinal(last)} if last else frozenset[date]()),
            sessions=(
                *filter(is_kept, history.sessions),
                *(
                    session
                    for session in now.sessions
                    if not is_kept(session) and (session.held_on.toordinal() <= last or not is_attended(session))
                ),
            ),
            items=history.items
            | {
                (marker, day, item)
                for marker, day, item in now.items
                if is_left_out(day) or (marker not in markers and day.toordinal() <= last)
            },
        ),
    )


def _put_calendar(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    return replace(inputs, calendar=replace(now.calendar, outages=inputs.calendar.outages), week=now.week)


def _put_outages(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    return replace(inputs, calendar=now.calendar)


def _put_evidence(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    then, known = inputs.history, now.history
    return replace(
        inputs,
        history=replace(
            then,
            visits=then.visits | known.visits,
            evidence_days=then.evidence_days | known.evidence_days,
            items=then.items | known.items,
        ),
    )


def _take_evidence(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    known = now.history
    kept = replace(inputs.history, visits=known.visits, evidence_days=known.evidence_days, items=known.items)
    return replace(inputs, history=kept)


def _put_tasks(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    own = {task.task_id: task for task in inputs.history.tasks}
    tasks = tuple(
        replace(own[task.task_id], due_on=task.due_on, is_teamwork=task.is_teamwork) if task.task_id in own else task
        for task in now.history.tasks
    )
    return replace(inputs, history=replace(inputs.history, tasks=tasks))


def _change_tasks(
    inputs: EvaluationInputs, now: EvaluationInputs, change: Callable[[LearnerTask, LearnerTask], LearnerTask]
) -> EvaluationInputs:
    tasks = tuple(map(change, inputs.history.tasks, now.history.tasks))
    return replace(inputs, history=replace(inputs.history, tasks=tasks))


def _put_extensions(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    return _change_tasks(inputs, now, lambda task, known: replace(task, extended_to=known.extended_to))


def _put_hand_ins(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    return _change_tasks(inputs, now, lambda task, known: replace(task, handed_in_on=known.handed_in_on))


def _put_excused(inputs: EvaluationInputs, now: EvaluationInputs) -> EvaluationInputs:
    put = _change_tasks(inputs, now, lambda task, known: replace(task, excused=known.excused))
    excused = _excuse_sessions(inputs.history.sessions, now.history.sessions)
    return replace(put, history=replace(put.history, sessions=excused))


def _excuse_sessions(then: tuple[Session, ...], now: tuple[Session, ...]) -> tuple[Session, ...]:
    """Excuse the sessions of then that the register of now has as excused; sessions have no name of their own."""
    gone, come = Counter(then) - Counter(now), Counter(now) - Counter(then)
    sessions = []
    for session in then:
        excused = replace(session, status=SessionStatus.EXCUSED)
        if gone[session] and come[excused]:
            gone[session] -= 1
            come[excused] -= 1
            sessions.append(excused)
        else:
            sessions.append(session)
    return tuple(sessions)


_STEPS: Mapping[Cause, Callable[[EvaluationInputs, EvaluationInputs], EvaluationInputs]] = {
    Cause.CODE: lambda inputs, _: inputs,
    Cause.ENROLMENT: lambda inputs, now: replace(
        inputs, history=replace(inputs.history, enrolled_on=now.history.enrolled_on)
    ),
    Cause.CALENDAR: _put_calendar,
    Cause.OUTAGE: _put_outages,
    Cause.EXEMPTION: lambda inputs, now: replace(
        inputs, history=replace(inputs.history, exemptions=now.history.exemptions)
    ),
    Cause.LEVEL: lambda inputs, now: replace(inputs, level=now.level),
    Cause.SOURCE: lambda inputs, now: replace(inputs, unused=now.unused),
    Cause.LATE_EVENT: _put_evidence,
    Cause.EVIDENCE_GONE: _take_evidence,
    Cause.TASK: _put_tasks,
    Cause.EXTENSION: _put_extensions,
    Cause.EXCUSED: _put_excused,
    Cause.REGISTER: lambda inputs, now: replace(inputs, history=replace(inputs.history, sessions=now.history.sessions)),
    Cause.LATE_SUBMISSION: _put_hand_ins,
    Cause.EARLIER: lambda inputs, now: replace(inputs, previous=now.previous),
}
"""How each cause is put into stored inputs, in order; after the last one they hold what today's hold."""
