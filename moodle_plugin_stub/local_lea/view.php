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
 * The Engagement tab: this tool's activity of the course in a frame.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');

use core\context\course as context_course;
use core\output\notification;
use local_lea\engagement_page;
use local_lea\my_note;
use local_lea\switched_courses;

$courseid = required_param('id', PARAM_INT);
$course = get_course($courseid);
require_login($course);
$context = context_course::instance($courseid);
if (!engagement_page::is_allowed($context)) {
    throw new required_capability_exception($context, 'local/lea:viewown', 'nopermissions', '');
}

$title = get_string('engagement', 'local_lea');
$PAGE->set_url(engagement_page::url($courseid));
$PAGE->set_pagelayout('incourse');
$PAGE->set_title($course->shortname . ': ' . $title);
$PAGE->set_heading($course->fullname);
$PAGE->set_secondary_active_tab(engagement_page::TAB);

if (engagement_page::is_somebody_else()) {
    engagement_page::refuse_somebody_else($title, $context);
}
if (!switched_courses::is_on($courseid)) {
    engagement_page::say($title, get_string('notswitchedon', 'local_lea'), notification::NOTIFY_INFO);
}
$cmid = engagement_page::cmid($courseid);
if ($cmid === null) {
    engagement_page::say($title, get_string('notready', 'local_lea'), notification::NOTIFY_INFO);
}
// This page is about one course: who has just come from "My engagement" does not want that here.
my_note::take_away((int) $USER->id);

echo $OUTPUT->header();
echo $OUTPUT->heading($title, 2, 'visually-hidden sr-only');
$coursename = format_string($course->fullname, true, ['context' => $context]);
echo engagement_page::frame($cmid, get_string('frametitle', 'local_lea', $coursename));
echo $OUTPUT->footer();
