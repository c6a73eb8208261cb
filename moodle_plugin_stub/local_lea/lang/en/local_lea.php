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

$string['addresses'] = 'Addresses from which the token may be used (optional)';
$string['addresses_help'] = 'The service\'s IP address, a network such as 192.0.2.0/24, or a range such as 192.0.2.10-20; several with commas between them. Leave it empty if you are not sure: the token then works from everywhere. Ask whoever runs the service for the address from which it calls.';
$string['anyaddress'] = 'every address';
$string['cachedef_mycourses'] = 'Which of this plugin\'s pages stand in the user menu';
$string['cachedef_mynote'] = 'Who has just opened "My engagement" (kept for two minutes)';
$string['cachedef_owncmids'] = 'Which activities of a course are the Engagement tool';
$string['connect'] = 'Connect the service';
$string['connectaddresseslong'] = 'Moodle cannot keep so many addresses. Nothing was changed. Write a network, such as 192.0.2.0/24, instead of each address in it.';
$string['connectadminsonly'] = 'Only a site administrator, logged in as themselves, can connect the service: it makes a role and an account for the whole site. Nothing was changed. Ask a site administrator.';
$string['connectbadaddress'] = 'This is not an IP address, network or range: {$a}. Nothing was changed. A token bound to it could be used from nowhere.';
$string['connectbusy'] = 'Somebody else is connecting the service at this moment. Nothing was changed here. Open the page again in a minute.';
$string['connectcomplete'] = 'The connection stands';
$string['connectdone'] = 'Done. The token below is shown this once: copy it now.';
$string['connectincomplete'] = 'What the button does';
$string['connectintro'] = 'The Learner Engagement Analytics service reads courses, rosters, log entries and due dates from this Moodle. It signs in with a token. This page makes everything that it needs, with one click; doing it again changes nothing that is right.';
$string['connectlimits'] = 'The account can do nothing else on this site: its role holds only what is named in the plugin\'s documentation, nobody can log in with it, and no mail is sent to it. What it reads never holds marks, feedback, e-mail addresses or what somebody wrote.';
$string['connectnow'] = 'Connect';
$string['connectothers'] = 'Also authorised for this service:';
$string['connectotherslink'] = 'Look at the services and their users';
$string['connectprofile'] = 'This site demands profile fields of everybody, and Moodle refuses the service\'s account until they are filled in. <a href="{$a}">Fill them in for this account</a>; any value will do.';
$string['connectrepair'] = 'Put right what is missing';
$string['connectrepaired'] = 'Done: what was missing has been put right. The token is the same as before.';
$string['connectseenold'] = 'A token has been made since you opened this page, perhaps in another window or by sending the form twice. No further one was made, and that one works. If nobody has copied it, make a new token below.';
$string['copytoken'] = 'Copy token';
$string['coursenotswitchedon'] = 'Engagement is not switched on in this course.';
$string['engagement'] = 'Engagement';
$string['eventloginasrefused'] = 'Engagement page refused under "Log in as"';
$string['excusedacronyms'] = 'Excused';
$string['excusedacronyms_desc'] = 'Acronyms of the statuses that mean "excused", separated by commas. Any other status with points means that the person was there, one without points that they were not.';
$string['frametitle'] = 'Engagement in {$a}';
$string['lea:manage'] = 'Change the settings of the analytics service from its administrator panel';
$string['lea:readcourses'] = 'Read courses, activities, deletions and versions for the analytics service';
$string['lea:readlog'] = 'Read the standard log of courses for the analytics service';
$string['lea:readroster'] = 'Read who is in a course, with roles and groups, for the analytics service';
$string['lea:readtasks'] = 'Read due dates, times of submission and attendance for the analytics service';
$string['lea:switchcourses'] = 'Say for the analytics service in which courses the tool is switched on';
$string['lea:viewcontact'] = 'Be told how a learner can be reached, for the analytics service';
$string['lea:viewcourse'] = 'Open the Engagement page of the learners one teaches';
$string['lea:viewown'] = 'Open one\'s own Engagement page';
$string['lea:viewstart'] = 'Open the Engagement start page for staff';
$string['loginasrefused'] = 'You are logged in as somebody else. An engagement page belongs to the person it describes, so it is not shown here. Nothing was opened. This attempt is noted in Moodle\'s log, with the account you came from. To test the page, log in with an account of your own.';
$string['myengagement'] = 'My engagement';
$string['nocourse'] = 'There is no course here that shows you your engagement at the moment. It appears when you are enrolled as a student in a course in which Engagement is switched on. If you expected one, ask your teacher.';
$string['notready'] = 'Engagement is switched on, but this page is not ready yet. It is made in the background, which takes some minutes. If it is still missing tomorrow, a teacher can ask the site administrator.';
$string['notswitchedon'] = 'Engagement is not switched on in this course, so there is nothing to show here. A teacher can ask the site administrator to switch it on.';
$string['personalemailfield'] = 'Personal e-mail';
$string['personalemailfield_desc'] = 'Short name of the user profile field that holds a learner\'s personal e-mail address. Empty: none is told.';
$string['pluginname'] = 'Learner Engagement Analytics';
$string['privacy:export'] = 'This site keeps no engagement data. It is held by the Learner Engagement Analytics service; what the service holds about you is on your own Engagement page, and your institution\'s data protection contact can give you a copy.';
$string['privacy:metadata:lea_service'] = 'The Learner Engagement Analytics service reads data of courses in which it is used, to show learners and their tutors evidence of engagement. It never reads what was written, handed in or marked.';
$string['privacy:metadata:lea_service:attendance'] = 'At which sessions the person was, was not or was excused, by the registers of Attendance activities; no remarks and no reasons.';
$string['privacy:metadata:lea_service:contact'] = 'E-mail addresses and telephone numbers of the profile, told at the moment when an adviser or support officer is about to get in touch; they are not kept.';
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
$string['renewnow'] = 'Make a new token';
$string['renewtitle'] = 'Make a new token instead';
$string['renewwarning'] = 'The old token ends at once. The service reads nothing more from this Moodle until it has been given the new one; what it has read so far is kept.';
$string['roledescription'] = 'For the account of the Learner Engagement Analytics service. It may read what the service needs and nothing else. Do not give it to people.';
$string['rolename'] = 'Learner Engagement Analytics service';
$string['servicefirstname'] = 'Learner Engagement Analytics';
$string['servicelastname'] = 'Service';
$string['settingscontact'] = 'Getting in touch';
$string['settingscontact_desc'] = 'When an adviser or support officer is about to get in touch with a learner, the service asks for e-mail addresses and telephone numbers of that learner\'s profile, shows them and keeps nothing of them.';
$string['settingspages'] = 'Pages';
$string['settingspages_desc'] = '<ul><li><a href="{$a->connect}">Connect the service</a>: gives the service a token to read with. One click, for site administrators.</li><li><a href="{$a->tools}">Manage tools</a>: where the tool is registered and activated.</li><li><a href="{$a->start}">Engagement start page</a>: the tool\'s administration. There you switch courses on, which puts the Engagement tab into them.</li></ul>';
$string['settingsattendance'] = 'Attendance';
$string['settingsattendance_desc'] = 'Where the Attendance activity is installed, the service reads who was at which session, from registers that learners can see. Whoever was late was there. Remarks and reasons never leave this site.';
$string['settingstool'] = 'The tool';
$string['settingstool_desc'] = 'As a rule nothing has to be set here: the service tells this plugin which tool is its own.';
$string['startnotready'] = 'The start page is not ready yet. It is made in the background some minutes after the service has read from this Moodle for the first time. A site administrator can look at Site administration > Plugins > Local plugins > Learner Engagement Analytics > Connect the service, and check that cron runs.';
$string['startpage'] = 'Engagement start page';
$string['stepaccount'] = 'An account for the service, with this role. Nobody can log in with it, and it gets no mail.';
$string['stepauthorised'] = 'The account is authorised for the service "Learner Engagement Analytics".';
$string['stepdone'] = 'Done:';
$string['steprest'] = 'The REST protocol is switched on.';
$string['steprole'] = 'A role with the capabilities that the service needs, and no others.';
$string['stepservice'] = 'The service "Learner Engagement Analytics" is switched on, for authorised users only.';
$string['steptodo'] = 'To do:';
$string['steptoken'] = 'A token with which the service signs in.';
$string['stepwebservices'] = 'Web services are switched on.';
$string['taskprovision'] = 'Look after the Engagement activity of a course';
$string['tokencare'] = 'Treat it like a password: do not send it by e-mail or chat.';
$string['tokennext'] = 'Next step, in the service';
$string['tokennextcommand'] = 'The first time, at the service\'s command line, which asks for the token and tries it:';
$string['tokennextpanel'] = 'Later, as easily in its administration: open the Engagement start page, there "Connection", paste the token and save it. "Check the connection" names what is missing.';
$string['tokenonce'] = 'This is the only time that it is shown. If you lose it, make a new one here.';
$string['tokentext'] = 'The token was made on {$a->made}; last used: {$a->used}; works from {$a->from}.';
$string['tokentitle'] = 'The new token';
$string['toolhost'] = 'Host of the tool';
$string['toolhost_desc'] = 'The host of the tool\'s address, such as engagement.example.ac.uk. Looked at only when no tool is chosen above: then every external tool activity with this host is also taken for the Engagement tool.';
$string['typeid'] = 'External tool';
$string['typeid_byservice'] = 'The one that the service names';
$string['typeid_desc'] = 'Choose one only where the service cannot name it. The list is that of Site administration > Plugins > Activity modules > External tool > Manage tools. Opening an activity of the tool never counts as engagement.';
