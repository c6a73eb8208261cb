"""One message to several learners: each gets their own, read first, left out at will, sent once, told if it was not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, local

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select, update

from analytics.policy.casework import Entry, Step
from analytics.policy.relationships import Kind
from bridge.schema.casework import CaseEntry, SupportCase
from bridge.schema.records import Relationship
from bridge.store.case_chain import Author, case_key
from bridge.store.cases import open_case, write_step
from bridge.store.database import reading, writing
from bridge.store.message_templates import save_template
from lti.guard import Asker
from lti.panels.messages import values_several
from lti.panels.messages.contacting import Heard, ask_about
from lti.panels.messages.words import EXAMPLE_BODY, EXAMPLE_SUBJECT
from tests.lti.panels.cases.case_world import Visitor, raise_concern
from tests.lti.panels.messages.test_message import use_mail
from tests.lti.panels.test_people_panel import SCHOOL, hold, records, train
from tests.lti.served import SECRET_KEY, Tool
from tests.lti.small_world import CLASSMATE, LEARNER, OPEN, TUTOR
from tests.smtp_server import Inbox, serve_mail

__all__ = ["records"]
WORK, PAGE, SEND = "/panel/people/work", "/panel/people/messages", "/panel/people/messages/send"
LENA, CLEO = "lena@example.ac.uk", "cleo@example.ac.uk"
REPLY = {"reply_to": "tess@example.ac.uk"}


@pytest.fixture
def officer(records: Tool) -> Visitor:
    """The support officer of the school of Lena and Cleo; about both it was decided to get in touch."""
    users = records.vle.world.users
    users[LEARNER] = replace(users[LEARNER], email=LENA)
    users[CLASSMATE] = replace(users[CLASSMATE], email=CLEO)
    hold(records, TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(records, TUTOR)
    author, now = Author(TUTOR, "Tess Tutor", "support-officer"), records.clock()
    for who in (LEARNER, CLASSMATE):
        raise_concern(records, who)
        with writing(records.sessions) as db:
            case = open_case(db, records.person_id(who), author, now)
            for entry in (
                Entry(Step.DISCUSSED, TUTOR, named="Ed Elsewhere", text="We agree."),
                Entry(Step.DECIDED, TUTOR, is_to_contact=True, text="To ask."),
            ):
                write_step(db, case_key(SECRET_KEY), case, entry, author, now)
    with writing(records.sessions) as db:
        save_template(db, SCHOOL, "First", (EXAMPLE_SUBJECT, EXAMPLE_BODY), saved_by="Lea", now=now)
    return Visitor(records, TUTOR)


@pytest.fixture
def inbox(officer: Visitor) -> Iterator[Inbox]:
    """The institution's mail server."""
    with serve_mail() as served:
        use_mail(officer.tool, served.port)
        yield served


def fields(visitor: Visitor) -> dict[str, str]:
    """Read what the page's form sends, with every tick that stands in it."""
    form = BeautifulSoup(visitor.answer.text, "html.parser").find("form", action=PAGE)
    assert isinstance(form, Tag)
    found = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden], [checked]")}
    chosen = form.select_one("select option")
    assert chosen is not None
    found.pop("page_token")
    return {**found, "template": str(chosen["value"])}


def fill(visitor: Visitor) -> dict[str, str]:
    """Open the page, fill everybody's message in, and return the form that would send them."""
    visitor.open(PAGE)
    visitor.open(PAGE, **fields(visitor), wish="fill")
    return {**fields(visitor), **REPLY, "wish": "send"}


def attempts(tool: Tool) -> set[int]:
    """Read about whom an attempt is written down."""
    with reading(tool.sessions) as db:
        rows = db.scalars(
            select(SupportCase.person_id).join(CaseEntry, CaseEntry.case_id == SupportCase.id)
            .where(CaseEntry.kind == "attempt")
        )  # fmt: skip
        return {who for who in rows if who is not None}


def test_the_work_list_leads_there_where_an_email_comes_next_to_several(officer: Visitor) -> None:
    assert "Write to 2 learners at once" in officer.open(WORK)
    assert "Nobody reads who else is written to." in officer.open(PAGE)


