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
 * Callbacks that Moodle finds by their names.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_lea\engagement_page;
use local_lea\my_note;
use local_lea\tool_activities;

/**
 * Keep somebody who is logged in as somebody else out of the tool's own activities, opened without the Engagement tab.
 *
 * Moodle calls this at the end of each require_login(): on the activity's page, its launch and its sign-in. The refusal
 * itself, and its entry in the log, are the Engagement page's.
 *
 * @param mixed $courseorid the course or its id
 * @param mixed $autologinguest not used
 * @param stdClass|cm_info|null $cm the activity that is opened, null for other pages
 * @param mixed $setwantsurltome not used
 * @param mixed $preventredirect whether an exception must be thrown instead of a redirect
 */
function local_lea_after_require_login(
    $courseorid = null,
    $autologinguest = null,
    $cm = null,
    $setwantsurltome = null,
    $preventredirect = null
): void {
    global $SCRIPT, $USER;
    if (!$cm) {
        return;
    }
    if ($SCRIPT === '/mod/lti/view.php') {
        // Who opens an activity by itself has left "My engagement".
        my_note::take_away((int) $USER->id);
    }
    if (!engagement_page::is_somebody_else()) {
        return;
    }
    $courseid = (int) $cm->course;
    if (!in_array((int) $cm->id, tool_activities::own_cmids($courseid), true)) {
        return;
    }
    if ($preventredirect) {
        throw new moodle_exception('loginasrefused', 'local_lea');
    }
    redirect(engagement_page::url($courseid));
}
