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

/**
 * The external functions and the one service that holds them.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_lea_get_version' => [
        'classname' => \local_lea\external\get_version::class,
        'description' => 'Versions, time zone and log settings of this site, for the two sides to check each other.',
        'type' => 'read',
        'capabilities' => 'local/lea:readcourses',
    ],
    'local_lea_get_courses' => [
        'classname' => \local_lea\external\get_courses::class,
        'description' => 'Courses with names, category, dates and group mode.',
        'type' => 'read',
        'capabilities' => 'local/lea:readcourses',
    ],
    'local_lea_get_activities' => [
        'classname' => \local_lea\external\get_activities::class,
        'description' => 'The activities of one course, this tool\'s own ones marked.',
        'type' => 'read',
        'capabilities' => 'local/lea:readcourses',
    ],
    'local_lea_get_deletions' => [
        'classname' => \local_lea\external\get_deletions::class,
        'description' => 'Users, courses and activities that were deleted, and erasures that were asked for.',
        'type' => 'read',
        'capabilities' => 'local/lea:readcourses',
    ],
    'local_lea_get_log_events' => [
        'classname' => \local_lea\external\get_log_events::class,
        'description' => 'Rows of the standard log after an id, needed columns only.',
        'type' => 'read',
        'capabilities' => 'local/lea:readlog',
    ],
    'local_lea_get_log_counts' => [
        'classname' => \local_lea\external\get_log_counts::class,
        'description' => 'Number of log rows by range of ids, to compare with what was read.',
        'type' => 'read',
        'capabilities' => 'local/lea:readlog',
    ],
    'local_lea_get_roster' => [
        'classname' => \local_lea\external\get_roster::class,
        'description' => 'Everybody enrolled in one course, with roles, enrolments and groups.',
        'type' => 'read',
        'capabilities' => 'local/lea:readroster',
    ],
    'local_lea_get_viewer_access' => [
        'classname' => \local_lea\external\get_viewer_access::class,
        'description' => 'What one user is in one course now: roles, groups, enrolment.',
        'type' => 'read',
        'capabilities' => 'local/lea:readroster',
    ],
    'local_lea_get_tasks' => [
        'classname' => \local_lea\external\get_tasks::class,
        'description' => 'Assignments and quizzes of one course with each learner\'s due date and time of submission.',
        'type' => 'read',
        'capabilities' => 'local/lea:readtasks',
    ],
    'local_lea_get_attendance' => [
        'classname' => \local_lea\external\get_attendance::class,
        'description' => 'Who attended which session, by the registers of one course, where the Attendance activity is installed.',
        'type' => 'read',
        'capabilities' => 'local/lea:readtasks',
    ],
    'local_lea_get_contact' => [
        'classname' => \local_lea\external\get_contact::class,
        'description' => 'How one learner of one course can be reached, asked when somebody is about to get in touch.',
        'type' => 'read',
        'capabilities' => 'local/lea:viewcontact',
    ],
    'local_lea_set_courses' => [
        'classname' => \local_lea\external\set_courses::class,
        'description' => 'Says in which courses the tool is switched on; their activities then follow.',
        'type' => 'write',
        'capabilities' => 'local/lea:switchcourses',
    ],
];

$services = [
    'Learner Engagement Analytics' => [
        'shortname' => 'local_lea',
        'functions' => array_keys($functions),
        'restrictedusers' => 1,
        'enabled' => 1,
        'downloadfiles' => 0,
        'uploadfiles' => 0,
    ],
];
