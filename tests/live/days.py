"""Learner-days counted in a Moodle's own database, in SQL of their own: nothing of this tool's rules is asked.

Source: the tables logstore_standard_log, role_assignments, user_enrolments and lti of Moodle 4.5 on PostgreSQL.
"""

import os
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, text

LEARNER_DAYS = """
SELECT DISTINCT l.courseid, l.userid, CAST(to_timestamp(l.timecreated) AT TIME ZONE :zone AS date) AS day
  FROM {p}logstore_standard_log l
 WHERE l.courseid IN :courses
   AND l.edulevel = 2
   AND l.anonymous = 0
   AND l.userid > 0
   AND COALESCE(l.realuserid, 0) = 0
   AND COALESCE(l.origin, '') NOT IN ('cli', 'restore')
   AND l.component NOT IN ('local_lea', 'tool_usertours')
   AND NOT (l.component = 'core' AND l.target IN ('course_module_completion', 'course_completion', 'course')
            AND l.action IN ('updated', 'completed') AND l.eventname LIKE '%complet%')
   AND NOT (l.component = 'mod_quiz' AND l.action IN ('abandoned', 'becameoverdue'))
   AND NOT (l.contextlevel = 70 AND l.contextinstanceid IN (
       SELECT cm.id
         FROM {p}course_modules cm
         JOIN {p}modules m ON m.id = cm.module AND m.name = 'lti'
         JOIN {p}lti t ON t.id = cm.instance
        WHERE CAST(t.typeid AS text) IN (
            SELECT value FROM {p}config_plugins WHERE plugin = 'local_lea' AND name = 'typeid')))
   AND EXISTS (
       SELECT 1
         FROM {p}role_assignments ra
         JOIN {p}role r ON r.id = ra.roleid AND r.archetype = 'student'
         JOIN {p}context x ON x.id = ra.contextid AND x.contextlevel = 50 AND x.instanceid = l.courseid
        WHERE ra.userid = l.userid)
   AND NOT EXISTS (
       SELECT 1
         FROM {p}role_assignments ra
         JOIN {p}role r ON r.id = ra.roleid AND r.archetype IN ('teacher', 'editingteacher')
         JOIN {p}context x ON x.id = ra.contextid AND x.contextlevel = 50 AND x.instanceid = l.courseid
        WHERE ra.userid = l.userid)
   AND EXISTS (
       SELECT 1
         FROM {p}user_enrolments ue
         JOIN {p}enrol e ON e.id = ue.enrolid AND e.courseid = l.courseid
         JOIN {p}user u ON u.id = ue.userid AND u.deleted = 0
        WHERE ue.userid = l.userid)
   AND NOT EXISTS (
       SELECT 1
         FROM {p}local_lea_deletion d
        WHERE d.kind = 'erasure' AND d.objectid = l.userid AND d.courseid IN (0, l.courseid)
              AND l.timecreated <= d.timecreated)
   AND l.userid NOT IN (
       SELECT su.userid
         FROM {p}external_services_users su
         JOIN {p}external_services s ON s.id = su.externalserviceid AND s.shortname = 'local_lea')
"""

LearnerDay = tuple[int, int, str]
"""Moodle's course id, Moodle's user id, the day in ISO form."""


def count_in_moodle(database: Connection, course_ids: Sequence[int], zone: str) -> set[LearnerDay]:
    """Return the days on which learners left evidence in these courses, by Moodle's own log table.

    `zone` is an IANA name; the table prefix comes from LEA_LIVE_DATABASE_PREFIX (`mdl_` without it).
    """
    prefix = os.environ.get("LEA_LIVE_DATABASE_PREFIX", "mdl_")
    statement = text(LEARNER_DAYS.format(p=prefix)).bindparams(bindparam("courses", expanding=True))
    rows = database.execute(statement, {"courses": list(course_ids), "zone": zone})
    return {(row.courseid, row.userid, row.day.isoformat()) for row in rows}


def day_of(day_no: int) -> str:
    """Return the day in ISO form that is so many days after 1970-01-01."""
    return (date(1970, 1, 1) + timedelta(days=day_no)).isoformat()
