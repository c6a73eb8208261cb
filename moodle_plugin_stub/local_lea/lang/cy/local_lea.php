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

/**
 * Welsh strings: what learners and their teachers read. Moodle takes everything else from English.
 *
 * @package    local_lea
 * @copyright  2026 The Learner Engagement Analytics contributors
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['coursenotswitchedon'] = 'Nid yw Ymgysylltu wedi’i droi ymlaen yn y cwrs hwn.';
$string['engagement'] = 'Ymgysylltu';
$string['frametitle'] = 'Ymgysylltu: {$a}';
$string['loginasrefused'] = 'Rydych wedi mewngofnodi fel rhywun arall. Mae tudalen ymgysylltu yn perthyn i’r person y mae’n ei ddisgrifio, felly nid yw’n cael ei dangos yma. Nid agorwyd dim. Nodir yr ymgais hon yng nghofnod Moodle, gyda’r cyfrif y daethoch ohono. I roi prawf ar y dudalen, mewngofnodwch â’ch cyfrif eich hun.';
$string['myengagement'] = 'Fy ymgysylltiad';
$string['nocourse'] = 'Nid oes cwrs yma sy’n dangos eich ymgysylltiad i chi ar hyn o bryd. Mae’n ymddangos pan fyddwch wedi’ch cofrestru fel myfyriwr ar gwrs lle mae Ymgysylltu wedi’i droi ymlaen. Os oeddech yn disgwyl un, gofynnwch i’ch athro.';
$string['notready'] = 'Mae Ymgysylltu wedi’i droi ymlaen, ond nid yw’r dudalen hon yn barod eto. Fe’i gwneir yn y cefndir, sy’n cymryd rhai munudau. Os yw’n dal ar goll yfory, gall athro ofyn i weinyddwr y safle.';
$string['notswitchedon'] = 'Nid yw Ymgysylltu wedi’i droi ymlaen yn y cwrs hwn, felly nid oes dim i’w ddangos yma. Gall athro ofyn i weinyddwr y safle ei droi ymlaen.';
$string['pluginname'] = 'Dadansoddeg Ymgysylltu Dysgwyr';
$string['privacy:export'] = 'Nid yw’r safle hwn yn cadw data ymgysylltu. Y gwasanaeth Dadansoddeg Ymgysylltu Dysgwyr sy’n ei ddal; mae’r hyn y mae’r gwasanaeth yn ei ddal amdanoch ar eich tudalen Ymgysylltu eich hun, a gall cyswllt diogelu data eich sefydliad roi copi i chi.';
$string['privacy:metadata:lea_service'] = 'Mae’r gwasanaeth Dadansoddeg Ymgysylltu Dysgwyr yn darllen data’r cyrsiau y’i defnyddir ynddynt, i ddangos tystiolaeth o ymgysylltu i ddysgwyr a’u tiwtoriaid. Nid yw byth yn darllen yr hyn a ysgrifennwyd, a gyflwynwyd nac a farciwyd.';
$string['privacy:metadata:lea_service:attendance'] = 'Ym mha sesiynau yr oedd y person yn bresennol, yn absennol neu wedi’i esgusodi, yn ôl cofrestri’r gweithgareddau Presenoldeb; dim sylwadau a dim rhesymau.';
$string['privacy:metadata:lea_service:contact'] = 'Cyfeiriadau e-bost a rhifau ffôn y proffil, a roddir pan fydd cynghorydd neu swyddog cymorth ar fin cysylltu; ni chânt eu cadw.';
$string['privacy:metadata:lea_service:duedates'] = 'Pryd mae aseiniadau a chwisiau’r person i’w cyflwyno.';
$string['privacy:metadata:lea_service:enrolments'] = 'Sut a phryd y cofrestrwyd y person ar y cwrs.';
$string['privacy:metadata:lea_service:excused'] = 'A yw darn o waith wedi’i eithrio o radd y person.';
$string['privacy:metadata:lea_service:extensions'] = 'A oes gan y person estyniad.';
$string['privacy:metadata:lea_service:firstname'] = 'Enw cyntaf y person.';
$string['privacy:metadata:lea_service:fullname'] = 'Enw’r person fel y mae’r safle hwn yn ei ysgrifennu.';
$string['privacy:metadata:lea_service:groups'] = 'Grwpiau’r person yn y cwrs.';
$string['privacy:metadata:lea_service:idnumber'] = 'Rhif adnabod y person.';
$string['privacy:metadata:lea_service:lastname'] = 'Cyfenw’r person.';
$string['privacy:metadata:lea_service:logevents'] = 'Beth agorodd neu a wnaeth y person yn y cwrs a phryd, heb gynnwys, cyfeiriad IP na gweithgareddau dienw.';
$string['privacy:metadata:lea_service:roles'] = 'Rolau’r person yn y cwrs.';
$string['privacy:metadata:lea_service:suspended'] = 'A yw cyfrif y person wedi’i atal.';
$string['privacy:metadata:lea_service:timesubmitted'] = 'Pryd y cyflwynodd y person waith.';
$string['privacy:metadata:lea_service:userid'] = 'ID defnyddiwr y person.';
$string['privacy:metadata:local_lea_deletion'] = 'Dileadau a cheisiadau i ddileu, y mae’r gwasanaeth Dadansoddeg Ymgysylltu Dysgwyr yn eu dilyn.';
$string['privacy:metadata:local_lea_deletion:courseid'] = 'Y cwrs dan sylw.';
$string['privacy:metadata:local_lea_deletion:kind'] = 'A ddilëwyd defnyddiwr, cwrs neu weithgaredd, neu a yw data defnyddiwr i’w ddileu.';
$string['privacy:metadata:local_lea_deletion:objectid'] = 'ID y defnyddiwr, y cwrs neu’r gweithgaredd.';
$string['privacy:metadata:local_lea_deletion:timecreated'] = 'Pryd y’i dilëwyd neu y gofynnwyd amdano.';
$string['startnotready'] = 'Nid yw’r dudalen gychwyn yn barod eto. Fe’i gwneir yn y cefndir rai munudau ar ôl i’r gwasanaeth ddarllen o’r Moodle hwn am y tro cyntaf. Gall gweinyddwr y safle edrych ar Site administration > Plugins > Local plugins > Learner Engagement Analytics > Connect the service, a gwirio bod cron yn rhedeg.';
$string['startpage'] = 'Tudalen gychwyn Ymgysylltu';
