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
 * "My engagement": all the courses of the learner who is logged in, opened through one of them.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');

use core\context\course as context_course;
use core\context\system as context_system;
use core\output\notification;
use core\url;
use local_lea\engagement_page;
use local_lea\my_courses;
use local_lea\my_note;

require_login(null, false);
if (isguestuser()) {
    throw new moodle_exception('noguest');
}

$title = get_string('myengagement', 'local_lea');
$PAGE->set_context(context_system::instance());
$PAGE->set_url(new url('/local/lea/my.php'));
$PAGE->set_pagelayout('standard');
$PAGE->set_title($title);
$PAGE->set_heading($title);

['courseid' => $courseid, 'cmid' => $cmid] = my_courses::launch();
if (engagement_page::is_somebody_else()) {
    // The log names a course where there is one, so that the tool can show the learner that somebody tried.
    engagement_page::refuse_somebody_else('', $courseid ? context_course::instance($courseid) : context_system::instance());
}
if ($cmid === null) {
    $text = $courseid ? get_string('notready', 'local_lea') : get_string('nocourse', 'local_lea');
    engagement_page::say('', $text, notification::NOTIFY_INFO);
}
my_note::leave((int) $USER->id);
// The tool's own heading stands in the frame; this page's one is for those who hear the page.
$PAGE->add_body_class('local-lea-page');

echo $OUTPUT->header();
echo engagement_page::frame($cmid, $title);
echo $OUTPUT->footer();
