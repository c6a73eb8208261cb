<?php
/**
 * What of a profile is told when somebody gets in touch with a learner.
 */

declare(strict_types=1);

use local_lea\local\contact_shaper;

it('tells addresses and numbers of a learner, each once', function () {
    same(
        ['learns' => true, 'email' => 'lena@example.ac.uk', 'personalemail' => 'lena@example.org', 'phones' => ['01 23', '+44 5']],
        contact_shaper::shape('lena@example.ac.uk', ' lena@example.org ', ['01 23', '+44 5', '01 23', '', null])
    );
});

it('tells nothing of somebody who does not learn in the course', function () {
    same(['learns' => false, 'email' => '', 'personalemail' => '', 'phones' => []], contact_shaper::nobody());
});

it('leaves out what is no address that mail reaches', function () {
    foreach (['', null, 'none', 'a@b', 'a b@example.org', 'a@example.org, b@example.org', '"x" <a@example.org>', 'a@host.invalid'] as $text) {
        same('', contact_shaper::shape($text, $text, [])['email']);
        same('', contact_shaper::shape($text, $text, [])['personalemail']);
    }
});

it('makes one line of a number and leaves one out that is too long', function () {
    same(['0123 456'], contact_shaper::shape('', '', ["0123\r\n456", str_repeat('1', 256)])['phones']);
});

it('takes markup out of a profile field', function () {
    same('a@example.org', contact_shaper::shape('', '<p>a@example.org</p>', [])['personalemail']);
});
