"""Put in words what a learner said and what came of it: the same words beside the figure on both sides."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from analytics.cohort import Quartile, find_quartile
from analytics.drops import Score
from analytics.language import gettext, mark, ngettext
from analytics.policy.voice import is_paused
from bridge.store.complaints import ComplaintRecord
from bridge.store.data_use import Supporter
from bridge.store.panel_records import CourseFigures, ListedLearner, Week
from bridge.store.voice import Choice, DisputeRecord, Voice
from lti.panels.values_people import Known
from lti.panels.words import Moment, clean, clean_whole, full_date, listed

ADVISER = "adviser"
QUARTERS = {
    Quartile.FIRST: mark(
        "Among all learners of this course with a figure after week {week}, yours is in the first quarter, that of the"
        " lowest figures."
    ),
    Quartile.SECOND: mark(
        "Among all learners of this course with a figure after week {week}, yours is in the second quarter, just below"
        " the middle."
    ),
    Quartile.THIRD: mark(
        "Among all learners of this course with a figure after week {week}, yours is in the third quarter, just above"
        " the middle."
    ),
    Quartile.FOURTH: mark(
        "Among all learners of this course with a figure after week {week}, yours is in the fourth quarter, that of the"
        " highest figures."
    ),
}
NO_COMPARISON = mark("There is no comparison now: fewer than ten learners have a figure, or all figures are the same.")


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """One disputed week."""

    dispute_id: int
    week: str
    """With the course where a page is about several."""
    said: str
    text: str
    state: str
    answer: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class VoiceWords:
    """What a learner said, in words. Both empty: nothing."""

    disputes: tuple[DisputeLine, ...]
    declared: tuple[tuple[str, str, str], ...]
    """(day, what, when it was declared)"""

    def __bool__(self) -> bool:
        return bool(self.disputes or self.declared)


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """One query or complaint."""

    complaint_id: int
    name: str
    title: str
    made: str
    text: str
    state: str
    timer: str
    """How long is left to acknowledge it; empty once somebody did."""
    is_overdue: bool
    answer: str
    can_acknowledge: bool
    can_answer: bool


def make_voice(voice: Voice, courses: Mapping[int, str], moment: Moment) -> VoiceWords:
    """Put in words what a learner said; `courses` (id → name) name the courses where a page is about several."""
    return VoiceWords(
        tuple(make_dispute_line(one, courses.get(one.course_id, ""), moment) for one in voice.disputes),
        tuple(
            (
                _in_course(full_date(one.done_on), courses.get(one.course_id, "")),
                clean_whole(one.text),
                full_date(moment.date_of(one.declared_at)),
            )
            for one in voice.declared
        ),
    )


def _in_course(text: str, course: str) -> str:
    return gettext("{when}, {course}", when=text, course=clean(course)) if course else text


def make_dispute_line(one: DisputeRecord, course: str, moment: Moment) -> DisputeLine:
    """Put one disputed week in words; `course` is empty where the page is about one."""
    answer = ""
    if one.answered_at is not None:
        found = gettext("It was found right.") if one.was_right else gettext("It was not found so.")
        answer = f"{found} {_say_answer(one.answered_by, one.answer, moment.date_of(one.answered_at))}"
    pause = gettext("No concern is raised up to {day}.", day=full_date(one.paused_until))
    state = pause if is_paused(one.paused_until, moment.today) else ""
    if not answer:
        state = " ".join((gettext("Nobody has answered yet."), state)).strip()
    return DisputeLine(
        dispute_id=one.dispute_id,
        week=_in_course(gettext("Week {number}", number=one.week_no), course),
        said=full_date(moment.date_of(one.made_at)),
        text=clean_whole(one.text),
        state=state,
        answer=answer,
        is_open=one.answered_at is None,
    )


def _say_answer(by: str | None, text: str | None, day: date) -> str:
    return gettext(
        "{name} wrote on {day}: “{text}”", name=clean(by or ""), day=full_date(day), text=clean_whole(text or "")
    )


def leave_alone(figures: CourseFigures, paused: Set[int]) -> CourseFigures:
    """Take the reasons away from learners who disputed a week, so that nobody is asked to talk to them in the pause."""
    return replace(figures, learners=tuple(_without_reasons(one, paused) for one in figures.learners))


def _without_reasons(one: ListedLearner, paused: Set[int]) -> ListedLearner:
    if one.person_id not in paused or one.standing is None or not one.standing.reasons:
        return one
    return replace(one, standing=replace(one.standing, reasons=()))


def say_left_alone(figures: CourseFigures, paused: Set[int]) -> str:
    """Say how many learners with a reason are left alone because they said that a week isn't right; empty: none."""
    number = sum(one.person_id in paused and bool(one.standing and one.standing.reasons) for one in figures.learners)
    if not number:
        return ""
    return ngettext(
        "{number} learner with a reason says that a week isn’t right: nobody is asked to talk to them now.",
        "{number} learners with a reason say that a week isn’t right: nobody is asked to talk to them now.",
        number,
    )


