"""Tell by mail what is to be looked at, the data-protection contact or whoever runs the tool; the rest stays listed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bridge.config import Settings
from bridge.mail import send_mail
from bridge.store.access_log import AT_THE_SERVER
from bridge.store.alerts import AlertRecord, load_unsent_alerts, mark_alerts_sent
from bridge.store.database import Sessions, reading, writing
from bridge.sync.lease import give_lease_back, take_lease

LEASE = "alerts"
AT_ONCE = 50
"""Alerts in one message; more go with the next."""
OLDEST = timedelta(days=7)
"""What is older was there before mail was set up, or is known by now; it stays on the list."""


def mail_alerts(sessions: Sessions, settings: Settings, now: Callable[[], datetime], holder: str) -> int:
    """Send what was not sent yet, a message to each address, and mark it; return how many alerts.

    Without a mail server: 0.

    The message is sent before the mark is made: after a crash in between, it comes twice and is never lost.

    Raises:
        MailFailed: the mail server did not take it; nothing is marked.
        LeaseLost: another worker is sending just now.
    """
    if settings.mail_server is None:
        return 0
    held = take_lease(sessions, LEASE, holder, now())
    try:
        with reading(sessions) as db:
            found = load_unsent_alerts(db, now() - OLDEST, AT_ONCE)
        sources = [alert for alert in found if alert.is_about_a_source]
        people = [alert for alert in found if not alert.is_about_a_source]
        for to, alerts in (
            (settings.alert_email, people),
            (settings.operations_email or settings.alert_email, sources),
        ):
            if alerts:
                _send(sessions, settings, to, alerts, now())
        return len(found)
    finally:
        give_lease_back(sessions, held, now())


def _send(sessions: Sessions, settings: Settings, to: str, alerts: Sequence[AlertRecord], now: datetime) -> None:
    assert settings.mail_server is not None  # noqa: S101 (narrowing for the type checker: the caller looked)
    subject = "Engagement tool: 1 alert" if len(alerts) == 1 else f"Engagement tool: {len(alerts)} alerts"
    send_mail(settings.mail_server, to, subject, write_alerts(alerts, settings), egress=settings.egress)
    with writing(sessions) as db:
        mark_alerts_sent(db, [alert.alert_id for alert in alerts], now)


def write_alerts(alerts: Sequence[AlertRecord], settings: Settings) -> str:
    """Write the message: what happened, when and where; by Moodle's numbers, nobody by name."""
    lines = ["The engagement tool asks you to look at this. No learner is named here.", ""]
    for alert in alerts:
        at = alert.at.astimezone(settings.zone)
        by = _say_who(alert.viewer_moodle_user_id)
        lines += [f"{at:%d %B %Y, %H:%M}, {alert.platform_name}, {by} ({alert.kind}):", alert.detail, ""]
    lines += [f"Tool: {settings.public_url}", "On its server, `lea audit alerts` lists all of them, with names."]
    return "\n".join(lines) + "\n"


def _say_who(viewer_moodle_user_id: int | None) -> str:
    if viewer_moodle_user_id is None:
        return "noticed by the tool"
    return (
        "by a command on the server"
        if viewer_moodle_user_id == AT_THE_SERVER
        else f"by the person with Moodle's number {viewer_moodle_user_id}"
    )