def test_each_letter_holds_the_learners_own_facts_and_nobody_elses(officer: Visitor) -> None:
    fill(officer)
    letters = [str(one) for one in BeautifulSoup(officer.answer.text, "html.parser").select(".letter")]
    assert len(letters) == 2
    (lena,) = [one for one in letters if "Lena" in one]
    assert "Dear Lena," in lena
    assert "Opened 1 of 4 expected activities." in lena
    assert "Cleo" not in lena
    assert attempts(officer.tool) == set()  # nothing is sent by itself


def test_each_message_goes_once_to_its_learner_alone_and_each_attempt_is_written_down(
    officer: Visitor, inbox: Inbox
) -> None:
    form = fill(officer)
    assert inbox.messages == []
    told = officer.open(SEND, **form)
    assert told.count("The message was sent.") == 2
    assert {str(one["To"]) for one in inbox.messages} == {LENA, CLEO}
    assert all(one["Cc"] is None and one["Bcc"] is None for one in inbox.messages)
    assert attempts(officer.tool) == {officer.tool.person_id(LEARNER), officer.tool.person_id(CLASSMATE)}
    officer.open(SEND, **form)
    assert officer.answer.status_code == 409
    assert len(inbox.messages) == 2


def test_of_two_forms_sent_at_the_same_moment_one_sends_and_the_other_says_so(
    officer: Visitor, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, both = officer.tool, Barrier(2, timeout=20)
    forms = [fill(officer), fill(officer)]
    people = len((LEARNER, CLASSMATE))
    asked = local()

    def ask_together(asker: Asker, person_id: int) -> Heard:
        heard = ask_about(asker, person_id)
        asked.number = getattr(asked, "number", 0) + 1
        if asked.number == people:
            both.wait()
        return heard

    monkeypatch.setattr("lti.panels.messages.views_several.ask_about", ask_together)
    with ThreadPoolExecutor() as pool:
        answers = [one.text for one in pool.map(lambda form: tool.post(SEND, officer.token, None, **form), forms)]

    assert sorted(str(one["To"]) for one in inbox.messages) == sorted([LENA, CLEO])
    assert sum(answer.count("The message was sent.") for answer in answers) == people
    assert sum(answer.count("Another form is sending the next message to them") for answer in answers) == people


def test_a_form_that_was_filled_in_before_the_last_step_sends_nothing_by_the_next_way(
    officer: Visitor, inbox: Inbox
) -> None:
    """Without days between two ways the next one would be tried at once, with a letter that was read for the first."""
    stale = fill(officer)
    users = officer.tool.vle.world.users
    users[LEARNER] = replace(users[LEARNER], personal_email="lena@example.org")
    officer.open(SEND, **fill(officer))
    assert len(inbox.messages) == 2
    assert "A message is not what you have read" in officer.open(SEND, **stale)
    assert len(inbox.messages) == 2


def test_a_message_that_did_not_go_can_be_sent_at_once(officer: Visitor, inbox: Inbox) -> None:
    use_mail(officer.tool, 9)
    assert "It was not delivered." in officer.open(SEND, **fill(officer))
    use_mail(officer.tool, inbox.port)
    assert officer.open(SEND, **fill(officer)).count("The message was sent.") == 2


def test_who_is_left_out_gets_none_and_what_is_left_out_is_in_none(officer: Visitor, inbox: Inbox) -> None:
    officer.open(PAGE)
    form = fields(officer)
    reasons = [name for name in form if name.startswith("reason-")]
    assert len(reasons) == 2
    form = {name: value for name, value in form.items() if name not in {f"to-{officer.tool.person_id(CLASSMATE)}"}}
    officer.open(PAGE, **{name: value for name, value in form.items() if name not in reasons}, wish="fill")
    form = fields(officer)
    assert not any(name.startswith("reason-") for name in form)
    officer.open(SEND, **form, **REPLY, wish="send")
    (message,) = inbox.messages
    assert message["To"] == LENA
    assert "expected activities" not in str(message.get_payload())


def test_what_was_not_read_is_not_sent(officer: Visitor, inbox: Inbox) -> None:
    form = fill(officer)
    with writing(officer.tool.sessions) as db:
        text = (EXAMPLE_SUBJECT, EXAMPLE_BODY + "\nP.S.")
        save_template(db, SCHOOL, "First", text, saved_by="Lea", now=officer.tool.clock())
    assert "A message is not what you have read" in officer.open(SEND, **form)
    assert inbox.messages == []
    assert "P.S." in officer.page


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"reply_to": "tess"}, "Give your own e-mail address"), ({"template": "999"}, "Choose who is written to")],
)
def test_what_is_not_ready_is_not_sent(officer: Visitor, inbox: Inbox, changed: dict[str, str], said: str) -> None:
    assert said in officer.open(SEND, **(fill(officer) | changed))
    assert inbox.messages == []


