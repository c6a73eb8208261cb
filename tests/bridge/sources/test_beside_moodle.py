"""Files of what Moodle has told already change nothing: neither facts, nor hand-ins, nor whose weeks are measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from analytics.calendar import date_of
from bridge.schema.engagement import StaleLearner
from bridge.schema.log import Presence
from bridge.schema.people import Person
from bridge.schema.teaching import Course, LearnerTask, Task
from bridge.sources.contract import Options
from bridge.sources.importing import Import, Report
from bridge.sources.registry import find_source
from bridge.store.database import Sessions, reading, writing
from tests.bridge.sync.conftest import SETTINGS, Bench, serve
from tests.demo_vle.worlds.recorded import recorded


@pytest.fixture
def bench(sessions: Sessions) -> Iterator[Bench]:
    """The recorded site, read by its plugin."""
    for made in serve(sessions, recorded()):
        made.switch_on(2)
        made.clock.go_on(hours=2)
        made.sync()
        yield made


def take(bench: Bench, path: Path, kind: str, lines: list[str]) -> Report:
    """Take a file in as an institution would write it."""
    source = find_source(kind)
    assert source is not None
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    one = Import(bench.sessions, bench.platform_id, SETTINGS, bench.clock, source, Options())
    return one.run(path, lambda _: None)


def stored(bench: Bench) -> tuple[object, ...]:
    with reading(bench.sessions) as db:
        facts = db.execute(select(Presence.__table__)).all()
        tasks = db.execute(select(LearnerTask.__table__)).all()
        return sorted(map(tuple, facts)), sorted(map(repr, tasks)), db.execute(select(StaleLearner.person_id)).all()


def test_visits_and_hand_ins_that_the_plugin_gave_change_nothing(bench: Bench, tmp_path: Path) -> None:
    visited = select(Course.moodle_course_id, Person.moodle_user_id, Presence.day_no, Presence.cmid)
    visited = visited.join(Course, Course.id == Presence.course_id).join(Person, Person.id == Presence.person_id)
    given = select(Course.moodle_course_id, Person.moodle_user_id, Task.cmid, LearnerTask.handed_in_at)
    given = given.join(Task, Task.id == LearnerTask.task_id).join(Course, Course.id == Task.course_id)
    given = given.join(Person, Person.id == LearnerTask.person_id).where(LearnerTask.handed_in_at.is_not(None))
    with reading(bench.sessions) as db:
        visits = [
            f"{course},{user},{date_of(day)},{cmid}"
            for course, user, day, cmid in db.execute(visited.where(Presence.kind < 2))
        ]
        hand_ins = [f"{course},{user},{cmid},{at.date()}" for course, user, cmid, at in db.execute(given) if at]
    with writing(bench.sessions) as db:
        db.execute(delete(StaleLearner))
    before = stored(bench)
    assert (len(visits) > 50, len(hand_ins) > 5) == (True, True)
    path = tmp_path / "file.csv"
    assert take(bench, path, "visits", ["course_id,user_id,day,cmid", *visits]).tally.new == 0
    assert take(bench, path, "submissions", ["course_id,user_id,cmid,handed_in_at", *hand_ins]).tally.new == 0
    assert stored(bench) == before
