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

use core\context\system as context_system;
use core\url;

/**
 * The staff start page: opens the tool without a course, through the one activity on the site home.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class start_page {
    /** @var string key in the cache */
    private const KEY = 'start';

    /**
     * Whether the current user may open it.
     *
     * @return bool
     */
    public static function is_allowed(): bool {
        return has_capability('local/lea:viewstart', context_system::instance());
    }

    /**
     * Whether to show it in the user menu: the user may open it and it is ready. Asked on every page.
     *
     * @return bool
     */
    public static function is_offered(): bool {
        if (!self::is_allowed()) {
            return false;
        }
        $cache = \cache::make('local_lea', 'mycourses');
        $ready = $cache->get(self::KEY);
        if ($ready === false) {
            $ready = switched_courses::cmid((int) SITEID) === null ? 0 : 1;
            $cache->set(self::KEY, $ready);
        }
        return (bool) $ready;
    }

    /**
     * Make the address of the page.
     *
     * @return url
     */
    public static function url(): url {
        return new url('/local/lea/start.php');
    }
}
