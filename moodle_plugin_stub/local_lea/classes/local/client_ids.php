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
 * Reads a comma separated list of LTI client ids. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class client_ids {
    /** @var int longest client id that Moodle can keep (lti_types.clientid) */
    private const MAX_LENGTH = 255;

    /** @var int most client ids in one list: each stands for one registration of the tool */
    private const MAX_COUNT = 100;

    /**
     * Read the list.
     *
     * @param string $list for example "e1JwIBe4zg6m2XI,x9"; '' is the empty list
     * @return string[] client ids, each once, in the order given; what cannot be one is left out
     */
    public static function parse(string $list): array {
        $ids = array_filter(
            array_map('trim', explode(',', $list)),
            fn($id) => $id !== '' && strlen($id) <= self::MAX_LENGTH && !preg_match('/[^\x21-\x7e]/', $id)
        );
        return array_slice(array_values(array_unique($ids)), 0, self::MAX_COUNT);
    }
}
