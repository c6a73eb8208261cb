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
 * Uninstalling.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_lea\switched_courses;

/**
 * Delete the activities that this plugin made; Moodle then removes the tables, settings and capabilities by itself.
 *
 * Activities that it only adopted are teachers' own and stay.
 *
 * @return bool
 */
function xmldb_local_lea_uninstall() {
    global $CFG, $DB;
    require_once($CFG->dirroot . '/course/lib.php');

    $cmids = $DB->get_fieldset_select(switched_courses::TABLE, 'cmid', 'made = 1 AND cmid > 0');
    // First: what is deleted would be renewed otherwise.
    switched_courses::forget_all();
    // In the background, as whoever uninstalls; the command line is nobody, and a task of nobody fails for ever.
    $isinbackground = isloggedin();
    foreach ($cmids as $cmid) {
        course_delete_module($cmid, $isinbackground);
    }
    return true;
}
