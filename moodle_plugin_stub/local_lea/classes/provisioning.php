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

use core\task\manager;
use local_lea\local\placement;
use local_lea\task\provision_course;

/**
 * Keeps the list of courses that are switched on, and queues a task for each whose activity must be looked after.
 *
 * Nothing is made here: activities are made, adopted, renewed, shown and hidden by the task alone.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provisioning {
    /** @var string kind of the locks */
    public const LOCKS = 'local_lea';

    /** @var int seconds to wait for another process that has the lock */
    private const WAIT_SECONDS = 20;

    /**
     * Replace the list of courses and queue what follows from it.
     *
     * @param int[] $courseids the whole list
     * @return array tool, sitecmid, siteproblem and courses (courseid, known, cmid, problem), in the order given
     */
    public static function set(array $courseids): array {
        global $DB;
        $courseids = array_values(array_diff($courseids, [(int) SITEID]));
        $known = array_map('intval', array_keys($DB->get_records_list('course', 'id', $courseids, '', 'id')));
        self::under_lock('courses', fn() => switched_courses::replace($known));

        $rows = self::rows();
        $tool = lti_tool::state();
        $obstacle = placement::obstacle($tool, lti_tool::is_module_enabled());
        self::queue(array_keys(array_filter($rows, fn($row) => self::needs_task($row, $obstacle))));
        $site = self::report($rows[SITEID], $obstacle);
        $known = array_intersect_key($rows, array_flip($known));
        return [
            'tool' => $tool,
            'sitecmid' => $site['cmid'],
            'siteproblem' => $site['problem'],
            'courses' => array_map(
                fn($id) => ['courseid' => $id, 'known' => isset($known[$id])] + self::report($known[$id] ?? null, $obstacle),
                $courseids
            ),
        ];
    }

    /**
     * Queue a task for a course if its activity must be looked after; called when an activity was deleted or changed.
     *
     * @param int $courseid the course
     */
    public static function look_after(int $courseid): void {
        foreach (self::rows($courseid) as $row) {
            if (self::needs_work($row)) {
                $obstacle = placement::obstacle(lti_tool::state(), lti_tool::is_module_enabled());
                self::queue(self::needs_task($row, $obstacle) ? [$courseid] : []);
            }
        }
    }

    /**
     * Queue a task for a course that is switched on, whatever its activity is like; called when something was restored into it.
     *
     * @param int $courseid the course
     */
    public static function look_again(int $courseid): void {
        if (switched_courses::is_on($courseid)) {
            self::queue([$courseid]);
        }
    }

    /**
     * Do something while no other process does it.
     *
     * @param string $resource what it is about
     * @param callable $work what to do
     * @return mixed what the work gives
     * @throws \moodle_exception locktimeout, when another process is at it for long
     */
    public static function under_lock(string $resource, callable $work): mixed {
        $lock = \core\lock\lock_config::get_lock_factory(self::LOCKS)->get_lock($resource, self::WAIT_SECONDS);
        if (!$lock) {
            throw new \moodle_exception('locktimeout');
        }
        try {
            return $work();
        } finally {
            $lock->release();
        }
    }

    /**
     * Queue a task for each of several courses, but where one waits already. One that runs does not count: it may have
     * looked before the change.
     *
     * @param int[] $courseids courses
     */
    private static function queue(array $courseids): void {
        global $DB;
        if (!$courseids) {
            return;
        }
        $waiting = [];
        $tasks = $DB->get_records_select(
            'task_adhoc',
            'component = :component AND classname = :classname AND timestarted IS NULL',
            ['component' => 'local_lea', 'classname' => '\\' . provision_course::class],
            '',
            'id, customdata'
        );
        foreach ($tasks as $task) {
            $waiting[(int) (json_decode($task->customdata)->courseid ?? 0)] = true;
        }
        foreach ($courseids as $courseid) {
            if (!isset($waiting[$courseid])) {
                manager::queue_adhoc_task(provision_course::for_course($courseid));
            }
        }
    }

    /**
     * Read what courses hold, with the activity as it is now.
     *
     * @param int|null $courseid only this one
     * @return \stdClass[] by course id; livecmid is null where there is no activity (any more)
     */
    private static function rows(?int $courseid = null): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT c.courseid, c.switchedon, c.problem, cm.id AS livecmid, cm.visible, cm.availability, l.typeid
               FROM {local_lea_course} c
          LEFT JOIN {course_modules} cm ON cm.id = c.cmid AND cm.course = c.courseid AND cm.deletioninprogress = 0
          LEFT JOIN {lti} l ON l.id = cm.instance"
            . ($courseid === null ? '' : ' WHERE c.courseid = :courseid'),
            $courseid === null ? [] : ['courseid' => $courseid]
        );
    }

    /**
     * Whether a course's activity must be looked after.
     *
     * @param \stdClass $row as rows() gives it
     * @return bool
     */
    private static function needs_work(\stdClass $row): bool {
        return placement::needs_work((bool) $row->switchedon, $row->livecmid === null ? null : [
            'visible' => (bool) $row->visible,
            'restricted' => tool_activities::is_restricting($row->availability),
            'own' => in_array((int) $row->typeid, lti_tool::typeids(), true),
        ]);
    }

    /**
     * Whether a task would be of use: one can be hidden always, but not always made.
     *
     * @param \stdClass $row as rows() gives it
     * @param string $obstacle why no activity can be made at all, '' for nothing
     * @return bool
     */
    private static function needs_task(\stdClass $row, string $obstacle): bool {
        return self::needs_work($row) && (!$row->switchedon || $obstacle === placement::NONE);
    }

    /**
     * Say what a course holds and what is amiss.
     *
     * @param \stdClass|null $row as rows() gives it, null for a course that does not exist
     * @param string $obstacle why no activity can be made at all, '' for nothing
     * @return array cmid, problem
     */
    private static function report(?\stdClass $row, string $obstacle): array {
        if ($row === null) {
            return ['cmid' => 0, 'problem' => placement::UNKNOWN_COURSE];
        }
        return [
            'cmid' => (int) $row->livecmid,
            'problem' => placement::problem($obstacle, self::needs_work($row), (string) $row->problem),
        ];
    }
}
