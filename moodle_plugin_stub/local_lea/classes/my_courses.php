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

use core\context\course as context_course;
use local_lea\local\launch_choice;

/**
 * The courses that the current user takes as a learner and in which the tool is switched on.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class my_courses {
    /** @var string key in the cache */
    private const KEY = 'any';

    /**
     * Whether there is any. Asked on every page, so the answer is kept for the session, for some minutes.
     *
     * @return bool
     */
    public static function has_any(): bool {
        $cache = \cache::make('local_lea', 'mycourses');
        $any = $cache->get(self::KEY);
        if ($any === false) {
            $any = self::read() ? 1 : 0;
            $cache->set(self::KEY, $any);
        }
        return (bool) $any;
    }

    /**
     * Choose the activity through which "My engagement" opens.
     *
     * @return array courseid (0 when there is no course), cmid (null when nothing can be opened yet)
     */
    public static function launch(): array {
        $courses = self::read();
        foreach ($courses as $index => $course) {
            $courses[$index]['cmid'] = engagement_page::cmid($course['id']);
        }
        $choice = launch_choice::pick($courses, time()) ?? reset($courses) ?: ['id' => 0, 'cmid' => null];
        return ['courseid' => $choice['id'], 'cmid' => $choice['cmid']];
    }

    /**
     * Read the courses: one statement, however many there are.
     *
     * @return array rows with id, startdate, enddate
     */
    private static function read(): array {
        global $DB, $USER;
        $now = time();
        $preload = \core\context_helper::get_preload_record_columns_sql('ctx');
        $rows = $DB->get_records_sql(
            "SELECT c.id, c.startdate, c.enddate, c.visible, {$preload}
               FROM {" . switched_courses::TABLE . "} lc
               JOIN {course} c ON c.id = lc.courseid
               JOIN {context} ctx ON ctx.instanceid = c.id AND ctx.contextlevel = :courselevel
              WHERE lc.switchedon = 1 AND c.id <> :siteid
                    AND EXISTS (SELECT 1
                                  FROM {user_enrolments} ue
                                  JOIN {enrol} e ON e.id = ue.enrolid
                                 WHERE e.courseid = c.id AND e.status = :enabled AND ue.userid = :userid
                                       AND ue.status = :active AND ue.timestart <= :now1
                                       AND (ue.timeend = 0 OR ue.timeend > :now2))
           ORDER BY c.id",
            [
                'courselevel' => CONTEXT_COURSE,
                'siteid' => SITEID,
                'enabled' => ENROL_INSTANCE_ENABLED,
                'userid' => $USER->id,
                'active' => ENROL_USER_ACTIVE,
                'now1' => $now,
                'now2' => $now,
            ]
        );
        $courses = [];
        foreach ($rows as $row) {
            \core\context_helper::preload_from_record($row);
            $context = context_course::instance($row->id);
            if (!$row->visible && !has_capability('moodle/course:viewhiddencourses', $context)) {
                continue;
            }
            // Without "doanything": an administrator who is enrolled as a teacher is no learner.
            if (has_capability('local/lea:viewown', $context, $USER->id, false)) {
                $courses[] = ['id' => (int) $row->id, 'startdate' => (int) $row->startdate, 'enddate' => (int) $row->enddate];
            }
        }
        return $courses;
    }
}
