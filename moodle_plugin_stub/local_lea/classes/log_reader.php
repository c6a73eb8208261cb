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

use local_lea\local\log_filter;
use local_lea\local\log_row_shaper;
use local_lea\local\other_keys;

/**
 * Reads the standard log: what log_filter lets through, as SQL.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class log_reader {
    /** @var string the table of the standard log */
    private const TABLE = 'logstore_standard_log';

    /** @var string shortname of the service whose users are left out */
    private const SERVICE = 'local_lea';

    /**
     * Read the table's highest id.
     *
     * @return int 0 for an empty log
     */
    public static function max_id(): int {
        global $DB;
        return (int) $DB->get_field_sql('SELECT MAX(id) FROM {' . self::TABLE . '}');
    }

    /**
     * Read rows in ascending order of id.
     *
     * @param int $afterid rows after this id
     * @param int $toid rows up to and including this id
     * @param int[] $courseids courses asked for
     * @param int $limit most rows
     * @return array rows in the shape of log_row_shaper
     */
    public static function events(int $afterid, int $toid, array $courseids, int $limit): array {
        global $DB;
        if (!$courseids || $toid <= $afterid) {
            return [];
        }
        $botids = self::bot_ids();
        [$where, $params] = self::where($afterid, $toid, $courseids, $botids);
        // Content does not even leave the database for events of which nothing is kept.
        [$insql, $inparams] = $DB->get_in_or_equal(array_keys(other_keys::ALLOWED), SQL_PARAMS_NAMED, 'known');
        $columns = 'l.' . implode(', l.', log_row_shaper::COLUMNS);
        $sql = "SELECT {$columns}, CASE WHEN l.eventname {$insql} THEN l.other ELSE NULL END AS other
                  FROM {" . self::TABLE . "} l
                 WHERE {$where}
              ORDER BY l.id";
        $filter = new log_filter($botids, $courseids);
        $events = [];
        $rows = $DB->get_recordset_sql($sql, $inparams + $params, 0, $limit);
        foreach ($rows as $row) {
            $row = (array) $row;
            if ($filter->keeps($row)) {
                $events[] = log_row_shaper::shape($row);
            }
        }
        $rows->close();
        return $events;
    }

    /**
     * Count rows by range of ids.
     *
     * @param int $fromid rows after this id
     * @param int $toid rows up to and including this id
     * @param int[] $courseids courses asked for
     * @param int $size number of ids in a range
     * @return array bucket (id divided by size, rounded down), count, idsum; ranges without rows are left out
     */
    public static function counts(int $fromid, int $toid, array $courseids, int $size): array {
        global $DB;
        if (!$courseids || $toid <= $fromid) {
            return [];
        }
        [$where, $params] = self::where($fromid, $toid, $courseids, self::bot_ids());
        $start = 'l.id - ' . $DB->sql_modulo('l.id', (string) $size);
        $sql = "SELECT {$start} AS bucketstart, COUNT(l.id) AS rowcount, SUM(l.id) AS idsum
                  FROM {" . self::TABLE . "} l
                 WHERE {$where}
              GROUP BY {$start}
              ORDER BY {$start}";
        $buckets = [];
        $rows = $DB->get_recordset_sql($sql, $params);
        foreach ($rows as $row) {
            $buckets[] = [
                'bucket' => intdiv((int) $row->bucketstart, $size),
                'count' => (int) $row->rowcount,
                'idsum' => (int) $row->idsum,
            ];
        }
        $rows->close();
        return $buckets;
    }

    /**
     * Find the users of this service, whose own rows say nothing about learning.
     *
     * @return int[] user ids, the current one among them
     */
    private static function bot_ids(): array {
        global $DB, $USER;
        $ids = $DB->get_fieldset_sql(
            "SELECT DISTINCT esu.userid
               FROM {external_services_users} esu
               JOIN {external_services} es ON es.id = esu.externalserviceid
              WHERE es.shortname = :shortname",
            ['shortname' => self::SERVICE]
        );
        return array_values(array_unique(array_map('intval', [...$ids, $USER->id])));
    }

    /**
     * Write the filter as SQL.
     *
     * @param int $afterid rows after this id
     * @param int $toid rows up to and including this id
     * @param int[] $courseids courses asked for
     * @param int[] $botids users whose rows are left out
     * @return array condition and parameters
     */
    private static function where(int $afterid, int $toid, array $courseids, array $botids): array {
        global $DB;
        [$courses, $courseparams] = $DB->get_in_or_equal($courseids, SQL_PARAMS_NAMED, 'course');
        [$nobots, $botparams] = $DB->get_in_or_equal($botids, SQL_PARAMS_NAMED, 'bot', false);
        [$noevents, $eventparams] = $DB->get_in_or_equal(log_filter::IGNORED_EVENTS, SQL_PARAMS_NAMED, 'ignored', false);
        $where = "l.id > :afterid AND l.id <= :toid
                  AND l.anonymous = 0 AND l.userid > 0
                  AND l.courseid {$courses} AND l.userid {$nobots} AND l.eventname {$noevents}";
        $params = ['afterid' => $afterid, 'toid' => $toid] + $courseparams + $botparams + $eventparams;
        return [$where, $params];
    }
}
