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
 * Works out a learner's due date from the task, its overrides and extensions. Plain PHP: needs nothing of Moodle.
 *
 * It repeats in bulk what mod_assign and mod_quiz decide for one user at a time, oddities included: a test on a real Moodle
 * holds it to them.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class due_date_resolver {
    /**
     * Find the due date of an assignment.
     *
     * A user override replaces the group overrides as a whole: where it leaves the due date open, the assignment's own
     * holds. Of the groups' overrides the one with the lowest sort order counts, likewise as a whole.
     *
     * @param int $base the assignment's due date, 0 for none
     * @param array|null $useroverride duedate (null: left open), null when there is no override
     * @param array $groupoverrides duedate (null: left open) and sortorder of each override of the learner's groups
     * @param int $extension the date of an extension given to this learner, 0 for none
     * @return due_date
     */
    public static function assign(int $base, ?array $useroverride, array $groupoverrides, int $extension): due_date {
        $effective = $base;
        $override = $useroverride ?? self::lowest($groupoverrides);
        if ($override !== null && $override['duedate'] !== null) {
            $effective = (int) $override['duedate'];
        }
        // Without a due date an extension only moves the cut-off date: it makes no due date.
        if ($effective > 0 && $extension > $effective) {
            $effective = $extension;
        }
        return due_date::compared($base, $effective);
    }

    /**
     * Find the due date of a quiz, which is when it closes.
     *
     * A user override counts where it says something; else the latest of the groups' closing times, and none at all if one
     * group's quiz never closes.
     *
     * @param int $base the quiz's closing time, 0 for none
     * @param array|null $useroverride timeclose (null: left open), null when there is no override
     * @param array $groupoverrides timeclose (null: left open) of each override of the learner's groups
     * @return due_date
     */
    public static function quiz(int $base, ?array $useroverride, array $groupoverrides): due_date {
        $effective = $useroverride['timeclose'] ?? null;
        if ($effective === null) {
            $closes = [];
            foreach ($groupoverrides as $override) {
                if ($override['timeclose'] !== null) {
                    $closes[] = (int) $override['timeclose'];
                }
            }
            if ($closes) {
                $effective = in_array(0, $closes, true) ? 0 : max($closes);
            }
        }
        return due_date::compared($base, (int) ($effective ?? $base));
    }

    /**
     * Take the override with the lowest sort order.
     *
     * @param array $overrides each with sortorder
     * @return array|null null when there is none
     */
    private static function lowest(array $overrides): ?array {
        $lowest = null;
        foreach ($overrides as $override) {
            if ($lowest === null || (int) $override['sortorder'] < (int) $lowest['sortorder']) {
                $lowest = $override;
            }
        }
        return $lowest;
    }
}
