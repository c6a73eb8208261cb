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
use local_lea\local\id_list;
use local_lea\log_reader;
use local_lea\switched_courses;

/**
 * Reads a page of the standard log.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_log_events extends external_api {
    /** @var int most rows in one page */
    private const MAX_LIMIT = 5000;

    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'afterid' => new external_value(PARAM_INT, 'Rows after this id; 0 for the beginning'),
            'toid' => new external_value(PARAM_INT, 'Rows up to and including this id; 0 for the end', VALUE_DEFAULT, 0),
            'courseids' => new external_value(
                PARAM_SEQUENCE,
                'Course ids separated by commas; those that are not switched on are left out, and none gives only maxid',
                VALUE_DEFAULT,
                ''
            ),
            'limit' => new external_value(PARAM_INT, 'Most rows, 1 to 5000', VALUE_DEFAULT, self::MAX_LIMIT),
        ]);
    }

    /**
     * Read a page of the log.
     *
     * @param int $afterid rows after this id
     * @param int $toid rows up to and including this id, 0 for the end
     * @param string $courseids course ids separated by commas
     * @param int $limit most rows
     * @return array
     */
    public static function execute(int $afterid, int $toid = 0, string $courseids = '', int $limit = self::MAX_LIMIT): array {
        [
            'afterid' => $afterid,
            'toid' => $toid,
            'courseids' => $courseids,
            'limit' => $limit,
        ] = self::validate_parameters(self::execute_parameters(), [
            'afterid' => $afterid,
            'toid' => $toid,
            'courseids' => $courseids,
            'limit' => $limit,
        ]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readlog', $context);
        if ($limit < 1 || $limit > self::MAX_LIMIT) {
            throw new \invalid_parameter_exception('limit must be from 1 to ' . self::MAX_LIMIT);
        }

        // Before the rows: a row that becomes visible in between has a higher id or is found by the caller's overlap.
        $maxid = log_reader::max_id();
        $end = $toid > 0 ? min($toid, $maxid) : $maxid;
        return [
            'maxid' => $maxid,
            'events' => log_reader::events($afterid, $end, switched_courses::among(id_list::parse($courseids)), $limit),
        ];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'maxid' => new external_value(PARAM_INT, 'Highest id of the whole log, read before the rows; 0 for an empty log'),
            'events' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Id of the log row'),
                'eventname' => new external_value(PARAM_RAW, 'Class of the event with a leading backslash'),
                'edulevel' => new external_value(PARAM_INT, '0 other, 1 teaching, 2 participating'),
                'userid' => new external_value(PARAM_INT, 'Who did it'),
                'relateduserid' => new external_value(PARAM_INT, 'Whom it concerns, 0 for nobody else'),
                'courseid' => new external_value(PARAM_INT, 'Course id'),
                'cmid' => new external_value(PARAM_INT, 'Course module id, 0 when it happened outside an activity'),
                'timecreated' => new external_value(PARAM_INT, 'When it happened, Unix seconds'),
                'origin' => new external_value(PARAM_RAW, 'web, ws, cli, restore and so on; empty when unknown'),
                'realuserid' => new external_value(PARAM_INT, 'Who was logged in as this user, 0 for nobody'),
                'other' => new external_value(PARAM_RAW, 'JSON object of allowed keys, never content; empty for none'),
            ]), 'The rows, ascending by id'),
        ]);
    }
}
