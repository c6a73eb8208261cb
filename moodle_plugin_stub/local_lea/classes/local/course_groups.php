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
 * The groups of one course and who is in them. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course_groups {
    /** @var int visibility of a group that its own members do not see (GROUPS_VISIBILITY_NONE) */
    private const VISIBLE_TO_NOBODY = 3;

    /** @var array group id => id, visibility, participation */
    private array $groups = [];

    /** @var array user id => ids of the groups */
    private array $memberships = [];

    /** @var array grouping id => group id => true */
    private array $groupings = [];

    /**
     * Take the rows of the database.
     *
     * @param iterable $groups id, visibility, participation
     * @param iterable $members groupid, userid
     * @param iterable $groupings groupingid, groupid
     */
    public function __construct(iterable $groups, iterable $members, iterable $groupings = []) {
        foreach ($groups as $group) {
            $group = (array) $group;
            $this->groups[(int) $group['id']] = $group;
        }
        foreach ($members as $member) {
            $member = (array) $member;
            if (isset($this->groups[(int) $member['groupid']])) {
                $this->memberships[(int) $member['userid']][] = (int) $member['groupid'];
            }
        }
        foreach ($groupings as $grouping) {
            $grouping = (array) $grouping;
            $this->groupings[(int) $grouping['groupingid']][(int) $grouping['groupid']] = true;
        }
    }

    /**
     * Leave out the groups that their own members do not see.
     *
     * Staff sort people by needs with them. Neither such a name nor who shares such a group concerns the service.
     *
     * @param array $groups rows with visibility
     * @return array the others, with their keys
     */
    public static function shown(array $groups): array {
        return array_filter($groups, fn($group) => (int) ((array) $group)['visibility'] !== self::VISIBLE_TO_NOBODY);
    }

    /**
     * Find all groups of a user.
     *
     * @param int $userid the user
     * @return int[] group ids
     */
    public function of_user(int $userid): array {
        return $this->memberships[$userid] ?? [];
    }

    /**
     * Take from a list by group id what concerns a user's groups.
     *
     * Overrides reach a learner through the groups that the learner can see, as in Moodle.
     *
     * @param int $userid the user
     * @param array $bygroup group id => anything
     * @return array the entries of the user's groups
     */
    public function pick(int $userid, array $bygroup): array {
        $picked = [];
        foreach ($this->of_user($userid) as $groupid) {
            if (isset($bygroup[$groupid]) && $this->is_seen_by_members($groupid)) {
                $picked[] = $bygroup[$groupid];
            }
        }
        return $picked;
    }

    /**
     * Find the team with which a user hands in group work.
     *
     * @param int $userid the user
     * @param int $groupingid the grouping that holds the teams, 0 for all groups of the course
     * @return int the group's id; 0, Moodle's default team, when the user is in no team or in several
     */
    public function team(int $userid, int $groupingid): int {
        $teams = [];
        foreach ($this->of_user($userid) as $groupid) {
            $ingrouping = $groupingid === 0 || isset($this->groupings[$groupingid][$groupid]);
            $participates = (int) $this->groups[$groupid]['participation'] === 1;
            if ($ingrouping && $participates && $this->is_seen_by_members($groupid)) {
                $teams[] = $groupid;
            }
        }
        return count($teams) === 1 ? $teams[0] : 0;
    }

    /**
     * Whether the members of a group can see it.
     *
     * @param int $groupid the group
     * @return bool
     */
    private function is_seen_by_members(int $groupid): bool {
        return (int) $this->groups[$groupid]['visibility'] !== self::VISIBLE_TO_NOBODY;
    }
}
