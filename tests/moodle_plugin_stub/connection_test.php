<?php
/**
 * The one-click connection: what it needs, what it takes for its own, and which addresses a token can be bound to.
 */

declare(strict_types=1);

use local_lea\local\connection_state;
use local_lea\local\ip_restriction;
use local_lea\local\launch_choice;
use local_lea\local\service_account;
use local_lea\local\service_capabilities;

/** A connection that stands, with what is given changed. */
function connection(array $changed = []): connection_state {
    return new connection_state($changed + [
        'enabled' => true,
        'protocols' => 'soap,rest',
        'service' => true,
        'role' => [...service_capabilities::ALL, 'mod/forum:viewdiscussion'],
        'assigned' => true,
        'account' => service_account::FIELDS,
        'authorised' => true,
        'tokens' => 1,
    ]);
}

/** Name the steps that are still to do. */
function to_do(array $changed): array {
    return array_keys(array_filter(connection($changed)->steps(), fn($done) => !$done));
}

it('says that a connection stands when nothing is left to do', function () {
    holds(connection()->is_complete(), 'complete');
    same(array_fill_keys(connection_state::STEPS, true), connection()->steps());
});

it('names the one step that is still to do', function () {
    same(['webservices'], to_do(['enabled' => false]));
    same(['rest'], to_do(['protocols' => 'soap, restful']));
    same(['service'], to_do(['service' => false]));
    same(['role'], to_do(['role' => null]));
    same(['role'], to_do(['role' => array_slice(service_capabilities::ALL, 1)]));
    same(['account'], to_do(['assigned' => false]));
    same(['account'], to_do(['account' => ['suspended' => 1] + service_account::FIELDS]));
    same(['authorised'], to_do(['authorised' => false]));
    same(['token'], to_do(['tokens' => 0]));
    holds(!connection(['tokens' => 0])->is_complete(), 'not complete');
});

it('counts nothing as done for an account that is not there', function () {
    same(['account', 'authorised', 'token'], to_do(['account' => null]));
});

it('names the capabilities that the role lacks', function () {
    same([], connection()->lacking());
    same(['webservice/rest:use'], connection(['role' => array_slice(service_capabilities::ALL, 1)])->lacking());
    same(service_capabilities::ALL, connection(['role' => null])->lacking());
});

it('asks for the capability of contact details in a role that was made before there was one', function () {
    $before = array_values(array_diff(service_capabilities::ALL, ['local/lea:viewcontact']));
    same(['role'], to_do(['role' => $before]));
    same(['local/lea:viewcontact'], connection(['role' => $before])->lacking());
});

it('adds REST to the protocols that are on and takes none away', function () {
    same('rest', connection_state::with_rest(''));
    same('soap,rest', connection_state::with_rest('soap'));
    same('rest,soap', connection_state::with_rest('rest,soap'));
});

it('never takes over an account under which a person could sign in', function () {
    holds(service_account::is_own(['auth' => 'webservice', 'deleted' => '0']), 'own');
    holds(!service_account::is_own(['auth' => 'manual', 'deleted' => '0']), 'a person\'s');
    holds(!service_account::is_own(['auth' => 'webservice', 'deleted' => '1']), 'deleted');
});

it('finds a user name that is free', function () {
    same('lea_service', service_account::free_name(['lea_services']));
    same('lea_service3', service_account::free_name(['lea_service2', 'lea_service']));
});

it('puts right what was changed in the account', function () {
    $row = array_map('strval', service_account::FIELDS) + ['id' => '7', 'username' => 'lea_service'];
    same([], service_account::changes($row));
    same(['auth' => 'webservice', 'emailstop' => 1], service_account::changes(['auth' => 'manual', 'emailstop' => '0'] + $row));
});

it('takes addresses, networks and ranges to which a token can be bound', function () {
    foreach (['192.0.2.7', '2001:db8::7', '192.0.2.0/24', '2001:db8::/32', '192.0.2.10-20', ''] as $text) {
        holds((new ip_restriction($text))->is_good(), $text);
        same($text, (new ip_restriction($text))->text());
    }
    same('192.0.2.7,192.0.2.8', (new ip_restriction(" 192.0.2.7;\n192.0.2.8, 192.0.2.7"))->text());
});

it('names what is no address, so that a slip does not shut the service out', function () {
    $slips = ['192.0.2', '192.0.2.256', '192.0.2.0/33', '192.0.2.0/0', '0.0.0.0/0', '::/129', '192.0.2.20-10', '192.0.2.1-256',
        'engagement.example.org', 'https://192.0.2.7', '192.0.2.7:443', '192.0.2.0/2a', '2001:db8::1-20', '-5', '1.2.3.4/'];
    foreach ($slips as $slip) {
        same([$slip], (new ip_restriction("192.0.2.7, {$slip}"))->bad());
        holds(!(new ip_restriction($slip))->is_good(), $slip);
    }
});

it('takes no more addresses than Moodle can keep', function () {
    $addresses = array_map(fn($last) => "192.0.2.{$last}", range(100, 199));
    holds((new ip_restriction(implode(',', array_slice($addresses, 0, 21))))->is_good(), '251 characters');
    holds((new ip_restriction(implode(',', $addresses)))->is_too_long(), 'too long');
    holds(!(new ip_restriction(implode(',', $addresses)))->is_good(), 'too long is not good');
});

/** A course that runs from day 10 to day 20. */
function course_row(int $id, array $changed = []): array {
    return $changed + ['id' => $id, 'startdate' => 10, 'enddate' => 20, 'cmid' => $id * 10];
}

it('opens "My engagement" through a course that runs now, of these the one that began last', function () {
    $ended = course_row(9, ['enddate' => 12]);
    $future = course_row(8, ['startdate' => 16]);
    same(3, launch_choice::pick([$ended, course_row(2), course_row(3, ['startdate' => 14]), $future], 15)['id']);
    same(8, launch_choice::pick([$ended, $future], 15)['id']);
    same(4, launch_choice::pick([course_row(4, ['enddate' => 0]), $ended], 99)['id']);
    same(5, launch_choice::pick([course_row(5), course_row(4)], 15)['id']);
});

it('opens "My engagement" through no course in which there is nothing to open', function () {
    same(2, launch_choice::pick([course_row(3, ['cmid' => null]), course_row(2)], 15)['id']);
    same(null, launch_choice::pick([course_row(3, ['cmid' => null])], 15));
    same(null, launch_choice::pick([], 15));
});
