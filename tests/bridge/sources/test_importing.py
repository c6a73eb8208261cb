"""Files are taken in whole, once, and never against what holds for everything else: erasures, pauses, Moodle's word."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from analytics.calendar import day_number
from analytics.evidence import Kind
from bridge.records import ActivityRecord
from bridge.schema.engagement import StaleLearner
from bridge.schema.log import Presence
from bridge.schema.people import Enrolment, Person
from bridge.schema.platforms import Platform
from bridge.schema.records import Programme, School, StudentRecord
from bridge.schema.sources import RegisterMark, RegisterSession, SourceImport, SourceItem
from bridge.schema.teaching import Activity, Course, Exemption, LearnerTask, Task
from bridge.sources import tables
from bridge.sources.contract import LeftOut
from bridge.sources.errors import SourceRefused
from bridge.store.activities import replace_activities
from bridge.store.database import Sessions, reading, writing
from bridge.store.erasure import erase_person
from bridge.store.freshness import load_covers
from bridge.store.registers import MOODLE, save_marks, save_sessions
from bridge.store.restrictions import RestrictionKind, end_restrictions, start_restriction
from bridge.store.tombstones import load_user_keys
from tests.bridge.sources.site import ADA, BEN, BIO, CHE, CLEO, FILES, NOW, SETTINGS, VISITS, Site, make_site

HEAD = VISITS[0]


def facts(site: Site) -> set[tuple[int, int, int, int]]:
    """Return (Moodle's number of the learner, day number, item, kind)."""
    columns = (Person.moodle_user_id, Presence.day_no, Presence.cmid, Presence.kind)
    with reading(site.sessions) as db:
        rows = db.execute(select(*columns).join(Presence, Presence.person_id == Person.id))
        return {(user, day_no, cmid, kind) for user, day_no, cmid, kind in rows}


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def person_of(site: Site, user: int) -> int:
    with reading(site.sessions) as db:
        return db.scalars(select(Person.id).where(Person.moodle_user_id == user)).one()


def stale(site: Site) -> set[int]:
    with reading(site.sessions) as db:
        users = select(Person.moodle_user_id).join(StaleLearner, StaleLearner.person_id == Person.id)
        return set(db.scalars(users))


def test_visits_become_days_of_learners_whatever_how_often(site: Site) -> None:
    site.begin()
    report = site.take("visits")
    assert facts(site) == {
        (ADA, day("2026-10-01"), 7, Kind.VISIT),
        (BEN, day("2026-10-02"), 0, Kind.COURSE_PAGE),
        (CLEO, day("2026-10-05"), 9, Kind.VISIT),
    }
    assert (report.tally.rows, report.tally.new, report.tally.left_out) == (4, 3, Counter())


def test_taking_everything_in_twice_changes_nothing(site: Site) -> None:
    site.take_everything()
    before = site.content()
    again = {kind: site.take(kind).tally.new for kind in FILES}
    assert again == dict.fromkeys(FILES, 0)
    after = site.content()
    # Moodle's roster and tasks note when they were last read, and so does this.
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind not in ("courses", "roster")])
def test_parquet_and_csv_store_the_same(sessions: Sessions, tmp_path: Path, kind: str) -> None:
    site = make_site(sessions, tmp_path)
    site.begin()
    if kind in ("submissions", "extensions"):
        site.take("tasks")
    by_csv = site.take(kind)
    before = site.content()
    by_parquet = site.take(kind, is_parquet=True)
    assert (by_csv.tally.new > 0, by_parquet.tally.new) == (True, 0)
    assert site.content() == before


def test_a_dry_run_counts_the_same_and_stores_nothing(site: Site) -> None:
    site.begin()
    before = site.content(), site.content("source_import")
    dry = site.take("visits", is_dry=True)
    assert (site.content(), site.content("source_import")) == before
    assert dry.tally.new == site.take("visits").tally.new == 3


def test_a_row_of_no_course_or_nobody_is_counted_and_not_stored(site: Site) -> None:
    site.begin()
    report = site.take(
        "visits", [HEAD, f"99,{ADA},2026-10-01,7", f"{BIO},999,2026-10-01,7", f"{BIO},{CLEO},2026-10-01,7"]
    )
    assert report.tally.left_out == Counter({LeftOut.NOBODY: 2, LeftOut.NO_COURSE: 1})
    assert facts(site) == set()


