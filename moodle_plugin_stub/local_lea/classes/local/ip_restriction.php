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
 * The addresses from which a token may be used, as an administrator writes them.
 *
 * Moodle reads a wrong address without a word and then refuses every call, so it is checked here first. Taken are single
 * addresses (IPv4 and IPv6), networks such as 192.0.2.0/24 and IPv4 ranges such as 192.0.2.10-20.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class ip_restriction {
    /** @var int what the column of Moodle's table holds */
    private const MAX_LENGTH = 255;

    /** @var string[] the parts that are addresses, in order, each once */
    private array $good = [];

    /** @var string[] the parts that are not */
    private array $bad = [];

    /**
     * Read what was written.
     *
     * @param string $text addresses separated by commas, semicolons or white space; empty for no restriction
     */
    public function __construct(string $text) {
        foreach (preg_split('/[\s,;]+/', $text, -1, PREG_SPLIT_NO_EMPTY) as $part) {
            if (!self::is_address($part) && !self::is_network($part) && !self::is_range($part)) {
                $this->bad[] = $part;
            } else if (!in_array($part, $this->good, true)) {
                $this->good[] = $part;
            }
        }
    }

    /**
     * Whether Moodle can take it.
     *
     * @return bool
     */
    public function is_good(): bool {
        return !$this->bad && !$this->is_too_long();
    }

    /**
     * Whether there is more than Moodle can keep.
     *
     * @return bool
     */
    public function is_too_long(): bool {
        return strlen($this->text()) > self::MAX_LENGTH;
    }

    /**
     * Name the parts that are no addresses.
     *
     * @return string[]
     */
    public function bad(): array {
        return $this->bad;
    }

    /**
     * Write it as Moodle keeps it.
     *
     * @return string addresses separated by commas, empty for no restriction
     */
    public function text(): string {
        return implode(',', $this->good);
    }

    /**
     * Whether this is one address.
     *
     * @param string $part what was written
     * @return bool
     */
    private static function is_address(string $part): bool {
        return filter_var($part, FILTER_VALIDATE_IP) !== false;
    }

    /**
     * Whether this is a network; one with the mask 0 would restrict nothing.
     *
     * @param string $part what was written
     * @return bool
     */
    private static function is_network(string $part): bool {
        if (!preg_match('~^([^/]+)/([1-9][0-9]{0,2})$~D', $part, $found) || !self::is_address($found[1])) {
            return false;
        }
        return (int) $found[2] <= (str_contains($found[1], ':') ? 128 : 32);
    }

    /**
     * Whether this is a range in the last number of an IPv4 address, upwards.
     *
     * @param string $part what was written
     * @return bool
     */
    private static function is_range(string $part): bool {
        if (!preg_match('/^([0-9.]+)-([0-9]{1,3})$/D', $part, $found)) {
            return false;
        }
        if (filter_var($found[1], FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) === false || (int) $found[2] > 255) {
            return false;
        }
        return (int) substr(strrchr($found[1], '.'), 1) <= (int) $found[2];
    }
}
