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

use local_lea\local\placement;

/**
 * The tool as it is registered on this site (table lti_types): the one the administrator chose, or found by its client id.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class lti_tool {
    /** @var string setting with the types that were found by the service's client ids, the newest first */
    private const FOUND = 'foundtypeids';

    /** @var int the tool can be launched (LTI_TOOL_STATE_CONFIGURED) */
    private const CONFIGURED = 1;

    /** @var int the tool waits to be activated (LTI_TOOL_STATE_PENDING) */
    private const PENDING = 2;

    /**
     * Tell which tool the administrator chose in the plugin's settings.
     *
     * @return int id of the type, 0 for none
     */
    public static function chosen_typeid(): int {
        return (int) get_config('local_lea', 'typeid');
    }

    /**
     * List the types that are this tool: the chosen one, then those that the service knows itself by.
     *
     * @return int[] ids of types; some may be deleted meanwhile
     */
    public static function typeids(): array {
        $found = (string) get_config('local_lea', self::FOUND);
        $ids = [self::chosen_typeid(), ...array_map('intval', explode(',', $found))];
        return array_values(array_unique(array_filter($ids)));
    }

    /**
     * List the hosts by which Moodle finds the tool for an activity that names no type (lti_get_tool_by_url_match).
     *
     * @return string[]
     */
    public static function domains(): array {
        global $DB;
        $types = $DB->get_records_list('lti_types', 'id', self::typeids(), '', 'id, tooldomain');
        return array_map('strval', array_column($types, 'tooldomain'));
    }

    /**
     * Find the type of which activities are made.
     *
     * @return int|null id of the first type that can be launched, null when there is none
     */
    public static function usable_typeid(): ?int {
        $states = self::states();
        foreach (self::typeids() as $id) {
            if (($states[$id] ?? null) === self::CONFIGURED) {
                return $id;
            }
        }
        return null;
    }

    /**
     * Tell whether the tool can be launched.
     *
     * @return string placement::TOOL_READY, TOOL_PENDING or TOOL_MISSING
     */
    public static function state(): string {
        $states = self::states();
        return match (true) {
            in_array(self::CONFIGURED, $states, true) => placement::TOOL_READY,
            in_array(self::PENDING, $states, true) => placement::TOOL_PENDING,
            default => placement::TOOL_MISSING,
        };
    }

    /**
     * Find the tool by the client ids that the service has on this site, and keep what is found.
     *
     * @param string[] $clientids client ids; none leaves everything as it is
     */
    public static function remember(array $clientids): void {
        global $DB;
        if (!$clientids) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($clientids, SQL_PARAMS_NAMED);
        $types = $DB->get_records_select(
            'lti_types',
            "clientid {$in} AND course = :site",
            $params + ['site' => SITEID],
            'id DESC',
            'id, clientid'
        );
        // Some databases do not tell upper from lower case.
        $types = array_filter($types, fn($type) => in_array($type->clientid, $clientids, true));
        $found = implode(',', array_keys($types));
        if ($found !== (string) get_config('local_lea', self::FOUND)) {
            set_config(self::FOUND, $found, 'local_lea');
            tool_activities::forget_all();
        }
    }

    /**
     * Whether External tool activities are switched on.
     *
     * @return bool
     */
    public static function is_module_enabled(): bool {
        global $DB;
        return (bool) $DB->get_field('modules', 'visible', ['name' => 'lti']);
    }

    /**
     * Read the state of each type of the tool that exists.
     *
     * @return int[] state by id of the type
     */
    private static function states(): array {
        global $DB;
        $types = $DB->get_records_list('lti_types', 'id', self::typeids(), '', 'id, state');
        return array_map(fn($type) => (int) $type->state, $types);
    }
}