def test_a_number_that_several_people_have_means_nobody(site: Site) -> None:
    site.begin()
    with writing(site.sessions) as db:
        db.execute(update(Person).where(Person.moodle_user_id == BEN).values(idnumber="A1"))
    report = site.take("visits", ["course_id,idnumber,day,cmid", f"{BIO},A1,2026-10-01,7", f"{CHE},A1,2026-10-01,7"])
    assert report.tally.left_out == Counter({LeftOut.SEVERAL: 1})
    assert {user for user, *_ in facts(site)} == {ADA}


def test_only_learners_with_something_new_are_measured_again(site: Site) -> None:
    site.begin()
    site.take("visits")
    with writing(site.sessions) as db:
        db.query(StaleLearner).delete()
    site.take("visits")
    assert stale(site) == set()
    site.take("visits", [HEAD, f"{BIO},{BEN},2026-10-09,7"])
    assert stale(site) == {BEN}


def test_many_chunks_store_what_one_stores(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.begin()
    days = [date(2026, 9, 21) + timedelta(days=n % 60) for n in range(500)]
    lines = [HEAD, *(f"{BIO},{(ADA, BEN)[n % 2]},{one},{n % 9}" for n, one in enumerate(days))]
    monkeypatch.setattr(tables, "CSV_BLOCK", 512)
    report = site.take("visits", lines)
    assert report.tally.rows == 500
    assert report.tally.new == len(facts(site)) == len({(n % 2, one, n % 9) for n, one in enumerate(days)})


def test_what_was_erased_does_not_come_back(site: Site) -> None:
    site.take_everything()
    with writing(site.sessions) as db:
        keys = load_user_keys(db, site.platform_id, SETTINGS.secret_key)
        erase_person(db, keys, ADA, 0, 0, datetime(2026, 10, 20, 12, 0, tzinfo=UTC))
    site.begin()
    for kind in FILES:
        site.take(kind)
    site.take("visits", [HEAD, f"{BIO},{ADA},2026-10-20,7", f"{BIO},{ADA},2026-10-21,7"])
    assert {found for found in facts(site) if found[0] == ADA} == {(ADA, day("2026-10-21"), 7, Kind.VISIT)}
    ada = person_of(site, ADA)
    with reading(site.sessions) as db:
        assert db.scalar(select(func.count()).select_from(RegisterMark).where(RegisterMark.person_id == ada)) == 0
        handed_in = (LearnerTask.person_id == ada, LearnerTask.handed_in_at.is_not(None))
        assert db.scalar(select(func.count()).select_from(LearnerTask).where(*handed_in)) == 0


def test_an_erasure_in_one_course_takes_its_marks_and_no_others(site: Site) -> None:
    site.take_everything()
    site.take("attendance", [FILES["attendance"][0], f"{CHE},{ADA},L9,2026-10-12,attended"])
    with writing(site.sessions) as db:
        keys = load_user_keys(db, site.platform_id, SETTINGS.secret_key)
        erase_person(db, keys, ADA, BIO, 0, NOW)
    with reading(site.sessions) as db:
        columns = select(Person.moodle_user_id, RegisterSession.session_key)
        joined = columns.join(RegisterMark, RegisterMark.person_id == Person.id)
        marks = db.execute(joined.join(RegisterSession, RegisterSession.id == RegisterMark.session_id)).all()
    assert {tuple(mark) for mark in marks} == {(ADA, "L9"), (BEN, "L1"), (BEN, "R2")}


def test_nothing_of_a_pause_is_stored_during_it_and_after_it(site: Site) -> None:
    site.begin()
    ada = person_of(site, ADA)
    with writing(site.sessions) as db:
        start_restriction(db, ada, RestrictionKind.OBJECTION, "Test", datetime(2026, 10, 5, 9, tzinfo=UTC))
    lines = [HEAD, *(f"{BIO},{ADA},2026-10-{number:02},7" for number in (4, 5, 8, 10, 11))]
    assert site.take("visits", lines).tally.left_out == Counter({LeftOut.PAUSED: 5})
    with writing(site.sessions) as db:
        end_restrictions(db, ada, datetime(2026, 10, 10, 9, tzinfo=UTC))
    assert site.take("visits", lines).tally.left_out == Counter({LeftOut.PAUSED: 3})
    assert {found[1] for found in facts(site)} == {day("2026-10-04"), day("2026-10-11")}
    register = [FILES["attendance"][0], f"{BIO},{ADA},L1,2026-10-08,absent", f"{BIO},{ADA},L2,2026-10-12,absent"]
    assert site.take("attendance", register).tally.left_out == Counter({LeftOut.PAUSED: 1})


def test_research_students_are_left_out_until_their_programme_is_on(site: Site) -> None:
    site.begin()
    ada = person_of(site, ADA)
    with writing(site.sessions) as db:
        school = School(platform_id=site.platform_id, code="BIO", name="Biology")
        db.add(school)
        db.flush()
        programme = Programme(platform_id=site.platform_id, school_id=school.id, code="PHD", name="PhD")
        db.add(programme)
        db.flush()
        db.add(
            StudentRecord(
                person_id=ada,
                school_id=school.id,
                programme_id=programme.id,
                credits=None,
                is_part_time=False,
                is_research=True,
                status="active",
                fed_at=NOW,
            )
        )
    lines = [HEAD, f"{BIO},{ADA},2026-10-01,7", f"{BIO},{ADA},2026-10-20,7"]
    assert site.take("visits", lines).tally.left_out == Counter({LeftOut.PAUSED: 2})
    with writing(site.sessions) as db:
        db.execute(update(Programme).values(research_on_at=datetime(2026, 10, 10, 9, tzinfo=UTC)))
    assert site.take("visits", lines).tally.left_out == Counter({LeftOut.PAUSED: 1})
    assert {found[1] for found in facts(site)} == {day("2026-10-20")}


def test_courses_people_and_tasks_are_left_to_a_moodle_that_tells_them(sessions: Sessions, tmp_path: Path) -> None:
    site = make_site(sessions, tmp_path)
    site.take_everything()
    before = site.content("course", "person", "enrolment", "task", "learner_task", "activity")
    with writing(sessions) as db:
        db.execute(update(Platform).values(moodle_token="saved"))
    changed = {
        "courses": [FILES["courses"][0], f"{BIO},Other,2026-10-05"],
        "roster": [FILES["roster"][0], f"{BIO},{CLEO},2026-10-05,A9,Other,Name"],
        "activities": [FILES["activities"][0], f"{BIO},7,Other,quiz"],
        "tasks": [FILES["tasks"][0], f"{BIO},9,Other,2026-10-05,yes"],
        "extensions": [FILES["extensions"][0], f"{BIO},A1,7,2026-10-25,yes"],
    }
    for kind, lines in changed.items():
        assert site.take(kind, lines).tally.left_out == Counter({LeftOut.MOODLES: 1})
    assert site.content(*before) == before


def test_who_is_missing_from_the_roster_has_left_unless_a_row_does_not_fit(site: Site) -> None:
    site.begin()
    head, ada, *_ = FILES["roster"]
    site.take("roster", [head, ada, f"{BIO},x,2026-09-21,A2,Ben,Banda"])
    ben = person_of(site, BEN)
    with reading(site.sessions) as db:
        assert db.scalars(select(Enrolment.is_active).where(Enrolment.person_id == ben)).all() == [True]
    site.take("roster", [head, ada])
    with reading(site.sessions) as db:
        assert db.scalars(select(Enrolment.is_active).where(Enrolment.person_id == ben)).all() == [False]
        cleo = db.scalars(select(Enrolment.is_active).join(Person).where(Person.moodle_user_id == CLEO)).all()
    assert cleo == [True]


def test_the_first_day_of_a_hand_in_stands_whichever_source_tells_it(site: Site) -> None:
    site.begin()
    site.take("tasks")
    head = FILES["submissions"][0]
    seen = []
    for at in ("2026-10-06", "2026-10-04T23:30", "2026-10-04T08:00", "2026-10-08"):
        site.take("submissions", [head, f"{BIO},A1,7,{at}"])
        with reading(site.sessions) as db:
            seen.append(db.scalars(select(LearnerTask.handed_in_at).where(LearnerTask.handed_in_at.is_not(None))).one())
    assert seen == [
        datetime(2026, 10, 6, 11, 0, tzinfo=UTC),
        *[datetime(2026, 10, 4, 22, 30, tzinfo=UTC)] * 3,
    ]


def test_learners_have_every_task_and_their_own_dates_whichever_file_comes_first(site: Site) -> None:
    site.take("courses")
    site.take("tasks")
    site.take("roster")
    site.take("extensions")
    site.take("tasks", [FILES["tasks"][0], f"{BIO},7,Essay,2026-10-07,yes"])
    columns = select(Person.moodle_user_id, LearnerTask.due_at, LearnerTask.is_extended, LearnerTask.is_excused)
    is_essay = (Task.cmid == 7, Task.deleted_at.is_(None))
    with reading(site.sessions) as db:
        joined = columns.join(LearnerTask, LearnerTask.person_id == Person.id)
        rows = db.execute(joined.join(Task, Task.id == LearnerTask.task_id).where(*is_essay)).all()
        gone = db.scalars(select(Task.deleted_at).where(Task.cmid == 8)).one()
    assert sorted(map(tuple, rows)) == [
        (ADA, datetime(2026, 10, 7, 22, 59, tzinfo=UTC), False, True),
        (BEN, datetime(2026, 10, 12, 22, 59, tzinfo=UTC), True, False),
    ]
    assert gone is not None


def test_the_latest_word_of_a_register_stands(site: Site) -> None:
    site.begin()
    site.take("attendance")
    head = FILES["attendance"][0]
    report = site.take(
        "attendance", [head, f"{BIO},{BEN},L1,2026-10-12,excused", f"{BIO},{ADA},L1,2026-10-12,attended"]
    )
    assert report.tally.new == 1
    with reading(site.sessions) as db:
        marks = db.execute(select(Person.moodle_user_id, RegisterMark.status).join(RegisterMark)).all()
        assert db.scalar(select(func.count()).select_from(RegisterSession)) == 1
    assert {tuple(mark) for mark in marks} == {(ADA, "attended"), (BEN, "excused")}


def test_a_session_cannot_be_on_two_days_of_one_file(site: Site) -> None:
    site.begin()
    head = FILES["attendance"][0]
    report = site.take("attendance", [head, f"{BIO},{ADA},L1,2026-10-12,absent", f"{BIO},{ADA},L1,2026-10-19,absent"])
    assert [row.line for row in report.tally.rejected] == [3]


def test_a_register_that_moodle_keeps_is_left_to_moodle(site: Site) -> None:
    site.begin()
    with writing(site.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == BIO)).one()
        ids, _ = save_sessions(db, course_id, "attendance", MOODLE, {"77": date(2026, 10, 12)})
        save_marks(db, {(ids["77"], person_of(site, ADA)): "attended"})
    assert site.take("attendance").tally.left_out == Counter({LeftOut.MOODLES: 2})


