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
use local_lea\switched_courses;
use local_lea\task_reader;

/**
 * Lists what is to be handed in.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_tasks extends external_api {
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
     * List the assignments and quizzes of a course.
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
        return ['courseid' => $courseid, 'tasks' => (new task_reader($courseid))->tasks()];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'tasks' => new external_multiple_structure(new external_single_structure([
                'cmid' => new external_value(PARAM_INT, 'Course module id'),
                'modname' => new external_value(PARAM_PLUGIN, 'assign or quiz'),
                'name' => new external_value(PARAM_RAW, 'Name, plain text'),
                'duedate' => new external_value(PARAM_INT, 'The task\'s own due date, Unix seconds, 0 for none'),
                'excusedknown' => new external_value(PARAM_BOOL, 'Whether the gradebook can tell who is excused'),
                'visible' => new external_value(PARAM_BOOL, 'Whether students see it'),
                'teamwork' => new external_value(PARAM_BOOL, 'Whether one member hands in for the whole team'),
                'learners' => new external_multiple_structure(new external_single_structure([
                    'userid' => new external_value(PARAM_INT, 'User id'),
                    'duedate' => new external_value(PARAM_INT, 'Due date as it holds for this learner, Unix seconds, 0 for none'),
                    'extended' => new external_value(PARAM_BOOL, 'Whether that is later than the task\'s own'),
                    'excused' => new external_value(PARAM_BOOL, 'Whether the gradebook excludes this learner\'s grade'),
                    'timesubmitted' => new external_value(PARAM_INT, 'When it was first handed in, as far as Moodle still knows,'
                        . ' Unix seconds, 0 for not'),
                ]), 'Learners whose task it is'),
            ]), 'Assignments, then quizzes'),
        ]);
    }
}
