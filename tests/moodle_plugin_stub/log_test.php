<?php
/**
 * What leaves of the log: rows, columns and keys; held to rows that a real Moodle 4.5.6 wrote.
 */

declare(strict_types=1);

use local_lea\local\log_filter;
use local_lea\local\log_row_shaper;
use local_lea\local\other_keys;

const BOT = 69;

/** The recorded rows: at most two of each event, origin and kind of user. */
function recorded_rows(): array {
    $lines = file(__DIR__ . '/data/log_rows.jsonl', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES);
    return array_map(fn($line) => json_decode($line, true, 8, JSON_THROW_ON_ERROR), $lines);
}

/** A row that may leave, with some columns changed. */
function log_row(array $changes = []): array {
    return $changes + [
        'id' => '7', 'eventname' => '\mod_page\event\course_module_viewed', 'edulevel' => '2', 'userid' => '10',
        'relateduserid' => null, 'courseid' => '2', 'contextlevel' => '70', 'contextinstanceid' => '31', 'anonymous' => '0',
        'timecreated' => '1700000000', 'origin' => 'web', 'realuserid' => null, 'other' => 'null',
    ];
}

/** Whether the filter for course 2 and one bot keeps a row. */
function keeps(array $changes): bool {
    return (new log_filter([BOT], [2]))->keeps(log_row($changes));
}

it('keeps a learner\'s row in a course that was asked for', function () {
    same(true, keeps([]));
});

it('leaves out anonymous rows', function () {
    same(false, keeps(['anonymous' => '1']));
});

it('leaves out rows of nobody and of the system', function () {
    same(false, keeps(['userid' => '0']));
    same(false, keeps(['userid' => '-1']));
});

it('leaves out the rows of the service\'s users', function () {
    same(false, keeps(['userid' => (string) BOT]));
});

it('leaves out the rows that web service calls write', function () {
    same(false, keeps(['eventname' => '\core\event\webservice_function_called']));
});

it('leaves out other courses, the site and rows without a course', function () {
    same(false, keeps(['courseid' => '3']));
    same(false, keeps(['courseid' => '0']));
    same(false, keeps(['courseid' => null]));
});

it('gives out that somebody logged in as a learner was refused, with who it was', function () {
    $row = [
        'eventname' => '\local_lea\event\loginas_refused', 'edulevel' => '0', 'contextlevel' => '50', 'contextinstanceid' => '2',
        'realuserid' => '4',
    ];
    same(true, keeps($row));
    $shaped = log_row_shaper::shape(log_row($row));
    same([10, 4, 2, 0], [$shaped['userid'], $shaped['realuserid'], $shaped['courseid'], $shaped['cmid']]);
});

it('keeps nothing when no course was asked for', function () {
    same(false, (new log_filter([], []))->keeps(log_row()));
});

it('gives a row the types and names of the contract', function () {
    same([
        'id' => 7,
        'eventname' => '\mod_page\event\course_module_viewed',
        'edulevel' => 2,
        'userid' => 10,
        'relateduserid' => 0,
        'courseid' => 2,
        'cmid' => 31,
        'timecreated' => 1700000000,
        'origin' => 'web',
        'realuserid' => 0,
        'other' => '',
    ], log_row_shaper::shape(log_row()));
});

it('gives a course module id only to rows of an activity', function () {
    same(0, log_row_shaper::shape(log_row(['contextlevel' => '50', 'contextinstanceid' => '2']))['cmid']);
});

it('bears rows without an origin', function () {
    same('', log_row_shaper::shape(log_row(['origin' => null]))['origin']);
});

it('names who was logged in as the user', function () {
    same(2, log_row_shaper::shape(log_row(['realuserid' => '2']))['realuserid']);
});

it('reads no ip and no object id', function () {
    same([], array_intersect(log_row_shaper::COLUMNS, ['ip', 'objectid', 'other']));
});

it('keeps the status of a submission as a word of a closed list', function () {
    $event = '\assignsubmission_onlinetext\event\submission_created';
    $other = '{"submissionid":"131","submissionattempt":"0","submissionstatus":"submitted","onlinetextwordcount":3,'
        . '"groupid":0,"groupname":null}';
    same(
        '{"submissionid":131,"submissionattempt":0,"submissionstatus":"submitted","groupid":0}',
        other_keys::reduce($event, $other)
    );
    same('', other_keys::reduce($event, '{"submissionstatus":"my essay","groupname":"Tuesday"}'));
});

it('keeps nothing of an event that is not listed', function () {
    same('', other_keys::reduce('\mod_forum\event\assessable_uploaded', '{"content":"<p>x</p>","discussionid":41}'));
    same('', other_keys::reduce('\local_other\event\made', '{"quizid":1}'));
});

