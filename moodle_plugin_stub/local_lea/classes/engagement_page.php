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

use core\context\course as context_course;
use core\url;

/**
 * Who gets the Engagement tab of a course, and what it opens.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class engagement_page {
    /** @var string key of the tab in the secondary navigation */
    public const TAB = 'local_lea';

    /**
     * Whether the current user may open engagement in a course: their own, or that of the learners they teach.
     *
     * What they then see is decided by the tool, not here.
     *
     * @param context_course $context the course
     * @return bool
     */
    public static function is_allowed(context_course $context): bool {
        return has_any_capability(['local/lea:viewown', 'local/lea:viewcourse'], $context);
    }

    /**
     * Whether the current user is somebody else: an administrator under "log in as".
     *
     * The launch would not reveal it, so the tool cannot tell: the refusal must happen here.
     *
     * @return bool
     */
    public static function is_somebody_else(): bool {
        return \core\session\manager::is_loggedinas();
    }

    /**
     * Whether to show the tab.
     *
     * @param context_course $context the course
     * @return bool
     */
    public static function has_tab(context_course $context): bool {
        return isloggedin()
            && !isguestuser()
            && !self::is_somebody_else()
            && self::is_allowed($context)
            && tool_activities::cmid_for_current_user((int) $context->instanceid) !== null;
    }

    /**
     * Make the address of the page.
     *
     * @param int $courseid the course
     * @return url
     */
    public static function url(int $courseid): url {
        return new url('/local/lea/view.php', ['id' => $courseid]);
    }
}
