"""Read and write a school's message templates (table message_template); none is kept that the tone check refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analytics.language import gettext, mark, numeral
from analytics.policy.tone import Finding, check_template
from bridge.errors import BridgeError
from bridge.schema.casework import MessageTemplate
from bridge.schema.records import School

NAME_LIMIT, SUBJECT_LIMIT, BODY_LIMIT = 100, 200, 10_000
MOST = 50
"""Templates of one school: more than anybody chooses from."""
NAME_WORDS = (mark("The name is missing."), mark("The name is longer than {most} characters."))
SUBJECT_WORDS = (mark("The subject is missing."), mark("The subject is longer than {most} characters."))
TEXT_WORDS = (mark("The text is missing."), mark("The text is longer than {most} characters."))


class TemplateRefused(BridgeError):
    """A template was not kept; nothing was changed."""

    code = "template-refused"
    next_step = "Change the text and keep it again."


@dataclass(frozen=True, slots=True)
class Template:
    """One message template."""

    template_id: int
    school_id: int
    name: str
    subject: str
    body: str
    saved_by: str
    saved_at: datetime


def load_templates(db: Session, school_ids: Sequence[int]) -> tuple[Template, ...]:
    """Return the templates of schools, by name. Empty: they have none yet."""
    rows = db.scalars(
        select(MessageTemplate)
        .where(MessageTemplate.school_id.in_(school_ids))
        .order_by(MessageTemplate.name, MessageTemplate.id)
    )
    return tuple(map(_make, rows))


def find_template(db: Session, school_id: int, template_id: int) -> Template | None:
    """Return one template of a school; None: it has no such one."""
    row = db.get(MessageTemplate, template_id)
    return None if row is None or row.school_id != school_id else _make(row)


def save_template(
    db: Session, school_id: int, name: str, text: tuple[str, str], *, saved_by: str, now: datetime
) -> tuple[Finding, ...]:
    """Keep a template, in place of the school's one with this name; return what the tone check warns of.

    `text`: subject and body, in which the fields of `analytics.policy.tone.FIELDS` are filled in later.

    Raises:
        TemplateRefused: a part is missing or too long, it names no reason, support or way back, or the school has
            too many.
    """
    subject, body = text
    _check_size(name, subject, body)
    found = check_template(subject, body)
    refused = [f"{one.advice}{f' ({one.words})' if one.words else ''}" for one in found if one.is_refused]
    if refused:
        raise TemplateRefused(" ".join(refused))
    where = (MessageTemplate.school_id == school_id, MessageTemplate.name == name)
    row = db.scalars(select(MessageTemplate).where(*where)).one_or_none()
    if row is None:
        if len(load_templates(db, [school_id])) >= MOST:
            said = gettext("The school has {most} templates already, the most there may be.", most=MOST)
            raise TemplateRefused(said)
        platform_id = db.scalars(select(School.platform_id).where(School.id == school_id)).one()
        row = MessageTemplate(platform_id=platform_id, school_id=school_id, name=name)
        db.add(row)
    row.subject, row.body, row.saved_by, row.saved_at = subject, body, saved_by, now
    db.flush()
    return found


def delete_template(db: Session, school_id: int, template_id: int) -> bool:
    """Take a template of a school away; False: it has no such one."""
    if find_template(db, school_id, template_id) is None:
        return False
    db.execute(delete(MessageTemplate).where(MessageTemplate.id == template_id))
    return True


def _check_size(name: str, subject: str, body: str) -> None:
    for (missing, too_long), text, limit in (
        (NAME_WORDS, name, NAME_LIMIT),
        (SUBJECT_WORDS, subject, SUBJECT_LIMIT),
        (TEXT_WORDS, body, BODY_LIMIT),
    ):
        if not text.strip():
            raise TemplateRefused(gettext(missing))
        if len(text) > limit:
            raise TemplateRefused(gettext(too_long, most=numeral(limit)))
    if "\n" in subject or "\r" in subject:
        raise TemplateRefused(gettext("The subject is more than one line."))


def _make(row: MessageTemplate) -> Template:
    return Template(row.id, row.school_id, row.name, row.subject, row.body, row.saved_by, row.saved_at)
