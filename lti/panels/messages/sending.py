"""Send one message to one learner in somebody's name, then write the attempt down; undelivered is told, not counted."""

from flask import g

from analytics.language import gettext, mark
from analytics.policy.casework import Entry, Step, StepRefused
from bridge.mail import MailFailed, send_mail
from bridge.store.case_chain import case_key
from bridge.store.cases import CaseRefused, write_step
from bridge.store.database import writing
from bridge.store.form_tokens import claim_message, release_message
from lti.changes import Done
from lti.guard import Asker
from lti.panels.messages.contacting import Heard
from lti.panels.messages.values_message import Letter
from lti.panels.words import Moment
from lti.services import services

SEND = "message-send"
SENT = mark("The message was sent.")
NOT_SENT = mark("Nothing was sent.")
ELSEWHERE = mark(
    "Another form is sending the next message to them at this moment. See their case page before you write again."
)
CHANGED = mark("The case has changed since this was read: read it again, then send it.")
COPY = mark("Copy the text into your own mail, then write the attempt down on the case page.")


def send_letter(asker: Asker, heard: Heard, letter: Letter, reply_to: str) -> Done:
    """Hand a message to the mail server and tell what came of it; the caller has found that it may be sent.

    Of several forms that would send the next message of one case at the same moment, one does.
    """
    tool = services()
    server = tool.settings.mail_server
    assert server is not None  # noqa: S101 (for the type checker: the caller found one)
    assert heard.case is not None  # noqa: S101 (the same: without a case a step is missing)
    with writing(tool.sessions) as db:
        is_first = claim_message(db, heard.case.case_id, heard.after, asker.now)
    if not is_first:
        return Done(SEND, "warn", gettext(NOT_SENT), gettext(ELSEWHERE))
    try:
        send_mail(
            server,
            heard.address,
            letter.subject,
            letter.body,
            egress=tool.settings.egress,
            reply_to=reply_to,
            sender_name=heard.by.name,
        )
    except MailFailed as error:
        with writing(tool.sessions) as db:
            release_message(db, heard.case.case_id, heard.after)
        tool.log.warning("message not sent", code=error.code, reason=error.reason, request_id=g.request_id)
        not_taken = gettext(
            "The mail server did not take it ({reason}). No attempt was written down.", reason=error.reason
        )
        return Done(SEND, "warn", gettext("It was not delivered."), f"{not_taken} {gettext(COPY)}")
    return _write_attempt(asker, heard, letter)


def _write_attempt(asker: Asker, heard: Heard, letter: Letter) -> Done:
    tool = services()
    # What is kept is kept in English, whatever language the page was read in.
    text = f"Sent: {letter.subject}. The mail server took it; that it was read is not known."
    day = Moment(asker.now, tool.settings.zone).today
    entry = Entry(Step.ATTEMPT, heard.by.moodle_user_id, channel=heard.channel, text=text, day=day)
    assert heard.case is not None  # noqa: S101 (for the type checker: without a case a step is missing)
    try:
        with writing(tool.sessions) as db:
            key = case_key(tool.settings.secret_key)
            write_step(db, key, heard.case, entry, heard.by, asker.now)
    except (StepRefused, CaseRefused) as error:
        told = gettext(
            "It is not written down in the case, which has changed meanwhile ({why}). Write it down there.", why=error
        )
        return Done(SEND, "warn", gettext(SENT), told)
    told = gettext(
        "The attempt is written down in your name. If it comes back undelivered, write that down on the case page."
    )
    return Done(SEND, "good", gettext(SENT), told)
