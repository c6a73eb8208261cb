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
 * Reads a comma separated list of ids. Plain PHP: needs nothing of Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class id_list {
    /**
     * Read the list.
     *
     * Lists of ids come as one string, because PHP limits the number of input fields (max_input_vars).
     *
     * @param string $list for example "2,3,17"; '' is the empty list
     * @return int[] positive ids, each once, ascending
     */
    public static function parse(string $list): array {
        $ids = [];
        foreach (explode(',', $list) as $part) {
            $id = (int) trim($part);
            if ($id > 0) {
                $ids[$id] = $id;
            }
        }
        sort($ids);
        return $ids;
    }
}
