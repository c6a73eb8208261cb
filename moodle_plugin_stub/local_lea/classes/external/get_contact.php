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
use local_lea\contact_reader;
use local_lea\switched_courses;

/**
 * Tells how a learner can be reached, at the moment when somebody is about to get in touch.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_contact extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Course id: one that the learner is in'),
            'userid' => new external_value(PARAM_INT, 'User id'),
        ]);
    }

    /**
     * Tell how a learner can be reached; nothing of somebody who does not learn in the course now.
     *
     * @param int $courseid the course
     * @param int $userid the learner
     * @return array
     */
    public static function execute(int $courseid, int $userid): array {
        ['courseid' => $courseid, 'userid' => $userid] = self::validate_parameters(
            self::execute_parameters(),
            ['courseid' => $courseid, 'userid' => $userid]
        );
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:viewcontact', $context);

        get_course($courseid);
        switched_courses::require_on($courseid);
        return ['courseid' => $courseid, 'userid' => $userid] + contact_reader::read($courseid, $userid);
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'userid' => new external_value(PARAM_INT, 'User id'),
            'learns' => new external_value(PARAM_BOOL, 'Whether this user learns in this course now; else all below is empty'),
            'email' => new external_value(PARAM_TEXT, 'E-mail address of the account'),
            'personalemail' => new external_value(PARAM_TEXT, 'What stands in the profile field of the plugin\'s settings'),
            'phones' => new external_multiple_structure(
                new external_value(PARAM_TEXT, 'Telephone number'),
                'Telephone numbers of the profile'
            ),
        ]);
    }
}
