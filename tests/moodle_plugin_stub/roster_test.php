<?php
/**
 * The roster, lists of ids and the recognition of this tool's own activities.
 */

declare(strict_types=1);

use local_lea\local\course_groups;
use local_lea\local\id_list;
use local_lea\local\roster_shaper;
use local_lea\local\tool_matcher;

/** A row of user and enrolment as the database gives it. */
function enrolment(array $changes = []): array {
    return $changes + [
        'userid' => '10', 'firstname' => 'Ann', 'lastname' => 'Lee', 'idnumber' => 's10', 'suspended' => '0', 'method' => 'manual',
        'status' => '0', 'instancestatus' => '0', 'timestart' => '100', 'timeend' => '0', 'timecreated' => '90',
    ];
}

it('puts a user\'s enrolments, roles and groups together', function () {
    $shaper = new roster_shaper();
    $shaper->add_enrolment(enrolment(), 'Ann Lee');
    $shaper->add_enrolment(enrolment(['method' => 'self', 'status' => '1', 'timeend' => '200']), 'Ann Lee');
    $shaper->add_role(['userid' => '10', 'shortname' => 'student', 'archetype' => 'student']);
    $shaper->add_groups(new course_groups(
        [['id' => 3, 'visibility' => 0, 'participation' => 1]],
        [['groupid' => 3, 'userid' => 10]]
    ));
    same([[
        'id' => 10,
        'firstname' => 'Ann',
        'lastname' => 'Lee',
        'fullname' => 'Ann Lee',
        'idnumber' => 's10',
        'suspended' => false,
        'roles' => [['shortname' => 'student', 'archetype' => 'student']],
        'enrolments' => [
            ['method' => 'manual', 'active' => true, 'timestart' => 100, 'timeend' => 0, 'timecreated' => 90],
            ['method' => 'self', 'active' => false, 'timestart' => 100, 'timeend' => 200, 'timecreated' => 90],
        ],
        'groups' => [3],
    ]], $shaper->users());
});

it('names a role once that is assigned twice', function () {
    $shaper = new roster_shaper();
    $shaper->add_enrolment(enrolment(), 'Ann Lee');
    $shaper->add_role(['userid' => '10', 'shortname' => 'student', 'archetype' => 'student']);
    $shaper->add_role(['userid' => '10', 'shortname' => 'student', 'archetype' => 'student']);
    $shaper->add_role(['userid' => '10', 'shortname' => 'helper', 'archetype' => null]);
    same(['student', 'helper'], array_column($shaper->users()[0]['roles'], 'shortname'));
    same('', $shaper->users()[0]['roles'][1]['archetype']);
});

it('leaves out roles of people who are not enrolled', function () {
    $shaper = new roster_shaper();
    $shaper->add_role(['userid' => '10', 'shortname' => 'manager', 'archetype' => 'manager']);
    same([], $shaper->users());
});

it('tells a suspended account', function () {
    $shaper = new roster_shaper();
    $shaper->add_enrolment(enrolment(['suspended' => '1']), 'Ann Lee');
    same(true, $shaper->users()[0]['suspended']);
});

it('takes an enrolment as switched off when it or its method is', function () {
    same(true, roster_shaper::is_switched_on(enrolment()));
    same(false, roster_shaper::is_switched_on(enrolment(['status' => '1'])));
    same(false, roster_shaper::is_switched_on(enrolment(['instancestatus' => '1'])));
});

it('gives access from the start to before the end of an enrolment', function () {
    $row = enrolment(['timestart' => '100', 'timeend' => '200']);
    same(
        [false, true, true, false],
        array_map(fn($now) => roster_shaper::is_active_at($row, $now), [99, 100, 199, 200])
    );
    same(true, roster_shaper::is_active_at(enrolment(['timeend' => '0']), PHP_INT_MAX));
    same(false, roster_shaper::is_active_at(enrolment(['status' => '1']), 150));
});

it('reads a list of ids, each once, ascending', function () {
    same([2, 3, 17], id_list::parse('17,2,3,2'));
    same([], id_list::parse(''));
    same([5], id_list::parse('0,-4,5,,'));
});

it('recognises the tool by its types when they are known, and by nothing else', function () {
    $matcher = new tool_matcher([4, 9], '');
    same(true, $matcher->matches(['typeid' => '4', 'toolurl' => '', 'securetoolurl' => null, 'tooldomain' => null]));
    same(true, $matcher->matches(['typeid' => '9', 'toolurl' => '', 'securetoolurl' => null, 'tooldomain' => null]));
    same(false, $matcher->matches(['typeid' => null, 'toolurl' => '', 'securetoolurl' => null, 'tooldomain' => '']));
    same(false, $matcher->matches(['typeid' => '5', 'toolurl' => 'https://tool.example/', 'securetoolurl' => '', 'tooldomain' => '']));
});

it('recognises an activity that names no type by the address through which Moodle finds the tool\'s type', function () {
    $matcher = new tool_matcher([4], '', ['tool.example', '']);
    $nothing = ['typeid' => '0', 'toolurl' => '', 'securetoolurl' => null, 'tooldomain' => null];
    same(true, $matcher->matches(['toolurl' => 'https://www.Tool.example/lti/launch'] + $nothing));
    same(true, $matcher->matches(['typeid' => null, 'toolurl' => 'tool.example'] + $nothing));
    same(false, $matcher->matches(['toolurl' => 'https://other.example/'] + $nothing));
    same(false, $matcher->matches(['typeid' => '5', 'toolurl' => 'https://tool.example/'] + $nothing));
    same(false, $matcher->matches($nothing));
});

it('recognises the tool by its host', function () {
    $matcher = new tool_matcher([], 'https://Tool.example/lti/launch');
    $nothing = ['typeid' => null, 'toolurl' => null, 'securetoolurl' => null, 'tooldomain' => null];
    same(true, $matcher->matches(['toolurl' => 'https://tool.example/x'] + $nothing));
    same(true, $matcher->matches(['securetoolurl' => 'https://tool.example:443'] + $nothing));
    same(true, $matcher->matches(['tooldomain' => 'tool.example'] + $nothing));
    same(false, $matcher->matches(['toolurl' => 'https://tool.example.evil.test/'] + $nothing));
    same(false, $matcher->matches(['toolurl' => 'https://evil.test/?tool.example'] + $nothing));
    same(false, $matcher->matches($nothing));
});

it('tells two tools on one host apart by their ports', function () {
    same('localhost:9001', tool_matcher::host_of('http://LOCALHOST:9001/lti'));
    same('localhost', tool_matcher::host_of('http://localhost:80'));
    same('tool.example', tool_matcher::host_of('www.tool.example'));
    same('', tool_matcher::host_of('http:///'));
});

it('recognises nothing until it is known which tool it is', function () {
    $matcher = new tool_matcher([], ' ');
    same(false, $matcher->is_configured());
    same(false, $matcher->matches(['typeid' => null, 'toolurl' => '', 'securetoolurl' => '', 'tooldomain' => '']));
    same(true, (new tool_matcher([3], ''))->is_configured());
    same(true, (new tool_matcher([], 'tool.example'))->is_configured());
});
