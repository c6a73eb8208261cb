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
 * Shapes the contact details of one person for the analytics service.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class contact_shaper {
    /** @var int characters of one detail at most; what is longer is no address and no number */
    private const LONGEST = 255;

    /**
     * Shape what is known of a learner.
     *
     * @param string|null $email address of the account
     * @param string|null $personalemail what the profile field holds
     * @param array $phones telephone numbers of the profile
     * @return array learns, email, personalemail, phones
     */
    public static function shape(?string $email, ?string $personalemail, array $phones): array {
        $numbers = array_filter(array_map([self::class, 'line'], $phones), fn($number) => $number !== '');
        return [
            'learns' => true,
            'email' => self::address($email),
            'personalemail' => self::address($personalemail),
            'phones' => array_values(array_unique($numbers)),
        ];
    }

    /**
     * Shape the answer about somebody who does not learn in the course.
     *
     * @return array
     */
    public static function nobody(): array {
        return ['learns' => false, 'email' => '', 'personalemail' => '', 'phones' => []];
    }

    /**
     * Give an address that mail can be sent to; empty for everything else, also for the addresses that lead nowhere.
     *
     * @param string|null $text what stands in the profile
     * @return string
     */
    private static function address(?string $text): string {
        $address = self::line($text);
        $isaddress = preg_match('/^[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>"]+$/u', $address) === 1;
        return $isaddress && !preg_match('/\.invalid$/i', $address) ? $address : '';
    }

    /**
     * Give one line of text; empty where it is too long.
     *
     * @param string|null $text what stands in the profile
     * @return string
     */
    private static function line(?string $text): string {
        $line = trim(preg_replace('/[\x00-\x1F\x7F\s]+/u', ' ', strip_tags((string) $text)) ?? '');
        return strlen($line) > self::LONGEST ? '' : $line;
    }
}
