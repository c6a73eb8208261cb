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
 * Observers of Moodle events.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class observer {
    /**
     * Write down that a user was deleted.
     *
     * @param \core\event\user_deleted $event the event
     */
    public static function user_deleted(\core\event\user_deleted $event): void {
        deletion_log::add(deletion_log::USER, (int) $event->objectid);
    }

    /**
     * Write down that a course was deleted.
     *
     * @param \core\event\course_deleted $event the event
     */
    public static function course_deleted(\core\event\course_deleted $event): void {
        deletion_log::add(deletion_log::COURSE, (int) $event->objectid, (int) $event->objectid);
        tool_activities::forget((int) $event->objectid);
    }

    /**
     * Write down that an activity was deleted.
     *
     * @param \core\event\course_module_deleted $event the event
     */
    public static function course_module_deleted(\core\event\course_module_deleted $event): void {
        deletion_log::add(deletion_log::ACTIVITY, (int) $event->objectid, (int) $event->courseid);
        tool_activities::forget((int) $event->courseid);
    }

    /**
     * Look the course's tool activity up again when its activities may have changed.
     *
     * @param \core\event\base $event the event
     */
    public static function course_changed(\core\event\base $event): void {
        tool_activities::forget((int) $event->courseid);
    }
}
