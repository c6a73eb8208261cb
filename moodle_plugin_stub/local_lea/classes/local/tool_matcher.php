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
 * Tells whether an external tool activity is this tool. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class tool_matcher {
    /** @var string host, with the port if it is not the usual one, in lower case */
    private string $host;

    /** @var string[] hosts of the types, likewise */
    private array $typehosts;

    /**
     * Say what the tool looks like.
     *
     * @param int[] $typeids ids of the tool's types (Manage tools), none when not known
     * @param string $host host of the tool's address, or the whole address, '' for not to look at it
     * @param string[] $domains hosts of these types: Moodle launches an activity that names no type by its address
     */
    public function __construct(
        /** @var int[] ids of the tool's types */
        private array $typeids,
        string $host,
        array $domains = []
    ) {
        $this->host = self::host_of($host);
        $this->typehosts = array_values(array_filter(array_map([self::class, 'host_of'], $domains), fn($one) => $one !== ''));
    }

    /**
     * Whether it is known which tool it is.
     *
     * @return bool
     */
    public function is_configured(): bool {
        return $this->typeids || $this->host !== '';
    }

    /**
     * Whether an activity is the tool.
     *
     * @param array $activity typeid, toolurl, securetoolurl and tooldomain (of its type); each may be null
     * @return bool
     */
    public function matches(array $activity): bool {
        $typeid = (int) ($activity['typeid'] ?? 0);
        if (in_array($typeid, $this->typeids, true)) {
            return true;
        }
        $hosts = array_filter([$this->host, ...($typeid ? [] : $this->typehosts)], fn($one) => $one !== '');
        foreach (['toolurl', 'securetoolurl', 'tooldomain'] as $field) {
            if (in_array(self::host_of((string) ($activity[$field] ?? '')), $hosts, true)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Take the host out of an address or a bare host name.
     *
     * @param string $address "https://tool.example.ac.uk:8443/lti", "tool.example.ac.uk" or ''
     * @return string host and port in lower case; the usual ports and a leading "www." are left out; '' for none
     */
    public static function host_of(string $address): string {
        $address = strtolower(trim($address));
        if ($address === '') {
            return '';
        }
        $parts = parse_url(str_contains($address, '://') ? $address : 'https://' . $address);
        if ($parts === false || !isset($parts['host'])) {
            return '';
        }
        $host = preg_replace('/^www\./', '', $parts['host']);
        $port = $parts['port'] ?? null;
        return $port === null || $port === 80 || $port === 443 ? $host : $host . ':' . $port;
    }
}
