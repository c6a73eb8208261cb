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
use local_lea\local\client_ids;
use local_lea\local\id_list;
use local_lea\lti_tool;
use local_lea\provisioning;

/**
 * Says in which courses the tool is switched on.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class set_courses extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'clientids' => new external_value(PARAM_RAW, 'The tool\'s LTI client ids on this site separated by commas'),
            'courseids' => new external_value(PARAM_SEQUENCE, 'Course ids separated by commas: all that are switched on'),
        ]);
    }

    /**
     * Replace the list of courses that are switched on. Asking again changes nothing; what is to be done is queued for cron.
     *
     * @param string $clientids client ids separated by commas
     * @param string $courseids course ids separated by commas
     * @return array
     */
    public static function execute(string $clientids, string $courseids): array {
        ['clientids' => $clientids, 'courseids' => $courseids] = self::validate_parameters(
            self::execute_parameters(),
            ['clientids' => $clientids, 'courseids' => $courseids]
        );
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:switchcourses', $context);

        lti_tool::remember(client_ids::parse($clientids));
        return provisioning::set(id_list::parse($courseids));
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'tool' => new external_value(PARAM_ALPHA, 'The tool on this site: ready, pending or missing'),
            'sitecmid' => new external_value(PARAM_INT, 'Course module id of the site home\'s activity, 0 for none yet'),
            'siteproblem' => new external_value(PARAM_ALPHA, 'What is amiss with it, as for a course'),
            'courses' => new external_multiple_structure(new external_single_structure([
                'courseid' => new external_value(PARAM_INT, 'Course id'),
                'known' => new external_value(PARAM_BOOL, 'Whether there is such a course'),
                'cmid' => new external_value(PARAM_INT, 'Course module id of its activity, 0 for none yet'),
                'problem' => new external_value(PARAM_ALPHA, 'queued, notool, pendingtool, nomodule, failed or unknowncourse;'
                    . ' empty for none'),
            ]), 'The courses of the list, ascending by id; the site home is never one of them'),
        ]);
    }
}
