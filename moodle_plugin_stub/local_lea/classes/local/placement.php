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
 * Tells what is amiss with a course's activity of the tool, and whether a task must look after it. Plain PHP: needs nothing of
 * Moodle.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class placement {
    /** @var string nothing is amiss */
    public const NONE = '';

    /** @var string a task is waiting, which runs with Moodle's cron */
    public const QUEUED = 'queued';

    /** @var string the tool is not registered on this site */
    public const NO_TOOL = 'notool';

    /** @var string the tool waits for the site administrator to activate it */
    public const PENDING_TOOL = 'pendingtool';

    /** @var string the External tool activity is switched off on this site */
    public const NO_MODULE = 'nomodule';

    /** @var string the last attempt went wrong; a task tries again */
    public const FAILED = 'failed';

    /** @var string there is no such course */
    public const UNKNOWN_COURSE = 'unknowncourse';

    /** @var string kept for a course that is switched off: its activity was hidden for that, not by a teacher */
    public const SWITCHED_OFF = 'switchedoff';

    /** @var string the tool can be launched */
    public const TOOL_READY = 'ready';

    /** @var string the tool waits for the site administrator to activate it */
    public const TOOL_PENDING = 'pending';

    /** @var string the tool is not registered, or was rejected */
    public const TOOL_MISSING = 'missing';

    /**
     * Say why no activity can be made at all.
     *
     * @param string $tool state of the tool, one of TOOL_…
     * @param bool $modenabled whether External tool activities are switched on
     * @return string a problem, '' when one can be made
     */
    public static function obstacle(string $tool, bool $modenabled): string {
        return match (true) {
            $tool === self::TOOL_MISSING => self::NO_TOOL,
            $tool === self::TOOL_PENDING => self::PENDING_TOOL,
            !$modenabled => self::NO_MODULE,
            default => self::NONE,
        };
    }

    /**
     * Whether the activity must be looked after: made, adopted, renewed, shown or hidden.
     *
     * @param bool $switchedon whether the course is switched on
     * @param array|null $activity visible, restricted, own of the activity it holds; null when there is none (any more)
     * @return bool
     */
    public static function needs_work(bool $switchedon, ?array $activity): bool {
        if (!$switchedon) {
            return $activity !== null && $activity['visible'];
        }
        return $activity === null || !$activity['visible'] || $activity['restricted'] || !$activity['own'];
    }

    /**
     * Say what is amiss with a course that is switched on.
     *
     * @param string $obstacle why no activity can be made at all, '' for nothing
     * @param bool $needswork whether the activity must be looked after
     * @param string $last problem of the last attempt
     * @return string a problem, '' when the activity is as it must be
     */
    public static function problem(string $obstacle, bool $needswork, string $last): string {
        if ($obstacle !== self::NONE || !$needswork) {
            return $obstacle;
        }
        return $last === self::FAILED ? self::FAILED : self::QUEUED;
    }
}
