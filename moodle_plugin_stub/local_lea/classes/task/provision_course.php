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

namespace local_lea\task;

use local_lea\local\placement;
use local_lea\provisioner;
use local_lea\provisioning;
use local_lea\switched_courses;

/**
 * Looks after the one activity that opens the tool in a course, or on the site home.
 *
 * Two such tasks for one course wait for each other. What goes wrong is written down for the service's administrator to see;
 * the service asks again with each of its syncs, so the task does not repeat itself.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provision_course extends \core\task\adhoc_task {
    /**
     * Make the task of one course.
     *
     * @param int $courseid the course
     * @return self
     */
    public static function for_course(int $courseid): self {
        $task = new self();
        $task->set_component('local_lea');
        $task->set_custom_data(['courseid' => $courseid]);
        return $task;
    }

    /**
     * Name the task.
     *
     * @return string
     */
    public function get_name() {
        return get_string('taskprovision', 'local_lea');
    }

    /**
     * Look after the course.
     */
    public function execute() {
        global $DB;
        $courseid = (int) $this->get_custom_data()->courseid;
        if (!$DB->record_exists('course', ['id' => $courseid])) {
            switched_courses::forget($courseid);
            mtrace("Course {$courseid} does not exist any more: nothing to do.");
            return;
        }
        try {
            provisioning::under_lock("course{$courseid}", fn() => $this->look_after($courseid));
        } catch (\Throwable $error) {
            // What was begun is undone first, else the note could not be kept either.
            $DB->force_transaction_rollback();
            $this->note_failure($courseid, $error);
        }
    }

    /**
     * Look after the course while nobody else does.
     *
     * @param int $courseid the course
     */
    private function look_after(int $courseid): void {
        // Read under the lock: the one before may have changed it.
        $row = switched_courses::row($courseid);
        if ($row === null) {
            mtrace("Course {$courseid} was never switched on: nothing to do.");
            return;
        }
        mtrace("Course {$courseid}: " . (new provisioner($row))->look_after());
    }

    /**
     * Write down that the attempt failed.
     *
     * @param int $courseid the course
     * @param \Throwable $error what went wrong
     */
    private function note_failure(int $courseid, \Throwable $error): void {
        mtrace("Course {$courseid}: the activity could not be looked after. It is tried again with the service's next sync.");
        mtrace_exception($error);
        if (switched_courses::row($courseid) !== null) {
            switched_courses::save($courseid, ['problem' => placement::FAILED]);
        }
    }
}
