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
 * When work was first handed in. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class submission_times {
    /** @var array task id => user id => time */
    private array $users = [];

    /** @var array task id => group id => time */
    private array $teams = [];

    /**
     * Note that work was handed in. Of several attempts the earliest time stays.
     *
     * @param int $taskid the assignment's or quiz's id
     * @param int $userid the learner, 0 for a team's submission
     * @param int $groupid the team, only when the user is 0
     * @param int $time Unix seconds
     */
    public function add(int $taskid, int $userid, int $groupid, int $time): void {
        if ($userid > 0) {
            $this->users[$taskid][$userid] = self::earlier($this->users[$taskid][$userid] ?? 0, $time);
        } else {
            $this->teams[$taskid][$groupid] = self::earlier($this->teams[$taskid][$groupid] ?? 0, $time);
        }
    }

    /**
     * Find when a learner first handed in.
     *
     * @param int $taskid the assignment's or quiz's id
     * @param int $userid the learner
     * @param int|null $team the learner's team (0 is Moodle's default team), null when this is no group work
     * @return int Unix seconds, 0 when nothing was handed in
     */
    public function of(int $taskid, int $userid, ?int $team = null): int {
        $own = $this->users[$taskid][$userid] ?? 0;
        if ($team === null) {
            return $own;
        }
        return self::earlier($own, $this->teams[$taskid][$team] ?? 0);
    }

    /**
     * Take the earlier of two times.
     *
     * @param int $one Unix seconds, 0 for none
     * @param int $other Unix seconds, 0 for none
     * @return int 0 only when both are
     */
    private static function earlier(int $one, int $other): int {
        return $one === 0 || $other === 0 ? max($one, $other) : min($one, $other);
    }
}
