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

namespace local_lea;

/**
 * The table of deletions and erasures that the analytics service follows.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class deletion_log {
    /** @var string a user account was deleted */
    public const USER = 'user';

    /** @var string a course was deleted */
    public const COURSE = 'course';

    /** @var string an activity was deleted */
    public const ACTIVITY = 'activity';

    /** @var string a user's data is to be erased, in one course or (course id 0) everywhere */
    public const ERASURE = 'erasure';

    /** @var int most rows in one answer */
    public const PAGE_SIZE = 10000;

    /** @var string the table */
    private const TABLE = 'local_lea_deletion';

    /**
     * Add one row.
     *
     * @param string $kind one of the constants of this class
     * @param int $objectid id of the user, course or course module; of the user for an erasure
     * @param int $courseid the course concerned, 0 for all
     */
    public static function add(string $kind, int $objectid, int $courseid = 0): void {
        self::add_many($kind, [$objectid], $courseid);
    }

    /**
     * Add one row for each of several ids.
     *
     * @param string $kind one of the constants of this class
     * @param int[] $objectids ids of users, courses or course modules
     * @param int $courseid the course concerned, 0 for all
     */
    public static function add_many(string $kind, array $objectids, int $courseid = 0): void {
        global $DB;
        $now = time();
        $rows = [];
        foreach ($objectids as $objectid) {
            $rows[] = [
                'kind' => $kind,
                'objectid' => (int) $objectid,
                'courseid' => $courseid,
                'timecreated' => $now,
            ];
        }
        if ($rows) {
            $DB->insert_records(self::TABLE, $rows);
        }
    }

    /**
     * Read one page after an id.
     *
     * @param int $afterid the last id already read, 0 at first
     * @return array with maxid (everything up to it has been served) and deletions (the rows, ascending by id)
     */
    public static function page(int $afterid): array {
        global $DB;
        // The maximum first: a row that arrives between the two statements then waits for the next call.
        $maxid = (int) $DB->get_field_sql('SELECT MAX(id) FROM {' . self::TABLE . '}');
        $rows = $DB->get_records_select(
            self::TABLE,
            'id > :afterid AND id <= :maxid',
            ['afterid' => $afterid, 'maxid' => $maxid],
            'id ASC',
            'id, kind, objectid, courseid, timecreated',
            0,
            self::PAGE_SIZE
        );
        if (count($rows) === self::PAGE_SIZE) {
            $maxid = (int) array_key_last($rows);
        }
        return ['maxid' => $maxid, 'deletions' => array_map(fn($row) => (array) $row, array_values($rows))];
    }
}
