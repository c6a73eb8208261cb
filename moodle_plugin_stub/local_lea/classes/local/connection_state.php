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
 * What of the connection to the analytics service stands, and what is still to do.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class connection_state {
    /** @var string[] the steps in their order */
    public const STEPS = ['webservices', 'rest', 'service', 'role', 'account', 'authorised', 'token'];

    /** @var bool[] step => whether it is done */
    private array $done;

    /** @var string[] capabilities that the role lacks */
    private array $lacking;

    /**
     * Take what was found.
     *
     * @param array $found enabled (bool: web services), protocols (string, comma separated), service (bool: enabled and for
     *     authorised users only), role (string[]|null: its capabilities, null when there is none), assigned (bool: the account
     *     has the role), account (array|null: the user's row), authorised (bool), tokens (int: number of those that work)
     */
    public function __construct(array $found) {
        $this->lacking = array_values(array_diff(service_capabilities::ALL, $found['role'] ?? []));
        $account = $found['account'] !== null;
        $this->done = [
            'webservices' => $found['enabled'],
            'rest' => in_array('rest', self::protocols($found['protocols']), true),
            'service' => $found['service'],
            'role' => $found['role'] !== null && !$this->lacking,
            'account' => $account && $found['assigned'] && !service_account::changes($found['account']),
            'authorised' => $account && $found['authorised'],
            'token' => $account && $found['tokens'] > 0,
        ];
    }

    /**
     * Tell each step and whether it is done.
     *
     * @return bool[] step => done
     */
    public function steps(): array {
        return array_replace(array_flip(self::STEPS), $this->done);
    }

    /**
     * Whether nothing is left to do.
     *
     * @return bool
     */
    public function is_complete(): bool {
        return !in_array(false, $this->done, true);
    }

    /**
     * Name the capabilities that the role lacks.
     *
     * @return string[]
     */
    public function lacking(): array {
        return $this->lacking;
    }

    /**
     * Add the REST protocol to those that are switched on.
     *
     * @param string $protocols names separated by commas
     * @return string likewise
     */
    public static function with_rest(string $protocols): string {
        return implode(',', array_unique([...self::protocols($protocols), 'rest']));
    }

    /**
     * Read a list of protocols.
     *
     * @param string $protocols names separated by commas
     * @return string[]
     */
    private static function protocols(string $protocols): array {
        return array_values(array_filter(array_map('trim', explode(',', $protocols)), fn($name) => $name !== ''));
    }
}
