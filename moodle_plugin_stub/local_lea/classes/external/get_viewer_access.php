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
use local_lea\my_note;
use local_lea\roster_reader;

/**
 * Tells what one user is in one course now.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_viewer_access extends external_api {
    /** @var string the user opens "My engagement" rather than one course */
    private const OPENS_MY = 'my';

    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'userid' => new external_value(PARAM_INT, 'User id'),
            'courseid' => new external_value(PARAM_INT, 'Course id, switched on or not; 1 is the site home'),
        ]);
    }

    /**
     * Tell what one user is in one course now.
     *
     * @param int $userid the user
     * @param int $courseid the course
     * @return array
     */
    public static function execute(int $userid, int $courseid): array {
        ['userid' => $userid, 'courseid' => $courseid] = self::validate_parameters(
            self::execute_parameters(),
            ['userid' => $userid, 'courseid' => $courseid]
        );
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readroster', $context);

        return roster_reader::viewer($userid, get_course($courseid)) + [
            'manages' => roster_reader::manages($userid),
            'opens' => my_note::is_there($userid) ? self::OPENS_MY : '',
        ];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'userid' => new external_value(PARAM_INT, 'User id'),
            'courseid' => new external_value(PARAM_INT, 'Course id'),
            'known' => new external_value(PARAM_BOOL, 'Whether there is or was such a user'),
            'suspended' => new external_value(PARAM_BOOL, 'Whether the account is suspended'),
            'deleted' => new external_value(PARAM_BOOL, 'Whether the account is deleted'),
            'enrolled' => new external_value(PARAM_BOOL, 'Whether there is any enrolment, also a suspended or past one'),
            'active' => new external_value(PARAM_BOOL, 'Whether an enrolment gives access now'),
            'roles' => get_roster::roles(),
            'groups' => new external_multiple_structure(new external_value(PARAM_INT, 'Group id'), 'Groups of this user'),
            'groupmode' => new external_value(PARAM_INT, 'Of the course: 0 no groups, 1 separate groups, 2 visible groups'),
            'accessallgroups' => new external_value(PARAM_BOOL, 'Whether this user may see all groups'),
            'manages' => new external_value(PARAM_BOOL, 'Whether this user manages the tool on this site'),
            'opens' => new external_value(PARAM_ALPHA, 'my: opens "My engagement"; empty: opens this course'),
        ]);
    }
}
