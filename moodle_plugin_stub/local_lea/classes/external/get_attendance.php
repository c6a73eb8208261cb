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
use local_lea\attendance_reader;
use local_lea\switched_courses;

/**
 * Lists the marks in a course's registers.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_attendance extends external_api {
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
     * List the sessions of a course with who attended.
     *
     * @param int $courseid the course
     * @return array
     */
    public static function execute(int $courseid): array {
        ['courseid' => $courseid] = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readtasks', $context);

        get_course($courseid);
        switched_courses::require_on($courseid);
        $reader = new attendance_reader($courseid);
        return [
            'courseid' => $courseid,
            'installed' => attendance_reader::is_installed(),
            'registers' => $reader->registers(),
            'sessions' => $reader->sessions(),
        ];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'installed' => new external_value(PARAM_BOOL, 'Whether the Attendance activity is installed on this site'),
            'registers' => new external_value(PARAM_INT, 'How many Attendance activities of the course learners can see'),
            'sessions' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Session id'),
                'cmid' => new external_value(PARAM_INT, 'Course module id'),
                'time' => new external_value(PARAM_INT, 'When it began, Unix seconds'),
                'marks' => new external_multiple_structure(new external_single_structure([
                    'userid' => new external_value(PARAM_INT, 'User id'),
                    'status' => new external_value(PARAM_ALPHA, 'attended, absent or excused; never why'),
                ]), 'Whoever was marked'),
            ]), 'Sessions that somebody was marked at'),
        ]);
    }
}
