"""Prepare the published statement of a course: what is expected, how it counts, who gets in touch (policy 22).

One statement per course, the same for everybody who may read it; nobody is named but those who agreed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.bands import BAND_FLOORS, TOO_EARLY, percent_of
from analytics.language import gettext, mark
from analytics.level_words import MARKER_NAMES, say_expectation, say_reason, say_review, say_weights, say_worth
from analytics.levels import Expectation, LevelError, find_level_in_force
from bridge.store.panel_records import AgreedLevel, CourseHead, NamedBreak
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, percent, span

NOT_USED = (
    mark("It is never part of a mark, and no decision about you is made by a machine: a person talks to you first."),
    mark("You see everything that is counted, who has looked at it, and can answer it."),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One version of a course's published level, in words."""

    course: str
    version: str
    from_day: str
    agreed: str
    expected: tuple[tuple[str, str], ...]
    """(marker, what and how it counts)."""
    figure: str
    bands: tuple[str, ...]
    pauses: tuple[str, ...]
    reasons: tuple[str, ...]
    reviewed: str
    worth: str
    who_intervenes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Give the statement's title."""
        return gettext("What engagement means in {course}", course=self.course)


@dataclass(frozen=True, slots=True)
class Statements:
    """What holds now and what follows."""

    now: Statement | None
    """None before the first level takes effect."""
    later: tuple[Statement, ...]
    """Published, and not in force yet; by the Monday they take effect."""


def make_statements(head: CourseHead, moment: Moment) -> Statements:
    """Prepare the statement in force today and those that follow; none before a level is published."""
    by_level = {agreed.level: agreed for agreed in head.levels}
    try:
        current: AgreedLevel | None = by_level[find_level_in_force(by_level, moment.today)]
    except LevelError:
        current = None
    later = [agreed for agreed in head.levels if agreed.level.effective_from > moment.today]
    return Statements(
        None if current is None else make_statement(head, current, moment),
        tuple(make_statement(head, agreed, moment) for agreed in later),
    )


def make_statement(head: CourseHead, agreed: AgreedLevel, moment: Moment) -> Statement:
    """Put one version into words."""
    level, today = agreed.level, moment.today
    return Statement(
        course=clean(head.fullname),
        version=clean(level.version),
        from_day=full_date(_first_day(head, level.effective_from)),
        agreed=gettext("Agreed by {name} on {day}.", name=clean(agreed.agreed_by), day=full_date(agreed.agreed_on)),
        expected=tuple((gettext(MARKER_NAMES[one.marker]), say_expectation(one)) for one in level.expectations),
        figure=_say_figure(level.expectations),
        bands=_say_bands(),
        pauses=tuple(_say_pause(pause, today) for pause in head.breaks),
        reasons=tuple(f"{capital(say_reason(reason))}." for reason in level.rule.reasons),
        reviewed=say_review(level.rule),
        worth=say_worth(level.rule.worth),
        who_intervenes=tuple(clean_whole(line) for line in agreed.who_intervenes),
    )


def write_mail(statement: Statement) -> str:
    """Write the statement as the text of an e-mail: plain lines, to be copied and sent by a person."""
    parts: list[tuple[str, tuple[str, ...]]] = [
        (gettext("What is expected"), tuple(f"{marker}: {what}" for marker, what in statement.expected)),
        (gettext("How it counts"), (statement.figure, *statement.bands)),
        (gettext("Not counted"), statement.pauses),
        (gettext("When somebody gets in touch"), (*statement.reasons, statement.reviewed)),
        (gettext("Who gets in touch"), statement.who_intervenes),
        (gettext("What it is not"), say_not_used()),
    ]
    from_day = gettext("From {day}.", day=statement.from_day)
    version = gettext("Version {version}.", version=statement.version)
    lines = [statement.title, f"{from_day} {statement.agreed} {version}"]
    for title, said in parts:
        if said:
            lines += ["", title, *(f"- {line}" for line in said)]
    return "\n".join([*lines, "", gettext("You find your own weeks in the course, under Engagement."), ""])


def say_not_used() -> tuple[str, ...]:
    """Say what the figure is never used for."""
    return tuple(map(gettext, NOT_USED))


def _say_figure(expectations: Sequence[Expectation]) -> str:
    if len(expectations) < 2:
        return gettext("The figure is the share of it that was met.")
    average = gettext("The figure is the share of it that was met, on average.")
    return f"{average} {say_weights(expectations)}"


def _first_day(head: CourseHead, effective_from: date) -> date:
    return effective_from if head.calendar is None else max(effective_from, head.calendar.first_monday)


def _say_bands() -> tuple[str, ...]:
    *higher, (lowest, _) = BAND_FLOORS
    bands = [
        gettext("{percent} or more is {band}", percent=percent(percent_of(floor) or 0), band=gettext(band.value))
        for band, floor in higher
    ]
    bands.append(gettext("less is {band}", band=gettext(lowest.value)))
    early = gettext("Before two counted weeks have closed it is {band}.", band=gettext(TOO_EARLY))
    return (f"{capital(', '.join(bands))}.", early)


def _say_pause(pause: NamedBreak, today: date) -> str:
    return gettext("{name}: {days}", name=clean(pause.name), days=span(pause.days, today))
