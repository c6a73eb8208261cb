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

/**
 * The table of courses in which the tool is switched on, as the service's administrator last said.
 *
 * The site home stands in it, too, for the staff start page's activity; it is never one of the courses that are switched on.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class switched_courses {
    /** @var string the table */
    public const TABLE = 'local_lea_course';

    /** @var string event of the caches that depend on which courses are switched on */
    private const CACHE_EVENT = 'local_lea_switched';

    /**
     * Whether a course is switched on.
     *
     * @param int $courseid the course
     * @return bool
     */
    public static function is_on(int $courseid): bool {
        global $DB;
        return $courseid !== (int) SITEID
            && $DB->record_exists(self::TABLE, ['courseid' => $courseid, 'switchedon' => 1]);
    }

    /**
     * Refuse a course that is not switched on.
     *
     * @param int $courseid the course
     * @throws \moodle_exception coursenotswitchedon
     */
    public static function require_on(int $courseid): void {
        if (!self::is_on($courseid)) {
            throw new \moodle_exception('coursenotswitchedon', 'local_lea');
        }
    }

    /**
     * List the courses that are switched on.
     *
     * @return int[] course ids, ascending
     */
    public static function ids_on(): array {
        global $DB;
        $ids = $DB->get_fieldset_sql(
            'SELECT courseid FROM {' . self::TABLE . '} WHERE switchedon = 1 AND courseid <> :site ORDER BY courseid',
            ['site' => SITEID]
        );
        return array_map('intval', $ids);
    }

    /**
     * Keep those of several courses that are switched on.
     *
     * @param int[] $courseids courses
     * @return int[] course ids
     */
    public static function among(array $courseids): array {
        return $courseids ? array_values(array_intersect($courseids, self::ids_on())) : [];
    }

    /**
     * Replace the whole list. The site home is added by itself.
     *
     * What a course holds is kept when it is switched off, so that it is shown again later. Ids of no course must not be given.
     *
     * @param int[] $courseids the courses that are switched on from now on
     */
    public static function replace(array $courseids): void {
        global $DB;
        $wanted = array_values(array_unique([(int) SITEID, ...$courseids]));
        $known = $DB->get_records(self::TABLE, null, '', 'courseid, switchedon');
        $now = time();
        $new = array_diff($wanted, array_keys($known));
        if ($new) {
            $DB->insert_records(self::TABLE, array_map(
                fn($courseid) => ['courseid' => $courseid, 'switchedon' => 1, 'problem' => '', 'timemodified' => $now],
                array_values($new)
            ));
        }
        $on = array_keys(array_filter($known, fn($row) => $row->switchedon));
        $switched = [0 => array_diff($on, $wanted), 1 => array_intersect(array_diff(array_keys($known), $on), $wanted)];
        foreach ($switched as $state => $ids) {
            if ($ids) {
                [$in, $params] = $DB->get_in_or_equal($ids, SQL_PARAMS_NAMED);
                $DB->set_field_select(self::TABLE, 'switchedon', $state, "courseid {$in}", $params);
            }
        }
        if ($new || $switched[0] || $switched[1]) {
            self::tell_caches();
        }
    }

    /**
     * Read what one course holds.
     *
     * @param int $courseid the course, or the site home
     * @return \stdClass|null id, courseid, switchedon, cmid, made, problem; null when it was never switched on
     */
    public static function row(int $courseid): ?\stdClass {
        global $DB;
        return $DB->get_record(self::TABLE, ['courseid' => $courseid]) ?: null;
    }

    /**
     * Find the activity that opens the tool in a course that is switched on, or on the site home.
     *
     * @param int $courseid the course, or the site home
     * @return int|null its course module's id, null when there is none yet
     */
    public static function cmid(int $courseid): ?int {
        global $DB;
        return (int) $DB->get_field(self::TABLE, 'cmid', ['courseid' => $courseid, 'switchedon' => 1]) ?: null;
    }

    /**
     * Write down what one course holds.
     *
     * @param int $courseid the course, or the site home
     * @param array $values any of cmid, made, problem
     */
    public static function save(int $courseid, array $values): void {
        global $DB;
        $id = $DB->get_field(self::TABLE, 'id', ['courseid' => $courseid], MUST_EXIST);
        $DB->update_record(self::TABLE, ['id' => $id, 'timemodified' => time()] + $values);
        self::tell_caches();
    }

    /**
     * Forget a course that is deleted.
     *
     * @param int $courseid the course
     */
    public static function forget(int $courseid): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
        self::tell_caches();
    }

    /**
     * Forget everything; called when the plugin is uninstalled.
     */
    public static function forget_all(): void {
        global $DB;
        $DB->delete_records(self::TABLE);
        self::tell_caches();
    }

    /**
     * Tell the caches that something is another now.
     */
    private static function tell_caches(): void {
        \cache_helper::purge_by_event(self::CACHE_EVENT);
    }
}
