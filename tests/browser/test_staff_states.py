"""In a real Chromium: pages for staff in states that the demo does not live through, by axe and in each width.

A message to one learner and to several in each of their states, a maintainer who gives a reason, and the training.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from analytics.policy.relationships import Kind
from bridge.schema.casework import Dispute
from bridge.store.database import writing
from bridge.viewer_access import SITE_COURSE_ID
from tests.browser.measures import NARROW, WIDE, find_misfits, resize
from tests.browser.states import show
from tests.browser.test_every_page import browser, examine
from tests.demo_vle.faults import Fault
from tests.lti.conftest import clock, tool, vle
from tests.lti.panels.cases.case_world import Visitor
from tests.lti.panels.messages.test_message import BODY, concerned, decided, fill, send, use_mail
from tests.lti.panels.messages.test_message import LETTER as SENT
from tests.lti.panels.messages.test_message import PAGE as ONE
from tests.lti.panels.messages.test_several import PAGE as SEVERAL
from tests.lti.panels.messages.test_several import REPLY, fields, officer
from tests.lti.panels.messages.test_several import SEND as SEND_SEVERAL
from tests.lti.panels.test_break_glass import REASON, start
from tests.lti.panels.test_people_panel import ADVISER, hold, records
from tests.lti.panels.test_people_panel import forget_trainings as forget
from tests.lti.served import Tool, page_token
from tests.lti.small_world import LEARNER, TUTOR
from tests.smtp_server import Inbox, serve_mail

__all__ = ["browser", "clock", "concerned", "decided", "officer", "records", "tool", "vle"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough for what pages look like."""
    path = tmp_path / "lea.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def mail() -> Iterator[Inbox]:
    """A mail server."""
    with serve_mail() as served:
        yield served


def find_faults(browser: BrowserContext, pages: dict[str, str]) -> dict[str, list[str]]:
    """Look at pages as at every other; what is wrong with each that is not as it should be."""
    found = {title: examine(frame) for title, frame in show(browser, pages)}
    return {title: lines for title, lines in found.items() if lines}


def find_misfits_in_welsh(browser: BrowserContext, pages: dict[str, str]) -> dict[str, list[str]]:
    """Look whether pages in Welsh, whose words are longer, fit their windows."""
    found: dict[str, list[str]] = {}
    for title, frame in show(browser, pages):
        assert frame.evaluate("document.documentElement.lang") == "cy"
        for width in (WIDE, NARROW):
            resize(frame, width)
            found[title] = found.get(title, []) + [f"{width} px: {line}" for line in find_misfits(frame)]
    return {title: lines for title, lines in found.items() if lines}


def show_one(tool: Tool, mail: Inbox) -> dict[str, str]:
    """Give the page of a message to one learner in each of its states."""
    token, lena = page_token(tool.launch(ADVISER, SITE_COURSE_ID)), str(tool.person_id(LEARNER))

    def ask(**sent: str) -> str:
        return tool.post(ONE, token, None, learner=lena, **sent).text

    threat = SENT | {"body": f"{BODY} Otherwise you may be withdrawn.", "wish": "check"}
    pages = {"new": ask(), "filled in, to be copied": fill(tool, token), "a threat": ask(**threat)}
    use_mail(tool, mail.port)
    pages |= {
        "filled in, to be sent": fill(tool, token),
        "parts are missing": ask(**(SENT | {"body": "Hello.", "wish": "check"})),
        "no address for the answer": send(tool, token, reply_to="nobody"),
        "the case has changed": send(tool, token, after="0"),
    }
    with writing(tool.sessions) as db:
        said = {"week_no": 4, "text": "I read the book.", "made_at": tool.clock()}
        until = tool.clock().date()
        db.add(Dispute(course_id=1, person_id=tool.person_id(LEARNER), paused_until=until, **said))
    mail.refuses = True
    pages |= {"a disputed week": ask(), "not delivered": send(tool, token)}
    mail.refuses = False
    pages |= {"sent": send(tool, token), "by the next way": fill(tool, token), "sent again": send(tool, token)}
    pages["by telephone"] = fill(tool, token)
    tool.vle.faults.always(Fault.MAINTENANCE)
    pages["Moodle does not answer"] = ask()
    tool.vle.faults.clear()
    return pages


