"""Somebody writes to one learner: no sooner than the steps allow, with the learner's own facts, never by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import MetaData, delete, select, update

from analytics.language import speaking
from analytics.policy.casework import Entry, Step
from analytics.policy.process import Process
from analytics.policy.relationships import Kind
from analytics.retell import retell
from bridge.mail import MailServer, Security
from bridge.records import Contact
from bridge.schema.casework import CaseEntry, Concern, Dispute
from bridge.schema.records import Relationship
from bridge.store.addressees import Addressee
from bridge.store.case_chain import Author, case_key
from bridge.store.cases import find_open_case, open_case, write_step
from bridge.store.database import reading, writing
from bridge.store.message_templates import load_templates, save_template
from bridge.store.processes import publish_process
from bridge.store.support_services import Service, load_services, save_service
from bridge.viewer_access import SITE_COURSE_ID
from lti.panels.messages import contacting
from lti.panels.messages.words import EXAMPLE_BODY, EXAMPLE_SUBJECT
from lti.services import EXTENSION, Services
from tests.analytics.test_retell import SENTENCES
from tests.demo_vle.faults import Fault
from tests.lti.panels.test_people_panel import ADVISER, SCHOOL, hold, open_people, records, train
from tests.lti.panels.test_school_panel import once
from tests.lti.served import SECRET_KEY, Tool, page_token
from tests.lti.small_world import GROUP_TUTOR, LEARNER, OPEN, TUTOR
from tests.lti.spoken import load_language
from tests.smtp_server import Inbox, serve_mail

__all__ = ["records"]
PAGE, SEND = "/panel/people/message", "/panel/people/message/send"
EMAIL, PERSONAL, PHONE = "lena@example.ac.uk", "lena@example.org", "01632 960001"
DETAILS = (EMAIL, PERSONAL, PHONE)
AUTHOR = Author(ADVISER, "Ed Elsewhere", "adviser")
BODY = "Dear Lena, we have seen fewer visits. There is support. Please reply."
FACTS = ("This is", "Please", "Engagement pages", "In weeks")
LETTER = {"subject": "How are you?", "body": BODY, "reply_to": "ed@example.ac.uk", "wish": "send"}


@pytest.fixture
def concerned(records: Tool) -> Tool:
    """Lena has an open concern in a school with a process, a template and a service; Moodle knows how to reach her."""
    users = records.vle.world.users
    users[LEARNER] = replace(users[LEARNER], email=EMAIL, personal_email=PERSONAL, phones=(PHONE,))
    now, person_id = records.clock(), records.person_id(LEARNER)
    with writing(records.sessions) as db:
        process = publish_process(db, SCHOOL, Process("the adviser", 30, 20, "Dr Dean"), published_by="Lea", now=now)
        save_template(db, SCHOOL, "First", (EXAMPLE_SUBJECT, EXAMPLE_BODY), saved_by="Lea", now=now)
        save_service(db, records.platform_id, Service("Money", "Hardship fund", "Ask at the desk", school_id=SCHOOL))
        db.add(
            Concern(
                platform_id=records.platform_id,
                course_id=1,
                person_id=person_id,
                week_no=4,
                as_of=now.date(),
                level_version="1",
                rule_version="1",
                process_id=process.process_id,
                reasons=["silence"],
                evidence={"sentence": "No evidence since 5 October."},
                opened_at=now,
            )
        )
    return records


def step(tool: Tool, *entries: Entry) -> None:
    """Write steps of Lena's case down."""
    with writing(tool.sessions) as db:
        case = open_case(db, tool.person_id(LEARNER), AUTHOR, tool.clock())
        for entry in entries:
            write_step(db, case_key(SECRET_KEY), case, entry, AUTHOR, tool.clock())


@pytest.fixture
def decided(concerned: Tool) -> Tool:
    """It was discussed with a colleague, and the adviser decided to get in touch."""
    step(
        concerned,
        Entry(Step.DISCUSSED, ADVISER, named="Tess", text="we agree"),
        Entry(Step.DECIDED, ADVISER, is_to_contact=True, text="to ask"),
    )
    return concerned


