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

namespace local_lea\external;

use core\context\system as context_system;
use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_lea\local\service_capabilities;
use local_lea\lti_tool;

/**
 * Tells which versions stand here, for the plugin and the service to check each other.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_version extends external_api {
    /**
     * Describe the parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([]);
    }

    /**
     * Tell the versions.
     *
     * @return array
     */
    public static function execute(): array {
        global $CFG, $USER;
        self::validate_parameters(self::execute_parameters(), []);
        $context = context_system::instance();
        self::validate_context($context);
        require_capability('local/lea:readcourses', $context);

        $plugin = \core_plugin_manager::instance()->get_plugin_info('local_lea');
        $stores = explode(',', (string) get_config('tool_log', 'enabled_stores'));
        return [
            'release' => (string) $plugin->release,
            'version' => (int) $plugin->versiondb,
            // Text, as core gives it: between two releases it has decimals.
            'moodleversion' => (string) $CFG->version,
            'moodlerelease' => (string) $CFG->release,
            'now' => time(),
            'timezone' => \core_date::get_server_timezone(),
            'loglifetime' => (int) get_config('logstore_standard', 'loglifetime'),
            'logenabled' => in_array('logstore_standard', $stores, true),
            'userid' => (int) $USER->id,
            'capabilities' => array_map(
                fn($name) => ['name' => $name, 'held' => has_capability($name, $context)],
                service_capabilities::ALL
            ),
            'allowstealth' => !empty($CFG->allowstealth),
            'cronlastrun' => (int) get_config('tool_task', 'lastcronstart'),
            'tool' => lti_tool::state(),
        ];
    }

    /**
     * Describe the answer.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'release' => new external_value(PARAM_TEXT, 'Release of this plugin, such as 0.2.0'),
            'version' => new external_value(PARAM_INT, 'Version of this plugin, as installed'),
            'moodleversion' => new external_value(PARAM_RAW, 'Version of Moodle, such as 2024100706'),
            'moodlerelease' => new external_value(PARAM_TEXT, 'Release of Moodle, such as 4.5.6 (Build: 20250811)'),
            'now' => new external_value(PARAM_INT, 'The server\'s clock, Unix seconds'),
            'timezone' => new external_value(PARAM_RAW, 'The site\'s time zone by its IANA name'),
            'loglifetime' => new external_value(PARAM_INT, 'Days for which the standard log is kept, 0 for ever'),
            'logenabled' => new external_value(PARAM_BOOL, 'Whether the standard log is written'),
            'userid' => new external_value(PARAM_INT, 'Id of the user who calls'),
            'capabilities' => new external_multiple_structure(new external_single_structure([
                'name' => new external_value(PARAM_CAPABILITY, 'Name of the capability'),
                'held' => new external_value(PARAM_BOOL, 'Whether the user who calls has it'),
            ]), 'What the service needs'),
            'allowstealth' => new external_value(PARAM_BOOL, 'Whether activities may be available off the course page'),
            'cronlastrun' => new external_value(PARAM_INT, 'When cron last began, Unix seconds, 0 for never'),
            'tool' => new external_value(PARAM_ALPHA, 'The tool on this site: ready, pending or missing'),
        ]);
    }
}
