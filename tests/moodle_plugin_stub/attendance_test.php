<?php
/**
 * What the marks in registers of the Attendance activity mean.
 */

declare(strict_types=1);

use local_lea\local\register_mark;

it('takes a status with points as being there, late or not', function () {
    $mark = new register_mark(null);
    same('attended', $mark->meaning('P', 2.0));
    same('attended', $mark->meaning('L', 1.0));
    same('attended', $mark->meaning('?', 0.5));
});

it('takes a status without points as not being there', function () {
    same('absent', (new register_mark(null))->meaning('A', 0.0));
});

it('takes the acronym E as excused, with points or without, unless the administrator names others', function () {
    same('excused', (new register_mark(null))->meaning('E', 1.0));
    same('excused', (new register_mark(null))->meaning(' e ', 0.0));
    same('attended', (new register_mark('EC, x'))->meaning('E', 1.0));
    same('excused', (new register_mark('EC, x'))->meaning('ec', 0.0));
    same('excused', (new register_mark('EC, x'))->meaning('X', 1.0));
});

it('excuses nobody where the administrator named no acronym', function () {
    same('attended', (new register_mark(''))->meaning('E', 1.0));
    same('absent', (new register_mark(' , '))->meaning('', 0.0));
});
