"""Find whether somebody may get in touch with a learner now, and ask Moodle how; what it says is kept nowhere."""

from dataclasses import dataclass, field

from flask import g, request

from analytics.policy.casework import LADDER, Channel, Entry, Missing, Step, find_missing, next_rung
from analytics.policy.relationships import Kind, Relationship
from bridge.errors import BridgeError
from bridge.log_records import MAX_ID
from bridge.mail_address import is_address
from bridge.records import Contact
from bridge.store.addressees import Addressee, find_addressee
from bridge.store.case_chain import Author
from bridge.store.cases import CaseRecord, find_open_case, load_entries, load_situation
from bridge.store.database import reading
from lti.guard import Asker
from lti.panels.cases.step_words import say_missing
from lti.panels.words import Moment, clean
from lti.services import services

BY_MAIL = (Channel.UNIVERSITY_EMAIL, Channel.PERSONAL_EMAIL)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known before a message is written: about whom, by which way, and what Moodle says."""

    addressee: Addressee | None
    case: CaseRecord | None
    channel: Channel
    """The next way of contact, in the policy's order."""
    missing: str
    """What has to be written down before anybody gets in touch; empty: nothing."""
    contact: Contact | None = field(repr=False)
    """None: Moodle was not asked, or did not answer."""
    by: Author
    """Who asks, and by what right."""
    after: int = 0
    """Steps of the case when it was read: what is sent goes after them, once."""

    @property
    def address(self) -> str:
        """Give the address that belongs to the next way of contact; empty where it is no mail, or none is known."""
        if self.contact is None or self.channel not in BY_MAIL:
            return ""
        is_own = self.channel is Channel.UNIVERSITY_EMAIL
        address = self.contact.email if is_own else self.contact.personal_email
        return address if is_address(address) else ""


def ask_contact(asker: Asker) -> Heard:
    """Read the case of the form's learner; see `ask_about`."""
    return ask_about(asker, form_number("learner"))


def ask_about(asker: Asker, person_id: int) -> Heard:
    """Read a learner's case and, when its steps allow to get in touch, ask Moodle; the caller holds no transaction.

    Whoever calls it has decided that the asker may change this learner's case.
    """
    with reading(services().sessions) as db:
        addressee = find_addressee(db, asker.platform_id, person_id)
        case = find_open_case(db, person_id)
        entries = () if case is None else tuple(one.entry for one in load_entries(db, case.case_id))
        channel = next_rung(entries) or LADDER[0]
        missing: Missing | None = Missing.DISCUSSION
        if case is not None:
            today = Moment(asker.now, services().settings.zone).today
            new = Entry(Step.ATTEMPT, asker.viewer.moodle_user_id, channel=channel, day=today)
            missing = find_missing(entries, new, load_situation(db, case))
    may_ask = missing is None and addressee is not None and channel is not Channel.OTHER_EVIDENCE
    contact = _ask(asker.platform_id, addressee) if may_ask and addressee is not None else None
    why = "" if missing is None else say_missing(missing)
    return Heard(addressee, case, channel, why, contact, _author(asker, person_id), len(entries))


def form_number(name: str) -> int:
    """Return a surrogate id from the form; 0, which is nobody's, for whatever is none."""
    given = request.form.get(name, "")
    is_number = given.isascii() and given.isdigit() and len(given) <= 19
    return int(given) if is_number and int(given) <= MAX_ID else 0


def _ask(platform_id: int, addressee: Addressee) -> Contact | None:
    tool = services()
    try:
        client = tool.moodle.client_for(platform_id)
        return client.contact(addressee.moodle_user_id, addressee.moodle_course_id)
    except BridgeError as error:
        tool.log.warning("contact not read", code=error.code, kind=type(error).__name__, request_id=g.request_id)
        return None


def _author(asker: Asker, person_id: int) -> Author:
    advises = Relationship(Kind.ADVISER, person_id) in asker.viewer.relationships
    role = Kind.ADVISER if advises else Kind.SUPPORT_OFFICER
    return Author(asker.viewer.moodle_user_id, clean(asker.display_name), role.value)
