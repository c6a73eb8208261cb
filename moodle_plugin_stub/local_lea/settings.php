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
 * The plugin's pages in the site administration, and its settings: which external tool is the Engagement tool.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

// Who looks after the tool without being a site administrator has no category of local plugins.
$ADMIN->add(
    $hassiteconfig ? 'localplugins' : 'modules',
    new admin_category('local_lea_pages', new lang_string('pluginname', 'local_lea'))
);
$ADMIN->add('local_lea_pages', new admin_externalpage(
    'local_lea_connect',
    new lang_string('connect', 'local_lea'),
    new \core\url('/local/lea/connect.php'),
    'moodle/site:config'
));
$ADMIN->add('local_lea_pages', new admin_externalpage(
    'local_lea_start',
    new lang_string('startpage', 'local_lea'),
    \local_lea\start_page::url(),
    'local/lea:viewstart'
));

if ($hassiteconfig) {
    $settings = new admin_settingpage('local_lea', new lang_string('settings'));
    $ADMIN->add('local_lea_pages', $settings);

    if ($ADMIN->fulltree) {
        $settings->add(new admin_setting_heading(
            'local_lea/pages',
            new lang_string('settingspages', 'local_lea'),
            new lang_string('settingspages_desc', 'local_lea', (object) [
                'connect' => (new \core\url('/local/lea/connect.php'))->out(),
                'tools' => (new \core\url('/mod/lti/toolconfigure.php'))->out(),
                'start' => \local_lea\start_page::url()->out(),
            ])
        ));
        $settings->add(new admin_setting_heading(
            'local_lea/attendance',
            new lang_string('settingsattendance', 'local_lea'),
            new lang_string('settingsattendance_desc', 'local_lea')
        ));
        $settings->add(new admin_setting_configtext(
            'local_lea/excusedacronyms',
            new lang_string('excusedacronyms', 'local_lea'),
            new lang_string('excusedacronyms_desc', 'local_lea'),
            \local_lea\local\register_mark::EXCUSED,
            PARAM_RAW_TRIMMED
        ));
        $settings->add(new admin_setting_heading(
            'local_lea/contact',
            new lang_string('settingscontact', 'local_lea'),
            new lang_string('settingscontact_desc', 'local_lea')
        ));
        $settings->add(new admin_setting_configtext(
            'local_lea/personalemailfield',
            new lang_string('personalemailfield', 'local_lea'),
            new lang_string('personalemailfield_desc', 'local_lea'),
            '',
            PARAM_ALPHANUMEXT
        ));
        $settings->add(new admin_setting_heading(
            'local_lea/tool',
            new lang_string('settingstool', 'local_lea'),
            new lang_string('settingstool_desc', 'local_lea')
        ));

        $tools = $DB->get_records_menu('lti_types', ['course' => SITEID], 'name', 'id, name');
        $setting = new admin_setting_configselect(
            'local_lea/typeid',
            new lang_string('typeid', 'local_lea'),
            new lang_string('typeid_desc', 'local_lea'),
            0,
            [0 => new lang_string('typeid_byservice', 'local_lea')] + array_map('format_string', $tools)
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
