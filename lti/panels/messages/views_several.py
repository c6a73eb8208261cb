"""Answer with one message to several learners: each one's own letter to read, leave out, and send in one's own name.

Nothing is sent by itself, and nothing that was not read: each letter carries a digest of what was shown.
"""

from dataclasses import dataclass

from flask import g, render_template, request
from sqlalchemy.orm import Session

from analytics.language import gettext
from analytics.policy.access import Action, Viewer, decide
from bridge.mail_address import is_address
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.addressees import find_addressee
from bridge.store.database import reading
from bridge.store.message_templates import load_templates
from bridge.store.people_of_staff import load_staff_learners, load_staff_subject
from bridge.store.support_services import load_services
from lti.changes import Change, Changing, Done, once
from lti.errors import NotFound
from lti.guard import Asker, GuardedRequest, View
from lti.panels.cases.waiting import load_waiting
from lti.panels.messages.contacting import Heard, ask_about, form_number
from lti.panels.messages.sending import CHANGED, COPY, NOT_SENT, send_letter
from lti.panels.messages.values_message import Choice, list_services
from lti.panels.messages.values_several import MOST_AT_ONCE, Draft, find_addressees, find_problem, make_draft
from lti.panels.values_people import Known
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

SEND = "people-message-send"
"""The change there is; a form's token is made for nobody in particular."""


@dataclass(frozen=True, slots=True)
class Several:
    """What is known before several messages are sent: what was read, and how each can be reached."""

    letters: tuple[tuple[Draft, Heard], ...]
    problem: str
    """What keeps all of them from being sent; empty: nothing."""


@dataclass(frozen=True, slots=True)
class _Page:
    """The learners who can be written to now, and what there is to choose from."""

    drafts: tuple[Draft, ...]
    reasons: tuple[object, ...]
    rest: int
    templates: tuple[tuple[int, str, bool], ...]
    services: tuple[Choice, ...]


def several_panel(asked: GuardedRequest) -> str:
    """Answer with the page; each learner on it is decided upon and leaves a row."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None, told: tuple[tuple[str, Done], ...] = ()) -> str:
    moment = Moment(asked.now, services().settings.zone)
    page = _load(asked.db, asked.platform_id, asked.viewer, asked.display_name, moment)
    people = zip(page.drafts, page.reasons, strict=True)
    g.people_shown = tuple((one.person_id, reason) for one, reason in people)
    is_filled = any(one.letter for one in page.drafts)
    return render_template(
        "panels/messages/several.html.jinja",
        page_token=asked.page_token,
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        drafts=page.drafts,
        rest=page.rest,
        templates=page.templates,
        services=page.services,
        is_filled=is_filled,
        has_findings=any(one.findings for one in page.drafts),
        can_send=is_filled and services().settings.mail_server is not None,
        reply_to=clean(request.form["reply_to"]) if request.form.get("reply_to", "").strip() else "",
        once={SEND: once(asked.page_token, SEND, asked.now)},
        done=done,
        told=told,
    )


def _load(db: Session, platform_id: int, viewer: Viewer, sender: str, moment: Moment) -> _Page:
    """Read whom an e-mail comes next to, decide upon each, and fill in what was asked for."""
    sent = request.form.to_dict()
    learners = load_staff_learners(db, platform_id, viewer.relationships, moment.now)
    decided = [(one, decide(viewer, Action.CASE_CHANGE, one.subject)) for one in learners]
    known = [Known(one, decision.reason) for one, decision in decided if decision.is_allowed]
    found = find_addressees(load_waiting(db, known, moment).first, moment.today)
    people = [(one, find_addressee(db, platform_id, one.known.learner.person_id)) for one in found[:MOST_AT_ONCE]]
    listed = [(one, addressee) for one, addressee in people if addressee is not None]
    school_ids = tuple({addressee.school_id for _, addressee in listed})
    templates = load_templates(db, school_ids)
    chosen = next((one for one in templates if one.template_id == form_number("template")), None)
    offered = list_services(load_services(db, platform_id, school_ids), sent)
    filled = chosen if sent.get("wish") in ("fill", "send") else None
    drafts = tuple(make_draft(one, addressee, filled, offered, clean(sender), sent) for one, addressee in listed)
    return _Page(
        drafts=drafts,
        reasons=tuple(one.known.reason for one, _ in listed),
        rest=len(found) - len(listed),
        templates=tuple((one.template_id, clean(one.name), one == chosen) for one in templates),
        services=offered,
    )


def _ask(asker: Asker) -> Several:
    """Fill the letters in once more and ask Moodle about each chosen learner; the caller holds no transaction."""
    moment = Moment(asker.now, services().settings.zone)
    with reading(services().sessions) as db:
        page = _load(db, asker.platform_id, asker.viewer, asker.display_name, moment)
    problem = _find_problem() or find_problem(page.drafts, request.form.to_dict())
    chosen = () if problem else tuple(one for one in page.drafts if one.letter is not None)
    return Several(tuple((one, ask_about(asker, one.person_id)) for one in chosen), problem)


def _find_problem() -> str:
    if services().settings.mail_server is None:
        return gettext("No mail server is set for this tool. Write to each learner from their case page.")
    if not is_address(request.form.get("reply_to", "").strip()):
        return gettext("Give your own e-mail address, so that an answer reaches you.")
    return ""


def _check(asked: Changing, heard: Several) -> Done:
    """Decide upon each learner once more and leave a row for each; the messages go when this is committed.

    Raises:
        NotFound: one of them is out of the viewer's reach by now.
    """
    if heard.problem:
        return Done(f"{SEND}: refused", "warn", gettext(NOT_SENT), heard.problem)
    for draft, _ in heard.letters:
        subject = load_staff_subject(asked.db, asked.platform_id, draft.person_id, asked.now)
        decision = decide(asked.viewer, Action.CASE_CHANGE, subject)
        if not decision.is_allowed:
            raise NotFound
        save_access(
            asked.db,
            AccessEntry(
                at=asked.now,
                platform_id=asked.platform_id,
                viewer_moodle_user_id=asked.launch.moodle_user_id,
                viewer_role=heard.letters[0][1].by.role,
                action=Action.CASE_CHANGE.value,
                moodle_course_id=asked.launch.moodle_course_id,
                subject_person_id=draft.person_id,
                is_allowed=True,
                reason=decision.reason.value,
                request_id=g.request_id,
                detail=SEND,
            ),
        )
    return Done(f"{SEND}: {len(heard.letters)}", "good", "", "")


def _follow(asker: Asker, done: Done, heard: Several) -> View:
    """Send each message now that the form is used up, so that each goes once; what was not sent is told by name."""
    told = tuple(_send(asker, *letter) for letter in heard.letters) if done.kind == "good" else ()

    def show(asked: GuardedRequest) -> str:
        return _show(asked, None if told else done, told)

    return show


def _send(asker: Asker, draft: Draft, heard: Heard) -> tuple[str, Done]:
    not_sent = gettext(NOT_SENT)
    if heard.after != draft.after:
        return draft.name, Done(SEND, "warn", not_sent, gettext(CHANGED))
    if heard.missing:
        return draft.name, Done(SEND, "warn", not_sent, heard.missing)
    if not heard.address or draft.letter is None:
        text = f"{gettext('Moodle gives no address for this way of contact.')} {gettext(COPY)}"
        return draft.name, Done(SEND, "warn", not_sent, text)
    return draft.name, send_letter(asker, heard, draft.letter, request.form.get("reply_to", "").strip())


SEND_SEVERAL = Change(SEND, _ask, _check, _follow)
