<?php
/**
 * Which activity opens the tool in a course, when it must be looked after, and what is said about it.
 */

declare(strict_types=1);

use local_lea\local\activity_choice;
use local_lea\local\client_ids;
use local_lea\local\placement;

/** An activity as the plugin makes it, but for what is said. */
function activity(int $cmid, array $but = []): array {
    return $but + [
        'cmid' => $cmid,
        'visible' => true,
        'visibleoncoursepage' => false,
        'restricted' => false,
        'name' => 'Engagement',
        'custom' => '',
        'special' => false,
        'section' => 0,
    ];
}

it('reads client ids and leaves out what cannot be one', function () {
    same(['e1JwIBe4zg6m2XI', 'x-9'], client_ids::parse(' e1JwIBe4zg6m2XI,x-9,,x-9'));
    same([], client_ids::parse(''));
    same([], client_ids::parse("a b,caf\u{e9},\0," . str_repeat('x', 256)));
    same(['A', 'a'], client_ids::parse('A,a'));
    same(100, count(client_ids::parse(implode(',', range(1, 150)))));
});

it('keeps the activity that a course holds, also a hidden one', function () {
    same(7, activity_choice::choose([activity(3), activity(7, ['visible' => false])], 7));
});

it('adopts a visible activity before a hidden one, and the oldest of several', function () {
    same(5, activity_choice::choose([activity(3, ['visible' => false]), activity(5), activity(9)], 0));
    same(3, activity_choice::choose([activity(3, ['visible' => false])], 0));
    same(5, activity_choice::choose([activity(5, ['visibleoncoursepage' => true, 'name' => 'My page', 'section' => 4])], 99));
});

it('adopts nothing that keeps somebody out or was placed for a certain panel', function () {
    same(null, activity_choice::choose([], 7));
    same(null, activity_choice::choose([activity(7, ['restricted' => true])], 7));
    same(null, activity_choice::choose([activity(7, ['custom' => "moodle_user_id=\$User.id\r\n panel = course"])], 0));
    same(null, activity_choice::choose([activity(7, ['custom' => 'panel=own'])], 0));
    same(7, activity_choice::choose([activity(7, ['custom' => "panel = start\r\nmoodle_user_id=\$User.id"])], 0));
    same(7, activity_choice::choose([activity(7, ['custom' => 'mypanel=own'])], 0));
});

it('finds the copies of what the plugin makes too many, and nothing that somebody touched', function () {
    $touched = [
        ['name' => 'My engagement'],
        ['visibleoncoursepage' => true],
        ['restricted' => true],
        ['custom' => 'panel=own'],
        ['special' => true],
        ['section' => 2],
    ];
    $activities = [activity(3), activity(4), activity(5, ['visible' => false])];
    foreach ($touched as $n => $but) {
        $activities[] = activity(10 + $n, $but);
    }
    same([4, 5], activity_choice::surplus($activities, 3, 'Engagement'));
    same([], activity_choice::surplus([activity(3)], 3, 'Engagement'));
});

it('looks after a course that is switched on until it holds a visible activity of the tool without restriction', function () {
    $good = ['visible' => true, 'restricted' => false, 'own' => true];
    same(false, placement::needs_work(true, $good));
    same(true, placement::needs_work(true, null));
    same(true, placement::needs_work(true, ['visible' => false] + $good));
    same(true, placement::needs_work(true, ['restricted' => true] + $good));
    same(true, placement::needs_work(true, ['own' => false] + $good));
});

it('looks after a course that is switched off only while its activity is visible', function () {
    $good = ['visible' => true, 'restricted' => false, 'own' => true];
    same(true, placement::needs_work(false, $good));
    same(false, placement::needs_work(false, ['visible' => false] + $good));
    same(false, placement::needs_work(false, null));
});

it('names what stands in the way of every activity', function () {
    same('notool', placement::obstacle('missing', true));
    same('pendingtool', placement::obstacle('pending', false));
    same('nomodule', placement::obstacle('ready', false));
    same('', placement::obstacle('ready', true));
});

it('names what is amiss with one course', function () {
    same('notool', placement::problem('notool', false, ''));
    same('', placement::problem('', false, 'failed'));
    same('queued', placement::problem('', true, ''));
    same('queued', placement::problem('', true, 'notool'));
    same('failed', placement::problem('', true, 'failed'));
});
