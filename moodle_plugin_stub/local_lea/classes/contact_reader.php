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
use local_lea\local\contact_shaper;

/**
 * Reads how one learner can be reached. Nothing of it is kept anywhere.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class contact_reader {
    /** @var string the capability that makes somebody a teacher of a course rather than a learner */
    private const TEACHES = 'local/lea:viewcourse';

    /**
     * Read the contact details of somebody who learns in a course now.
     *
     * @param int $courseid a course that is there
     * @param int $userid the user
     * @return array learns, email, personalemail, phones; empty for everybody else
     */
    public static function read(int $courseid, int $userid): array {
        global $DB;
        $context = context_course::instance($courseid);
        $user = $DB->get_record('user', ['id' => $userid, 'deleted' => 0], 'id, email, phone1, phone2, suspended');
        if (!$user || !is_enrolled($context, $user, 'local/lea:viewown', true) || self::teaches($context, $user)) {
            return contact_shaper::nobody();
        }
        return contact_shaper::shape($user->email, self::personal_email((int) $user->id), [$user->phone1, $user->phone2]);
    }

    /**
     * Whether somebody teaches in a course.
     *
     * @param context_course $context of the course
     * @param \stdClass $user the user
     * @return bool
     */
    private static function teaches(context_course $context, \stdClass $user): bool {
        return has_capability(self::TEACHES, $context, $user, false);
    }

    /**
     * Read the profile field that the plugin's settings name.
     *
     * @param int $userid the user
     * @return string empty where no field is named, or nothing stands in it
     */
    private static function personal_email(int $userid): string {
        global $DB;
        $field = trim((string) get_config('local_lea', 'personalemailfield'));
        if ($field === '') {
            return '';
        }
        return (string) $DB->get_field_sql(
            'SELECT d.data
               FROM {user_info_data} d
               JOIN {user_info_field} f ON f.id = d.fieldid
              WHERE d.userid = :userid AND f.shortname = :field',
            ['userid' => $userid, 'field' => $field]
        );
    }
}
