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

use core_component;
use local_lea\local\register_mark;

/**
 * Reads the registers that the Attendance activity (mod_attendance) keeps, where it is installed.
 *
 * Remarks, addresses, who took a register and why somebody was away stay where they are.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class attendance_reader {
    /** @var string the registers of a course that learners can see */
    private const FROM = '{attendance} a
                     JOIN {modules} md ON md.name = :modname
                     JOIN {course_modules} cm ON cm.module = md.id AND cm.instance = a.id AND cm.course = a.course
                          AND cm.visible = 1 AND cm.deletioninprogress = 0';

    /**
     * Prepare to read one course.
     *
     * @param int $courseid the course
     */
    public function __construct(
        /** @var int the course */
        private readonly int $courseid
    ) {
    }

    /**
     * Tell whether the Attendance activity is installed.
     *
     * @return bool
     */
    public static function is_installed(): bool {
        global $DB;
        return core_component::get_plugin_directory('mod', 'attendance') !== null
            && $DB->record_exists('modules', ['name' => 'attendance']);
    }

    /**
     * Count the course's registers.
     *
     * @return int 0 also where the Attendance activity is not installed
     */
    public function registers(): int {
        global $DB;
        if (!self::is_installed()) {
            return 0;
        }
        return $DB->count_records_sql('SELECT COUNT(cm.id) FROM ' . self::FROM . ' WHERE a.course = :course', $this->parameters());
    }

    /**
     * List the sessions of the course that somebody was marked at.
     *
     * @return array[] id, cmid, time, marks (userid, status), in the order of their ids
     */
    public function sessions(): array {
        global $DB;
        if (!self::is_installed()) {
            return [];
        }
        $excused = get_config('local_lea', 'excusedacronyms');
        $meaning = new register_mark($excused === false ? null : (string) $excused);
        // A later mark of the same learner replaces an earlier one.
        $rows = $DB->get_recordset_sql(
            'SELECT l.id, l.studentid, s.id AS sessionid, s.sessdate, cm.id AS cmid, st.acronym, st.grade
               FROM ' . self::FROM . '
               JOIN {attendance_sessions} s ON s.attendanceid = a.id
               JOIN {attendance_log} l ON l.sessionid = s.id
               JOIN {attendance_statuses} st ON st.id = l.statusid
              WHERE a.course = :course
           ORDER BY s.id, l.timetaken, l.id',
            $this->parameters()
        );
        $sessions = [];
        foreach ($rows as $row) {
            $sessions[$row->sessionid] ??= [
                'id' => (int) $row->sessionid,
                'cmid' => (int) $row->cmid,
                'time' => (int) $row->sessdate,
                'marks' => [],
            ];
            $sessions[$row->sessionid]['marks'][$row->studentid] = [
                'userid' => (int) $row->studentid,
                'status' => $meaning->meaning($row->acronym, (float) $row->grade),
            ];
        }
        $rows->close();
        return array_values(array_map(
            fn(array $session): array => ['marks' => array_values($session['marks'])] + $session,
            $sessions
        ));
    }

    /**
     * Give the values of the queries' placeholders.
     *
     * @return array
     */
    private function parameters(): array {
        return ['course' => $this->courseid, 'modname' => 'attendance'];
    }
}