def test_items_of_other_sources_keep_their_kind_and_name(site: Site) -> None:
    site.begin()
    for kind in ("lecture-capture", "meetings", "library", "co-curricular"):
        site.take(kind)
    with reading(site.sessions) as db:
        items = {item.id: (item.item_key, item.name) for item in db.scalars(select(SourceItem))}
    assert {(kind, items[item]) for _, _, item, kind in facts(site)} == {
        (Kind.LECTURE_CAPTURE, ("R1", "Lecture 1")),
        (Kind.MEETING, ("M1", "")),
        (Kind.LIBRARY, ("B1", "Cells")),
        (Kind.CO_CURRICULAR, ("C1", "")),
    }


def test_an_item_whose_number_is_that_of_the_tools_own_activity_is_evidence(site: Site) -> None:
    site.begin()
    with writing(site.sessions) as db:
        bio = db.scalars(select(Course.id).where(Course.moodle_course_id == BIO)).one()
        own = [ActivityRecord(number, "lti", "Engagement", True, 0, True) for number in (1, 2, 3)]
        replace_activities(db, bio, own, is_complete=False, now=NOW)
    report = site.take("library")
    assert (report.tally.left_out, len(facts(site))) == (Counter(), 1)
    with reading(site.sessions) as db:
        assert db.scalars(select(SourceItem.id)).one() in (1, 2, 3), "only then it shows anything"
    # Known as another activity at first, the tool's own ones take back what was found of them.
    with writing(site.sessions) as db:
        db.execute(update(Activity).values(is_own=False))
        replace_activities(db, bio, own, is_complete=False, now=NOW)
    assert len(facts(site)) == 1


