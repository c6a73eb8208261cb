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
 * Chooses the course through which "My engagement" opens: every launch belongs to one, whichever is all the same to the tool.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class launch_choice {
    /**
     * Choose a course.
     *
     * One that runs now is best, then the one that began last: its activity is the likeliest to be kept in order.
     *
     * @param array $courses rows with id, startdate, enddate (0 for none), cmid (null when there is nothing to open)
     * @param int $now Unix seconds
     * @return array|null the row, null when none can be opened
     */
    public static function pick(array $courses, int $now): ?array {
        $openable = array_values(array_filter($courses, fn($course) => $course['cmid'] !== null));
        usort($openable, fn($one, $other) => self::rank($other, $now) <=> self::rank($one, $now));
        return $openable[0] ?? null;
    }

    /**
     * Rank a course; more is better.
     *
     * @param array $course its row
     * @param int $now Unix seconds
     * @return array whether it runs, when it began, its id against chance
     */
    private static function rank(array $course, int $now): array {
        $runs = $course['startdate'] <= $now && ($course['enddate'] === 0 || $now < $course['enddate']);
        return [$runs, $course['startdate'], $course['id']];
    }
}
