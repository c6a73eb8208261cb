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

use core\context\course as context_course;
use core\hook\navigation\secondary_extend;
use core\url;
use core_user\hook\extend_user_menu;
use navigation_node;

/**
 * Hook callbacks.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class hook_callbacks {
    /** @var string the core tab before which Engagement stands */
    private const BEFORE = 'participants';

    /**
     * Add the Engagement tab to the pages of a course.
     *
     * @param secondary_extend $hook the hook
     */
    public static function extend_secondary_navigation(secondary_extend $hook): void {
        global $PAGE;
        $context = $PAGE->context;
        if (!$context instanceof context_course || (int) $context->instanceid === (int) SITEID) {
            return;
        }
        if (!engagement_page::has_tab($context)) {
            return;
        }
        $view = $hook->get_secondaryview();
        $node = navigation_node::create(
            get_string('engagement', 'local_lea'),
            engagement_page::url((int) $context->instanceid),
            navigation_node::TYPE_CUSTOM,
            null,
            engagement_page::TAB
        );
        $view->add_node($node, $view->get(self::BEFORE) ? self::BEFORE : null);
    }

    /**
     * Add "My engagement" for learners and the start page for those who look after the tool to the user menu.
     *
     * This runs on every page: what it asks is kept in the session, and what needs the database is asked last.
     *
     * @param extend_user_menu $hook the hook
     */
    public static function extend_user_menu(extend_user_menu $hook): void {
        if (!isloggedin() || isguestuser() || engagement_page::is_somebody_else()) {
            return;
        }
        if (my_courses::has_any()) {
            $hook->add_navitem(self::menu_item(
                get_string('myengagement', 'local_lea'),
                'myengagement,local_lea',
                new url('/local/lea/my.php')
            ));
        }
        if (start_page::is_offered()) {
            $hook->add_navitem(self::menu_item(
                get_string('startpage', 'local_lea'),
                'startpage,local_lea',
                start_page::url()
            ));
        }
    }

    /**
     * Make an entry of the user menu.
     *
     * @param string $title its text
     * @param string $identifier identifier and component of its text
     * @param url $url where it leads
     * @return \stdClass
     */
    private static function menu_item(string $title, string $identifier, url $url): \stdClass {
        return (object) ['itemtype' => 'link', 'url' => $url, 'title' => $title, 'titleidentifier' => $identifier];
    }
}
