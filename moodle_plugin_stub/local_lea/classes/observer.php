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
        switched_courses::forget((int) $event->objectid);
    }

    /**
     * Write down that an activity was deleted.
     *
     * @param \core\event\course_module_deleted $event the event
     */
    public static function course_module_deleted(\core\event\course_module_deleted $event): void {
        deletion_log::add(deletion_log::ACTIVITY, (int) $event->objectid, (int) $event->courseid);
        self::activity_changed($event);
    }

    /**
     * Look the course's tool activity up again, and renew it when it was deleted, hidden or restricted.
     *
     * @param \core\event\base $event that a course module was deleted or updated
     */
    public static function activity_changed(\core\event\base $event): void {
        tool_activities::forget((int) $event->courseid);
        if (($event->other['modulename'] ?? '') === 'lti') {
            provisioning::look_after((int) $event->courseid);
        }
    }

    /**
     * Look the course's tool activity up again, and look after it: a restore may bring one, or take it away.
     *
     * @param \core\event\course_restored $event the event
     */
    public static function course_restored(\core\event\course_restored $event): void {
        tool_activities::forget((int) $event->courseid);
        provisioning::look_again((int) $event->courseid);
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
