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

use core\context\system as context_system;

/**
 * Writes names as plain text.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class names {
    /**
     * Apply the site's filters (such as multi-language) to a name and take out markup and entities.
     *
     * All names go through the system context: with each course's own context the number of statements would grow with the
     * number of courses.
     *
     * @param string $name as it is stored
     * @return string plain text, not escaped
     */
    public static function plain(string $name): string {
        $options = ['context' => context_system::instance(), 'escape' => false];
        return trim(html_entity_decode(strip_tags(format_string($name, true, $options)), ENT_QUOTES | ENT_HTML5, 'UTF-8'));
    }
}
