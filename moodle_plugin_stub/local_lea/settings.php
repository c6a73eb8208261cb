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

/**
 * Settings: which external tool is the Engagement tool.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_lea', new lang_string('pluginname', 'local_lea'));
    $ADMIN->add('localplugins', $settings);

    if ($ADMIN->fulltree) {
        $tools = $DB->get_records_menu('lti_types', ['course' => SITEID], 'name', 'id, name');
        $setting = new admin_setting_configselect(
            'local_lea/typeid',
            new lang_string('typeid', 'local_lea'),
            new lang_string('typeid_desc', 'local_lea'),
            0,
            [0 => new lang_string('typeid_byhost', 'local_lea')] + array_map('format_string', $tools)
        );
        $setting->set_updatedcallback([\local_lea\tool_activities::class, 'forget_all']);
        $settings->add($setting);

        $setting = new admin_setting_configtext(
            'local_lea/toolhost',
            new lang_string('toolhost', 'local_lea'),
            new lang_string('toolhost_desc', 'local_lea'),
            '',
            PARAM_RAW_TRIMMED
        );
        $setting->set_updatedcallback([\local_lea\tool_activities::class, 'forget_all']);
        $settings->add($setting);
    }
}
