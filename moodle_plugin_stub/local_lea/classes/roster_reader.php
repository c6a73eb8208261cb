<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

namespace local_lea;

use core\context\course as context_course;
use local_lea\local\course_groups;
use local_lea\local\roster_shaper;

/**
 * Reads who is in a course, in a number of statements that does not depend on how many they are.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class roster_reader {
    /**
     * Read everybody who is enrolled, suspended enrolments included, deleted users left out.
     *
     * @param int $courseid the course
     * @return array users and groups as get_roster returns them
     */
    public static function roster(int $courseid): array {
        global $DB;
        $shaper = new roster_shaper();
        $namefields = \core_user\fields::for_name()->get_sql('u', false, '', '', true)->selects;
        $rows = $DB->get_recordset_sql(
            "SELECT ue.id AS enrolmentid, u.id AS userid, u.idnumber, u.suspended, e.enrol AS method, ue.status,
                    e.status AS instancestatus, ue.timestart, ue.timeend, ue.timecreated {$namefields}
               FROM {user_enrolments} ue
               JOIN {enrol} e ON e.id = ue.enrolid
               JOIN {user} u ON u.id = ue.userid
              WHERE e.courseid = :courseid AND u.deleted = 0
           ORDER BY u.id, ue.id",
            ['courseid' => $courseid]
        );
        foreach ($rows as $row) {
            $shaper->add_enrolment((array) $row, fullname($row));
        }
        $rows->close();
        foreach (self::role_rows($courseid) as $row) {
            $shaper->add_role($row);
        }
        $groups = course_groups::shown(self::group_rows($courseid));
        $shaper->add_groups(new course_groups($groups, self::member_rows($courseid)));
        return [
            'users' => $shaper->users(),
            'groups' => array_values(array_map(
                fn($group) => ['id' => (int) $group->id, 'name' => names::plain($group->name)],
                $groups
            )),
        ];
    }

    /**
     * Read the roles that are assigned in the course itself, not in a category or the site.
     *
     * @param int $courseid the course
     * @param int|null $userid only this user's
     * @return array[] userid, shortname, archetype
     */
    public static function role_rows(int $courseid, ?int $userid = null): array {
        global $DB;
        $params = ['contextid' => context_course::instance($courseid)->id];
        $onlyuser = '';
        if ($userid !== null) {
            $onlyuser = 'AND ra.userid = :userid';
            $params['userid'] = $userid;
        }
        $rows = $DB->get_records_sql(
            "SELECT ra.id, ra.userid, r.shortname, r.archetype
               FROM {role_assignments} ra
               JOIN {role} r ON r.id = ra.roleid
              WHERE ra.contextid = :contextid {$onlyuser}
           ORDER BY ra.id",
            $params
        );
        return array_map(fn($row) => (array) $row, array_values($rows));
    }

    /**
     * Read the learners: users with a role of the student archetype in the course who are enrolled in it.
     *
     * @param int $courseid the course
     * @return int[] user ids, ascending
     */
    public static function learner_ids(int $courseid): array {
        global $DB;
        $ids = $DB->get_fieldset_sql(
            "SELECT u.id
               FROM {user} u
              WHERE u.deleted = 0
                    AND EXISTS (SELECT 1
                                  FROM {role_assignments} ra
                                  JOIN {role} r ON r.id = ra.roleid
                                 WHERE ra.userid = u.id AND ra.contextid = :contextid AND r.archetype = :archetype)
                    AND EXISTS (SELECT 1
                                  FROM {user_enrolments} ue
                                  JOIN {enrol} e ON e.id = ue.enrolid
                                 WHERE ue.userid = u.id AND e.courseid = :courseid)
           ORDER BY u.id",
            [
                'contextid' => context_course::instance($courseid)->id,
                'archetype' => 'student',
                'courseid' => $courseid,
            ]
        );
        return array_map('intval', $ids);
    }

    /**
     * Read the groups of a course and who is in them.
     *
     * @param int $courseid the course
     * @return course_groups
     */
    public static function groups(int $courseid): course_groups {
        global $DB;
        $groupings = $DB->get_records_sql(
            "SELECT gg.id, gg.groupingid, gg.groupid
               FROM {groupings_groups} gg
               JOIN {groups} g ON g.id = gg.groupid
              WHERE g.courseid = :courseid",
            ['courseid' => $courseid]
        );
        return new course_groups(self::group_rows($courseid), self::member_rows($courseid), $groupings);
    }

    /**
     * Read what one user is in a course now.
     *
     * @param int $userid the user
     * @param \stdClass $course the course
     * @return array as get_viewer_access returns it
     */
    public static function viewer(int $userid, \stdClass $course): array {
        global $DB;
        $courseid = (int) $course->id;
        $user = $DB->get_record('user', ['id' => $userid], 'id, suspended, deleted');
        $live = $user && !$user->deleted;
        $enrolments = $live ? self::enrolment_rows($courseid, $userid) : [];
        $now = time();
        $active = array_filter($enrolments, fn($row) => roster_shaper::is_active_at((array) $row, $now));
        $roles = $live ? self::role_rows($courseid, $userid) : [];
        $context = context_course::instance($courseid);
        return [
            'userid' => $userid,
            'courseid' => $courseid,
            'known' => (bool) $user,
            'suspended' => $user && $user->suspended,
            'deleted' => $user && $user->deleted,
            'enrolled' => (bool) $enrolments,
            'active' => (bool) $active,
            'roles' => array_values(array_unique(array_map([roster_shaper::class, 'role'], $roles), SORT_REGULAR)),
            'groups' => $live ? self::group_ids($courseid, $userid) : [],
            'groupmode' => (int) $course->groupmode,
            'accessallgroups' => $live && has_capability('moodle/site:accessallgroups', $context, $userid),
        ];
    }

    /**
     * Whether a user manages the tool on this site.
     *
     * @param int $userid the user
     * @return bool never for one who is deleted or suspended
     */
    public static function manages(int $userid): bool {
        global $DB;
        return $DB->record_exists('user', ['id' => $userid, 'deleted' => 0, 'suspended' => 0])
            && has_capability('local/lea:manage', \core\context\system::instance(), $userid);
    }

    /**
     * Read one user's enrolments in a course.
     *
     * @param int $courseid the course
     * @param int $userid the user
     * @return \stdClass[] status, instancestatus, timestart, timeend
     */
    private static function enrolment_rows(int $courseid, int $userid): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT ue.id, ue.status, e.status AS instancestatus, ue.timestart, ue.timeend
               FROM {user_enrolments} ue
               JOIN {enrol} e ON e.id = ue.enrolid
              WHERE e.courseid = :courseid AND ue.userid = :userid",
            ['courseid' => $courseid, 'userid' => $userid]
        );
    }

    /**
     * Read the groups of a course.
     *
     * @param int $courseid the course
     * @return \stdClass[] id, name, visibility, participation
     */
    private static function group_rows(int $courseid): array {
        global $DB;
        return $DB->get_records('groups', ['courseid' => $courseid], 'id', 'id, name, visibility, participation');
    }

    /**
     * Read who is in the groups of a course.
     *
     * @param int $courseid the course
     * @return \stdClass[] groupid, userid
     */
    private static function member_rows(int $courseid): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT gm.id, gm.groupid, gm.userid
               FROM {groups_members} gm
               JOIN {groups} g ON g.id = gm.groupid
              WHERE g.courseid = :courseid
           ORDER BY gm.groupid, gm.id",
            ['courseid' => $courseid]
        );
    }

    /**
     * Read one user's groups in a course, but for those that their own members do not see.
     *
     * @param int $courseid the course
     * @param int $userid the user
     * @return int[] group ids, ascending
     */
    private static function group_ids(int $courseid, int $userid): array {
        global $DB;
        $groups = $DB->get_records_sql(
            "SELECT g.id, g.visibility
               FROM {groups} g
               JOIN {groups_members} gm ON gm.groupid = g.id
              WHERE g.courseid = :courseid AND gm.userid = :userid
           ORDER BY g.id",
            ['courseid' => $courseid, 'userid' => $userid]
        );
        return array_map('intval', array_keys(course_groups::shown($groups)));
    }
}
