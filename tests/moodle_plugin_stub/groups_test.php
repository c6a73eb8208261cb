<?php
/**
 * Groups, teams and times of submission.
 */

declare(strict_types=1);

use local_lea\local\course_groups;
use local_lea\local\submission_times;

/** Groups 1 to 3 and hidden 4; learner 10 is in 1, 11 in 1 and 2, 12 in 3 and 4, 13 in none; grouping 7 holds 2 and 3. */
function sample_groups(): course_groups {
    $group = fn(int $id, int $visibility = 0, int $participation = 1) =>
        (object) ['id' => (string) $id, 'visibility' => (string) $visibility, 'participation' => (string) $participation];
    $member = fn(int $groupid, int $userid) => (object) ['groupid' => (string) $groupid, 'userid' => (string) $userid];
    return new course_groups(
        [$group(1), $group(2), $group(3), $group(4, 3, 0)],
        [$member(1, 10), $member(1, 11), $member(2, 11), $member(3, 12), $member(4, 12), $member(99, 10)],
        [['groupingid' => '7', 'groupid' => '2'], ['groupingid' => '7', 'groupid' => '3']]
    );
}

it('lists the groups of a user and none of another course', function () {
    same([1], sample_groups()->of_user(10));
    same([1, 2], sample_groups()->of_user(11));
    same([], sample_groups()->of_user(13));
});

it('tells nothing of groups that their own members cannot see', function () {
    $group = fn(int $id, int $visibility) => (object) ['id' => (string) $id, 'visibility' => (string) $visibility];
    $groups = [1 => $group(1, 0), 2 => $group(2, 1), 3 => $group(3, 2), 4 => $group(4, 3)];
    same([1, 2, 3], array_keys(course_groups::shown($groups)));
    same([], (new course_groups(course_groups::shown($groups), [['groupid' => '4', 'userid' => '12']]))->of_user(12));
});

it('picks the overrides of the user\'s own groups', function () {
    same(['one', 'two'], sample_groups()->pick(11, [1 => 'one', 2 => 'two', 3 => 'three']));
    same([], sample_groups()->pick(13, [1 => 'one']));
});

it('leaves out the override of a group that its members cannot see', function () {
    same(['three'], sample_groups()->pick(12, [3 => 'three', 4 => 'hidden']));
});

it('finds the team of a user who is in one group', function () {
    same(1, sample_groups()->team(10, 0));
});

it('puts a user in no group, or in several, in the default team', function () {
    same(0, sample_groups()->team(13, 0));
    same(0, sample_groups()->team(11, 0));
});

it('looks for teams in the grouping of the assignment alone', function () {
    same(2, sample_groups()->team(11, 7));
    same(0, sample_groups()->team(10, 7));
    same(0, sample_groups()->team(11, 8));
});

it('leaves groups that are not for participation, or that nobody sees, out of the teams', function () {
    same(3, sample_groups()->team(12, 0));
    $group = fn(int $visibility, int $participation) =>
        new course_groups(
            [['id' => 1, 'visibility' => $visibility, 'participation' => $participation]],
            [['groupid' => 1, 'userid' => 10]]
        );
    same([1, 1, 0, 0], array_map(fn($team) => $team->team(10, 0), [$group(0, 1), $group(2, 1), $group(3, 1), $group(0, 0)]));
});

it('keeps the earliest of several submissions', function () {
    $times = new submission_times();
    $times->add(5, 10, 0, 300);
    $times->add(5, 10, 0, 200);
    $times->add(5, 10, 0, 250);
    same(200, $times->of(5, 10));
});

it('says 0 when nothing was handed in, or to another task, or by another', function () {
    $times = new submission_times();
    $times->add(5, 10, 0, 300);
    same(0, $times->of(5, 11));
    same(0, $times->of(6, 10));
});

it('gives a team\'s submission to its members and to nobody else', function () {
    $times = new submission_times();
    $times->add(5, 0, 2, 300);
    same(300, $times->of(5, 10, 2));
    same(0, $times->of(5, 10, 3));
    same(0, $times->of(5, 10, 0));
    same(0, $times->of(5, 10));
});

it('gives the default team\'s submission to users without a team', function () {
    $times = new submission_times();
    $times->add(5, 0, 0, 300);
    same(300, $times->of(5, 10, 0));
    same(0, $times->of(5, 10, 1));
});

it('takes the earlier of a member\'s own and the team\'s time', function () {
    $times = new submission_times();
    $times->add(5, 10, 0, 200);
    $times->add(5, 0, 2, 300);
    same(200, $times->of(5, 10, 2));
    same(300, $times->of(5, 11, 2));
});