def say_pause(voice: Voice, moment: Moment) -> str:
    """Say that a learner is left alone now, and until when; empty: they are not."""
    until = max((one.paused_until for one in voice.disputes), default=None)
    if until is None or not is_paused(until, moment.today):
        return ""
    return gettext(
        "The learner says that a week isn’t right. Nobody is asked to talk to them up to {day}.", day=full_date(until)
    )


def find_waiting(
    disputes: Sequence[tuple[int, DisputeRecord]], known: Sequence[Known]
) -> tuple[tuple[Known, DisputeRecord], ...]:
    """Find the learners who wait for an answer about a week, the longest waiting first. Nobody: ()."""
    by_id = {one.learner.person_id: one for one in known}
    return tuple((by_id[who], said) for who, said in disputes)


def make_waiting(waiting: Sequence[tuple[Known, DisputeRecord]], moment: Moment) -> tuple[tuple[int, str, str], ...]:
    """List who waits for an answer about a week: (person id, name, what), in their order."""
    return tuple(
        (one.learner.person_id, clean(one.learner.full_name), _say_waiting(said, moment)) for one, said in waiting
    )


def say_waiting_rest(rest: int) -> str:
    """Say how many more answers are waited for than the list names; empty: none."""
    if rest <= 0:
        return ""
    return ngettext("{number} more answer after these.", "{number} more answers after these.", rest)


def _say_waiting(one: DisputeRecord, moment: Moment) -> str:
    since = moment.date_of(one.made_at)
    days = (moment.today - since).days
    if not days:
        return gettext("says that week {week} isn’t right; waiting since today", week=one.week_no)
    return ngettext(
        "says that week {week} isn’t right; waiting for {number} day",
        "says that week {week} isn’t right; waiting for {number} days",
        days,
        week=one.week_no,
    )


def say_comparison(choice: Choice, scores: Mapping[int, Sequence[Score]], person_id: int, week_no: int) -> str:
    """Say where the learner stands among those with a figure of a week, to that learner alone; empty: not chosen."""
    if not choice.shows_comparison:
        return ""
    of_week = {who: score for who, own in scores.items() for score in own if score.week == week_no}
    own = of_week.get(person_id)
    if own is None:
        return gettext("You have no figure to compare yet.")
    quarter = find_quartile(own.e, [score.e for score in of_week.values() if score.measured_by == own.measured_by])
    if quarter is None:
        return gettext(NO_COMPARISON)
    return gettext(QUARTERS[quarter], week=week_no)


def say_goal(choice: Choice, weeks: Sequence[Week], closed_week: int) -> str:
    """Say the learner's own goal and how the last closed week compares with it; empty without one."""
    words = f"“{clean_whole(choice.goal)}”" if choice.goal else ""
    if choice.goal_a_week is None:
        return f"{words}." if words else ""
    number = ngettext("{number} activity a week", "{number} activities a week", choice.goal_a_week)
    last = next((week for week in weeks if week.week_no == closed_week), None)
    said = f"{words}: {number}." if words else f"{number}."
    if last is None:
        return said
    met = ngettext(
        "In week {week} you opened {number}.", "In week {week} you opened {number}.", last.visits, week=closed_week
    )
    return f"{said} {met}"


def say_advisers(supporters: Sequence[Supporter]) -> str:
    """Name the learner's adviser; a sentence that says so where there is none."""
    names = [clean(one.name) for one in supporters if one.kind == ADVISER and one.name.strip()]
    if not names:
        return gettext("No adviser is written down for you here.")
    if len(names) == 1:
        return gettext("Your adviser: {name}.", name=names[0])
    return gettext("Your advisers: {names}.", names=listed(names))


def make_complaint_line(one: ComplaintRecord, moment: Moment) -> ComplaintLine:
    """Put one query or complaint in words, with its timer."""
    parts = []
    if one.acknowledged_at is not None:
        when = full_date(moment.date_of(one.acknowledged_at))
        parts.append(gettext("{name} acknowledged it on {day}.", name=clean(one.acknowledged_by or ""), day=when))
    answer = ""
    if one.answered_at is not None:
        answer = _say_answer(one.answered_by, one.answer, moment.date_of(one.answered_at))
    is_overdue = one.state.is_overdue(moment.today)
    return ComplaintLine(
        complaint_id=one.complaint_id,
        name=clean(one.person_name),
        title=gettext("Formal complaint") if one.state.stage == "formal" else gettext("Query or informal complaint"),
        made=full_date(moment.date_of(one.made_at)),
        text=clean_whole(one.text),
        state=" ".join(parts),
        timer="" if one.state.is_acknowledged else _say_timer(one.state.acknowledge_by, moment.today),
        is_overdue=is_overdue,
        answer=answer,
        can_acknowledge=not one.state.is_acknowledged,
        can_answer=not one.state.is_answered,
    )


def _say_timer(by: date, today: date) -> str:
    left = (by - today).days
    if left < 0:
        return ngettext(
            "It had to be acknowledged by {date}: {number} day ago.",
            "It had to be acknowledged by {date}: {number} days ago.",
            -left,
            date=full_date(by),
        )
    return ngettext(
        "To be acknowledged by {date}: {number} day left.",
        "To be acknowledged by {date}: {number} days left.",
        left,
        date=full_date(by),
    )
