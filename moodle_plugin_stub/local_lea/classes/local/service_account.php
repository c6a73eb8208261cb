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
 * Which account is the analytics service's, and what it must look like.
 *
 * It signs in by its token alone: the authentication "webservice" refuses every password, and an address that ends in
 * ".invalid" is one to which no mail can be sent.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class service_account {
    /** @var string the user name, and the short name of the role */
    public const NAME = 'lea_service';

    /** @var array what its record in the table of users must say */
    public const FIELDS = [
        'auth' => 'webservice',
        'confirmed' => 1,
        'suspended' => 0,
        'deleted' => 0,
        'emailstop' => 1,
        'policyagreed' => 1,
        'password' => 'not cached',
        'email' => 'lea_service@service.invalid',
    ];

    /**
     * Whether an account of this name may be taken for the service's own.
     *
     * An account under which a person could sign in is never taken over.
     *
     * @param \stdClass|array $user a row of the table of users
     * @return bool
     */
    public static function is_own($user): bool {
        $user = (array) $user;
        return $user['auth'] === self::FIELDS['auth'] && !$user['deleted'];
    }

    /**
     * Find a user name that is free.
     *
     * @param string[] $taken the user names that are taken, of those that begin with NAME
     * @return string
     */
    public static function free_name(array $taken): string {
        $name = self::NAME;
        for ($number = 2; in_array($name, $taken, true); $number++) {
            $name = self::NAME . $number;
        }
        return $name;
    }

    /**
     * Tell what is to be changed in the account.
     *
     * @param \stdClass|array $user its row of the table of users
     * @return array field => value; empty when it is as it must be
     */
    public static function changes($user): array {
        $user = (array) $user;
        return array_filter(self::FIELDS, fn($value, $field) => (string) $user[$field] !== (string) $value, ARRAY_FILTER_USE_BOTH);
    }
}
