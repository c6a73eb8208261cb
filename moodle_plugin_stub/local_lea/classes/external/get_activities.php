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
use local_lea\names;
use local_lea\switched_courses;
use local_lea\tool_activities;

/**
 * Lists the activities of a course.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_activities extends external_api {
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
     * List the activities of a course.
     *
     * @param int $courseid the course
     * @return array
     */
    public static function execute(int $courseid): array {
        ['courseid' => $courseid] = self::validate_parameters(self::execute_parameters(), ['courseid' => $courseid]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readcourses', $context);

        $course = get_course($courseid);
        switched_courses::require_on($courseid);
        $own = array_fill_keys(tool_activities::own_cmids($courseid), true);
        $activities = [];
        // User -1: the activities as such, without working out what somebody may open.
        foreach (get_fast_modinfo($course, -1)->get_cms() as $cm) {
            if ($cm->deletioninprogress) {
                continue;
            }
            $activities[] = [
                'cmid' => (int) $cm->id,
                'modname' => $cm->modname,
                'name' => names::plain($cm->name),
                'visible' => (bool) $cm->visible,
                'section' => (int) $cm->sectionnum,
                'own' => isset($own[(int) $cm->id]),
            ];
        }
        return ['courseid' => $courseid, 'activities' => $activities];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'activities' => new external_multiple_structure(new external_single_structure([
                'cmid' => new external_value(PARAM_INT, 'Course module id'),
                'modname' => new external_value(PARAM_PLUGIN, 'Kind of activity, such as assign or page'),
                'name' => new external_value(PARAM_RAW, 'Name, plain text'),
                'visible' => new external_value(PARAM_BOOL, 'Whether students see it'),
                'section' => new external_value(PARAM_INT, 'Number of the section it stands in, from 0'),
                'own' => new external_value(PARAM_BOOL, 'Whether it is this tool\'s own activity: opening it is no evidence'),
            ]), 'The activities in the order of the course'),
        ]);
    }
}
