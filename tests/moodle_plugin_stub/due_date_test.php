<?php
/**
 * Due dates as mod_assign and mod_quiz would give them to one learner.
 */

declare(strict_types=1);

use local_lea\local\due_date_resolver;

const DUE = 1_700_000_000;
const DAY = 86_400;

/** Resolve an assignment's due date to [time, extended]. */
function assign_due(int $base, ?array $user, array $groups, int $extension = 0): array {
    $due = due_date_resolver::assign($base, $user, $groups, $extension);
    return [$due->time, $due->extended];
}

/** Resolve a quiz's closing time to [time, extended]. */
function quiz_due(int $base, ?array $user, array $groups): array {
    $due = due_date_resolver::quiz($base, $user, $groups);
    return [$due->time, $due->extended];
}

it('gives an assignment its own due date when nothing else is said', function () {
    same([DUE, false], assign_due(DUE, null, []));
});

it('lets a user override go before the overrides of the groups', function () {
    $groups = [['duedate' => DUE + 9 * DAY, 'sortorder' => 1]];
    same([DUE + DAY, true], assign_due(DUE, ['duedate' => (string) (DUE + DAY)], $groups));
});

it('lets a user override that leaves the due date open fall back to the assignment, not to the group', function () {
    $groups = [['duedate' => DUE + 9 * DAY, 'sortorder' => 1]];
    same([DUE, false], assign_due(DUE, ['duedate' => null], $groups));
});

it('takes the group override with the lowest sort order, wherever it stands', function () {
    $groups = [
        ['duedate' => DUE + 5 * DAY, 'sortorder' => '10'],
        ['duedate' => DUE + 2 * DAY, 'sortorder' => '9'],
    ];
    same([DUE + 2 * DAY, true], assign_due(DUE, null, $groups));
});

it('lets the first group override count as a whole, also when it leaves the due date open', function () {
    $groups = [['duedate' => null, 'sortorder' => 1], ['duedate' => DUE + DAY, 'sortorder' => 2]];
    same([DUE, false], assign_due(DUE, null, $groups));
});

it('lets an override make the due date earlier, which is no extension', function () {
    same([DUE - DAY, false], assign_due(DUE, ['duedate' => DUE - DAY], []));
});

it('lets an override take the due date away, which is an extension', function () {
    same([0, true], assign_due(DUE, ['duedate' => 0], []));
});

it('lets a later extension win over override and due date', function () {
    same([DUE + 7 * DAY, true], assign_due(DUE, ['duedate' => DUE + DAY], [], DUE + 7 * DAY));
    same([DUE + 7 * DAY, true], assign_due(DUE, null, [], DUE + 7 * DAY));
});

it('lets an extension that is earlier than the override change nothing', function () {
    same([DUE + 7 * DAY, true], assign_due(DUE, ['duedate' => DUE + 7 * DAY], [], DUE + DAY));
});

it('makes no due date out of an extension where the assignment has none', function () {
    same([0, false], assign_due(0, null, [], DUE));
});

it('calls a due date given to one learner alone no extension', function () {
    same([DUE, false], assign_due(0, ['duedate' => DUE], []));
});

it('gives a quiz its own closing time when nothing else is said', function () {
    same([DUE, false], quiz_due(DUE, null, []));
    same([0, false], quiz_due(0, null, []));
});

it('lets a user override of a quiz go before the groups', function () {
    same([DUE + DAY, true], quiz_due(DUE, ['timeclose' => (string) (DUE + DAY)], [['timeclose' => DUE + 9 * DAY]]));
});

it('lets a user override of a quiz that leaves the closing time open fall back to the groups', function () {
    same([DUE + 9 * DAY, true], quiz_due(DUE, ['timeclose' => null], [['timeclose' => DUE + 9 * DAY]]));
});

it('takes the latest closing time of a learner\'s groups', function () {
    $groups = [['timeclose' => DUE + DAY], ['timeclose' => DUE + 3 * DAY], ['timeclose' => null]];
    same([DUE + 3 * DAY, true], quiz_due(DUE, null, $groups));
});

it('closes a quiz never when one of the learner\'s groups says so', function () {
    same([0, true], quiz_due(DUE, null, [['timeclose' => DUE + DAY], ['timeclose' => '0']]));
});

it('ignores group overrides of a quiz that leave the closing time open', function () {
    same([DUE, false], quiz_due(DUE, null, [['timeclose' => null]]));
});
