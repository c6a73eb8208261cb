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
 * Which rows of the log may leave the site. Plain PHP: needs nothing of Moodle.
 *
 * The same rules stand as SQL in log_reader, so that counts can be made in the database. They are repeated here row by row:
 * what must never leave does not leave, whatever becomes of the statement.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class log_filter {
    /** @var string[] events that the service's own reading writes */
    public const IGNORED_EVENTS = [
        '\core\event\webservice_function_called',
    ];

    /** @var array user id => true for the users of the service */
    private array $botids;

    /** @var array course id => true for the courses asked for */
    private array $courseids;

    /**
     * Say whose rows are left out and which courses are asked for.
     *
     * @param int[] $botids users of the service
     * @param int[] $courseids courses asked for
     */
    public function __construct(array $botids, array $courseids) {
        $this->botids = array_fill_keys($botids, true);
        $this->courseids = array_fill_keys($courseids, true);
    }

    /**
     * Whether a row may leave.
     *
     * @param array $row eventname, userid, courseid, anonymous
     * @return bool
     */
    public function keeps(array $row): bool {
        $userid = (int) $row['userid'];
        return (int) $row['anonymous'] === 0
            // Nobody logged in is 0, a recalculation by the system is -1.
            && $userid > 0
            && !isset($this->botids[$userid])
            && isset($this->courseids[(int) $row['courseid']])
            && !in_array($row['eventname'], self::IGNORED_EVENTS, true);
    }
}
