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
 * Connects the analytics service with one click: web services, role, account and token.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use core\output\notification;
use local_lea\connection;
use local_lea\engagement_page;
use local_lea\local\ip_restriction;

admin_externalpage_setup('local_lea_connect');
if (!is_siteadmin() || engagement_page::is_somebody_else()) {
    throw new moodle_exception('connectadminsonly', 'local_lea');
}
// The answer may hold a token: no browser or proxy keeps it.
$PAGE->set_cacheable(false);

$action = optional_param('action', '', PARAM_ALPHA);
$written = optional_param('addresses', '', PARAM_RAW_TRIMMED);
$seentokenid = optional_param('seen', 0, PARAM_INT);

$addresses = new ip_restriction($written);
$token = null;
$notices = [];
if ($action === 'connect' || $action === 'renew') {
    if (!data_submitted()) {
        redirect($PAGE->url);
    }
    require_sesskey();
    if (!$addresses->is_good()) {
        $notices[] = $addresses->bad()
            ? [get_string('connectbadaddress', 'local_lea', s(implode(', ', $addresses->bad()))), notification::NOTIFY_ERROR]
            : [get_string('connectaddresseslong', 'local_lea'), notification::NOTIFY_ERROR];
    } else {
        $token = connection::make($addresses, $action === 'renew', $seentokenid);
        if ($token !== null) {
            $notices[] = [get_string('connectdone', 'local_lea'), notification::NOTIFY_SUCCESS];
        } else if (connection::token_id() !== $seentokenid) {
            $notices[] = [get_string('connectseenold', 'local_lea'), notification::NOTIFY_WARNING];
        } else {
            $notices[] = [get_string('connectrepaired', 'local_lea'), notification::NOTIFY_SUCCESS];
        }
    }
}
if (connection::is_profile_incomplete()) {
    $profile = new core\url('/user/editadvanced.php', ['id' => connection::account()->id]);
    $notices[] = [get_string('connectprofile', 'local_lea', $profile->out()), notification::NOTIFY_WARNING];
}

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('connect', 'local_lea'));
foreach ($notices as [$text, $kind]) {
    echo $OUTPUT->notification($text, $kind, false);
}
$page = new local_lea\output\connect_page($token, $addresses->is_good() ? '' : $written);
echo $OUTPUT->render_from_template('local_lea/connect', $page->export_for_template($OUTPUT));
echo $OUTPUT->footer();
