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
use local_lea\names;

/**
 * Lists courses.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_courses extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseids' => new external_value(
                PARAM_SEQUENCE,
                'Course ids separated by commas; empty for all courses. Unknown ones are left out of the answer',
                VALUE_DEFAULT,
                ''
            ),
        ]);
    }

    /**
     * List courses.
     *
     * @param string $courseids course ids separated by commas
     * @return array
     */
    public static function execute(string $courseids = ''): array {
        global $DB;
        ['courseids' => $courseids] = self::validate_parameters(self::execute_parameters(), ['courseids' => $courseids]);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readcourses', $context);

        $where = 'c.id <> :siteid';
        $params = ['siteid' => SITEID];
        if ($courseids !== '') {
            [$insql, $inparams] = $DB->get_in_or_equal(id_list::parse($courseids), SQL_PARAMS_NAMED, 'course', true, 0);
            $where .= " AND c.id {$insql}";
            $params += $inparams;
        }
        $rows = $DB->get_recordset_sql(
            "SELECT c.id, c.shortname, c.fullname, c.idnumber, c.category, cc.name AS categoryname, c.startdate, c.enddate,
                    c.visible, c.groupmode
               FROM {course} c
          LEFT JOIN {course_categories} cc ON cc.id = c.category
              WHERE {$where}
           ORDER BY c.id",
            $params
        );
        $courses = [];
        foreach ($rows as $row) {
            $courses[] = [
                'id' => (int) $row->id,
                'shortname' => names::plain($row->shortname),
                'fullname' => names::plain($row->fullname),
                'idnumber' => (string) $row->idnumber,
                'categoryid' => (int) $row->category,
                'categoryname' => names::plain((string) $row->categoryname),
                'startdate' => (int) $row->startdate,
                'enddate' => (int) $row->enddate,
                'visible' => (bool) $row->visible,
                'groupmode' => (int) $row->groupmode,
            ];
        }
        $rows->close();
        return ['courses' => $courses];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'courses' => new external_multiple_structure(new external_single_structure([
                'id' => new external_value(PARAM_INT, 'Course id'),
                'shortname' => new external_value(PARAM_RAW, 'Short name, plain text'),
                'fullname' => new external_value(PARAM_RAW, 'Full name, plain text'),
                'idnumber' => new external_value(PARAM_RAW, 'ID number, empty for none'),
                'categoryid' => new external_value(PARAM_INT, 'Id of the category it stands in'),
                'categoryname' => new external_value(PARAM_RAW, 'Name of that category, plain text'),
                'startdate' => new external_value(PARAM_INT, 'Start, Unix seconds, 0 for none'),
                'enddate' => new external_value(PARAM_INT, 'End, Unix seconds, 0 for none'),
                'visible' => new external_value(PARAM_BOOL, 'Whether students see the course'),
                'groupmode' => new external_value(PARAM_INT, '0 no groups, 1 separate groups, 2 visible groups'),
            ]), 'The courses, ascending by id'),
        ]);
    }
}
