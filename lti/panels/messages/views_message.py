"""Answer with the page on which somebody writes to one learner: preview, copy, or send in their own name.

Nothing is sent by itself. Who may not get in touch yet is told which step is missing, and sees no contact detail.
"""

from flask import render_template, request

from analytics.language import gettext
from bridge.mail_address import is_address
from bridge.store.message_templates import BODY_LIMIT, find_template, load_templates
from bridge.store.support_services import load_services
from bridge.store.worklist import load_concerns, load_paused
from lti.changes import Change, Changing, Done, once
from lti.errors import NotFound, StepMissing
from lti.guard import Asker, GuardedRequest, View
from lti.panels.cases.notices import make_pause_notice
from lti.panels.messages.contacting import BY_MAIL, Heard, ask_contact, form_number
from lti.panels.messages.sending import CHANGED, COPY, NOT_SENT, SEND, SENT, send_letter
from lti.panels.messages.values_message import (
    CHANNEL_WORDS,
    Letter,
    list_reasons,
    list_services,
    list_ways,
    pick_chosen,
    write_letter,
)
from lti.panels.messages.words import clean_lines, list_findings
from lti.panels.outlook import Notice
from lti.panels.words import Moment, clean, instant
from lti.services import services


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
    concerns = load_concerns(asked.db, [addressee.person_id])
    reasons = list_reasons(concerns, sent, is_new="wish" not in sent)
    offered = list_services(load_services(asked.db, asked.platform_id, (addressee.school_id,)), sent)
    template = find_template(asked.db, addressee.school_id, form_number("template"))
    letter = _read_letter() if sent.get("wish") in ("check", "send") else None
    if template is not None and sent.get("wish") == "fill":
        letter = write_letter(template, addressee, pick_chosen(concerns, reasons), offered, clean(asked.display_name))
    return render_template(
        "panels/messages/message.html.jinja",
        page_token=asked.page_token,
        carried={},
        person=clean(addressee.full_name),
        person_id=addressee.person_id,
        after=heard.after,
        printed=instant(moment.now, moment),
        way=gettext(CHANNEL_WORDS[heard.channel]),
        ways=list_ways(heard),
        templates=[(one.template_id, clean(one.name), one == template) for one in templates],
        reasons=reasons,
        services=offered,
        letter=letter,
        body_limit=BODY_LIMIT,
        findings=list_findings(letter.findings) if letter else (),
        can_send=_can_send(heard) and (done is None or done.strong != gettext(SENT)),
        is_mail=heard.channel in BY_MAIL,
        address=clean(heard.address) if heard.address else "",
        reply_to=clean(sent["reply_to"]) if sent.get("reply_to", "").strip() else "",
        pause=_find_pause(asked, addressee.person_id, moment),
        once={SEND: once(asked.page_token, SEND, asked.now, str(addressee.person_id))},
        done=done,
    )


def _find_pause(asked: GuardedRequest, person_id: int, moment: Moment) -> Notice | None:
    paused_until = load_paused(asked.db, [person_id], moment.today).get(person_id)
    return None if paused_until is None else make_pause_notice(paused_until)


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
        return Done(f"{SEND}: refused", "warn", gettext(NOT_SENT), problem)
    return Done(f"{SEND}: by {heard.channel}", "good", "", "")


def _find_problem(heard: Heard, letter: Letter) -> str:
    if services().settings.mail_server is None:
        return " ".join((gettext("No mail server is set for this tool."), gettext(COPY)))
    if request.form.get("after", str(heard.after)) != str(heard.after):
        return gettext(CHANGED)
    if not heard.address:
        return gettext("Moodle gives no address for this way of contact.")
    if letter.is_refused or len(letter.body) > BODY_LIMIT:
        return gettext("The message lacks something, or is too long: see below.")
    if letter.findings and request.form.get("sure") != "yes":
        return gettext("The tone check warns of something. Change it, or tick that you send it as it stands.")
    if not is_address(request.form.get("reply_to", "").strip()):
        return gettext("Give your own e-mail address, so that an answer reaches you.")
    return ""


def _follow(asker: Asker, done: Done, heard: Heard) -> View:
    """Send the message now that the form is used up, so that it goes once; then write the attempt down."""
    reply_to = request.form.get("reply_to", "").strip()
    told = send_letter(asker, heard, _read_letter(), reply_to) if done.kind == "good" else done

    def show(asked: GuardedRequest) -> str:
        return _show(asked, heard, told)

    return show


SEND_MESSAGE = Change(SEND, ask_contact, _check, _follow, "learner")
