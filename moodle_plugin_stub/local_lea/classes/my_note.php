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
 * The note that somebody has just opened "My engagement": the launch that follows shows all their courses, not only one.
 *
 * A launch always belongs to a course, and the tool must not take a wish from the browser; so it asks this site. The note
 * holds a user id and nothing else, in a cache, for two minutes at most.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class my_note {
    /**
     * Leave the note.
     *
     * @param int $userid the user who opens the page
     */
    public static function leave(int $userid): void {
        self::cache()->set($userid, 1);
    }

    /**
     * Take the note away: the user opens one course's engagement.
     *
     * @param int $userid the user
     */
    public static function take_away(int $userid): void {
        self::cache()->delete($userid);
    }

    /**
     * Whether the note is there and not too old.
     *
     * @param int $userid the user
     * @return bool
     */
    public static function is_there(int $userid): bool {
        return self::cache()->get($userid) !== false;
    }

    /**
     * Open the cache.
     *
     * @return \cache
     */
    private static function cache(): \cache {
        return \cache::make('local_lea', 'mynote');
    }
}
