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

namespace local_lea\external;

use core\context\system as context_system;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_lea\roster_reader;
use local_lea\switched_courses;

/**
 * Lists who is in a course.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_roster extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
        ]);
    }

    /**
     * List who is in a course.
     *
     * @param int $courseid the course
     * @return array
     */
    public static function execute(int $courseid): array {
        ['courseid' => $courseid] = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readroster', $context);

        get_course($courseid);
        switched_courses::require_on($courseid);
        return ['courseid' => $courseid] + roster_reader::roster($courseid);
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'users' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'User id'),
                'firstname' => new external_value(PARAM_RAW, 'First name'),
                'lastname' => new external_value(PARAM_RAW, 'Last name'),
                'fullname' => new external_value(PARAM_RAW, 'Name as this site writes it'),
                'idnumber' => new external_value(PARAM_RAW, 'ID number, empty for none'),
                'suspended' => new external_value(PARAM_BOOL, 'Whether the account is suspended'),
                'roles' => self::roles(),
                'enrolments' => new external_multiple_structure(new external_single_structure([
                    'method' => new external_value(PARAM_PLUGIN, 'Enrolment method, such as manual'),
                    'active' => new external_value(PARAM_BOOL, 'Whether enrolment and method are switched on, whatever the dates'),
                    'timestart' => new external_value(PARAM_INT, 'From, Unix seconds, 0 for open'),
                    'timeend' => new external_value(PARAM_INT, 'Until, Unix seconds, 0 for open'),
                    'timecreated' => new external_value(PARAM_INT, 'When it was made, Unix seconds'),
                ]), 'Enrolments, at least one'),
                'groups' => new external_multiple_structure(new external_value(PARAM_INT, 'Group id'), 'Groups of this user'),
            ]), 'Everybody enrolled, suspended enrolments included, ascending by id'),
            'groups' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Group id'),
                'name' => new external_value(PARAM_RAW, 'Name, plain text'),
            ]), 'Groups of the course'),
        ]);
    }

    /**
     * Describe a list of roles.
     *
     * @return external_multiple_structure
     */
    public static function roles(): external_multiple_structure {
        return new external_multiple_structure(new external_single_structure([
            'shortname' => new external_value(PARAM_RAW, 'Short name of the role'),
            'archetype' => new external_value(PARAM_RAW, 'Its archetype, such as student or editingteacher; empty for none'),
        ]), 'Roles assigned in the course itself');
    }
}
