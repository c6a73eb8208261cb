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
 * The staff start page: the tool without a course, for those who look after it.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');

use core\context\system as context_system;
use core\output\notification;
use local_lea\engagement_page;
use local_lea\my_note;
use local_lea\start_page;

require_login(null, false);
$context = context_system::instance();
require_capability('local/lea:viewstart', $context);

$title = get_string('startpage', 'local_lea');
$PAGE->set_context($context);
$PAGE->set_url(start_page::url());
$PAGE->set_pagelayout('standard');
$PAGE->set_title($title);
$PAGE->set_heading($title);

if (engagement_page::is_somebody_else()) {
    engagement_page::refuse_somebody_else('', $context);
}
$cmid = engagement_page::cmid((int) SITEID);
if ($cmid === null) {
    engagement_page::say('', get_string('startnotready', 'local_lea'), notification::NOTIFY_INFO);
}
my_note::take_away((int) $USER->id);
// The tool's own heading stands in the frame; this page's one is for those who hear the page.
$PAGE->add_body_class('local-lea-page');

echo $OUTPUT->header();
echo engagement_page::frame($cmid, $title);
echo $OUTPUT->footer();