def test_days_that_do_not_count_do_not_come_back_after_an_erasure(site: Site) -> None:
    site.begin()
    with writing(site.sessions) as db:
        keys = load_user_keys(db, site.platform_id, SETTINGS.secret_key)
        erase_person(db, keys, ADA, 0, 0, datetime(2026, 10, 20, 12, 0, tzinfo=UTC))
    site.begin()
    lines = [FILES["exemptions"][0], f"{ADA},2026-10-12,2026-10-20", f"{ADA},2026-10-19,2026-10-21"]
    assert site.take("exemptions", lines).tally.left_out == Counter({LeftOut.ERASED: 1})
    with reading(site.sessions) as db:
        assert db.scalars(select(Exemption.ends_on)).all() == [date(2026, 10, 21)]


def test_nothing_about_somebody_whose_data_is_paused_is_added_by_files_of_dates(site: Site) -> None:
    site.begin()
    with writing(site.sessions) as db:
        start_restriction(db, person_of(site, BEN), RestrictionKind.OBJECTION, "Test", NOW)
    assert site.take("exemptions").tally.left_out == Counter({LeftOut.PAUSED: 1})
    with reading(site.sessions) as db:
        assert db.scalar(select(func.count()).select_from(Exemption)) == 0


def test_an_item_that_a_later_file_names_without_words_keeps_its_name(site: Site) -> None:
    site.begin()
    site.take("library")
    site.take("library", ["course_id,user_id,item,day", f"{BIO},{BEN},B1,2026-10-15"])
    with reading(site.sessions) as db:
        assert db.scalars(select(SourceItem.name)).all() == ["Cells"]


