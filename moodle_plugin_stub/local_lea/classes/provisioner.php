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

use local_lea\local\activity_choice;
use local_lea\local\placement;

/**
 * Makes, adopts, renews, shows or hides the one activity that opens the tool in a course. Call it under the course's lock.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provisioner {
    /** @var \stdClass the course */
    private \stdClass $course;

    /**
     * Take up a course.
     *
     * @param \stdClass $row what the course holds, from switched_courses::row()
     */
    public function __construct(
        /** @var \stdClass what the course holds */
        private \stdClass $row
    ) {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        require_once($CFG->dirroot . '/course/modlib.php');
        require_once($CFG->dirroot . '/mod/lti/locallib.php');
        $this->course = get_course((int) $row->courseid);
    }

    /**
     * Bring the course's activity to what it must be.
     *
     * @return string what was done, for the task's log
     */
    public function look_after(): string {
        if (!$this->row->switchedon) {
            return $this->switch_off();
        }
        $obstacle = placement::obstacle(lti_tool::state(), lti_tool::is_module_enabled());
        if ($obstacle !== placement::NONE) {
            $this->save(['problem' => $obstacle]);
            return "no activity can be made ({$obstacle}).";
        }
        return $this->switch_on();
    }

    /**
     * Hide the activity of a course that was switched off.
     *
     * @return string what was done
     */
    private function switch_off(): string {
        $cm = $this->held();
        if ($cm === null || !$cm->visible) {
            return 'is switched off, nothing to hide.';
        }
        $this->save(['problem' => placement::SWITCHED_OFF]);
        $this->set_visible((int) $cm->id, 0, (int) $cm->visibleoncoursepage);
        return "hid the activity {$cm->id}.";
    }

    /**
     * Find or make the activity of a course that is switched on, and show it.
     *
     * @return string what was done
     */
    private function switch_on(): string {
        $this->take_along();
        $activities = tool_activities::describe((int) $this->course->id);
        $cmid = activity_choice::choose($activities, (int) $this->row->cmid);
        if ($cmid === null) {
            $cmid = $this->make();
            return "made the activity {$cmid}.";
        }
        $chosen = array_column($activities, null, 'cmid')[$cmid];
        $done = $cmid === (int) $this->row->cmid ? 'has' : 'adopted';
        $made = $done === 'has' ? $this->row->made : activity_choice::is_made($chosen, $this->name());
        $this->save(['cmid' => $cmid, 'made' => (int) $made, 'problem' => '']);
        if (!$chosen['visible']) {
            // What a teacher hid does not return to the course page.
            $ashere = $done === 'has' && $this->row->problem === placement::SWITCHED_OFF;
            $this->set_visible($cmid, 1, $ashere ? (int) $chosen['visibleoncoursepage'] : 0);
            $done .= ' and showed again';
        }
        $surplus = activity_choice::surplus($activities, $cmid, $this->name());
        foreach ($surplus as $toomany) {
            course_delete_module($toomany);
        }
        return "{$done} the activity {$cmid}" . ($surplus ? ', removed ' . implode(', ', $surplus) . ' beside it.' : '.');
    }

    /**
     * Find the activity that the course holds.
     *
     * @return \stdClass|null the course module, null when there is none (any more)
     */
    private function held(): ?\stdClass {
        global $DB;
        return $DB->get_record(
            'course_modules',
            ['id' => $this->row->cmid, 'course' => $this->course->id, 'deletioninprogress' => 0]
        ) ?: null;
    }

    /**
     * Give the tool's new registration to an activity that this plugin made for an older one.
     */
    private function take_along(): void {
        global $DB;
        $cm = $this->row->made ? $this->held() : null;
        if ($cm === null) {
            return;
        }
        $typeid = (int) $DB->get_field('lti', 'typeid', ['id' => $cm->instance]);
        if (!in_array($typeid, lti_tool::typeids(), true)) {
            $DB->set_field('lti', 'typeid', lti_tool::usable_typeid(), ['id' => $cm->instance]);
            \course_modinfo::purge_course_module_cache((int) $this->course->id, (int) $cm->id);
            rebuild_course_cache($this->course->id, false, true);
        }
    }

    /**
     * Make the activity: plain, not on the course page, never marked.
     *
     * @return int course module id
     */
    private function make(): int {
        global $DB;
        $made = add_moduleinfo((object) [
            'modulename' => 'lti',
            'module' => $DB->get_field('modules', 'id', ['name' => 'lti'], MUST_EXIST),
            'name' => $this->name(),
            'intro' => '',
            'introformat' => FORMAT_HTML,
            'section' => 0,
            'visible' => 1,
            // Where the site does not allow stealth activities, Moodle shows it on the course page all the same.
            'visibleoncoursepage' => 0,
            'cmidnumber' => '',
            // The custom parameters are those of the tool.
            'typeid' => lti_tool::usable_typeid(),
            'toolurl' => '',
            'instructorchoiceacceptgrades' => LTI_SETTING_NEVER,
            'grade' => 0,
        ], $this->course);
        $this->take_marking_away((int) $made->instance);
        $this->save(['cmid' => (int) $made->coursemodule, 'made' => 1, 'problem' => '']);
        return (int) $made->coursemodule;
    }

    /**
     * Take the grade item away that a tool brings which was registered as always giving marks.
     *
     * @param int $instance id of the lti row
     */
    private function take_marking_away(int $instance): void {
        global $DB;
        $lti = $DB->get_record('lti', ['id' => $instance], '*', MUST_EXIST);
        if ((int) $lti->instructorchoiceacceptgrades === LTI_SETTING_NEVER) {
            return;
        }
        lti_grade_item_delete($lti);
        $DB->update_record('lti', [
            'id' => $instance,
            'instructorchoiceacceptgrades' => LTI_SETTING_NEVER,
            'grade' => 0,
        ]);
    }

    /**
     * Show or hide an activity, and say so to the rest of Moodle.
     *
     * @param int $cmid course module id
     * @param int $visible 1 for students can open it, else 0
     * @param int $oncoursepage 1 for it stands on the course page then, else 0
     */
    private function set_visible(int $cmid, int $visible, int $oncoursepage): void {
        set_coursemodule_visible($cmid, $visible, $oncoursepage);
        $cm = get_coursemodule_from_id('lti', $cmid, 0, false, MUST_EXIST);
        \core\event\course_module_updated::create_from_cm($cm)->trigger();
        tool_activities::forget((int) $this->course->id);
    }

    /**
     * Keep what the course holds. The tool's activities are looked up anew: the event came before the end of the transaction.
     *
     * @param array $values any of cmid, made, problem
     */
    private function save(array $values): void {
        switched_courses::save((int) $this->course->id, $values);
        tool_activities::forget((int) $this->course->id);
    }

    /**
     * Name the activity in the course's language.
     *
     * @return string
     */
    private function name(): string {
        global $CFG;
        return get_string_manager()->get_string('engagement', 'local_lea', null, $this->course->lang ?: $CFG->lang);
    }
}
