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
 * What this plugin is and what it needs.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$plugin->component = 'local_lea';
$plugin->version = 2026112500;
$plugin->release = '0.2.0';
$plugin->requires = 2024100700; // Moodle 4.5.
$plugin->maturity = MATURITY_ALPHA;
$plugin->dependencies = [
    'logstore_standard' => ANY_VERSION,
    'mod_assign' => ANY_VERSION,
    'mod_lti' => ANY_VERSION,
    'mod_quiz' => ANY_VERSION,
];
