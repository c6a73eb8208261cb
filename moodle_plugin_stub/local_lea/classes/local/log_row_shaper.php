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

namespace local_lea\local;

/**
 * Gives a row of the log the shape in which it leaves the site. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class log_row_shaper {
    /** @var int Moodle's context level of an activity (CONTEXT_MODULE) */
    private const CONTEXT_MODULE = 70;

    /** @var string[] the columns that are read besides "other"; ip, objectid and the rest are not */
    public const COLUMNS = [
        'id', 'eventname', 'edulevel', 'userid', 'relateduserid', 'courseid', 'contextlevel', 'contextinstanceid',
        'anonymous', 'timecreated', 'origin', 'realuserid',
    ];

    /**
     * Shape one row.
     *
     * @param array $row the columns of COLUMNS and other, as the database gives them
     * @return array id, eventname, edulevel, userid, relateduserid, courseid, cmid, timecreated, origin, realuserid, other;
     *     0 and '' for none
     */
    public static function shape(array $row): array {
        return [
            'id' => (int) $row['id'],
            'eventname' => (string) $row['eventname'],
            'edulevel' => (int) $row['edulevel'],
            'userid' => (int) $row['userid'],
            'relateduserid' => (int) $row['relateduserid'],
            'courseid' => (int) $row['courseid'],
            'cmid' => (int) $row['contextlevel'] === self::CONTEXT_MODULE ? (int) $row['contextinstanceid'] : 0,
            'timecreated' => (int) $row['timecreated'],
            'origin' => (string) $row['origin'],
            'realuserid' => (int) $row['realuserid'],
            'other' => other_keys::reduce((string) $row['eventname'], $row['other']),
        ];
    }
}