def show_several(officer: Visitor, mail: Inbox) -> dict[str, str]:
    """Give the page of one message to several learners in each of its states."""

    def ask(path: str = SEVERAL, **sent: str) -> str:
        officer.open(path, **sent)
        return officer.answer.text

    pages = {"new": ask(), "filled in, to be copied": ask(**fields(officer), wish="fill")}
    use_mail(officer.tool, mail.port)
    ask()
    pages["filled in, to be sent"] = ask(**fields(officer), wish="fill")
    form = {**fields(officer), "wish": "send"}
    pages["no address for the answer"] = ask(SEND_SEVERAL, **form)
    users = officer.tool.vle.world.users
    users[LEARNER] = replace(users[LEARNER], email="")
    ask()
    ask(**fields(officer), wish="fill")
    pages["one sent, one not"] = ask(SEND_SEVERAL, **{**fields(officer), **REPLY, "wish": "send"})
    users[LEARNER] = replace(users[LEARNER], email="lena@example.ac.uk")
    ask()
    ask(**fields(officer), wish="fill")
    pages["the last one sent"] = ask(SEND_SEVERAL, **{**fields(officer), **REPLY, "wish": "send"})
    pages["nobody to write to"] = ask()
    return pages


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_message_to_one_learner_is_accessible_and_fits_in_each_state(
    browser: BrowserContext, decided: Tool, mail: Inbox, language: str
) -> None:
    decided.vle.site.languages[ADVISER] = language
    pages = show_one(decided, mail)

    assert len(set(pages.values())) == len(pages)
    assert (find_faults if language == "en" else find_misfits_in_welsh)(browser, pages) == {}


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_message_to_several_is_accessible_and_fits_in_each_state(
    browser: BrowserContext, officer: Visitor, mail: Inbox, language: str
) -> None:
    officer.tool.vle.site.languages[TUTOR] = language
    pages = show_several(Visitor(officer.tool, TUTOR), mail)

    assert len(set(pages.values())) == len(pages)
    assert (find_faults if language == "en" else find_misfits_in_welsh)(browser, pages) == {}


def test_the_page_on_which_a_maintainer_gives_a_reason_is_accessible_and_fits_in_each_state(
    browser: BrowserContext, records: Tool
) -> None:
    token, once = start(records)
    pages = {"new": records.post("/panel/people/glass", token).text}
    for title, sent in (("no such learner", {"number": "4"}), ("opened", {"number": "26001"})):
        answer = records.post("/panel/people/glass/break", token, None, once=once, reason=REASON, **sent)
        pages[title], once = answer.text, answer.text.split('name="once" value="')[1].split('"')[0]
    lena = str(records.person_id(LEARNER))
    pages["the learner's page"] = records.post("/panel/people/learner", token, None, learner=lena).text

    assert "Open now" in pages["opened"]
    assert find_faults(browser, pages) == {}


def test_the_page_on_which_staff_say_when_they_were_trained_is_accessible_and_fits_in_each_state(
    browser: BrowserContext, records: Tool
) -> None:
    forget(records)
    hold(records, TUTOR, Kind.ADVISER, learner=LEARNER)
    first = records.launch(TUTOR, SITE_COURSE_ID)
    pages, token, page = {"new": first.text}, page_token(first), first.text
    for title, sent in (("no day", {"done": "yes"}), ("trained", {"day": "2026-09-01", "done": "yes"})):
        once = page.split('name="once" value="')[1].split('"')[0]
        page = pages[title] = records.post("/panel/people/training/done", token, None, once=once, **sent).text

    assert "Recorded: trained on" in pages["trained"]
    assert find_faults(browser, pages) == {}
