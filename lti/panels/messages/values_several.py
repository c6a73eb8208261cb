"""Prepare one message to several learners: who can be written to now, and each one's own letter to read or leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from analytics.language import gettext, ngettext
from analytics.policy.casework import Step, next_rung
from bridge.store.addressees import Addressee
from bridge.store.message_templates import BODY_LIMIT, Template
from lti.panels.cases.step_forms import find_first
from lti.panels.cases.step_words import say_rung
from lti.panels.cases.values_work import Waiting
from lti.panels.messages.contacting import BY_MAIL
from lti.panels.messages.values_message import Choice, Letter, list_reasons, pick_chosen, write_letter
from lti.panels.messages.words import FindingLine, list_findings
from lti.panels.words import clean

MOST_AT_ONCE = 10
"""Learners of one page and of one sending: as many letters as somebody reads before they are sent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One learner's part of the page."""

    person_id: int
    name: str
    way: str
    """The next way of contact."""
    is_chosen: bool
    reasons: tuple[Choice, ...]
    letter: Letter | None
    """None: not filled in, or left out."""
    findings: tuple[FindingLine, ...]
    digest: str
    """Of the letter and of the steps of the case, so that what is sent is what was read; empty: there is none."""
    after: int
    """Steps of the case."""
    problem: str
    """Why there is no letter although the learner is chosen; empty: nothing stands against it."""


def find_addressees(first: Sequence[Waiting], today: date) -> tuple[Waiting, ...]:
    """Find whom an e-mail comes next to, in the order of the list: discussed, decided, and not paused. Nobody: ()."""
    return tuple(one for one in first if _is_next_by_mail(one, today))


def say_several(found: Sequence[Waiting]) -> str:
    """Name the way to the page of one message to several; empty where there are fewer than two to write to."""
    if len(found) < 2:
        return ""
    return ngettext("Write to {number} learner at once", "Write to {number} learners at once", len(found))


def make_draft(
    one: Waiting,
    addressee: Addressee,
    template: Template | None,
    services: Sequence[Choice],
    sender: str,
    sent: Mapping[str, str],
) -> Draft:
    """Make one learner's part; `template` None: nothing was asked to be filled in yet."""
    is_new = "wish" not in sent
    is_chosen = is_new or f"to-{addressee.person_id}" in sent
    reasons = list_reasons(one.concerns, sent, is_new=is_new or f"known-{addressee.person_id}" not in sent)
    problem = letter = None
    if template is not None and is_chosen:
        if template.school_id == addressee.school_id:
            letter = write_letter(template, addressee, pick_chosen(one.concerns, reasons), services, sender)
        else:
            problem = gettext("The template is another school’s. Choose one of {school}.", school=addressee.school_name)
    channel = next_rung(one.entries)
    return Draft(
        person_id=addressee.person_id,
        name=clean(addressee.full_name),
        way="" if channel is None else say_rung(channel),
        is_chosen=is_chosen,
        reasons=reasons,
        letter=letter,
        findings=list_findings(letter.findings) if letter else (),
        digest=digest_of(letter, len(one.entries)) if letter else "",
        after=len(one.entries),
        problem=problem or "",
    )


def digest_of(letter: Letter, after: int) -> str:
    """Return a digest of a letter as it was shown, after so many steps of the case."""
    return sha256(f"{after}\n{letter.subject}\n\n{letter.body}".encode()).hexdigest()


def find_problem(drafts: Sequence[Draft], sent: Mapping[str, str]) -> str:
    """Say what keeps the letters of some drafts from being sent; empty: nothing."""
    letters = [one for one in drafts if one.letter is not None]
    if not letters or len(letters) < sum(one.is_chosen for one in drafts):
        return gettext("Choose who is written to, and a template of their school.")
    if any(one.digest != sent.get(f"as-{one.person_id}") for one in letters):
        return gettext("A message is not what you have read: read it again below, then send it.")
    if any(one.letter.is_refused or len(one.letter.body) > BODY_LIMIT for one in letters if one.letter):
        return gettext("A message lacks something, or is too long: see below.")
    if any(one.findings for one in letters) and sent.get("sure") != "yes":
        return gettext("The tone check warns of something. Leave it out, or tick that you send it as it stands.")
    return ""


def _is_next_by_mail(one: Waiting, today: date) -> bool:
    is_paused = one.paused_until is not None and one.paused_until >= today
    if one.case is None or one.hand_overs or is_paused or next_rung(one.entries) not in BY_MAIL:
        return False
    return find_first(one.entries, one.situation, today) is Step.ATTEMPT
