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
 * What the analytics service's user must be allowed to do on this site, and nothing more.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class service_capabilities {
    /** @var string[] names of capabilities, all in the system context, in the order of the plugin's README */
    public const ALL = [
        'webservice/rest:use',
        'local/lea:readcourses',
        'local/lea:readlog',
        'local/lea:readroster',
        'local/lea:readtasks',
        'local/lea:switchcourses',
        'local/lea:viewcontact',
    ];
}
