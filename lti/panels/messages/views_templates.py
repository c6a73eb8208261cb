"""Answer a school's engagement lead about message templates: read, write with the tone check, preview, take away."""

from flask import render_template, request

from analytics.language import gettext, mark
from analytics.policy.letter_language import find_letter_language
from analytics.policy.tone import FIELDS, SAMPLE, check_template, fill_in
from bridge.store.message_templates import (
    BODY_LIMIT,
    TemplateRefused,
    delete_template,
    find_template,
    load_templates,
    save_template,
)
from lti.changes import Changing, Done, once, refused, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.language import speaking_in
from lti.panels.messages.words import (
    EXAMPLE_BODY,
    EXAMPLE_SUBJECT,
    clean_lines,
    list_findings,
    list_templates,
)
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

SAVE, DELETE = "template-save", "template-delete"
"""The changes there are; each form's token is made for one of them and for one school."""
NOT_KEPT, UNCHANGED = mark("The template was not kept."), mark("Nothing was changed.")


def templates_panel(asked: GuardedRequest) -> str:
    """Answer with the school's templates and one of them to read or change; nobody is named."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    if asked.subject.school_id is None:
        raise NotFound
    school_id, moment = asked.subject.school_id, Moment(asked.now, services().settings.zone)
    templates = load_templates(asked.db, [school_id])
    name, subject, body = _find_text(asked, school_id, done, is_first=not templates)
    return render_template(
        "panels/messages/templates.html.jinja",
        page_token=asked.page_token,
        school_id=school_id,
        carried={"school": str(school_id)},
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        lines=list_templates(templates, moment),
        name=name,
        subject=subject,
        body=body,
        body_limit=BODY_LIMIT,
        preview=_preview(subject, body) if body else None,
        findings=list_findings(check_template(subject, body)) if body else (),
        fields=[(f"{{{field}}}", gettext(words)) for field, words in FIELDS.items()],
        once={change: once(asked.page_token, change, asked.now, str(school_id)) for change in (SAVE, DELETE)},
        done=done,
    )


def _preview(subject: str, body: str) -> tuple[str, str]:
    with speaking_in(find_letter_language(f"{subject}\n{body}")):
        facts = {name: gettext(fact) for name, fact in SAMPLE.items()}
    return fill_in(subject, facts), fill_in(body, facts)


def _find_text(asked: GuardedRequest, school_id: int, done: Done | None, *, is_first: bool) -> tuple[str, str, str]:
    """Return name, subject and body for the form: as sent, of the template that was opened, or an example."""
    if request.form.get("body"):
        return _read()
    opened = find_template(asked.db, school_id, _form_id()) if done is None else None
    if opened is not None:
        return opened.name, opened.subject, opened.body
    return (gettext("First message"), EXAMPLE_SUBJECT, EXAMPLE_BODY) if is_first else ("", "", "")


def _read() -> tuple[str, str, str]:
    name, subject = request.form.get("name", ""), request.form.get("subject", "")
    body = clean_lines(request.form.get("body", ""))
    return clean(name) if name.strip() else "", clean(subject) if subject.strip() else "", body


def _form_id() -> int:
    given = request.form.get("template", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else 0


def _save(asked: Changing) -> Done:
    name, subject, body = _read()
    who = clean(asked.launch.display_name)
    try:
        found = save_template(asked.db, int(asked.object), name, (subject, body), saved_by=who, now=asked.now)
    except TemplateRefused as error:
        return refused(SAVE, gettext(NOT_KEPT), str(error))
    if found:
        text = gettext("Read what the tone check says about it below.")
        return Done(f"{SAVE}: {name}", "warn", gettext("The template is kept."), text)
    text = gettext("It is offered where a message is written.")
    return Done(f"{SAVE}: {name}", "good", gettext("The template is kept."), text)


def _delete(asked: Changing) -> Done:
    if not delete_template(asked.db, int(asked.object), _form_id()):
        return refused(DELETE, gettext("There is no such template any more."), gettext(UNCHANGED))
    text = gettext("Messages stay as they were sent.")
    return Done(f"{DELETE}: template {_form_id()}", "good", gettext("The template is gone."), text)


CHANGES = (
    simple_change(SAVE, _save, _show, "school"),
    simple_change(DELETE, _delete, _show, "school"),
)
