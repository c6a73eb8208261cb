"""The figures of a closed week in the database: written once after the evaluations, the same on both databases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from analytics.bands import TOO_EARLY, Band
from bridge.moodle.client import MoodleClient
from bridge.schema.engagement import EvaluationRow, FigureMember, FigurePool, FrozenFigure
from bridge.schema.log import LogCursor
from bridge.schema.people import Enrolment, Person
from bridge.schema.platforms import Platform
from bridge.schema.records import CourseSchool, Programme, School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading, writing
from bridge.store.restrictions import RestrictionKind, start_restriction
from bridge.sync.context import Sync
from bridge.sync.course import SYNC_STEPS
from bridge.sync.figures import make_figures
from bridge.sync.report import Silent, Tally
from tests.bridge.sync.conftest import SETTINGS, Clock

FIRST_SUNDAY = date(2026, 10, 4)
NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
BANDS = (Band.MEETING, Band.MEETING, Band.BELOW, None)


@dataclass
class Site:
    """A platform in the database, without its Moodle."""

    sessions: Sessions
    clock: Clock
    platform_id: int

    def make(self) -> Tally:
        """Run the step."""
        tally = Tally("figures")
        client = MoodleClient("http://127.0.0.1:9", "none", now=lambda: self.clock().timestamp())
        make_figures(Sync(self.sessions, client, self.platform_id, SETTINGS, self.clock, Silent()), tally)
        return tally

    def add_course(self, course_id: int, people: range, *, school_id: int | None = None) -> None:
        """Add a course with learners; who is not there yet becomes a person."""
        with writing(self.sessions) as db:
            known = set(db.scalars(select(Person.id)))
            for person_id in people:
                if person_id not in known:
                    names = {"given_name": "A", "family_name": "B", "full_name": "A B"}
                    db.add(Person(id=person_id, platform_id=self.platform_id, moodle_user_id=person_id, **names))
            names = {"shortname": f"C{course_id}", "fullname": f"Course {course_id}"}
            course = Course(id=course_id, platform_id=self.platform_id, moodle_course_id=course_id, **names)
            course.starts_on, course.switched_on_at, course.roster_synced_at = date(2026, 9, 28), NOW, self.clock()
            course.activities_synced_at = course.tasks_synced_at = self.clock()
            course.backfill_until = 0
            db.add(course)
            db.flush()
            for person_id in people:
                part = {"is_learner": True, "is_active": True, "enrolled_on": course.starts_on}
                db.add(Enrolment(course_id=course_id, person_id=person_id, **part))
            if school_id is not None:
                db.add(CourseSchool(course_id=course_id, school_id=school_id))

    def add_people(self, course_id: int, people: range) -> None:
        """Enrol learners whom nobody knew before."""
        with writing(self.sessions) as db:
            for person_id in people:
                names = {"given_name": "A", "family_name": "B", "full_name": "A B"}
                db.add(Person(id=person_id, platform_id=self.platform_id, moodle_user_id=person_id, **names))
            db.flush()
            for person_id in people:
                part = {"is_learner": True, "is_active": True, "enrolled_on": FIRST_SUNDAY}
                db.add(Enrolment(course_id=course_id, person_id=person_id, **part))

    def evaluate(
        self, course_id: int, week_no: int, people: Iterable[int], bands: tuple[Band | None, ...] = BANDS
    ) -> None:
        """Store evaluations of a closed week; the bands go round."""
        with writing(self.sessions) as db:
            for number, person_id in enumerate(people):
                band = bands[number % len(bands)]
                db.add(
                    EvaluationRow(
                        course_id=course_id,
                        person_id=person_id,
                        week_no=week_no,
                        as_of=FIRST_SUNDAY + timedelta(weeks=week_no - 1),
                        shown_band=TOO_EARLY if band is None else band.value,
                        clock_days=0,
                        concern_reasons=["silent"] if band is Band.BELOW else [],
                        overdue_task_ids=[],
                        sentence="",
                        inputs={},
                        level_version="site-1",
                        calendar_version="1",
                        code_version="engagement-2",
                        made_at=self.clock(),
                    )
                )

    def next_week(self) -> None:
        """Let a week go by; the log is read all the time."""
        self.clock.go_on(weeks=1)
        self.read_log()

    def read_log(self) -> None:
        """Read log, rosters and tasks now."""
        with writing(self.sessions) as db:
            db.get_one(LogCursor, self.platform_id).fresh_at = self.clock()
            for course in db.scalars(select(Course)):
                for name in ("roster", "activities", "tasks"):
                    setattr(course, f"{name}_synced_at", self.clock())

    def row(self, week_no: int, scope: str, scope_id: int = 0, part: str = "all") -> Mapping[str, int | None] | None:
        """Return one row of figures; None where there is none."""
        key = (self.platform_id, FIRST_SUNDAY + timedelta(weeks=week_no - 1), scope, scope_id, part)
        with reading(self.sessions) as db:
            found = db.get(FrozenFigure, key)
            return None if found is None else found.figures


@pytest.fixture
def site(sessions: Sessions) -> Site:
    """A platform whose log was just read, with two schools, a programme and nobody."""
    with writing(sessions) as db:
        platform = Platform(name="Demo", moodle_url="https://moodle.example.ac.uk", created_at=NOW)
        db.add(platform)
        db.flush()
        db.add(LogCursor(platform_id=platform.id, read_to=9, settled_to=9, mark_id=9, fresh_at=NOW, epoch=1))
        db.add_all(
            School(id=number, platform_id=platform.id, code=f"S{number}", name=f"S{number}") for number in (1, 2)
        )
        db.flush()
        db.add(Programme(id=31, platform_id=platform.id, school_id=1, code="P", name="Mathematics"))
        return Site(sessions, Clock(NOW), platform.id)


def test_a_closed_week_is_told_for_the_platform_its_schools_programmes_and_courses(site: Site) -> None:
    site.add_course(1, range(1, 121), school_id=1)
    site.add_course(2, range(61, 141), school_id=2)
    with writing(site.sessions) as db:
        for person_id in range(1, 101):
            told = {"is_part_time": False, "is_research": False, "status": "active", "fed_at": NOW}
            db.add(StudentRecord(person_id=person_id, school_id=1, programme_id=31, **told))
    for course_id, people in ((1, range(1, 121)), (2, range(61, 141))):
        site.evaluate(course_id, 1, people)

    site.make()

    course, part, platform = site.row(1, "course", 1), site.row(1, "course", 1, "programme:31"), site.row(1, "platform")
    assert course is not None
    assert part is not None
    assert platform is not None
    assert (course["places"], course["learners"], course["enrolled"], course["coverage"]) == (120, 120, 120, 100)
    assert (part["places"], part["enrolled"]) == (100, None)
    assert (platform["places"], platform["learners"], platform["enrolled"]) == (200, 140, 200)
    assert course["meeting"] == pytest.approx(60, abs=8)
    assert course["share_meeting"] == pytest.approx(50, abs=7)
    assert site.row(1, "school", 2) == site.row(1, "course", 2)
    assert site.row(1, "programme", 31) is not None


def test_a_week_is_written_once_whatever_comes_later(site: Site) -> None:
    site.add_course(1, range(1, 41))
    site.evaluate(1, 1, range(1, 41))
    site.make()
    before = site.row(1, "course", 1)

    site.add_course(2, range(101, 141))
    site.evaluate(2, 1, range(101, 141))
    site.make()

    assert site.row(1, "course", 1) == before
    assert site.row(1, "course", 2) is None


def test_the_database_refuses_to_change_a_frozen_figure(site: Site) -> None:
    site.add_course(1, range(1, 41))
    site.evaluate(1, 1, range(1, 41))
    site.make()

    with pytest.raises(DBAPIError, match="immutable"), writing(site.sessions) as db:
        db.execute(text("UPDATE frozen_figure SET scope_id = 9"))


@pytest.mark.parametrize("unread", ["tasks_synced_at", "activities_synced_at"])
@pytest.mark.parametrize("weeks_of_outage", [0, 5])
def test_a_course_that_is_behind_is_waited_for_three_days_and_no_longer(
    site: Site, unread: str, weeks_of_outage: int
) -> None:
    site.clock.go_on(weeks=weeks_of_outage)
    site.read_log()
    site.add_course(1, range(1, 41))
    site.evaluate(1, 1, range(1, 41))
    site.add_course(2, range(101, 141))
    with writing(site.sessions) as db:
        setattr(db.get_one(Course, 2), unread, None)

    site.make()
    site.clock.go_on(days=2)
    site.make()
    waiting = site.row(1, "platform")
    site.clock.go_on(days=1)
    site.make()

    assert waiting is None
    assert site.row(1, "platform") is not None


def test_one_whose_data_is_paused_is_counted_no_more_and_nobody_can_tell_who(site: Site) -> None:
    site.add_course(1, range(1, 61))
    site.evaluate(1, 1, range(1, 61))
    site.make()
    site.next_week()
    with writing(site.sessions) as db:
        start_restriction(db, 7, RestrictionKind.OBJECTION, "Dr Marsh", site.clock())
    site.evaluate(1, 2, range(1, 61))

    site.make()

    row = site.row(2, "course", 1)
    assert row is not None
    assert row["places"] == 50
    with reading(site.sessions) as db:
        left = set(db.scalars(select(FigureMember.person_id).where(FigureMember.left_as_of.is_not(None))))
    assert len(left) == 10
    assert 7 in left


def test_one_who_was_erased_takes_nine_along(site: Site) -> None:
    site.add_course(1, range(1, 61))
    site.evaluate(1, 1, range(1, 61))
    site.make()
    site.next_week()
    with writing(site.sessions) as db:
        for table in (EvaluationRow, FigureMember, Enrolment):
            db.execute(delete(table).where(table.person_id == 7))
    site.evaluate(1, 2, range(8, 61))

    site.make()

    with reading(site.sessions) as db:
        assert db.scalars(select(FigurePool.size)).all() == [50]
        left = db.scalars(select(FigureMember.person_id).where(FigureMember.left_as_of.is_not(None))).all()
    assert len(left) == 9


def test_one_of_eleven_who_leaves_changes_no_figure(site: Site) -> None:
    site.add_course(1, range(1, 12))
    site.evaluate(1, 1, range(1, 12))
    site.make()
    site.next_week()
    with reading(site.sessions) as db:
        (one, *_) = db.scalars(select(FigureMember.person_id).order_by(FigureMember.person_id))
    with writing(site.sessions) as db:
        db.get_one(Enrolment, (1, one)).is_active = False
    site.evaluate(1, 2, range(one + 1, 12))

    site.make()

    first, second = site.row(1, "course", 1), site.row(2, "course", 1)
    assert first is not None
    assert second == first


def test_a_platform_on_which_nobody_is_told_of_still_has_its_week_closed(site: Site) -> None:
    site.add_course(1, range(1, 10))
    site.evaluate(1, 1, range(1, 10))

    site.make()

    row = site.row(1, "platform")
    assert row is not None
    assert set(row.values()) == {None}


def test_the_step_runs_after_the_evaluations_and_needs_no_moodle() -> None:
    names = [step.name for step in SYNC_STEPS]

    assert names.index("figures") == names.index("evaluations") + 1
    assert not next(step for step in SYNC_STEPS if step.name == "figures").asks_moodle
