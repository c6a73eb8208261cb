"""Freeze what was opened in a made-up course, week by week, by the step's own counting."""

from collections.abc import Collection
from datetime import date, timedelta

from bridge.schema.engagement import FigureMember
from bridge.schema.teaching import Activity
from bridge.store.database import Sessions, reading, writing
from bridge.store.figures import PoolChange
from bridge.store.openings import save_openings
from bridge.sync.openings import make_openings
from tests.lti.panels.shapes import FIRST_MONDAY, TASKS
from tests.lti.panels.world import NOW, World

KEY = b"k" * 32


def freeze_openings(sessions: Sessions, world: World, weeks: int, members: Collection[int] | None = None) -> None:
    """Count the first weeks of a course; `members` are those counted, everybody without."""
    counted = frozenset(world.learner_ids if members is None else members)
    add_tasks_as_activities(sessions, world)
    with writing(sessions) as db:
        rows = [{"course_id": world.course_id, "person_id": one, "pool_no": 1} for one in sorted(counted)]
        db.add_all(FigureMember(**row) for row in rows)
    for week in range(1, weeks + 1):
        sunday = sunday_of(week)
        change = PoolChange(world.course_id, ((1, None, tuple(counted)),) if week == 1 else (), {}, frozenset())
        with reading(sessions) as db:
            made = make_openings(db, KEY, change, counted, sunday)
        with writing(sessions) as db:
            save_openings(db, world.course_id, made, NOW)


def add_tasks_as_activities(sessions: Sessions, world: World) -> None:
    """List the course's tasks among its activities, as Moodle does."""
    with writing(sessions) as db:
        for cmid, modname, name, _ in TASKS:
            row = Activity(course_id=world.course_id, cmid=cmid, modname=modname, name=name, is_visible=True)
            row.section = 2
            db.add(row)


def sunday_of(week: int) -> date:
    """Return the Sunday that closes a week."""
    return FIRST_MONDAY + timedelta(days=7 * week - 1)
