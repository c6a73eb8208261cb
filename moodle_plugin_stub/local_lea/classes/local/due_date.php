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
 * A due date as it holds for one learner. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class due_date {
    /**
     * Keep a due date and whether it is later than everybody's.
     *
     * @param int $time Unix seconds, 0 for no due date
     * @param bool $extended whether this learner has longer than the task's own due date gives
     */
    public function __construct(
        /** @var int Unix seconds, 0 for no due date */
        public readonly int $time,
        /** @var bool whether this learner has longer than the task's own due date gives */
        public readonly bool $extended
    ) {
    }

    /**
     * Compare a learner's due date with the task's own.
     *
     * @param int $base the task's own due date, 0 for none
     * @param int $effective the learner's, 0 for none
     * @return self
     */
    public static function compared(int $base, int $effective): self {
        return new self($effective, $base > 0 && ($effective === 0 || $effective > $base));
    }
}