def test_a_message_that_is_not_delivered_is_told_by_name_and_counts_as_no_attempt(
    officer: Visitor, inbox: Inbox
) -> None:
    form = fill(officer)
    users = officer.tool.vle.world.users
    users[CLASSMATE] = replace(users[CLASSMATE], email="")
    told = officer.open(SEND, **form)
    assert "Cleo Classmate : Nothing was sent. Moodle gives no address for this way of contact." in told
    assert [one["To"] for one in inbox.messages] == [LENA]
    assert attempts(officer.tool) == {officer.tool.person_id(LEARNER)}


def test_each_learner_on_the_page_and_each_who_is_written_to_gets_a_row_that_they_read(
    officer: Visitor, inbox: Inbox
) -> None:
    tool = officer.tool
    people = {tool.person_id(LEARNER), tool.person_id(CLASSMATE)}
    before = len(tool.accesses())
    officer.open(PAGE)
    rows = tool.accesses()[before:]
    assert {(row.action, row.subject_person_id) for row in rows} == {("people:message", who) for who in people}
    form, before = fill(officer), len(tool.accesses())
    officer.open(SEND, **form)
    written = [row for row in tool.accesses()[before:] if row.action == "case:change"]
    assert {(row.subject_person_id, row.viewer_role, row.detail) for row in written} == {
        (who, "support-officer", "people-message-send") for who in people
    }
    looks = tool.post("/panel/learner/looks", tool.open(LEARNER, OPEN)).text
    assert "Prepared a message to several learners, you among them." in looks


def test_a_page_holds_no_more_letters_than_somebody_reads(officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti.panels.messages.views_several.MOST_AT_ONCE", 1)
    assert "1 more learner can be written to after these." in officer.open(PAGE)
    assert values_several.MOST_AT_ONCE == 10


def test_without_a_mail_server_nothing_is_sent_and_the_texts_are_there_to_copy(officer: Visitor) -> None:
    form = fill(officer)
    assert "Copy each text into your own mail" in officer.page
    assert "No mail server is set" in officer.open(SEND, **form)
    assert attempts(officer.tool) == set()


def test_who_stopped_working_with_a_learner_while_moodle_was_asked_writes_to_nobody(
    officer: Visitor, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = fill(officer)
    tool, lena = officer.tool, officer.tool.person_id(LEARNER)
    asked: list[int] = []

    def ask_late(asker: Asker, person_id: int) -> Heard:
        heard = ask_about(asker, person_id)
        if not asked:
            with writing(tool.sessions) as db:
                db.execute(update(Relationship).where(Relationship.holder_moodle_user_id == TUTOR)
                           .values(ends_at=tool.clock()))  # fmt: skip
            hold(tool, TUTOR, Kind.ADVISER, learner=CLASSMATE)
        asked.append(person_id)
        return heard

    monkeypatch.setattr("lti.panels.messages.views_several.ask_about", ask_late)
    officer.open(SEND, **form)
    assert lena in asked
    assert officer.answer.status_code == 404
    assert inbox.messages == []
    assert attempts(tool) == set()
