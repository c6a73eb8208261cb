"""Answer with the page on which somebody writes to one learner: preview, copy, or send in their own name.

Nothing is sent by itself. Who may not get in touch yet is told which step is missing, and sees no contact detail.
"""

from flask import g, render_template, request

from analytics.policy.casework import Entry, Step, StepRefused
from bridge.mail import MailFailed, is_address, send_mail
from bridge.store.case_chain import case_key
from bridge.store.cases import CaseRefused, write_step
from bridge.store.database import writing
from bridge.store.message_templates import BODY_LIMIT, find_template, load_templates
from bridge.store.support_services import load_services
from bridge.store.worklist import load_concerns
from lti.changes import Change, Changing, Done, once
from lti.errors import NotFound, StepMissing
from lti.guard import Asker, GuardedRequest, View
from lti.panels.messages.contacting import BY_MAIL, Heard, ask_contact, form_number
from lti.panels.messages.values_message import (
    CHANNEL_WORDS,
    Letter,
    list_reasons,
    list_services,
    list_ways,
    write_letter,
)
from lti.panels.messages.words import clean_lines, list_findings
from lti.panels.words import Moment, clean, instant
from lti.services import services

SEND = "message-send"
SENT, NOT_SENT = "The message was sent.", "Nothing was sent."
COPY = "Copy the text into your own mail, then write the attempt down on the case page."


def message_panel(asked: GuardedRequest, heard: Heard) -> str:
    """Answer with the page of the learner who was decided upon.

    Raises:
        NotFound: nobody whom the viewer works with.
        StepMissing: nobody may get in touch with them yet.
    """
    return _show(asked, heard)


def _show(asked: GuardedRequest, heard: Heard, done: Done | None = None) -> str:
    addressee = heard.addressee
    if addressee is None or asked.subject.person_id != addressee.person_id:
        raise NotFound
    if heard.missing and done is None:
        raise StepMissing(found=heard.missing)
    sent, moment = request.form.to_dict(), Moment(asked.now, services().settings.zone)
    templates = load_templates(asked.db, [addressee.school_id])
    reasons = list_reasons(load_concerns(asked.db, [addressee.person_id]), sent, is_new="wish" not in sent)
    offered = list_services(load_services(asked.db, asked.platform_id, (addressee.school_id,)), sent)
    template = find_template(asked.db, addressee.school_id, form_number("template"))
    letter = _read_letter() if sent.get("wish") in ("check", "send") else None
    if template is not None and sent.get("wish") == "fill":
        letter = write_letter(template, addressee, reasons, offered, clean(asked.display_name))
    return render_template(
        "panels/messages/message.html.jinja",
        page_token=asked.page_token,
        carried={},
        person=clean(addressee.full_name),
        person_id=addressee.person_id,
        printed=instant(moment.now, moment),
        way=CHANNEL_WORDS[heard.channel],
        ways=list_ways(heard),
        templates=[(one.template_id, clean(one.name), one == template) for one in templates],
        reasons=reasons,
        services=offered,
        letter=letter,
        body_limit=BODY_LIMIT,
        findings=list_findings(letter.findings) if letter else (),
        can_send=_can_send(heard) and (done is None or done.strong != SENT),
        is_mail=heard.channel in BY_MAIL,
        address=clean(heard.address) if heard.address else "",
        reply_to=clean(sent["reply_to"]) if sent.get("reply_to", "").strip() else "",
        once={SEND: once(asked.page_token, SEND, asked.now, str(addressee.person_id))},
        done=done,
    )


def _can_send(heard: Heard) -> bool:
    return bool(heard.address) and services().settings.mail_server is not None


def _read_letter() -> Letter:
    subject, body = request.form.get("subject", ""), request.form.get("body", "")
    return Letter(clean(subject) if subject.strip() else "", clean_lines(body[: BODY_LIMIT + 1]))


def _check(_asked: Changing, heard: Heard) -> Done:
    """Say whether the message may be sent; it goes when this is committed.

    Raises:
        NotFound: nobody can be written to.
        StepMissing: nobody may get in touch with them yet.
    """
    if heard.addressee is None:
        raise NotFound
    if heard.missing:
        raise StepMissing(found=heard.missing)
    problem = _find_problem(heard, _read_letter())
    if problem:
        return Done(f"{SEND}: refused", "warn", NOT_SENT, problem)
    return Done(f"{SEND}: by {heard.channel}", "good", "", "")


def _find_problem(heard: Heard, letter: Letter) -> str:
    if services().settings.mail_server is None:
        return f"No mail server is set for this tool. {COPY}"
    if not heard.address:
        return "Moodle gives no address for this way of contact."
    if letter.is_refused or len(letter.body) > BODY_LIMIT:
        return "The message lacks something, or is too long: see below."
    if letter.findings and request.form.get("sure") != "yes":
        return "The tone check warns of something. Change it, or tick that you send it as it stands."
    if not is_address(request.form.get("reply_to", "").strip()):
        return "Give your own e-mail address, so that an answer reaches you."
    return ""


def _follow(asker: Asker, done: Done, heard: Heard) -> View:
    """Send the message now that the form is used up, so that it goes once; then write the attempt down."""
    told = _send(asker, heard) if done.kind == "good" else done

    def show(asked: GuardedRequest) -> str:
        return _show(asked, heard, told)

    return show


def _send(asker: Asker, heard: Heard) -> Done:
    tool, letter = services(), _read_letter()
    server = tool.settings.mail_server
    assert server is not None  # noqa: S101 (for the type checker: `_check` found one)
    try:
        send_mail(
            server,
            heard.address,
            letter.subject,
            letter.body,
            egress=tool.settings.egress,
            reply_to=request.form.get("reply_to", "").strip(),
            sender_name=heard.by.name,
        )
    except MailFailed as error:
        tool.log.warning("message not sent", code=error.code, reason=error.reason, request_id=g.request_id)
        text = f"The mail server did not take it ({error.reason}). No attempt was written down. {COPY}"
        return Done(SEND, "warn", "It was not delivered.", text)
    return _write_attempt(asker, heard, letter)


def _write_attempt(asker: Asker, heard: Heard, letter: Letter) -> Done:
    tool = services()
    text = f"Sent: {letter.subject}. The mail server took it; that it was read is not known."
    day = Moment(asker.now, tool.settings.zone).today
    entry = Entry(Step.ATTEMPT, heard.by.moodle_user_id, channel=heard.channel, text=text, day=day)
    assert heard.case is not None  # noqa: S101 (for the type checker: without a case a step is missing)
    try:
        with writing(tool.sessions) as db:
            key = case_key(tool.settings.secret_key)
            write_step(db, key, heard.case, entry, heard.by, asker.now)
    except (StepRefused, CaseRefused) as error:
        told = f"It is not written down in the case, which has changed meanwhile ({error}). Write it down there."
        return Done(SEND, "warn", SENT, told)
    told = "The attempt is written down in your name. If it comes back undelivered, write that down on the case page."
    return Done(SEND, "good", SENT, told)


SEND_MESSAGE = Change(SEND, ask_contact, _check, _follow, "learner")
