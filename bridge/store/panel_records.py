"""The records that panels are made of: what a read returns, frozen, with no row inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from analytics.calendar import DateRange, TeachingCalendar
from analytics.history import Session
from analytics.levels import Marker, PublishedLevel


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose rows a viewer may see in a course: everybody's, or the members' of some groups."""

    course_id: int
    group_ids: frozenset[int] | None
    """None: every learner of the course. Empty: nobody."""

    @property
    def in_groups(self) -> bool:
        """Whether it is members of some groups alone."""
        return self.group_ids is not None


class PauseKind(StrEnum):
    """What a stretch of days of a teaching calendar is."""

    BREAK = "break"
    READING_WEEK = "reading_week"
    BANK_HOLIDAY = "bank_holiday"


@dataclass(frozen=True, slots=True)
class NamedBreak:
    """A break, reading week or bank holiday of the teaching calendar."""

    name: str
    days: DateRange
    kind: PauseKind = PauseKind.BREAK

    @property
    def is_uncounted(self) -> bool:
        """Whether the weeks that it touches are not counted; of a bank holiday only its own days stop the clock."""
        return self.kind is not PauseKind.BANK_HOLIDAY


@dataclass(frozen=True, slots=True)
class AgreedLevel:
    """A published level with who agreed it, and when."""

    level: PublishedLevel
    agreed_by: str
    agreed_on: date
    who_intervenes: tuple[str, ...] = ()
    """Who gets in touch, in the school's own words."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Until when the figures are good."""

    log_at: datetime | None
    """When Moodle last said that nothing of its log is missing here; None before the first sync."""
    roster_at: datetime | None
    run_at: datetime | None
    """When the last successful run of a sync ended."""
    is_failing: bool
    """The last run that ended did not succeed."""
    files_to: date | None = None
    """Where files bring what Moodle's log would say: the last day that they cover."""


@dataclass(frozen=True, slots=True)
class CourseHead:
    """One course with what all its pages need: calendar, level, freshness."""

    course_id: int
    moodle_course_id: int
    platform_id: int
    shortname: str
    fullname: str
    moodle_url: str
    calendar: TeachingCalendar | None
    """None while no calendar is chosen."""
    breaks: tuple[NamedBreak, ...]
    """Bank holidays among them."""
    levels: tuple[AgreedLevel, ...]
    """Its own, its programme's, its school's, the site's: whichever is in force. By the Monday they take effect."""
    covers_to: Mapping[Marker, date]
    """The last day of which each marker's own source knows everything; without a day it was never read."""
    is_tasks_offered: bool
    """Moodle knows of every visible task with a date who is excused from it; else hand-ins enter no figure."""
    freshness: Freshness
    run_no: int = 1
    """Which time the course is taught, as far as it is known here."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a course."""

    group_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The last evaluation of one learner in one course, as it was shown."""

    week_no: int
    as_of: date
    percent: int | None
    band: str | None
    shown_band: str
    clock_days: int
    reasons: tuple[str, ...]
    overdue_task_ids: tuple[int, ...]
    sentence: str
    level_version: str
    is_week_counted: bool = True
    unused_markers: tuple[Marker, ...] = ()
    """Chosen markers that were left out of it."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of one learner, as known now."""

    week_no: int
    is_counted: bool
    why_not: str | None
    visits: int
    share: Fraction | None
    """S_w; None when the week is not counted or no marker applies."""


@dataclass(frozen=True, slots=True)
class ListedLearner:
    """One learner of a course in the tutor's list."""

    person_id: int
    given_name: str
    family_name: str
    full_name: str
    enrolled_on: date
    last_evidence_on: date | None
    clock_days: int | None
    """Counted days without evidence as last measured; None before the first measure."""
    standing: Standing | None
    """None before the first evaluation."""
    groups: tuple[Group, ...]
    """Only groups that the viewer may see."""


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many learners were shown a band after a week."""

    week_no: int
    shown_band: str
    learner_count: int


@dataclass(frozen=True, slots=True)
class WeekMet:
    """How many learner-weeks of one closed week counted, and how many of these had all expected activities."""

    week_no: int
    counted: int
    met: int


@dataclass(frozen=True, slots=True)
class CourseTask:
    """One thing to hand in."""

    task_id: int
    course_id: int
    cmid: int
    modname: str
    name: str
    due_at: datetime | None
    is_excused_known: bool


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One task as it stands for one learner."""

    task: CourseTask
    person_id: int
    due_at: datetime | None
    is_extended: bool
    is_excused: bool
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """What the tutor's panel needs beside the course: learners within reach, bands by week, groups, tasks."""

    learners: tuple[ListedLearner, ...]
    """Unordered."""
    bands: tuple[BandCount, ...]
    groups: tuple[Group, ...]
    """Groups that the viewer may see, by name."""
    tasks: tuple[CourseTask, ...]


@dataclass(frozen=True, slots=True)
class LearnerDetails:
    """What the list shows of some learners: their weeks and tasks, by person."""

    weeks: Mapping[int, tuple[Week, ...]]
    tasks: Mapping[int, tuple[OwnTask, ...]]


@dataclass(frozen=True, slots=True)
class LearnerInCourse:
    """One learner in one course with all that stands behind the figure."""

    learner: ListedLearner
    weeks: tuple[Week, ...]
    standings: tuple[Standing, ...]
    """Every evaluation as it was shown, oldest first."""
    tasks: tuple[OwnTask, ...]


@dataclass(frozen=True, slots=True)
class DayItem:
    """One thing that was seen on one day."""

    day: date
    cmid: int
    """0: no activity, such as the course page. For a kind that is an item of another source, that item's id."""
    kind: int
    """`analytics.evidence.Kind`."""
    name: str | None
    """None where the activity or item is not known (any more)."""
    modname: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one learner in one course on some days."""

    items: tuple[DayItem, ...] = ()
    """By day."""
    sessions: tuple[Session, ...] = ()
    """As the registers have them, by day."""


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody looked at a learner's data."""

    at: datetime
    viewer_name: str | None
    """None where the viewer is not (any more) in a roster."""
    viewer_role: str
    action: str
    course_name: str | None
    is_class_list: bool
    is_refused: bool = False
    """Refused while logged in to Moodle as the learner: nothing was shown."""
    reason: str = ""
    """Why it was allowed or refused, as the access row has it."""
    given_reason: str = ""
    """What somebody who broke glass wrote, or the purpose of a file; empty for everybody else."""
    viewer_moodle_user_id: int = 0
    """To tell two people of one name apart; no page shows it."""


@dataclass(frozen=True, slots=True)
class MyCourse:
    """One switched-on course of a learner, for the page of all of them."""

    head: CourseHead
    weeks: tuple[Week, ...]
    standing: Standing | None
    enrolled_on: date
    tasks: tuple[OwnTask, ...]
