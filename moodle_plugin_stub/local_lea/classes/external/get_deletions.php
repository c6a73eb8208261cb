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
use local_lea\deletion_log;

/**
 * Lists what was deleted or is to be erased.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_deletions extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'afterid' => new external_value(PARAM_INT, 'Rows after this id; 0 at first'),
        ]);
    }

    /**
     * List deletions after an id.
     *
     * @param int $afterid rows after this id
     * @return array
     */
    public static function execute(int $afterid): array {
        ['afterid' => $afterid] = self::validate_parameters(self::execute_parameters(), ['afterid' => $afterid]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readcourses', $context);

        return deletion_log::page($afterid);
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'maxid' => new external_value(PARAM_INT, 'All rows up to this id have been served; 0 for an empty table'),
            'deletions' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Id of the row'),
                'kind' => new external_value(PARAM_ALPHA, 'user, course, activity or erasure'),
                'objectid' => new external_value(PARAM_INT, 'Id of the user, course or course module; for an erasure the user\'s'),
                'courseid' => new external_value(PARAM_INT, 'Course concerned, 0 for all'),
                'timecreated' => new external_value(PARAM_INT, 'When it was deleted or asked for, Unix seconds'),
            ]), 'The rows, ascending by id'),
        ]);
    }
}