def test_a_source_is_complete_up_to_its_last_day_or_the_day_that_is_said(site: Site) -> None:
    site.begin()
    site.take("visits")
    with reading(site.sessions) as db:
        course_ids = dict(db.execute(select(Course.moodle_course_id, Course.id)).all())
    bio, che = course_ids[BIO], course_ids[CHE]
    with reading(site.sessions) as db:
        covers = load_covers(db, site.platform_id, [bio, che])
    assert covers == {bio: {"visits": date(2026, 10, 2)}, che: {"visits": date(2026, 10, 5)}}
    site.take("visits", covers_to=date(2026, 10, 11))
    site.take("visits", covers_to=date(2026, 10, 4))
    with reading(site.sessions) as db:
        covers = load_covers(db, site.platform_id, [bio, che])
    assert covers == {bio: {"visits": date(2026, 10, 11)}, che: {"visits": date(2026, 10, 11)}}


def test_what_was_taken_in_is_noted_without_its_content(site: Site) -> None:
    site.begin()
    site.take("visits", [*VISITS, f"{BIO},x,2026-10-01,7"])
    with reading(site.sessions) as db:
        latest = db.scalars(select(SourceImport)).all()[-1]
        assert (latest.kind, latest.row_count, latest.new_count, latest.rejected_count) == ("visits", 5, 3, 1)
        assert len(latest.digest) == 64


def test_a_file_that_breaks_off_says_that_it_may_be_taken_in_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.begin()
    monkeypatch.setattr(tables, "CSV_BLOCK", 64)
    path = site.write([HEAD, *[f"{BIO},{ADA},2026-10-01,7"] * 10])
    path.write_bytes(path.read_bytes() + b"5,101,\xff,7\n")
    with pytest.raises(SourceRefused, match="taking them in again is safe"):
        site.take_file("visits", path)
    assert len(facts(site)) == 1