def ask(tool: Tool, token: str, **fields: str) -> str:
    answer = tool.post(PAGE, token, None, learner=str(tool.person_id(LEARNER)), **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def fill(tool: Tool, token: str, **fields: str) -> str:
    with reading(tool.sessions) as db:
        template_id = str(load_templates(db, [SCHOOL])[0].template_id)
    return ask(tool, token, wish="fill", template=template_id, **fields)


def steps(tool: Tool) -> list[tuple[str, str]]:
    with reading(tool.sessions) as db:
        rows = db.scalars(select(CaseEntry).order_by(CaseEntry.position))
        return [(row.kind, str(row.body.get("channel"))) for row in rows]


def test_contact_is_refused_and_no_detail_shown_before_a_discussion_and_a_decision(concerned: Tool) -> None:
    token, lena = open_people(concerned), str(concerned.person_id(LEARNER))
    for entries, missing in (
        ((), "a discussion with at least one colleague"),
        ((Entry(Step.DISCUSSED, ADVISER, named="Tess", text="we agree"),), "somebody has to decide first"),
        ((Entry(Step.DECIDED, ADVISER, text="she is well"),), "the decision was not to get in touch"),
    ):
        step(concerned, *entries)
        for path in (PAGE, SEND):
            answer = concerned.post(path, token, None, learner=lena, **LETTER)
            assert answer.status_code == 409
            assert not any(detail in answer.text for detail in DETAILS)
        assert missing in concerned.post(PAGE, token, None, learner=lena).text


def test_opening_the_message_page_too_early_leaves_a_row(concerned: Tool) -> None:
    token, lena = open_people(concerned), concerned.person_id(LEARNER)
    assert concerned.post(PAGE, token, None, learner=str(lena)).status_code == 409
    row = concerned.accesses()[-1]
    assert (row.action, row.subject_person_id) == ("case:change", lena)
    assert (row.is_allowed, row.reason, row.viewer_role) == (False, "step-missing", "adviser")


def test_the_next_way_of_contact_is_shown_with_what_moodle_says_and_nothing_of_it_is_kept(decided: Tool) -> None:
    page = ask(decided, open_people(decided))
    assert "Next way of contact: university e-mail" in page
    assert all(detail in page for detail in DETAILS)
    with reading(decided.sessions) as db:
        tables = MetaData()
        tables.reflect(db.get_bind())
        stored = "".join(str(row) for table in tables.sorted_tables for row in db.execute(select(table)))
    assert "Lena" in stored
    assert not any(detail in stored for detail in DETAILS)
    assert not any(detail in decided.log.getvalue() for detail in DETAILS)


def test_a_learner_reads_that_somebody_was_about_to_get_in_touch(decided: Tool) -> None:
    ask(decided, open_people(decided))
    row = decided.accesses()[-1]
    assert (row.action, row.subject_person_id) == ("case:change", decided.person_id(LEARNER))


def test_a_message_is_filled_in_with_the_learners_own_facts_and_what_is_left_out_is_not_in_it(decided: Tool) -> None:
    token = open_people(decided)
    with reading(decided.sessions) as db:
        concern_id = db.scalars(select(Concern.id)).one()
        service_id = load_services(db, decided.platform_id)[0].service_id
    reason, service = f"reason-{concern_id}", f"service-{service_id}"
    page = fill(decided, token, **{reason: "1", service: "1"})
    letter = page.split("<textarea")[1].split("</textarea")[0]
    assert "Dear Lena," in letter
    assert "up to week 4: No evidence since 5 October." in letter
    assert "- Hardship fund (Money): Ask at the desk" in letter
    assert "The tone check found nothing." in page
    without = fill(decided, token)
    letter = without.split("<textarea")[1].split("</textarea")[0]
    assert "5 October" not in letter
    assert "Hardship" not in letter
    assert "Where to find support" in letter
    assert steps(decided)[-1][0] == "decided"  # nothing was sent and nothing written down


@pytest.mark.parametrize("reader", ["en", "cy"])
def test_the_facts_of_a_letter_are_in_its_language_and_the_form_in_its_readers(decided: Tool, reader: str) -> None:
    decided.vle.site.languages[ADVISER] = reader
    sentence = SENTENCES[3]
    body = (
        "Annwyl {name},\n\nHoffwn wybod sut mae pethau’n mynd gyda chi. {reason}\n\nMae cymorth ar gael:\n{support}"
        "\n\n{ways_back}\n\nCofion gorau,\n{sender}"
    )
    with writing(decided.sessions) as db:
        text = ("Sut mae pethau?", body)
        save_template(db, SCHOOL, "First", text, saved_by="Lea", now=decided.clock())
        db.execute(update(Concern).values(evidence={"sentence": sentence}))
        concern_id = db.scalars(select(Concern.id)).one()
    with speaking(load_language("cy")):
        in_welsh = retell(sentence)

    page = fill(decided, page_token(decided.launch(ADVISER, SITE_COURSE_ID)), **{f"reason-{concern_id}": "1"})

    letter = page.split("<textarea")[1].split("</textarea")[0]
    assert "Dyma’r hyn yr ydym wedi’i weld: Yn" in letter
    assert f"hyd at wythnos 4: {in_welsh}" in letter
    assert "“Ble i gael cymorth”" in letter
    assert "Atebwch y neges hon" in letter
    assert [words for words in FACTS if words in letter] == []
    said = sentence if reader == "en" else in_welsh
    assert said in page.replace(letter, "")


def test_who_said_that_a_week_is_not_right_can_be_written_to_with_a_warning_that_says_until_when(
    decided: Tool, inbox: Inbox
) -> None:
    today = decided.clock().date()
    for until, warns in ((today - timedelta(days=1), False), (today, True)):
        with writing(decided.sessions) as db:
            db.execute(delete(Dispute))
            said = {"week_no": 4, "text": "I read the book.", "made_at": decided.clock()}
            db.add(Dispute(course_id=1, person_id=decided.person_id(LEARNER), paused_until=until, **said))
        page = ask(decided, open_people(decided))
        assert ("nobody is asked to get in touch about it. Write only where" in page) is warns
    assert "The message was sent." in send(decided, open_people(decided))
    assert len(inbox.messages) == 1


def test_the_enter_key_in_a_changed_message_fills_nothing_in_anew(decided: Tool) -> None:
    page = fill(decided, open_people(decided))
    buttons = page.split(f'action="{PAGE}"')[1].split("<button")[1:]
    assert 'value="check"' in buttons[0].split(">")[0]
    letter = ask(decided, open_people(decided), **{**LETTER, "wish": "check"})
    assert BODY in letter


def test_without_a_mail_server_the_text_is_there_to_copy_and_sending_is_refused(decided: Tool) -> None:
    token = open_people(decided)
    page = fill(decided, token)
    assert "copy it into your own mail" in page
    assert "Send it in my name" not in page
    told = decided.post(SEND, token, None, learner=str(decided.person_id(LEARNER)), once=once(page, PAGE), **LETTER)
    assert "Nothing was sent." in told.text
    assert "No mail server is set" in told.text


@pytest.fixture
def inbox(decided: Tool) -> Iterator[Inbox]:
    """The institution's mail server."""
    with serve_mail() as served:
        use_mail(decided, served.port)
        yield served


def use_mail(tool: Tool, port: int) -> None:
    """Let the tool hand mail over there."""
    made: Services = tool.app.extensions[EXTENSION]
    settings = replace(
        made.settings,
        alert_email="dpo@example.ac.uk",
        smtp_sender="lea@example.ac.uk",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=Security.NONE,
    )
    tool.app.extensions[EXTENSION] = replace(made, settings=settings)
    assert settings.mail_server == MailServer("127.0.0.1", Security.NONE, "lea@example.ac.uk", port)


def send(tool: Tool, token: str, **fields: str) -> str:
    page = fill(tool, token)
    lena = str(tool.person_id(LEARNER))
    return tool.post(SEND, token, None, learner=lena, once=once(page, PAGE), **{**LETTER, **fields}).text


def test_a_message_goes_once_to_the_address_of_moodle_and_the_attempt_is_written_down(
    decided: Tool, inbox: Inbox
) -> None:
    token = open_people(decided)
    assert inbox.messages == []
    page = fill(decided, token)
    assert inbox.messages == []  # nothing is sent by itself
    fields = {**LETTER, "learner": str(decided.person_id(LEARNER)), "once": once(page, PAGE), "to": "other@example.org"}
    assert "The message was sent." in decided.post(SEND, token, None, **fields).text
    assert decided.post(SEND, token, None, **fields).status_code == 409  # the form is used up
    (message,) = inbox.messages
    assert (message["To"], message["Reply-To"], message["Subject"]) == (EMAIL, "ed@example.ac.uk", "How are you?")
    assert "Ed Elsewhere" in message["From"]
    assert "fewer visits" in str(message.get_payload())
    assert steps(decided)[-1] == ("attempt", "university-email")
    assert "Next way of contact: personal e-mail" in ask(decided, token)


def test_the_second_message_goes_to_the_personal_address_and_none_goes_by_telephone(
    decided: Tool, inbox: Inbox
) -> None:
    token = open_people(decided)
    for _ in range(2):
        assert "The message was sent." in send(decided, token)
    assert [message["To"] for message in inbox.messages] == [EMAIL, PERSONAL]
    page = fill(decided, token)
    assert "Next way of contact: telephone" in page
    assert "Send it in my name" not in page
    assert "Nothing was sent." in send(decided, token)
    assert len(inbox.messages) == 2


def test_a_form_of_before_the_last_step_sends_nothing_and_the_page_names_the_way_that_is_next_now(
    decided: Tool, inbox: Inbox
) -> None:
    token = open_people(decided)
    stale = BeautifulSoup(fill(decided, token), "html.parser").select_one(f'form[action="{PAGE}"] input[name=after]')
    assert stale is not None
    assert "The message was sent." in send(decided, token)
    told = send(decided, token, after=str(stale["value"]))
    assert "The case has changed since this was read" in told
    assert "Next way of contact: personal e-mail" in told
    assert len(inbox.messages) == 1


def test_what_the_mail_server_does_not_take_is_shown_as_undelivered_and_counts_as_no_attempt(
    decided: Tool, inbox: Inbox
) -> None:
    inbox.refuses = True
    told = send(decided, open_people(decided))
    assert "It was not delivered." in told
    assert "fewer visits" in told  # the text is not lost
    assert steps(decided)[-1][0] == "decided"
    assert not any(detail in decided.log.getvalue() for detail in DETAILS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": "Hello"}, "lacks something"),
        ({"body": BODY + " Or you will be withdrawn."}, "The tone check warns"),
        ({"reply_to": "ed"}, "Give your own e-mail address"),
        ({"reply_to": "ed@example.org\r\nBcc: all@example.org"}, "Give your own e-mail address"),
        ({"subject": ""}, "lacks something"),
    ],
)
def test_a_message_that_is_not_ready_is_not_sent(
    decided: Tool, inbox: Inbox, changed: dict[str, str], said: str
) -> None:
    told = send(decided, open_people(decided), **changed)
    assert "Nothing was sent." in told
    assert said in told
    assert inbox.messages == []


