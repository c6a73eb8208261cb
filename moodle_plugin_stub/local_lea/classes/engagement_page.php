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
use core\output\notification;
use core\url;

/**
 * Who gets the Engagement tab of a course, and what it opens.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class engagement_page {
    /** @var string key of the tab in the secondary navigation */
    public const TAB = 'local_lea';

    /**
     * Whether the current user may open engagement in a course: their own, or that of the learners they teach.
     *
     * What they then see is decided by the tool, not here.
     *
     * @param context_course $context the course
     * @return bool
     */
    public static function is_allowed(context_course $context): bool {
        return has_any_capability(['local/lea:viewown', 'local/lea:viewcourse'], $context);
    }

    /**
     * Whether the current user is somebody else: an administrator under "log in as".
     *
     * The launch would not reveal it, so the tool cannot tell: the refusal must happen here.
     *
     * @return bool
     */
    public static function is_somebody_else(): bool {
        return \core\session\manager::is_loggedinas();
    }

    /**
     * Whether to show the tab.
     *
     * @param context_course $context the course
     * @return bool
     */
    public static function has_tab(context_course $context): bool {
        return isloggedin()
            && !isguestuser()
            && !self::is_somebody_else()
            && self::is_allowed($context)
            && switched_courses::is_on((int) $context->instanceid)
            && self::cmid((int) $context->instanceid) !== null;
    }

    /**
     * Find the activity that opens the tool in a course, or on the site home, for the current user.
     *
     * It is the one that the plugin looks after; while that one is not there, or is hidden from this user, any other of the tool.
     *
     * @param int $courseid the course
     * @return int|null the course module's id, null when there is none that this user may open
     */
    public static function cmid(int $courseid): ?int {
        $cmid = switched_courses::cmid($courseid);
        $modules = get_fast_modinfo($courseid)->get_cms();
        if ($cmid !== null && isset($modules[$cmid]) && $modules[$cmid]->uservisible) {
            return $cmid;
        }
        return tool_activities::cmid_for_current_user($courseid);
    }

    /**
     * Write the frame in which the tool opens.
     *
     * @param int $cmid the activity
     * @param string $title what the frame is called, for those who hear the page
     * @return string HTML
     */
    public static function frame(int $cmid, string $title): string {
        global $SESSION;
        // A launch that broke off leaves this behind; the next one would then skip the login step.
        unset($SESSION->lti_initiatelogin_status);
        return \html_writer::tag('iframe', '', [
            'class' => 'local-lea-frame',
            'src' => (new url('/mod/lti/launch.php', ['id' => $cmid, 'triggerview' => 0]))->out(false),
            'title' => $title,
        ]);
    }

    /**
     * Show a page that only says something, and end.
     *
     * @param string $heading a heading below the page's own one, empty for none
     * @param string $text what it says, HTML
     * @param string $kind one of the constants of \core\output\notification
     */
    public static function say(string $heading, string $text, string $kind): never {
        global $OUTPUT;
        echo $OUTPUT->header();
        if ($heading !== '') {
            echo $OUTPUT->heading($heading);
        }
        echo $OUTPUT->notification($text, $kind, false);
        echo $OUTPUT->footer();
        exit;
    }

    /**
     * Show the refusal to somebody who is logged in as somebody else, write it into the log, and end.
     *
     * @param string $heading a heading below the page's own one, empty for none
     * @param \core\context $context the course, or the system
     */
    public static function refuse_somebody_else(string $heading, \core\context $context): never {
        event\loginas_refused::create(['context' => $context])->trigger();
        self::say($heading, get_string('loginasrefused', 'local_lea'), notification::NOTIFY_WARNING);
    }

    /**
     * Make the address of the page.
     *
     * @param int $courseid the course
     * @return url
     */
    public static function url(int $courseid): url {
        return new url('/local/lea/view.php', ['id' => $courseid]);
    }
}
