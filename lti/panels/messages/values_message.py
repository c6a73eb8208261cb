"""Prepare the page on which a message to one learner is written: facts to choose from, the text, what the tone says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.language import gettext, mark
from analytics.policy.casework import LADDER, Channel
from analytics.policy.letter_language import find_letter_language
from analytics.policy.tone import Finding, check_tone, fill_in
from analytics.retell import retell
from bridge.store.addressees import Addressee
from bridge.store.message_templates import SUBJECT_LIMIT, Template
from bridge.store.support_services import Service
from bridge.store.worklist import ListedConcern
from lti.language import speaking_in
from lti.panels.messages.contacting import Heard
from lti.panels.messages.words import clean_lines
from lti.panels.words import capital, clean, clean_whole

# What is filled into a letter is said in the letter's language: its reader is the learner.
WAYS_BACK = mark("Please reply to this message, or tell me when and how we could talk.")
NO_SERVICE = mark("Your Engagement pages list the support services under “Where to find support”.")
CHANNEL_WORDS = {
    Channel.UNIVERSITY_EMAIL: mark("university e-mail"),
    Channel.PERSONAL_EMAIL: mark("personal e-mail"),
    Channel.PHONE: mark("telephone"),
    Channel.OTHER_EVIDENCE: mark("a look for other digital evidence"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One tick of the form."""

    field: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it stands in the form."""

    subject: str
    body: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Say what the tone check finds."""
        return check_tone(self.subject, self.body)

    @property
    def is_refused(self) -> bool:
        """Say whether a part is missing without which nothing is sent."""
        return any(one.is_refused for one in self.findings) or not self.subject or len(self.subject) > SUBJECT_LIMIT


def list_reasons(concerns: Sequence[ListedConcern], sent: Mapping[str, str], *, is_new: bool) -> tuple[Choice, ...]:
    """Return what was seen, course by course, each to be left out; all are chosen on a new page. Empty: no concern."""
    return tuple(
        Choice(f"reason-{one.concern_id}", say_reason(one), is_new or f"reason-{one.concern_id}" in sent)
        for one in concerns
    )


def say_reason(concern: ListedConcern) -> str:
    """Say what was seen in one course, as the learner reads it on their own page."""
    kept = str(concern.evidence.get("sentence") or "")
    said = clean_whole(retell(kept)) if kept else gettext("we have seen less evidence of engagement than usual.")
    course = clean(concern.course_name)
    return gettext("In {course}, up to week {week}: {sentence}", course=course, week=concern.week_no, sentence=said)


def list_services(services: Sequence[Service], sent: Mapping[str, str]) -> tuple[Choice, ...]:
    """Return the directory to choose from. Empty: it has no entry."""
    return tuple(
        Choice(f"service-{one.service_id}", _say_service(one), f"service-{one.service_id}" in sent) for one in services
    )


def pick_chosen(concerns: Sequence[ListedConcern], reasons: Sequence[Choice]) -> tuple[ListedConcern, ...]:
    """Return the concerns of which the form's choice says that they go into the letter."""
    return tuple(one for one, choice in zip(concerns, reasons, strict=True) if choice.is_chosen)


def write_letter(
    template: Template, addressee: Addressee, seen: Sequence[ListedConcern], services: Sequence[Choice], sender: str
) -> Letter:
    """Fill a template in with the chosen facts of one learner, in its language; what was left out is not in it."""
    with speaking_in(find_letter_language(f"{template.subject}\n{template.body}")):
        return _write(template, addressee, seen, services, sender)


def _write(
    template: Template, addressee: Addressee, seen: Sequence[ListedConcern], services: Sequence[Choice], sender: str
) -> Letter:
    said = " ".join(say_reason(one) for one in seen)
    support = [f"- {one.text}" for one in services if one.is_chosen]
    facts = {
        "name": clean(addressee.given_name or addressee.full_name),
        "reason": gettext("This is what we have seen: {reasons}", reasons=said) if seen else "",
        "support": "\n".join(support) or gettext(NO_SERVICE),
        "ways_back": gettext(WAYS_BACK),
        "school": clean(addressee.school_name),
        "sender": sender,
    }
    return Letter(clean(fill_in(template.subject, facts)), clean_lines(fill_in(template.body, facts)))


def list_ways(heard: Heard) -> tuple[tuple[str, str], ...]:
    """Return the ways of contact with what Moodle says, the next one marked. Empty: Moodle said nothing."""
    contact = heard.contact
    if contact is None:
        return ()
    known = {
        Channel.UNIVERSITY_EMAIL: contact.email,
        Channel.PERSONAL_EMAIL: contact.personal_email,
        Channel.PHONE: ", ".join(contact.phones),
    }
    return tuple(
        (_name_way(channel, heard), clean(known[channel]) if known[channel] else gettext("not in Moodle’s profile"))
        for channel in LADDER
        if channel in known
    )


def _name_way(channel: Channel, heard: Heard) -> str:
    way = capital(gettext(CHANNEL_WORDS[channel]))
    return gettext("{way} (next)", way=way) if channel is heard.channel else way


def _say_service(service: Service) -> str:
    how = " ".join(clean_lines(service.how).split())
    return f"{clean(service.name)} ({clean(service.need)}): {how}{f' {service.url}' if service.url else ''}"
