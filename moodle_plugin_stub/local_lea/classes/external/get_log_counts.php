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
 * Counts rows of the standard log.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_log_counts extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'fromid' => new external_value(PARAM_INT, 'Rows after this id; 0 for the beginning'),
            'toid' => new external_value(PARAM_INT, 'Rows up to and including this id'),
            'courseids' => new external_value(
                PARAM_SEQUENCE,
                'Course ids separated by commas; those that are not switched on are left out'
            ),
            'bucket' => new external_value(PARAM_INT, 'Number of ids in a range', VALUE_DEFAULT, 5000),
        ]);
    }

    /**
     * Count rows of the log by range of ids, with the same filter as get_log_events.
     *
     * @param int $fromid rows after this id
     * @param int $toid rows up to and including this id
     * @param string $courseids course ids separated by commas
     * @param int $bucket number of ids in a range
     * @return array
     */
    public static function execute(int $fromid, int $toid, string $courseids, int $bucket = 5000): array {
        [
            'fromid' => $fromid,
            'toid' => $toid,
            'courseids' => $courseids,
            'bucket' => $bucket,
        ] = self::validate_parameters(self::execute_parameters(), [
            'fromid' => $fromid,
            'toid' => $toid,
            'courseids' => $courseids,
            'bucket' => $bucket,
        ]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readlog', $context);
        if ($bucket < 1) {
            throw new \invalid_parameter_exception('bucket must be at least 1');
        }

        return [
            'maxid' => log_reader::max_id(),
            'buckets' => log_reader::counts($fromid, $toid, switched_courses::among(id_list::parse($courseids)), $bucket),
        ];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'maxid' => new external_value(PARAM_INT, 'Highest id of the whole log; 0 for an empty log'),
            'buckets' => new external_multiple_structure(new external_single_structure([
                'bucket' => new external_value(PARAM_INT, 'Number of the range: id divided by the size, rounded down'),
                'count' => new external_value(PARAM_INT, 'Rows in it'),
                'idsum' => new external_value(PARAM_INT, 'Sum of their ids'),
            ]), 'The ranges that hold rows, ascending'),
        ]);
    }
}
