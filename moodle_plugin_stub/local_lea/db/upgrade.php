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
 * Upgrades.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Bring the database from an older version to this one.
 *
 * @param int $oldversion the version that is installed
 * @return bool
 */
function xmldb_local_lea_upgrade($oldversion) {
    global $DB;
    $manager = $DB->get_manager();

    if ($oldversion < 2026112200) {
        // The courses that are switched on, with their activities.
        $table = new xmldb_table('local_lea_course');
        $table->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
        $table->add_field('courseid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL);
        $table->add_field('switchedon', XMLDB_TYPE_INTEGER, '1', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('cmid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('made', XMLDB_TYPE_INTEGER, '1', null, XMLDB_NOTNULL, null, '0');
        $table->add_field('problem', XMLDB_TYPE_CHAR, '20');
        $table->add_field('timemodified', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
        $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
        $table->add_index('courseid', XMLDB_INDEX_UNIQUE, ['courseid']);
        if (!$manager->table_exists($table)) {
            $manager->create_table($table);
        }
        upgrade_plugin_savepoint(true, 2026112200, 'local', 'lea');
    }

    if ($oldversion < 2026112300) {
        // Registers are read, too: the service's new function comes with this version, no table changes.
        upgrade_plugin_savepoint(true, 2026112300, 'local', 'lea');
    }

    if ($oldversion < 2026112400) {
        // Contact details are told when somebody gets in touch: a new function of the service, no table changes.
        upgrade_plugin_savepoint(true, 2026112400, 'local', 'lea');
    }

    if ($oldversion < 2026112500) {
        // Contact details have a capability of their own. No role gets it by itself: the page "Connect the service" names it
        // as lacking, and until somebody allows it no contact details are told.
        upgrade_plugin_savepoint(true, 2026112500, 'local', 'lea');
    }

    return true;
}
