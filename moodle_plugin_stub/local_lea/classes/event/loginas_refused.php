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

namespace local_lea\event;

/**
 * Somebody under "log in as" asked for a person's engagement and was refused.
 *
 * Moodle's log names both: the person (userid) and who was logged in as them (realuserid). The tool shows it to the person.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class loginas_refused extends \core\event\base {
    /**
     * Set the fixed data.
     */
    protected function init() {
        $this->data['crud'] = 'r';
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * Name the event.
     *
     * @return string
     */
    public static function get_name() {
        return get_string('eventloginasrefused', 'local_lea');
    }

    /**
     * Describe what happened.
     *
     * @return string
     */
    public function get_description() {
        $page = $this->courseid
            ? "the engagement page of the course with id '{$this->courseid}'"
            : 'an engagement page outside a course';
        return "Somebody who was logged in as the user with id '{$this->userid}' asked for {$page} and was refused.";
    }

    /**
     * Link to the page.
     *
     * @return \core\url
     */
    public function get_url() {
        if (!$this->courseid) {
            return new \core\url('/local/lea/my.php');
        }
        return \local_lea\engagement_page::url((int) $this->courseid);
    }
}
