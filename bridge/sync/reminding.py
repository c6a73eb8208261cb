"""The nightly step that reminds a school by mail, once, of what it did not acknowledge in time (paragraph 27)."""

from collections.abc import Sequence
from itertools import groupby

from bridge.mail import MailFailed, send_mail
from bridge.store.database import reading, writing
from bridge.store.reminders import Due, Overdue, load_overdue, mark_reminded
from bridge.sync.context import Sync
from bridge.sync.report import Tally

WORDS = {
    Due.COMPLAINT: (
        "query or complaint of a learner",
        "queries and complaints of learners",
        "The school's learner engagement lead acknowledges each: Engagement, My school, Queries and complaints.",
    ),
    Due.HAND_OVER: (
        "alert from another school",
        "alerts from other schools",
        "The school's advisers and support officers acknowledge each: Engagement, What to do first.",
    ),
}
"""What is due → one of them, several, and who acknowledges it where."""


def remind_schools(sync: Sync, tally: Tally) -> None:
    """Send each school one message about all that it did not acknowledge by its day, and mark what it was about.

    It goes to the school's mailbox, or to the data-protection contact where the school has none. Without a mail server
    nothing is sent or marked. What a server does not take is tried again the next night.
    """
    server = sync.settings.mail_server
    if server is None:
        return
    with reading(sync.sessions) as db:
        found = load_overdue(db, sync.platform_id, sync.today)
    for _, items in groupby(found, key=lambda one: one.school_id):
        _remind_one(sync, tally, tuple(items))


def _remind_one(sync: Sync, tally: Tally, items: Sequence[Overdue]) -> None:
    server, settings, school = sync.settings.mail_server, sync.settings, items[0].school_name
    assert server is not None  # noqa: S101 (narrowing for the type checker: the caller looked)
    subject = f"Engagement tool: {_count(len(items), 'matter waits', 'matters wait')} in {school}"
    to = items[0].mailbox or settings.alert_email
    try:
        send_mail(server, to, subject, write_reminder(items, settings.public_url), egress=settings.egress)
    except MailFailed as error:
        tally.fail(error)
        return
    with writing(sync.sessions) as db:
        mark_reminded(db, items, sync.now())
    tally.notes.append(f"{school} was reminded of {len(items)} overdue: it had not acknowledged them in time")


def write_reminder(items: Sequence[Overdue], public_url: str) -> str:
    """Write the message about one school's overdue matters: how many, since when, who does what; nobody by name."""
    lines = ["These were to be acknowledged, and their day has passed. No learner is named here.", ""]
    for kind, found in groupby(items, key=lambda one: one.kind):
        due = [one.due_on for one in found]
        one, several, step = WORDS[kind]
        days = f"due by {min(due):%d %B %Y}" if len(due) == 1 else f"the first due by {min(due):%d %B %Y}"
        lines += [f"- {_count(len(due), one, several)}, {days}.", f"  {step}", ""]
    lines += ["Learners read on their own pages that it is late. You are not reminded of the same ones again.", ""]
    return "\n".join([*lines, f"Tool: {public_url}"]) + "\n"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
