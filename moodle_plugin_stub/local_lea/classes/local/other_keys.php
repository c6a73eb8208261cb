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
 * What may leave the site of an event's "other" field. Plain PHP: needs nothing of Moodle.
 *
 * Moodle puts content there (the text of a post, an answer's choice, a grade, names). Only what is listed here leaves: numbers,
 * yes/no and words of a closed list, never free text. An event that is not listed has no "other" at all.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class other_keys {
    /** @var string a whole number */
    private const INT = 'int';

    /** @var string yes or no */
    private const BOOL = 'bool';

    /** @var int longest text that is decoded at all */
    private const LONGEST = 16384;

    /** @var array keys of a submission in an assignment */
    private const SUBMISSION = [
        'submissionid' => self::INT,
        'submissionattempt' => self::INT,
        'submissionstatus' => ['new', 'draft', 'submitted', 'reopened'],
        'groupid' => self::INT,
    ];

    /** @var array keys of a quiz attempt */
    private const ATTEMPT = [
        'quizid' => self::INT,
        'submitterid' => self::INT,
        'studentisonline' => self::BOOL,
    ];

    /** @var array event name => key => int, bool or the words that are allowed */
    public const ALLOWED = [
        '\assignsubmission_file\event\submission_created' => self::SUBMISSION,
        '\assignsubmission_file\event\submission_updated' => self::SUBMISSION,
        '\assignsubmission_onlinetext\event\submission_created' => self::SUBMISSION,
        '\assignsubmission_onlinetext\event\submission_updated' => self::SUBMISSION,
        '\core\event\course_module_completion_updated' => [
            'relateduserid' => self::INT,
            'completionstate' => self::INT,
        ],
        '\core\event\course_viewed' => ['coursesectionnumber' => self::INT],
        '\core\event\user_graded' => ['itemid' => self::INT, 'overridden' => self::BOOL],
        '\mod_assign\event\assessable_submitted' => ['submission_editable' => self::BOOL],
        '\mod_assign\event\feedback_viewed' => ['assignid' => self::INT],
        '\mod_assign\event\submission_status_viewed' => ['assignid' => self::INT],
        '\mod_choice\event\answer_created' => ['choiceid' => self::INT],
        '\mod_forum\event\discussion_created' => ['forumid' => self::INT],
        '\mod_forum\event\post_created' => [
            'discussionid' => self::INT,
            'forumid' => self::INT,
            'forumtype' => ['blog', 'eachuser', 'general', 'news', 'qanda', 'single', 'social', 'teacher'],
        ],
        '\mod_quiz\event\attempt_abandoned' => self::ATTEMPT,
        '\mod_quiz\event\attempt_becameoverdue' => self::ATTEMPT,
        '\mod_quiz\event\attempt_submitted' => self::ATTEMPT,
    ];

    /**
     * Reduce an event's "other" to what may leave.
     *
     * @param string $eventname the event's class with a leading backslash
     * @param string|null $other the stored text: JSON, or PHP-serialised in rows of old sites
     * @return string JSON object of the allowed keys that are there with a value of the right kind, '' for none
     */
    public static function reduce(string $eventname, ?string $other): string {
        $allowed = self::ALLOWED[$eventname] ?? null;
        if ($allowed === null || $other === null || $other === '') {
            return '';
        }
        $kept = [];
        foreach (self::decode($other) as $key => $value) {
            $value = isset($allowed[$key]) ? self::clean($allowed[$key], $value) : null;
            if ($value !== null) {
                $kept[$key] = $value;
            }
        }
        return $kept ? json_encode($kept, JSON_UNESCAPED_SLASHES) : '';
    }

    /**
     * Decode the stored text.
     *
     * @param string $other JSON or PHP-serialised
     * @return array empty for anything that is not a list of keys and values
     */
    public static function decode(string $other): array {
        if (strlen($other) > self::LONGEST) {
            return [];
        }
        if ($other[0] === 'a') {
            $value = self::unserialise($other);
        } else {
            $value = json_decode($other, true, 8);
        }
        return is_array($value) ? $value : [];
    }

    /**
     * Decode PHP-serialised text without ever making an object.
     *
     * @param string $text the text
     * @return mixed false when it is damaged
     */
    private static function unserialise(string $text): mixed {
        // Damaged text raises a notice, a warning from PHP 8.3 on: it must not reach the answer.
        set_error_handler(fn() => true);
        try {
            // Moodle's own unserialize_array() is not at hand here. No class is allowed, so that nothing can be made or woken.
            // phpcs:ignore moodle.PHP.ForbiddenFunctions.Found
            return unserialize($text, ['allowed_classes' => false, 'max_depth' => 8]);
        } finally {
            restore_error_handler();
        }
    }

    /**
     * Take a value of the right kind.
     *
     * @param string|string[] $kind int, bool or the words that are allowed
     * @param mixed $value the decoded value
     * @return int|bool|string|null null when it is not of that kind
     */
    private static function clean(string|array $kind, mixed $value): int|bool|string|null {
        if (is_array($kind)) {
            return in_array($value, $kind, true) ? $value : null;
        }
        if ($kind === self::BOOL) {
            return match (true) {
                is_bool($value) => $value,
                in_array($value, [0, 1, '0', '1'], true) => (bool) $value,
                default => null,
            };
        }
        // Moodle often stores numbers as text. Nothing longer than a database id is a number here.
        return is_int($value) || (is_string($value) && preg_match('/^-?\d{1,18}$/D', $value)) ? (int) $value : null;
    }
}
