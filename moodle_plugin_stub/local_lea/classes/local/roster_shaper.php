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

namespace local_lea\local;

/**
 * Puts the rows of a course's roster together, user by user. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class roster_shaper {
    /** @var array user id => the user as it leaves the site */
    private array $users = [];

    /**
     * Add a user with one enrolment; a second call for the same user adds the enrolment.
     *
     * @param array $row userid, firstname, lastname, idnumber, suspended; method, status, instancestatus, timestart, timeend,
     *     timecreated of the enrolment
     * @param string $fullname the name as this site writes it
     */
    public function add_enrolment(array $row, string $fullname): void {
        $userid = (int) $row['userid'];
        $this->users[$userid] ??= [
            'id' => $userid,
            'firstname' => (string) $row['firstname'],
            'lastname' => (string) $row['lastname'],
            'fullname' => $fullname,
            'idnumber' => (string) $row['idnumber'],
            'suspended' => (int) $row['suspended'] === 1,
            'roles' => [],
            'enrolments' => [],
            'groups' => [],
        ];
        $this->users[$userid]['enrolments'][] = [
            'method' => (string) $row['method'],
            'active' => self::is_switched_on($row),
            'timestart' => (int) $row['timestart'],
            'timeend' => (int) $row['timeend'],
            'timecreated' => (int) $row['timecreated'],
        ];
    }

    /**
     * Add a role of a user; without effect for somebody who is not enrolled.
     *
     * @param array $row userid, shortname, archetype
     */
    public function add_role(array $row): void {
        $userid = (int) $row['userid'];
        $role = self::role($row);
        // The same role can be assigned by hand and by an enrolment plugin: it is one role.
        if (isset($this->users[$userid]) && !in_array($role, $this->users[$userid]['roles'], true)) {
            $this->users[$userid]['roles'][] = $role;
        }
    }

    /**
     * Add the groups of the users.
     *
     * @param course_groups $groups the groups of the course
     */
    public function add_groups(course_groups $groups): void {
        foreach (array_keys($this->users) as $userid) {
            $this->users[$userid]['groups'] = $groups->of_user($userid);
        }
    }

    /**
     * Get the users.
     *
     * @return array in the order in which they were added
     */
    public function users(): array {
        return array_values($this->users);
    }

    /**
     * Shape a role.
     *
     * @param array $row shortname, archetype
     * @return array shortname and archetype
     */
    public static function role(array $row): array {
        return ['shortname' => (string) $row['shortname'], 'archetype' => (string) $row['archetype']];
    }

    /**
     * Whether an enrolment is switched on, whatever its dates.
     *
     * @param array $row status (of the enrolment) and instancestatus (of the method in this course); 0 is on
     * @return bool
     */
    public static function is_switched_on(array $row): bool {
        return (int) $row['status'] === 0 && (int) $row['instancestatus'] === 0;
    }

    /**
     * Whether an enrolment gives access at an instant.
     *
     * @param array $row status, instancestatus, timestart, timeend (0: open)
     * @param int $now Unix seconds
     * @return bool
     */
    public static function is_active_at(array $row, int $now): bool {
        $timeend = (int) $row['timeend'];
        return self::is_switched_on($row) && (int) $row['timestart'] <= $now && ($timeend === 0 || $timeend > $now);
    }
}
