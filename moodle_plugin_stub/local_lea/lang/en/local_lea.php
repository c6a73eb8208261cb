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
 * English strings.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cachedef_mycourses'] = 'Courses through which a user can open "My engagement"';
$string['cachedef_mynote'] = 'Who has just opened "My engagement" (kept for two minutes)';
$string['cachedef_owncmids'] = 'Which activities of a course are the Engagement tool';
$string['engagement'] = 'Engagement';
$string['eventloginasrefused'] = 'Engagement page refused under "Log in as"';
$string['frametitle'] = 'Engagement in {$a}';
$string['lea:manage'] = 'Change the settings of Learner Engagement Analytics in its administration page';
$string['lea:readcourses'] = 'Read courses, activities, deletions and versions for the analytics service';
$string['lea:readlog'] = 'Read the standard log of courses for the analytics service';
$string['lea:readroster'] = 'Read who is in a course, with roles and groups, for the analytics service';
$string['lea:readtasks'] = 'Read due dates and times of submission for the analytics service';
$string['lea:switchcourses'] = 'Switch courses on and off for the analytics service';
$string['lea:viewcourse'] = 'Open the Engagement page of the learners one teaches';
$string['lea:viewown'] = 'Open one\'s own Engagement page';
$string['lea:viewstart'] = 'Open the staff start page of Learner Engagement Analytics';
$string['loginasrefused'] = 'You are logged in as somebody else. An engagement page belongs to the person it describes, so it is not shown here. Nothing was opened. This attempt is noted in Moodle\'s log, with the account you came from. To test the page, log in with an account of your own.';
$string['notsetup'] = 'Engagement is not set up in this course. A teacher can ask the site administrator to add it.';
$string['pluginname'] = 'Learner Engagement Analytics';
$string['privacy:export'] = 'This site keeps no engagement data. It is held by the Learner Engagement Analytics service; what the service holds about you is on your own Engagement page, and your institution\'s data protection contact can give you a copy.';
$string['privacy:metadata:lea_service'] = 'The Learner Engagement Analytics service reads data of courses in which it is used, to show learners and their tutors evidence of engagement. It never reads what was written, handed in or marked.';
$string['privacy:metadata:lea_service:duedates'] = 'When the person\'s assignments and quizzes are due.';
$string['privacy:metadata:lea_service:enrolments'] = 'How and when the person was enrolled in the course.';
$string['privacy:metadata:lea_service:excused'] = 'Whether a piece of work is excluded from the person\'s grade.';
$string['privacy:metadata:lea_service:extensions'] = 'Whether the person has an extension.';
$string['privacy:metadata:lea_service:firstname'] = 'The person\'s first name.';
$string['privacy:metadata:lea_service:fullname'] = 'The person\'s name as this site writes it.';
$string['privacy:metadata:lea_service:groups'] = 'The person\'s groups in the course.';
$string['privacy:metadata:lea_service:idnumber'] = 'The person\'s ID number.';
$string['privacy:metadata:lea_service:lastname'] = 'The person\'s last name.';
$string['privacy:metadata:lea_service:logevents'] = 'What the person opened or did in the course and when, without content, IP address or anonymous activities.';
$string['privacy:metadata:lea_service:roles'] = 'The person\'s roles in the course.';
$string['privacy:metadata:lea_service:suspended'] = 'Whether the person\'s account is suspended.';
$string['privacy:metadata:lea_service:timesubmitted'] = 'When the person handed work in.';
$string['privacy:metadata:lea_service:userid'] = 'The person\'s user ID.';
$string['privacy:metadata:local_lea_deletion'] = 'Deletions and requests to erase, which the Learner Engagement Analytics service follows.';
$string['privacy:metadata:local_lea_deletion:courseid'] = 'The course concerned.';
$string['privacy:metadata:local_lea_deletion:kind'] = 'Whether a user, a course or an activity was deleted, or a user\'s data is to be erased.';
$string['privacy:metadata:local_lea_deletion:objectid'] = 'The ID of the user, course or activity.';
$string['privacy:metadata:local_lea_deletion:timecreated'] = 'When it was deleted or asked for.';
$string['toolhost'] = 'Host of the tool';
$string['toolhost_desc'] = 'The host of the tool\'s address, such as engagement.example.ac.uk. Looked at only when no tool is chosen above: then every external tool activity with this host is taken for the Engagement tool.';
$string['typeid'] = 'External tool';
$string['typeid_byhost'] = 'Find it by its host (below)';
$string['typeid_desc'] = 'The tool as it stands in Site administration > Plugins > Activity modules > External tool > Manage tools. The Engagement tab appears in courses that have an activity of this tool which the user may open. Opening such an activity never counts as engagement.';
