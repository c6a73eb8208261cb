"""Pressing Register: what is sent, what is kept, and what a person reads when the platform does not want to."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlalchemy import text

from bridge.store.database import reading, writing
from bridge.store.pending_registrations import approve, refuse
from tests.demo_vle.registration import CONFIGURATION, NRPS
from tests.lti.registration.hostile import serve_hostile
from tests.lti.registration.opening import Opened, new_link, opened, title, waiting
from tests.lti.served import Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN
from tests.lti.test_headers import directives


def test_the_registration_is_kept_for_approval_and_the_page_says_what_is_left(tool: Tool) -> None:
    answer = opened(tool, tool.platform_id).press()

    assert answer.status_code == 200
    assert title(answer) == "Registered. Two steps are left."
    assert "Activate" in answer.text
    assert "in the administration where the link was made" in answer.text
    (pending,) = waiting(tool)
    assert pending.made_by_platform_id == tool.platform_id
    assert pending.granted.issuer == tool.vle.issuer
    assert pending.granted.lti_deployment_id == "2"
    assert pending.granted.granted_scopes == ()
    told = tool.vle.registration()
    assert pending.granted.auth_login_url == told["auth_login_url"]
    assert pending.granted.auth_token_url == told["auth_token_url"]
    assert pending.granted.key_set_url == told["key_set_url"]


def test_the_result_can_close_the_platforms_frame_and_says_how_to_go_on_without_a_script(tool: Tool) -> None:
    answer = opened(tool).press()

    assert f'<p hidden data-closes="{tool.vle.url}">' in answer.text
    assert "registration.js" in answer.text
    assert "reload Moodle’s page Manage tools" in answer.text
    assert directives(answer.headers["Content-Security-Policy"])["frame-ancestors"] == tool.vle.url


def test_neither_grades_nor_e_mail_are_asked_for_though_the_platform_offers_both(tool: Tool) -> None:
    opened(tool).press()

    (asked,) = tool.vle.registrations.asked
    assert "scope" not in asked
    assert "lti-ags" not in str(asked)
    assert "email" not in str(asked)
    assert asked[CONFIGURATION]["claims"] == ["iss", "sub", "name", "given_name", "family_name"]
    assert asked[CONFIGURATION]["custom_parameters"] == {"moodle_user_id": "$User.id"}
    (made,) = tool.vle.registrations.tools.values()
    assert (made.settings.send_email, made.settings.send_names, made.scopes) == (False, True, ())


def test_the_membership_service_is_asked_for_when_it_is_ticked_and_what_is_granted_is_kept(tool: Tool) -> None:
    answer = opened(tool).press(memberships="1")

    (asked,) = tool.vle.registrations.asked
    assert asked["scope"] == NRPS
    assert waiting(tool)[0].granted.granted_scopes == (NRPS,)
    assert "granted" in answer.text


def test_of_eight_presses_at_once_exactly_one_registers(tool: Tool) -> None:
    link = opened(tool)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: link.post(), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 7
    assert {reason_of(answer) for answer in answers} == {None, "link-used"}
    assert len(tool.vle.registrations.asked) == 1
    assert len(waiting(tool)) == 1


def with_bad_token(link: Opened) -> Opened:
    return link.with_query(registration_token="eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl")


def with_other_token(link: Opened) -> Opened:
    return link.with_query(registration_token="nonsense")


def without_token(link: Opened) -> Opened:
    return link.with_query(registration_token=None)


def with_used_token(link: Opened) -> Opened:
    assert title(link.press()).startswith("Registered")
    return Opened(link.tool, new_link(link.tool), link.query)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_token, "401: missing_registration_token"),
        (with_used_token, "401: token_already_used"),
        (with_other_token, "404: Exception - Wrong number of segments"),
        (with_bad_token, '404: Exception - "kid" empty'),
    ],
)
def test_a_refusal_shows_the_platforms_own_words_and_the_link_works_on(tool: Tool, change: object, words: str) -> None:
    assert callable(change)
    link: Opened = change(opened(tool))
    before = waiting(tool)

    answer = link.post()

    assert (answer.status_code, reason_of(answer)) == (400, "registration-refused")
    assert f"Moodle’s own answer: <q>{words}" in unescape(answer.text)
    assert "<html" not in unescape(answer.text).split("<q>")[1].split("</q>")[0]
    assert waiting(tool) == before
    again = link.with_query(**tool.vle.registrations.start())
    assert title(again.post()).startswith("Registered")


def test_an_expired_token_of_the_platform_is_refused_in_its_own_words(tool: Tool) -> None:
    query = tool.vle.registrations.start()
    tool.clock.move(hours=2)

    answer = Opened(tool, new_link(tool), query).post()

    assert "Expired token" in answer.text


def test_no_token_reaches_the_log_a_refused_one_neither(tool: Tool) -> None:
    good, bad = opened(tool), with_bad_token(opened(tool))
    bad.look()
    bad.post()
    good.press()
    good.post()
    tool.request("PUT", good.path)
    tool.request("GET", f"{good.path}/more")

    log = tool.log.getvalue()
    for link in (good, bad):
        assert link.link_token not in log
        assert link.query["registration_token"] not in log
        assert link.query["registration_token"].split(".")[1] not in log
    assert log.count("/lti/register/<token>") == 5


def test_no_token_is_stored(tool: Tool) -> None:
    link = opened(tool)
    link.press()

    with reading(tool.sessions) as db:
        stored = [
            str(row)
            for name in ("registration_link", "pending_registration", "access_log")
            for row in db.execute(text(f"SELECT * FROM {name}")).all()
        ]
    assert link.link_token not in "".join(stored)
    assert link.query["registration_token"] not in "".join(stored)


def test_another_sites_form_registers_nothing(tool: Tool) -> None:
    link = opened(tool)

    answer = tool.request("POST", link.path, data=link.query, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, reason_of(answer)) == (403, "wrong-origin")
    assert tool.vle.registrations.asked == []


def test_updating_a_tool_that_is_registered_here_overwrites_nothing(tool: Tool) -> None:
    query = tool.vle.registrations.start(tool.vle.deployment_id)

    answer = Opened(tool, new_link(tool), query).post()

    assert (answer.status_code, reason_of(answer)) == (400, "registration-exists")
    assert "works on" in answer.text
    assert waiting(tool) == ()
    assert tool.launch(LEARNER, OPEN).status_code == 200


def test_updating_a_tool_that_waits_overwrites_nothing(tool: Tool) -> None:
    opened(tool).press()
    before = waiting(tool)

    answer = Opened(tool, new_link(tool), tool.vle.registrations.start("2")).post()

    assert reason_of(answer) == "registration-exists"
    assert waiting(tool) == before


def test_from_link_to_launch(tool: Tool) -> None:
    opened(tool).press()
    (pending,) = waiting(tool)
    tool.vle.registrations.activate("2")

    before = tool.post_login(LEARNER, OPEN)
    with writing(tool.sessions) as db:
        platform_id = approve(db, pending.pending_id, tool.clock())
    after = tool.launch(LEARNER, OPEN)

    assert (before.status_code, reason_of(before)) == (400, "platform-pending")
    assert "waiting for approval" in before.text
    assert directives(before.headers["Content-Security-Policy"])["frame-ancestors"] == tool.vle.url
    assert platform_id == tool.platform_id
    assert after.status_code == 200
    assert "My weeks in" in title(after)


def test_a_refused_registration_stays_unknown(tool: Tool) -> None:
    opened(tool).press()
    (pending,) = waiting(tool)
    tool.vle.registrations.activate("2")

    with writing(tool.sessions) as db:
        refuse(db, pending.pending_id)

    assert reason_of(tool.post_login(LEARNER, OPEN)) == "unknown-platform"


def test_a_waiting_registration_does_not_disturb_the_ones_that_work(tool: Tool) -> None:
    opened(tool).press()

    assert tool.launch(LEARNER, OPEN).status_code == 200


def test_a_database_that_goes_away_after_the_platforms_answer_gives_a_503_page(tool: Tool) -> None:
    link = opened(tool)
    with writing(tool.sessions) as db:
        db.execute(text("ALTER TABLE pending_registration RENAME TO elsewhere"))

    answer = link.post()

    assert answer.status_code == 503
    assert link.query["registration_token"] not in answer.text + tool.log.getvalue()
    assert re.search(r"link-used", link.look().text) is None


def test_a_platform_that_names_the_tool_like_another_is_not_kept(tool: Tool) -> None:
    with serve_hostile() as hostile:
        hostile.configuration = (200, {}, json.dumps(hostile.document()).encode())
        hostile.answer = (200, {}, json.dumps({"client_id": tool.vle.client_id}).encode())
        link = Opened(tool, new_link(tool), hostile.query)

        answer = link.post()

    assert (answer.status_code, reason_of(answer)) == (400, "registration-client-id")
    assert waiting(tool) == ()
