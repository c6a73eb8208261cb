"""The same Moodle course is taught again: evaluations, concerns, disputes and pools belong to a run of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDED = {
    "evaluation": "an evaluation is immutable: a later week gets its own row",
    "frozen_opening": "a frozen count is immutable: it is what was published",
}
OF_A_RUN = ("evaluation", "concern", "dispute", "figure_pool", "figure_member", "frozen_opening")
WEEK, LEARNER_WEEK = ["course_id", "person_id", "week_no"], ["course_id", "run_no", "person_id", "week_no"]

COURSES = sa.text(
    """
SELECT c.id AS course_id, c.platform_id, c.starts_on, t.id AS calendar_id, t.first_monday, e.first_sunday
  FROM course c
  JOIN (SELECT course_id, MIN(as_of) AS first_sunday FROM evaluation GROUP BY course_id) e ON e.course_id = c.id
  JOIN teaching_calendar t ON t.id = COALESCE(
       c.calendar_id,
       (SELECT MAX(s.id) FROM teaching_calendar s JOIN course_school o ON o.school_id = s.school_id
         WHERE o.course_id = c.id AND s.platform_id = c.platform_id AND s.scope = 'school'),
       (SELECT MAX(p.id) FROM teaching_calendar p WHERE p.platform_id = c.platform_id AND p.scope = 'platform'))
"""
).columns(
    course_id=BIG_ID,
    platform_id=BIG_ID,
    starts_on=sa.Date(),
    calendar_id=BIG_ID,
    first_monday=sa.Date(),
    first_sunday=sa.Date(),
)
LAST_OF_BEFORE = (
    sa.text(
        """
SELECT e.as_of, e.week_no, t.id AS calendar_id
  FROM evaluation e LEFT JOIN teaching_calendar t ON t.platform_id = :platform_id AND t.version = e.calendar_version
 WHERE e.course_id = :course_id AND e.as_of < :monday ORDER BY e.as_of DESC LIMIT 1
"""
    )
    .bindparams(sa.bindparam("monday", type_=sa.Date()))
    .columns(as_of=sa.Date(), week_no=sa.Integer(), calendar_id=BIG_ID)
)
SECOND_RUN = (
    "UPDATE evaluation SET run_no = 2 WHERE course_id = :course_id AND as_of >= :monday",
    "UPDATE concern SET run_no = 2 WHERE course_id = :course_id AND as_of >= :monday",
    "UPDATE frozen_opening SET run_no = 2 WHERE course_id = :course_id AND as_of >= :monday",
    "UPDATE figure_pool SET run_no = 2 WHERE course_id = :course_id AND made_as_of >= :monday",
    "UPDATE figure_member SET run_no = 2 WHERE course_id = :course_id AND pool_no IN"
    " (SELECT pool_no FROM figure_pool WHERE course_id = :course_id AND run_no = 2)",
    # One number was one week: whoever disputed it later may still have seen last year's.
    "UPDATE dispute SET run_no = 2 WHERE course_id = :course_id AND made_at >= :midnight AND NOT EXISTS"
    " (SELECT 1 FROM evaluation e WHERE e.course_id = dispute.course_id AND e.person_id = dispute.person_id"
    " AND e.week_no = dispute.week_no AND e.run_no = 1)",
    "UPDATE course SET run_no = 2 WHERE id = :course_id",
)


def upgrade() -> None:
    op.create_table(
        "course_run",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("run_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("calendar_id", BIG_ID, nullable=False),
        sa.Column("first_monday", sa.Date(), nullable=False),
        sa.Column("last_sunday", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_run_course_id"),
        sa.ForeignKeyConstraint(["calendar_id"], ["teaching_calendar.id"], name="fk_course_run_calendar_id"),
        sa.PrimaryKeyConstraint("course_id", "run_no", name="pk_course_run"),
    )
    _unguard()
    for table in ("course", *OF_A_RUN):
        op.add_column(table, sa.Column("run_no", sa.Integer(), server_default="1", nullable=False))
    _change_keys(WEEK, LEARNER_WEEK, ["course_id", "run_no", "person_id"])
    _tell_runs_apart()
    _guard()


def downgrade() -> None:
    for table in OF_A_RUN:
        if op.get_bind().scalar(sa.text(f"SELECT 1 FROM {table} WHERE run_no > 1 LIMIT 1")):  # noqa: S608 (our names)
            raise RuntimeError(
                f"Not taken back: {table} has rows of a course's second run, and two weeks would need one key. Nothing "
                "was changed. Next: put back the backup that was taken before the upgrade, or stay."
            )
    _unguard()
    _change_keys(LEARNER_WEEK, WEEK, ["course_id", "person_id"])
    for table in (*OF_A_RUN, "course"):
        op.drop_column(table, "run_no")
    op.drop_table("course_run")
    _guard()


def _change_keys(before: list[str], after: list[str], member: list[str]) -> None:
    with op.batch_alter_table("evaluation") as table:
        table.drop_constraint("pk_evaluation", type_="primary")
        table.create_primary_key("pk_evaluation", after)
    with op.batch_alter_table("figure_member") as table:
        table.drop_constraint("pk_figure_member", type_="primary")
        table.create_primary_key("pk_figure_member", member)
    with op.batch_alter_table("concern") as table:
        table.drop_constraint(f"uq_concern_{'_'.join(before)}", type_="unique")
        table.create_unique_constraint(f"uq_concern_{'_'.join(after)}", after)


def _tell_runs_apart() -> None:
    """Make a second run of courses with evaluations from before their present first Monday, and after it."""
    connection = op.get_bind()
    for course in connection.execute(COURSES).all():
        monday = course.first_monday or course.starts_on - timedelta(days=course.starts_on.weekday())
        if course.first_sunday >= monday:
            continue
        names = {"course_id": course.course_id, "monday": monday, "platform_id": course.platform_id}
        last = connection.execute(LAST_OF_BEFORE, names).one()
        for statement in SECOND_RUN:
            connection.execute(_bind(statement, {**names, "midnight": datetime.combine(monday, time(), UTC)}))
        _save_first_run(course.course_id, last.calendar_id or course.calendar_id, last.as_of, last.week_no, monday)


def _bind(statement: str, names: Mapping[str, object]) -> sa.TextClause:
    types: dict[str, Any] = {"monday": sa.Date(), "midnight": sa.DateTime(timezone=True)}
    said = [name for name in names if f":{name}" in statement]
    return sa.text(statement).bindparams(*(sa.bindparam(name, names[name], types.get(name)) for name in said))


def _save_first_run(course_id: int, calendar_id: int, last_sunday: date, week_no: int, ended_on: date) -> None:
    run = sa.table(
        "course_run",
        *(sa.column(name) for name in ("course_id", "run_no", "calendar_id")),
        *(sa.column(name, sa.Date()) for name in ("first_monday", "last_sunday", "ended_on")),
    )
    values = {"first_monday": last_sunday - timedelta(days=7 * week_no - 1), "last_sunday": last_sunday}
    op.get_bind().execute(
        run.insert().values(course_id=course_id, run_no=1, calendar_id=calendar_id, ended_on=ended_on, **values)
    )


def _unguard() -> None:
    for table in GUARDED:
        on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER {table}_is_immutable{on}")


def _guard() -> None:
    """Let the database refuse every UPDATE again; a table that SQLite made anew has lost its trigger."""
    for table, message in GUARDED.items():
        if op.get_bind().dialect.name == "postgresql":
            what = f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()"
        else:
            what = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        op.execute(f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE ON {table} {what}")
