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
use core_external\util;
use local_lea\local\connection_state;
use local_lea\local\ip_restriction;
use local_lea\local\service_account;

/**
 * Makes what the analytics service needs to read from this site: web services, a role, an account, a token.
 *
 * Each step looks first at what is there, so doing it again only puts right what is missing.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class connection {
    /** @var string the service's short name, as db/services.php declares it */
    private const SERVICE = 'local_lea';

    /** @var string what the token is called in Moodle's list of tokens */
    private const TOKEN_NAME = 'Learner Engagement Analytics';

    /** @var int seconds to wait for somebody else who connects at the same moment */
    private const LOCK_SECONDS = 20;

    /**
     * Look at what stands and what is still to do.
     *
     * @return connection_state
     */
    public static function state(): connection_state {
        global $CFG, $DB;
        $service = self::service();
        $role = self::role_id();
        $user = self::account();
        return new connection_state([
            'enabled' => !empty($CFG->enablewebservices),
            'protocols' => (string) ($CFG->webserviceprotocols ?? ''),
            'service' => $service->enabled && $service->restrictedusers,
            'role' => $role === null ? null : $DB->get_fieldset_select(
                'role_capabilities',
                'capability',
                'roleid = :roleid AND contextid = :contextid AND permission = :allow',
                ['roleid' => $role, 'contextid' => context_system::instance()->id, 'allow' => CAP_ALLOW]
            ),
            'assigned' => $role !== null && $user && user_has_role_assignment($user->id, $role, context_system::instance()->id),
            'account' => $user ? (array) $user : null,
            'authorised' => $user && self::is_authorised($service, (int) $user->id),
            'tokens' => count(array_filter(self::tokens(), fn($token) => !$token->validuntil || $token->validuntil > time())),
        ]);
    }

    /**
     * Find the account of the service.
     *
     * @return \stdClass|null its row, null when there is none yet
     */
    public static function account(): ?\stdClass {
        global $CFG, $DB;
        $remembered = (int) get_config('local_lea', 'serviceuserid');
        $user = $remembered ? $DB->get_record('user', ['id' => $remembered]) : false;
        if (!$user || $user->deleted) {
            $user = $DB->get_record('user', ['username' => service_account::NAME, 'mnethostid' => $CFG->mnet_localhost_id]);
            $user = $user && service_account::is_own($user) ? $user : null;
        }
        return $user ?: null;
    }

    /**
     * Read the tokens of the account for this service.
     *
     * @return \stdClass[] id, timecreated, lastaccess, validuntil, iprestriction; never the token itself
     */
    public static function tokens(): array {
        global $DB;
        $user = self::account();
        if (!$user) {
            return [];
        }
        return $DB->get_records(
            'external_tokens',
            ['userid' => $user->id, 'externalserviceid' => self::service()->id, 'tokentype' => EXTERNAL_TOKEN_PERMANENT],
            'id',
            'id, timecreated, lastaccess, validuntil, iprestriction'
        );
    }

    /**
     * Find the newest token's id.
     *
     * @return int 0 when there is none
     */
    public static function token_id(): int {
        return (int) max([0, ...array_keys(self::tokens())]);
    }

    /**
     * Find who else may use the service.
     *
     * @return \stdClass[] rows of users
     */
    public static function other_users(): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT u.*
               FROM {user} u
               JOIN {external_services_users} su ON su.userid = u.id
              WHERE su.externalserviceid = :serviceid AND u.deleted = 0 AND u.id <> :own
           ORDER BY u.id",
            ['serviceid' => self::service()->id, 'own' => self::account()->id ?? 0]
        );
    }

    /**
     * Whether Moodle would refuse the account for profile fields that this site demands of everybody.
     *
     * @return bool
     */
    public static function is_profile_incomplete(): bool {
        global $CFG;
        require_once($CFG->dirroot . '/user/profile/lib.php');
        $user = self::account();
        return $user !== null && !profile_has_required_custom_fields_set($user->id);
    }

    /**
     * Make what is missing.
     *
     * @param ip_restriction $addresses from where a new token may be used
     * @param bool $renew whether to make a new token although there is one; the old one then ends
     * @param int $seentokenid the newest token when the administrator opened the page, 0 for none: when there is a newer one,
     *     somebody has just made it and none is made
     * @return string|null the new token, null when none was made
     */
    public static function make(ip_restriction $addresses, bool $renew, int $seentokenid): ?string {
        $lock = \core\lock\lock_config::get_lock_factory('local_lea')->get_lock('connection', self::LOCK_SECONDS);
        if (!$lock) {
            throw new \moodle_exception('connectbusy', 'local_lea', new \core\url('/local/lea/connect.php'));
        }
        try {
            self::switch_web_services_on();
            $userid = self::make_account();
            role_assign(self::make_role(), $userid, context_system::instance()->id);
            self::authorise($userid);
            if (self::token_id() !== $seentokenid || (!$renew && self::state()->steps()['token'])) {
                return null;
            }
            return self::make_token($userid, $addresses);
        } finally {
            $lock->release();
        }
    }

    /**
     * Switch on web services, REST and the service.
     */
    private static function switch_web_services_on(): void {
        global $CFG, $DB;
        self::configure('enablewebservices', (string) ($CFG->enablewebservices ?? ''), '1');
        $protocols = (string) ($CFG->webserviceprotocols ?? '');
        self::configure('webserviceprotocols', $protocols, connection_state::with_rest($protocols));
        $service = self::service();
        if (!$service->enabled || !$service->restrictedusers) {
            $DB->update_record('external_services', ['id' => $service->id, 'enabled' => 1, 'restrictedusers' => 1]);
        }
    }

    /**
     * Set one of Moodle's settings and write it down among the changes of settings.
     *
     * @param string $name the setting
     * @param string $old its value
     * @param string $new the value to set
     */
    private static function configure(string $name, string $old, string $new): void {
        if ($old !== $new) {
            add_to_config_log($name, $old, $new, 'core');
            set_config($name, $new);
        }
    }

    /**
     * Make the role, or put right what it lacks.
     *
     * @return int its id
     */
    private static function make_role(): int {
        $context = context_system::instance();
        $roleid = self::role_id();
        if ($roleid === null) {
            $roleid = create_role(
                get_string('rolename', 'local_lea'),
                service_account::NAME,
                get_string('roledescription', 'local_lea')
            );
            set_role_contextlevels($roleid, [CONTEXT_SYSTEM]);
        }
        foreach (self::state()->lacking() as $capability) {
            assign_capability($capability, CAP_ALLOW, $roleid, $context->id, true);
        }
        return (int) $roleid;
    }

    /**
     * Make the account, or put right what was changed in it.
     *
     * @return int its id
     */
    private static function make_account(): int {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/user/lib.php');
        $user = self::account();
        if ($user) {
            $userid = (int) $user->id;
        } else {
            $like = $DB->sql_like('username', ':name');
            $taken = $DB->get_fieldset_select('user', 'username', $like, ['name' => service_account::NAME . '%']);
            $userid = (int) user_create_user((object) ([
                'username' => service_account::free_name($taken),
                'mnethostid' => $CFG->mnet_localhost_id,
                'firstname' => get_string('servicefirstname', 'local_lea'),
                'lastname' => get_string('servicelastname', 'local_lea'),
                'maildisplay' => \core_user::MAILDISPLAY_HIDE,
            ] + service_account::FIELDS), false);
        }
        $changes = service_account::changes($DB->get_record('user', ['id' => $userid], '*', MUST_EXIST));
        if ($changes) {
            $DB->update_record('user', ['id' => $userid, 'timemodified' => time()] + $changes);
            \core\event\user_updated::create_from_userid($userid)->trigger();
        }
        set_config('serviceuserid', $userid, 'local_lea');
        return $userid;
    }

    /**
     * Authorise the account for the service.
     *
     * @param int $userid the account
     */
    private static function authorise(int $userid): void {
        global $DB;
        $service = self::service();
        if (!self::is_authorised($service, $userid)) {
            $key = ['externalserviceid' => $service->id, 'userid' => $userid];
            $DB->delete_records('external_services_users', $key);
            $DB->insert_record('external_services_users', $key + ['timecreated' => time()]);
        }
    }

    /**
     * Make a token; those that the account had end.
     *
     * @param int $userid the account
     * @param ip_restriction $addresses from where it may be used
     * @return string the token
     */
    private static function make_token(int $userid, ip_restriction $addresses): string {
        global $DB, $SESSION;
        $service = self::service();
        $old = array_keys(self::tokens());
        $token = util::generate_token(
            EXTERNAL_TOKEN_PERMANENT,
            $service,
            $userid,
            context_system::instance(),
            0,
            $addresses->text(),
            self::TOKEN_NAME
        );
        // Moodle's list of tokens would show it once more.
        unset($SESSION->webservicenewlycreatedtoken);
        $DB->delete_records_list('external_tokens', 'id', $old);
        $record = $DB->get_record('external_tokens', ['token' => $token], '*', MUST_EXIST);
        \core\event\webservice_token_created::create([
            'objectid' => $record->id,
            'relateduserid' => $userid,
            'other' => ['auto' => false],
        ])->trigger();
        return $token;
    }

    /**
     * Find the service.
     *
     * @return \stdClass its row
     */
    private static function service(): \stdClass {
        global $DB;
        return $DB->get_record('external_services', ['shortname' => self::SERVICE], '*', MUST_EXIST);
    }

    /**
     * Find the role.
     *
     * @return int|null its id, null when there is none yet
     */
    private static function role_id(): ?int {
        global $DB;
        $roleid = $DB->get_field('role', 'id', ['shortname' => service_account::NAME]);
        return $roleid === false ? null : (int) $roleid;
    }

    /**
     * Whether an account may use the service now.
     *
     * @param \stdClass $service the service
     * @param int $userid the account
     * @return bool
     */
    private static function is_authorised(\stdClass $service, int $userid): bool {
        global $DB;
        return $DB->record_exists_select(
            'external_services_users',
            "externalserviceid = :serviceid AND userid = :userid AND (validuntil IS NULL OR validuntil = 0 OR validuntil > :now)
             AND (iprestriction IS NULL OR iprestriction = '')",
            ['serviceid' => $service->id, 'userid' => $userid, 'now' => time()]
        );
    }
}
