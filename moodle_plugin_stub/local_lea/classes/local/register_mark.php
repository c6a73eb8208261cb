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
 * What a mark in a register says. Plain PHP: needs nothing of Moodle.
 *
 * Every attendance activity has statuses of its own, each with an acronym and the points it is worth; nothing in them says
 * what they mean.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class register_mark {
    /** @var string acronyms that mean "excused" unless the administrator says otherwise: the Attendance activity's own */
    public const EXCUSED = 'E';

    /** @var string[] acronyms of the statuses that mean "excused", in lower case */
    private array $excused;

    /**
     * Take what the administrator said.
     *
     * @param string|null $excused acronyms separated by commas, null when nothing was said
     */
    public function __construct(?string $excused) {
        $acronyms = array_map([self::class, 'plain'], explode(',', $excused ?? self::EXCUSED));
        $this->excused = array_filter($acronyms, fn(string $acronym): bool => $acronym !== '');
    }

    /**
     * Say what a status means: who was late came all the same, and why somebody was away is never told.
     *
     * @param string $acronym the status's acronym
     * @param float $points what it is worth
     * @return string attended, absent or excused
     */
    public function meaning(string $acronym, float $points): string {
        if (in_array(self::plain($acronym), $this->excused, true)) {
            return 'excused';
        }
        return $points > 0 ? 'attended' : 'absent';
    }

    /**
     * Take capitals and spaces away.
     *
     * @param string $acronym as somebody wrote it
     * @return string
     */
    private static function plain(string $acronym): string {
        return mb_strtolower(trim($acronym));
    }
}
