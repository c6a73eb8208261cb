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

use local_lea\local\tool_matcher;

/**
 * Finds the activities in a course that are this tool's own.
 *
 * Opening the tool is never evidence of engagement, so the service must know them; the Engagement tab opens one of them.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class tool_activities {
    /**
     * Find the course modules of the tool in a course.
     *
     * @param int $courseid the course
     * @return int[] course module ids, ascending; none when the tool is not set up here
     */
    public static function own_cmids(int $courseid): array {
        $matcher = self::matcher();
        if (!$matcher->is_configured()) {
            return [];
        }
        $cache = \cache::make('local_lea', 'owncmids');
        $cmids = $cache->get($courseid);
        if ($cmids === false) {
            $cmids = self::find($courseid, self::matcher(lti_tool::domains()));
            $cache->set($courseid, $cmids);
        }
        return $cmids;
    }

    /**
     * Find the activity that the Engagement tab opens for the current user.
     *
     * A hidden activity cannot be launched by a student, so only one that this user may open counts.
     *
     * @param int $courseid the course
     * @return int|null the course module's id, null when there is none
     */
    public static function cmid_for_current_user(int $courseid): ?int {
        $cmids = self::own_cmids($courseid);
        if (!$cmids) {
            return null;
        }
        $modules = get_fast_modinfo($courseid)->get_cms();
        foreach ($cmids as $cmid) {
            if (isset($modules[$cmid]) && $modules[$cmid]->uservisible) {
                return $cmid;
            }
        }
        return null;
    }

    /**
     * Forget what was found in a course.
     *
     * @param int $courseid the course
     */
    public static function forget(int $courseid): void {
        \cache::make('local_lea', 'owncmids')->delete($courseid);
    }

    /**
     * Forget what was found in every course; called when the settings change.
     */
    public static function forget_all(): void {
        \cache::make('local_lea', 'owncmids')->purge();
    }

    /**
     * Make the matcher from the settings, and from what the service said.
     *
     * @param string[] $domains hosts of the tool's types
     * @return tool_matcher
     */
    private static function matcher(array $domains = []): tool_matcher {
        $host = lti_tool::chosen_typeid() ? '' : (string) get_config('local_lea', 'toolhost');
        return new tool_matcher(lti_tool::typeids(), $host, $domains);
    }

    /**
     * Find the activities that are made from the tool as it is registered, with all that the choice of one needs.
     *
     * @param int $courseid the course
     * @return array[] as activity_choice takes them, ascending by cmid
     */
    public static function describe(int $courseid): array {
        $matcher = new tool_matcher(lti_tool::typeids(), '');
        $activities = [];
        foreach (self::rows($courseid) as $row) {
            if ($matcher->matches((array) $row)) {
                $activities[] = [
                    'cmid' => (int) $row->id,
                    'visible' => (bool) $row->visible,
                    'visibleoncoursepage' => (bool) $row->visibleoncoursepage,
                    'restricted' => self::is_restricting($row->availability)
                        || ($row->sectionnum > 0 && self::is_restricting($row->sectionavailability)),
                    'name' => (string) $row->name,
                    'custom' => (string) $row->custom,
                    'special' => trim($row->intro . $row->resourcekey . $row->toolurl) !== '' || $row->grade > 0,
                    'section' => (int) $row->sectionnum,
                ];
            }
        }
        return $activities;
    }

    /**
     * Whether a condition (of an activity or a section) may keep somebody out.
     *
     * @param string|null $availability the condition as Moodle keeps it
     * @return bool
     */
    public static function is_restricting(?string $availability): bool {
        return $availability !== null && $availability !== '';
    }

    /**
     * Ask the database.
     *
     * @param int $courseid the course
     * @param tool_matcher $matcher what the tool looks like
     * @return int[] course module ids
     */
    private static function find(int $courseid, tool_matcher $matcher): array {
        $cmids = [];
        foreach (self::rows($courseid) as $row) {
            if ($matcher->matches((array) $row)) {
                $cmids[] = (int) $row->id;
            }
        }
        return $cmids;
    }

    /**
     * Read the External tool activities of a course, those that are being deleted left out.
     *
     * @param int $courseid the course
     * @return \stdClass[] ascending by id of the course module
     */
    private static function rows(int $courseid): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT cm.id, cm.visible, cm.visibleoncoursepage, cm.availability, cs.section AS sectionnum,
                    cs.availability AS sectionavailability, l.name, l.intro, l.grade, l.resourcekey, l.typeid, l.toolurl,
                    l.securetoolurl, l.instructorcustomparameters AS custom, t.tooldomain
               FROM {course_modules} cm
               JOIN {modules} m ON m.id = cm.module AND m.name = :modname
               JOIN {lti} l ON l.id = cm.instance
          LEFT JOIN {course_sections} cs ON cs.id = cm.section
          LEFT JOIN {lti_types} t ON t.id = l.typeid
              WHERE cm.course = :courseid AND cm.deletioninprogress = 0
           ORDER BY cm.id",
            ['modname' => 'lti', 'courseid' => $courseid]
        );
    }
}