def test_a_warning_is_sent_only_when_its_reader_says_so(decided: Tool, inbox: Inbox) -> None:
    threat = BODY + " Or you will be withdrawn."
    assert "The message was sent." in send(decided, open_people(decided), body=threat, sure="yes")
    assert len(inbox.messages) == 1


def test_a_subject_carries_no_second_header(decided: Tool, inbox: Inbox) -> None:
    send(decided, open_people(decided), subject="Hello\r\nBcc: all@example.org")
    (message,) = inbox.messages
    assert message["Bcc"] is None


def test_while_moodle_does_not_answer_nobody_is_reached_and_the_page_says_so(decided: Tool, inbox: Inbox) -> None:
    token = open_people(decided)
    decided.vle.faults.always(Fault.MAINTENANCE)
    page = ask(decided, token)
    assert "did not answer" in page
    assert EMAIL not in page


def test_without_the_capability_for_contact_details_only_the_addresses_are_missing(decided: Tool) -> None:
    token = open_people(decided)
    decided.vle.site.capabilities.remove("local/lea:viewcontact")
    page = ask(decided, token)
    assert "Next way of contact: university e-mail" in page
    assert not any(detail in page for detail in DETAILS)


def test_who_stopped_advising_while_moodle_was_asked_sees_no_contact_detail(
    decided: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_late(platform_id: int, addressee: Addressee) -> Contact | None:
        said = ask_moodle(platform_id, addressee)
        assert said is not None
        with writing(decided.sessions) as db:
            lena = Relationship.person_id == decided.person_id(LEARNER)
            db.execute(update(Relationship).where(lena).values(ends_at=decided.clock()))
        return said

    token, ask_moodle = open_people(decided), contacting._ask
    monkeypatch.setattr(contacting, "_ask", ask_late)
    answer = decided.post(PAGE, token, None, learner=str(decided.person_id(LEARNER)))
    assert answer.status_code == 404
    assert not any(detail in answer.text for detail in DETAILS)
    assert (decided.accesses()[-1].is_allowed, decided.accesses()[-1].reason) == (False, "no-relationship")


def test_tutors_other_schools_officers_and_leads_see_no_contact_detail(decided: Tool) -> None:
    lena = str(decided.person_id(LEARNER))
    hold(decided, GROUP_TUTOR, Kind.SUPPORT_OFFICER, school_id=2)
    train(decided, TUTOR)
    train(decided, GROUP_TUTOR)
    tutor, officer = page_token(decided.launch(TUTOR, OPEN)), open_people(decided, GROUP_TUTOR)
    for token in (tutor, officer, page_token(decided.launch(LEARNER, OPEN))):
        answer = decided.post(PAGE, token, None, learner=lena)
        assert answer.status_code == 404
        assert not any(detail in answer.text for detail in DETAILS)


def test_a_support_officer_of_the_home_school_may_write_too(decided: Tool) -> None:
    hold(decided, GROUP_TUTOR, Kind.SUPPORT_OFFICER, school_id=SCHOOL)
    train(decided, GROUP_TUTOR)
    assert EMAIL in ask(decided, open_people(decided, GROUP_TUTOR))
    with reading(decided.sessions) as db:
        assert find_open_case(db, decided.person_id(LEARNER)) is not None
