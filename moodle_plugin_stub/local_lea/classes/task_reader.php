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

use local_lea\local\course_groups;
use local_lea\local\due_date_resolver;
use local_lea\local\submission_times;

/**
 * Reads the assignments and quizzes of a course with each learner's due date and time of submission.
 *
 * The number of statements depends on the course's restricted activities, never on the number of learners. What was handed
 * in is never read.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class task_reader {
    /** @var course_groups groups of the course */
    private course_groups $groups;

    /** @var array user id => user id, of the learners */
    private array $learners;

    /** @var array module name => task id => whether the grade item can excuse somebody */
    private array $gradeitems = [];

    /** @var array module name => task id => user id => true */
    private array $excused = [];

    /**
     * Prepare for one course.
     *
     * @param int $courseid the course
     */
    public function __construct(
        /** @var int the course */
        private int $courseid
    ) {
        $ids = roster_reader::learner_ids($courseid);
        $this->learners = array_combine($ids, $ids);
        $this->groups = roster_reader::groups($courseid);
        $this->read_grade_items();
        $this->read_excused();
    }

    /**
     * Read the tasks.
     *
     * @return array as get_tasks returns them, assignments first
     */
    public function tasks(): array {
        return [...$this->assignments(), ...$this->quizzes()];
    }

    /**
     * Read the assignments. One in which nothing can be handed in online is no task: Moodle does not know who did it.
     *
     * @return array tasks
     */
    private function assignments(): array {
        $assignments = $this->instances(
            'assign',
            'a.duedate, a.teamsubmission, a.teamsubmissiongroupingid',
            'AND a.nosubmissions = 0'
        );
        $overrides = $this->overrides('assign_overrides', 'assignid', 'assign', 'o.duedate, o.sortorder');
        $extensions = $this->extensions();
        $submissions = $this->assignment_submissions();
        $tasks = [];
        foreach ($assignments as $assignment) {
            $id = (int) $assignment->id;
            $tasks[] = $this->task('assign', $assignment, (int) $assignment->duedate, function (int $userid) use (
                $id,
                $assignment,
                $overrides,
                $extensions,
                $submissions
            ) {
                $due = due_date_resolver::assign(
                    (int) $assignment->duedate,
                    $overrides['user'][$id][$userid] ?? null,
                    $this->groups->pick($userid, $overrides['group'][$id] ?? []),
                    $extensions[$id][$userid] ?? 0
                );
                $grouping = (int) $assignment->teamsubmissiongroupingid;
                $team = $assignment->teamsubmission ? $this->groups->team($userid, $grouping) : null;
                return [$due, $submissions->of($id, $userid, $team)];
            });
        }
        return $tasks;
    }

    /**
     * Read the quizzes.
     *
     * @return array tasks
     */
    private function quizzes(): array {
        $quizzes = $this->instances('quiz', 'a.timeclose');
        $overrides = $this->overrides('quiz_overrides', 'quiz', 'quiz', 'o.timeclose');
        $submissions = $this->quiz_submissions();
        $tasks = [];
        foreach ($quizzes as $quiz) {
            $id = (int) $quiz->id;
            $tasks[] = $this->task('quiz', $quiz, (int) $quiz->timeclose, function (int $userid) use (
                $id,
                $quiz,
                $overrides,
                $submissions
            ) {
                $due = due_date_resolver::quiz(
                    (int) $quiz->timeclose,
                    $overrides['user'][$id][$userid] ?? null,
                    $this->groups->pick($userid, $overrides['group'][$id] ?? [])
                );
                return [$due, $submissions->of($id, $userid)];
            });
        }
        return $tasks;
    }

    /**
     * Put one task together.
     *
     * @param string $modname assign or quiz
     * @param \stdClass $instance id, cmid, name, visible, availability; teamsubmission of an assignment
     * @param int $duedate the task's own due date, 0 for none
     * @param callable $resolve user id => the due_date and the time of submission
     * @return array the task as it leaves the site
     */
    private function task(string $modname, \stdClass $instance, int $duedate, callable $resolve): array {
        $id = (int) $instance->id;
        $learners = [];
        foreach ($this->learners_of($instance) as $userid) {
            [$due, $timesubmitted] = $resolve($userid);
            $learners[] = [
                'userid' => $userid,
                'duedate' => $due->time,
                'extended' => $due->extended,
                'excused' => isset($this->excused[$modname][$id][$userid]),
                'timesubmitted' => $timesubmitted,
            ];
        }
        return [
            'cmid' => (int) $instance->cmid,
            'modname' => $modname,
            'name' => names::plain($instance->name),
            'duedate' => $duedate,
            'excusedknown' => $this->gradeitems[$modname][$id] ?? false,
            'visible' => (bool) $instance->visible,
            // Then a time of submission says what the team did, not that this learner did something.
            'teamwork' => (bool) ($instance->teamsubmission ?? false),
            'learners' => $learners,
        ];
    }

    /**
     * Find whose task it is: a restriction by group, grouping or profile takes the others out.
     *
     * @param \stdClass $instance cmid, availability
     * @return int[] user ids
     */
    private function learners_of(\stdClass $instance): array {
        if ($instance->availability === null || $instance->availability === '' || !$this->learners) {
            return $this->learners;
        }
        $cm = get_fast_modinfo($this->courseid, -1)->get_cm($instance->cmid);
        $info = new \core_availability\info_module($cm);
        return array_keys($info->filter_user_list($this->learners));
    }

    /**
     * Read the activities of one kind.
     *
     * @param string $modname assign or quiz
     * @param string $columns columns of the activity's table (as a)
     * @param string $condition more SQL for the condition
     * @return \stdClass[] id, cmid, name, visible, availability and the columns
     */
    private function instances(string $modname, string $columns, string $condition = ''): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT a.id, cm.id AS cmid, a.name, cm.visible, cm.availability, {$columns}
               FROM {{$modname}} a
               JOIN {course_modules} cm ON cm.instance = a.id AND cm.course = a.course
               JOIN {modules} m ON m.id = cm.module AND m.name = :modname
              WHERE a.course = :courseid AND cm.deletioninprogress = 0 {$condition}
           ORDER BY cm.id",
            ['modname' => $modname, 'courseid' => $this->courseid]
        );
    }

    /**
     * Read the overrides of all activities of one kind.
     *
     * @param string $table table of the overrides
     * @param string $key its column with the activity's id
     * @param string $modname assign or quiz
     * @param string $columns columns to read (of the table as o)
     * @return array 'user' => task id => user id => override, 'group' => task id => group id => override
     */
    private function overrides(string $table, string $key, string $modname, string $columns): array {
        global $DB;
        $overrides = ['user' => [], 'group' => []];
        $rows = $DB->get_recordset_sql(
            "SELECT o.id, o.{$key} AS taskid, o.userid, o.groupid, {$columns}
               FROM {{$table}} o
               JOIN {{$modname}} a ON a.id = o.{$key}
              WHERE a.course = :courseid
           ORDER BY o.id",
            ['courseid' => $this->courseid]
        );
        foreach ($rows as $row) {
            if ($row->userid) {
                $overrides['user'][$row->taskid][$row->userid] = (array) $row;
            } else if ($row->groupid) {
                $overrides['group'][$row->taskid][$row->groupid] = (array) $row;
            }
        }
        $rows->close();
        return $overrides;
    }

    /**
     * Read the extensions that were given in assignments.
     *
     * @return array assignment id => user id => Unix seconds
     */
    private function extensions(): array {
        global $DB;
        $extensions = [];
        $rows = $DB->get_recordset_sql(
            "SELECT f.id, f.assignment, f.userid, f.extensionduedate
               FROM {assign_user_flags} f
               JOIN {assign} a ON a.id = f.assignment
              WHERE a.course = :courseid AND f.extensionduedate > 0",
            ['courseid' => $this->courseid]
        );
        foreach ($rows as $row) {
            $extensions[$row->assignment][$row->userid] = (int) $row->extensionduedate;
        }
        $rows->close();
        return $extensions;
    }

    /**
     * Read when assignments were handed in: drafts do not count, and of several attempts the earliest does.
     *
     * @return submission_times
     */
    private function assignment_submissions(): submission_times {
        global $DB;
        $times = new submission_times();
        $rows = $DB->get_recordset_sql(
            "SELECT s.assignment, s.userid, s.groupid, MIN(s.timemodified) AS timesubmitted
               FROM {assign_submission} s
               JOIN {assign} a ON a.id = s.assignment
              WHERE a.course = :courseid AND s.status = :submitted
           GROUP BY s.assignment, s.userid, s.groupid",
            ['courseid' => $this->courseid, 'submitted' => 'submitted']
        );
        foreach ($rows as $row) {
            $times->add((int) $row->assignment, (int) $row->userid, (int) $row->groupid, (int) $row->timesubmitted);
        }
        $rows->close();
        return $times;
    }

    /**
     * Read when quizzes were handed in: finished attempts that are no preview, the earliest of several.
     *
     * @return submission_times
     */
    private function quiz_submissions(): submission_times {
        global $DB;
        $times = new submission_times();
        // The state 'submitted' (handed in, not marked yet) comes with Moodle 5.0.
        [$states, $params] = $DB->get_in_or_equal(['finished', 'submitted'], SQL_PARAMS_NAMED, 'state');
        $rows = $DB->get_recordset_sql(
            "SELECT qa.quiz, qa.userid, MIN(qa.timefinish) AS timesubmitted
               FROM {quiz_attempts} qa
               JOIN {quiz} a ON a.id = qa.quiz
              WHERE a.course = :courseid AND qa.preview = 0 AND qa.timefinish > 0 AND qa.state {$states}
           GROUP BY qa.quiz, qa.userid",
            ['courseid' => $this->courseid] + $params
        );
        foreach ($rows as $row) {
            $times->add((int) $row->quiz, (int) $row->userid, 0, (int) $row->timesubmitted);
        }
        $rows->close();
        return $times;
    }

    /**
     * Read which tasks have a grade item. Without one (or with one of grade type "none") nobody can be excused in Moodle.
     */
    private function read_grade_items(): void {
        global $DB;
        $rows = $DB->get_recordset_select(
            'grade_items',
            "courseid = :courseid AND itemtype = :itemtype AND itemnumber = 0 AND gradetype <> 0",
            ['courseid' => $this->courseid, 'itemtype' => 'mod'],
            '',
            'id, itemmodule, iteminstance'
        );
        foreach ($rows as $row) {
            $this->gradeitems[$row->itemmodule][(int) $row->iteminstance] = true;
        }
        $rows->close();
    }

    /**
     * Read who is excused: whose grade is excluded in the gradebook.
     */
    private function read_excused(): void {
        global $DB;
        $rows = $DB->get_recordset_sql(
            "SELECT gg.id, gi.itemmodule, gi.iteminstance, gg.userid
               FROM {grade_grades} gg
               JOIN {grade_items} gi ON gi.id = gg.itemid
              WHERE gi.courseid = :courseid AND gi.itemtype = :itemtype AND gi.itemnumber = 0 AND gi.gradetype <> 0
                    AND gg.excluded > 0",
            ['courseid' => $this->courseid, 'itemtype' => 'mod']
        );
        foreach ($rows as $row) {
            $this->excused[$row->itemmodule][(int) $row->iteminstance][(int) $row->userid] = true;
        }
        $rows->close();
    }
}