it('keeps numbers also where they are stored as text, and nothing that only begins like one', function () {
    $event = '\mod_quiz\event\attempt_submitted';
    same('{"submitterid":14,"quizid":4}', other_keys::reduce($event, '{"submitterid":"14","quizid":4}'));
    foreach (['"4 or so"', '4.5', '"4\n"', 'true', '[4]', '{"a":4}', '"99999999999999999999"', 'null'] as $value) {
        same('', other_keys::reduce($event, '{"quizid":' . $value . '}'));
    }
});

it('keeps yes and no', function () {
    $event = '\mod_assign\event\assessable_submitted';
    same('{"submission_editable":true}', other_keys::reduce($event, '{"submission_editable":true}'));
    same('{"submission_editable":false}', other_keys::reduce($event, '{"submission_editable":"0"}'));
    same('', other_keys::reduce($event, '{"submission_editable":"perhaps"}'));
});

it('reads what old sites serialised', function () {
    $event = '\mod_quiz\event\attempt_submitted';
    same('{"quizid":4}', other_keys::reduce($event, serialize(['quizid' => '4', 'content' => 'text'])));
});

/** An object that tells when it is made from text. */
class sleeper {
    /** @var int how many woke up */
    public static int $woken = 0;

    /** Count. */
    public function __wakeup(): void {
        self::$woken++;
    }
}

it('makes no object out of serialised text', function () {
    other_keys::decode(serialize(['quizid' => 4, 'submitterid' => new sleeper()]));
    same(0, sleeper::$woken);
    $event = '\mod_quiz\event\attempt_submitted';
    same('', other_keys::reduce($event, serialize(new ArrayObject(['quizid' => 4]))));
    same('{"quizid":4}', other_keys::reduce($event, serialize(['quizid' => 4, 'submitterid' => new ArrayObject([1])])));
});

it('bears damaged, empty and enormous text without a warning', function () {
    $event = '\mod_quiz\event\attempt_submitted';
    foreach ([null, '', 'null', '7', '"text"', '{"quizid":4', 'a:1:{s:6:"quizid"', 'a', "\xff\xfe", '[]', '[4]'] as $text) {
        same('', other_keys::reduce($event, $text));
    }
    same('', other_keys::reduce($event, '{"content":"' . str_repeat('x', 10_000_000) . '","quizid":4}'));
});

it('leaves PHP\'s own error handling as it was', function () {
    other_keys::decode('a:1:{broken');
    $caught = false;
    try {
        trigger_error('still reported', E_USER_NOTICE);
    } catch (ErrorException) {
        $caught = true;
    }
    holds($caught, 'a notice went unseen: the error handler was not restored');
});

it('allows only numbers, yes or no and closed lists of short words', function () {
    foreach (other_keys::ALLOWED as $event => $keys) {
        holds((bool) preg_match('/^\\\\[a-z_]+\\\\event\\\\[a-z_]+$/', $event), "{$event} is no event name");
        foreach ($keys as $key => $kind) {
            $closed = is_array($kind) && array_filter($kind, fn($word) => preg_match('/^[a-z]{1,10}$/D', $word)) === $kind;
            holds($closed || in_array($kind, ['int', 'bool'], true), "{$event} {$key} is not of a closed kind");
            holds(!preg_match('/grade|content|name|text|title|option|value/', $key), "{$event} lets {$key} leave");
        }
    }
});

it('lets of the recorded rows leave exactly those that may', function () {
    $rows = recorded_rows();
    holds(count($rows) > 100, 'the recorded rows are missing');
    $filter = new log_filter([BOT], [2, 3, 4]);
    $kept = array_filter($rows, [$filter, 'keeps']);
    $mayleave = array_filter($rows, fn($row) => $row['courseid'] >= 2 && $row['anonymous'] == 0 && $row['userid'] > 0
        && $row['userid'] != BOT && !str_contains($row['eventname'], 'webservice_function_called'));
    same(array_column($mayleave, 'id'), array_column($kept, 'id'));
    holds(count($kept) > 30 && count($kept) < count($rows), 'the sample does not try the filter');
});

it('lets no content of the recorded rows leave', function () {
    $leaves = '';
    foreach (recorded_rows() as $row) {
        $leaves .= json_encode(log_row_shaper::shape($row), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }
    holds(str_contains(json_encode(recorded_rows()), 'Answer of student'), 'the sample holds no content to begin with');
    foreach (['Answer of', 'I think so', '<p>', 'finalgrade', 'optionid', 'wsbot', 'sessionid', 'EMS412U', 'localhost'] as $text) {
        holds(!str_contains($leaves, $text), "{$text} left the site");
    }
});
