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

namespace local_lea\privacy;

use core\context;
use core\context\course as context_course;
use core\context\user as context_user;
use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_lea\deletion_log;

/**
 * Privacy: what leaves the site, and how a request to erase reaches the analytics service.
 *
 * The plugin keeps nothing about engagement here. An erasure is written into the table that the service follows. The table of
 * the courses that are switched on (local_lea_course) holds nothing about anybody.
 *
 * While somebody opens "My engagement", a cache holds their user id for two minutes at most (my_note); the session holds
 * whether that page stands in their user menu (my_courses).
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {
    /**
     * Describe what leaves the site and what is kept.
     *
     * @param collection $collection the collection to add to
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        $fields = [
            'userid', 'firstname', 'lastname', 'fullname', 'idnumber', 'suspended', 'roles', 'enrolments', 'groups',
            'logevents', 'duedates', 'extensions', 'excused', 'timesubmitted', 'attendance', 'contact',
        ];
        $collection->add_external_location_link(
            'lea_service',
            array_combine($fields, array_map(fn($field) => 'privacy:metadata:lea_service:' . $field, $fields)),
            'privacy:metadata:lea_service'
        );
        $collection->add_database_table(
            'local_lea_deletion',
            [
                'kind' => 'privacy:metadata:local_lea_deletion:kind',
                'objectid' => 'privacy:metadata:local_lea_deletion:objectid',
                'courseid' => 'privacy:metadata:local_lea_deletion:courseid',
                'timecreated' => 'privacy:metadata:local_lea_deletion:timecreated',
            ],
            'privacy:metadata:local_lea_deletion'
        );
        return $collection;
    }

    /**
     * Find where data of a user was read: the user as a whole, and each course of the user.
     *
     * @param int $userid the user
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        $contextlist = new contextlist();
        $contextlist->add_user_context($userid);
        $contextlist->add_from_sql(
            "SELECT ctx.id
               FROM {context} ctx
               JOIN {enrol} e ON e.courseid = ctx.instanceid AND ctx.contextlevel = :courselevel
               JOIN {user_enrolments} ue ON ue.enrolid = e.id
              WHERE ue.userid = :userid",
            ['courselevel' => CONTEXT_COURSE, 'userid' => $userid]
        );
        return $contextlist;
    }

    /**
     * Find whose data was read in a context.
     *
     * @param userlist $userlist the list to add to
     */
    public static function get_users_in_context(userlist $userlist): void {
        $context = $userlist->get_context();
        if ($context instanceof context_user) {
            $userlist->add_user($context->instanceid);
        } else if ($context instanceof context_course) {
            $userlist->add_from_sql('userid', self::enrolled_sql(), ['courseid' => $context->instanceid]);
        }
    }

    /**
     * Export: say that the data is held by the service; here is nothing to export.
     *
     * @param approved_contextlist $contextlist the contexts
     */
    public static function export_user_data(approved_contextlist $contextlist): void {
        foreach ($contextlist->get_contexts() as $context) {
            if ($context instanceof context_user) {
                writer::with_context($context)->export_data(
                    [get_string('pluginname', 'local_lea')],
                    (object) ['notice' => get_string('privacy:export', 'local_lea')]
                );
            }
        }
    }

    /**
     * Ask the service to erase everybody's data in a context.
     *
     * @param context $context the context
     */
    public static function delete_data_for_all_users_in_context(context $context): void {
        global $DB;
        if ($context instanceof context_user) {
            deletion_log::add(deletion_log::ERASURE, (int) $context->instanceid);
        } else if ($context instanceof context_course) {
            $userids = $DB->get_fieldset_sql(self::enrolled_sql(), ['courseid' => $context->instanceid]);
            deletion_log::add_many(deletion_log::ERASURE, $userids, (int) $context->instanceid);
        }
    }

    /**
     * Ask the service to erase one user's data.
     *
     * @param approved_contextlist $contextlist the contexts
     */
    public static function delete_data_for_user(approved_contextlist $contextlist): void {
        $userid = (int) $contextlist->get_user()->id;
        $courseids = [];
        foreach ($contextlist->get_contexts() as $context) {
            if ($context instanceof context_user && (int) $context->instanceid === $userid) {
                // Everything of this user: the courses need no rows of their own.
                deletion_log::add(deletion_log::ERASURE, $userid);
                return;
            }
            if ($context instanceof context_course) {
                $courseids[] = (int) $context->instanceid;
            }
        }
        foreach ($courseids as $courseid) {
            deletion_log::add(deletion_log::ERASURE, $userid, $courseid);
        }
    }

    /**
     * Ask the service to erase several users' data in a context.
     *
     * @param approved_userlist $userlist the users and the context
     */
    public static function delete_data_for_users(approved_userlist $userlist): void {
        $context = $userlist->get_context();
        if ($context instanceof context_user) {
            $userids = array_intersect($userlist->get_userids(), [$context->instanceid]);
            deletion_log::add_many(deletion_log::ERASURE, $userids);
        } else if ($context instanceof context_course) {
            deletion_log::add_many(deletion_log::ERASURE, $userlist->get_userids(), (int) $context->instanceid);
        }
    }

    /**
     * Write the statement for the users enrolled in a course.
     *
     * @return string SQL with the parameter courseid
     */
    private static function enrolled_sql(): string {
        return "SELECT DISTINCT ue.userid
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                 WHERE e.courseid = :courseid";
    }
}
