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

namespace local_lea\output;

use core\output\renderable;
use core\output\renderer_base;
use core\output\templatable;
use core\url;
use local_lea\connection;

/**
 * What the page "Connect the service" shows.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class connect_page implements renderable, templatable {
    /** @var string|null a token that was just made, shown this once */
    private ?string $token;

    /** @var string what was written into the field for addresses and must be put right */
    private string $written;

    /**
     * Make the page.
     *
     * @param string|null $token a token that was just made
     * @param string $written what was written into the field for addresses and must be put right
     */
    public function __construct(?string $token = null, string $written = '') {
        $this->token = $token;
        $this->written = $written;
    }

    /**
     * Collect the data of the template.
     *
     * @param renderer_base $output not used
     * @return array
     */
    public function export_for_template(renderer_base $output): array {
        $state = connection::state();
        $tokens = connection::tokens();
        $newest = $tokens ? end($tokens) : null;
        $steps = [];
        foreach ($state->steps() as $step => $done) {
            $steps[] = ['done' => $done, 'text' => self::step_text($step)];
        }
        return [
            'token' => $this->token,
            'steps' => $steps,
            'iscomplete' => $state->is_complete(),
            'hastoken' => $state->steps()['token'],
            'tokentext' => $newest ? self::token_text($newest) : '',
            'others' => implode(', ', array_map('fullname', connection::other_users())),
            'servicesurl' => (new url('/admin/settings.php', ['section' => 'externalservices']))->out(false),
            // A new token is bound as the old one was, when nothing else is said.
            'addresses' => $this->written !== '' ? $this->written : (string) ($newest->iprestriction ?? ''),
            'hasslip' => $this->written !== '',
            'seen' => connection::token_id(),
            'formurl' => (new url('/local/lea/connect.php'))->out(false),
            'sesskey' => sesskey(),
        ];
    }

    /**
     * Say what a step does.
     *
     * @param string $step one of connection_state::STEPS
     * @return string
     */
    private static function step_text(string $step): string {
        $texts = [
            'webservices' => get_string('stepwebservices', 'local_lea'),
            'rest' => get_string('steprest', 'local_lea'),
            'service' => get_string('stepservice', 'local_lea'),
            'role' => get_string('steprole', 'local_lea'),
            'account' => get_string('stepaccount', 'local_lea'),
            'authorised' => get_string('stepauthorised', 'local_lea'),
            'token' => get_string('steptoken', 'local_lea'),
        ];
        return $texts[$step];
    }

    /**
     * Say of a token when it was made and used, and from where it works.
     *
     * @param \stdClass $token its row, without the token itself
     * @return string
     */
    private static function token_text(\stdClass $token): string {
        return get_string('tokentext', 'local_lea', (object) [
            'made' => userdate($token->timecreated),
            'used' => $token->lastaccess ? userdate($token->lastaccess) : get_string('never'),
            'from' => $token->iprestriction ?: get_string('anyaddress', 'local_lea'),
        ]);
    }
}
