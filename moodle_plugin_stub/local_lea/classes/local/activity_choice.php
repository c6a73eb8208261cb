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
 * Chooses which of a course's activities of the tool is the one that opens it. Plain PHP: needs nothing of Moodle.
 *
 * An activity here is an array: cmid, visible, visibleoncoursepage, restricted (by a condition of its own or its section's),
 * name, custom (its own custom parameters), special (a description, a key or a grade of its own), section.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class activity_choice {
    /**
     * Choose: the one that the course holds already, else a visible one, else a hidden one, of several the oldest.
     *
     * One that is restricted would keep learners out, and one that somebody placed for a certain panel stays what it is.
     *
     * @param array[] $activities all of the tool in the course
     * @param int $heldcmid course module id of the one that the course holds already, 0 for none
     * @return int|null course module id, null when none will do
     */
    public static function choose(array $activities, int $heldcmid): ?int {
        $usable = array_filter($activities, fn($activity) => self::is_usable($activity));
        usort($usable, fn($one, $other) => self::rank($one, $heldcmid) <=> self::rank($other, $heldcmid));
        return $usable ? $usable[0]['cmid'] : null;
    }

    /**
     * Find the ones too many: made by the plugin (or copies of such) beside the chosen one, as a restore brings them.
     *
     * @param array[] $activities all of the tool in the course
     * @param int $chosencmid course module id of the chosen one
     * @param string $name the name that the plugin gives
     * @return int[] course module ids
     */
    public static function surplus(array $activities, int $chosencmid, string $name): array {
        $surplus = array_filter(
            $activities,
            fn($activity) => $activity['cmid'] !== $chosencmid && self::is_made($activity, $name)
        );
        return array_values(array_column($surplus, 'cmid'));
    }

    /**
     * Whether an activity is as the plugin makes them, so that nothing is lost with it: stealth, plain, nowhere else.
     *
     * @param array $activity the activity
     * @param string $name the name that the plugin gives
     * @return bool
     */
    public static function is_made(array $activity, string $name): bool {
        return $activity['name'] === $name
            && !$activity['visibleoncoursepage']
            && !$activity['restricted']
            && !$activity['special']
            && trim($activity['custom']) === ''
            && $activity['section'] === 0;
    }

    /**
     * Whether everybody can be brought to the tool's start through an activity, once it is visible.
     *
     * @param array $activity the activity
     * @return bool
     */
    private static function is_usable(array $activity): bool {
        return !$activity['restricted'] && !preg_match('/^\h*panel\h*=\h*+(?!start\h*\r?$)/m', $activity['custom']);
    }

    /**
     * Order activities.
     *
     * @param array $activity the activity
     * @param int $heldcmid the one that the course holds already
     * @return array to compare
     */
    private static function rank(array $activity, int $heldcmid): array {
        return [$activity['cmid'] !== $heldcmid, !$activity['visible'], $activity['cmid']];
    }
}
