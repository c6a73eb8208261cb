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

/**
 * Observers: deletions are written down, the lookup of the course's tool activity is kept fresh, and the activity is looked after.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$observers = [
    [
        'eventname' => \core\event\user_deleted::class,
        'callback' => [\local_lea\observer::class, 'user_deleted'],
    ],
    [
        'eventname' => \core\event\course_deleted::class,
        'callback' => [\local_lea\observer::class, 'course_deleted'],
    ],
    [
        'eventname' => \core\event\course_module_deleted::class,
        'callback' => [\local_lea\observer::class, 'course_module_deleted'],
    ],
    [
        'eventname' => \core\event\course_module_created::class,
        'callback' => [\local_lea\observer::class, 'course_changed'],
    ],
    [
        'eventname' => \core\event\course_module_updated::class,
        'callback' => [\local_lea\observer::class, 'activity_changed'],
    ],
    [
        'eventname' => \core\event\course_restored::class,
        'callback' => [\local_lea\observer::class, 'course_restored'],
    ],
    [
        'eventname' => \core\event\course_content_deleted::class,
        'callback' => [\local_lea\observer::class, 'course_changed'],
    ],
];
