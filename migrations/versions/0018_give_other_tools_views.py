"""Other tools read views of the frozen figures and counts: nobody's rows, and never changed without a new version."""

from collections.abc import Sequence

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NUMBERS = (
    "learners",
    "places",
    "enrolled",
    "coverage",
    "meeting",
    "below",
    "well_below",
    "too_early",
    "share_meeting",
    "meeting_over",
    "concerns",
    "raised",
    "contacted",
    "wrong_flags",
    "open_cases",
)
FIGURES = """
SELECT f.platform_id, f.as_of AS week_ends_on, f.scope, f.scope_id, c.moodle_course_id,
       CASE f.scope WHEN 'course' THEN c.shortname WHEN 'school' THEN s.code WHEN 'programme' THEN p.code END AS code,
       CASE f.scope WHEN 'course' THEN c.fullname WHEN 'school' THEN s.name WHEN 'programme' THEN p.name
                    ELSE o.name END AS name,
       q.code AS part_programme_code,
       {numbers}
  FROM frozen_figure f
  JOIN platform o ON o.id = f.platform_id
  LEFT JOIN course c ON f.scope = 'course' AND c.id = f.scope_id
  LEFT JOIN school s ON f.scope = 'school' AND s.id = f.scope_id
  LEFT JOIN programme p ON f.scope = 'programme' AND p.id = f.scope_id
  LEFT JOIN programme q ON q.id = CASE WHEN f.part LIKE 'programme:%' THEN CAST(substr(f.part, 11) AS bigint) END
"""
OPENINGS = """
SELECT n.platform_id, n.course_id, n.moodle_course_id, n.course_code, n.week_ends_on, n.week_no, n.learners, n.cmid,
       n.activity_type, n.activity_name, n.is_shown,
       {in_week} AS told_in_week, {in_week_percent} AS percent_in_week,
       {so_far} AS told_so_far, {so_far_percent} AS percent_so_far
  FROM (SELECT c.platform_id, c.id AS course_id, c.moodle_course_id, c.shortname AS course_code,
               o.as_of AS week_ends_on, o.week_no, o.learners, a.cmid, a.modname AS activity_type,
               a.name AS activity_name, (a.is_visible AND a.deleted_at IS NULL) AS is_shown,
               {first} AS in_week, {second} AS so_far
          FROM frozen_opening o
          JOIN course c ON c.id = o.course_id
          CROSS JOIN json_each(o.items) i
          JOIN activity a ON a.course_id = o.course_id AND a.cmid = CAST(i.key AS bigint)
         WHERE o.learners >= 20 AND NOT a.is_own AND a.modname <> 'label') n
"""
SHARE = "CASE WHEN n.{0} < 10 THEN 'few' WHEN n.{0} > n.learners - 10 THEN 'nearly all' ELSE 'some' END"
PERCENT = (
    "CASE WHEN n.{0} >= 10 AND n.{0} <= n.learners - 10 THEN (200 * n.{0} + 5 * n.learners) / (10 * n.learners) * 5 END"
)


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    # Without the barrier a reader's own function could see rows before the view has left them out.
    kind = "VIEW {} WITH (security_barrier) AS" if is_postgresql else "VIEW {} AS"
    number = (
        "CAST(f.figures ->> '{0}' AS integer) AS {0}" if is_postgresql else "json_extract(f.figures, '$.{0}') AS {0}"
    )
    taken = "CAST(i.value ->> {0} AS integer)" if is_postgresql else "json_extract(i.value, '$[{0}]')"
    figures = FIGURES.format(numbers=", ".join(number.format(name) for name in NUMBERS))
    openings = OPENINGS.format(
        in_week=SHARE.format("in_week"),
        in_week_percent=PERCENT.format("in_week"),
        so_far=SHARE.format("so_far"),
        so_far_percent=PERCENT.format("so_far"),
        first=taken.format(0),
        second=taken.format(1),
    )
    op.execute(f"CREATE {kind.format('bi_figures_v1')}{figures}")
    op.execute(f"CREATE {kind.format('bi_openings_v1')}{openings}")


def downgrade() -> None:
    op.execute("DROP VIEW bi_openings_v1")
    op.execute("DROP VIEW bi_figures_v1")
