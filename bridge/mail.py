"""Send mail through the institution's own mail server (RFC 5321; TLS as RFC 8314 asks): alerts, and what people send.

Nothing is sent to a learner but what a person wrote, looked at and sent in their own name.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr
from enum import StrEnum

from bridge.egress import LOOPBACK, Egress
from bridge.errors import BridgeError
from bridge.mail_address import ENCODED

TIMEOUT_SECONDS = 10.0


class Security(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a relay on this machine alone."""


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    security: Security
    sender: str
    port: int | None = None
    """None: the usual one of the protection."""
    user: str = ""
    """Empty: the server asks nobody to log in."""
    password: str = field(default="", repr=False)


class MailFailed(BridgeError):
    """A message was not taken; what it was about stays on its list."""

    code = "mail-failed"
    next_step = "Check the LEA_SMTP_ settings and the mail server. It is tried again in some minutes."

    def __init__(self, host: str, reason: str) -> None:
        self.host, self.reason = host, reason
        super().__init__(f"The mail server {host} did not take the message ({reason}). {self.next_step}")


def find_mail_problem(host: str, security: Security) -> str | None:
    """Say why mail cannot go this way; None: it can."""
    if security is Security.NONE and host not in LOOPBACK:
        return "may be none only for a mail server on this machine: alerts name who looked"
    return None


def make_line(text: str) -> str:
    """Make a name or subject safe to stand in a header: one line, and nothing in it is read as an encoded word."""
    return " ".join(text.split()).replace(ENCODED, "= ?")


def send_mail(
    server: MailServer, to: str, subject: str, text: str, *, egress: Egress, reply_to: str = "", sender_name: str = ""
) -> None:
    """Hand one plain message over, within seconds or not at all; certificates are checked as `egress` says.

    `reply_to`: where an answer goes; empty: to the sender. `sender_name` stands before the sender's address.

    The mail server is asked directly: a proxy for web calls does not speak its language.

    Raises:
        MailFailed: it could not be reached, is not who it says, or refused. Neither password nor text are repeated.
    """
    message = EmailMessage()
    sender = formataddr((make_line(sender_name), server.sender)) if sender_name else server.sender
    message["From"], message["To"], message["Subject"] = sender, to, make_line(subject)
    if reply_to:
        message["Reply-To"] = reply_to
    message.set_content(text)
    try:
        with _connect(server, egress) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise MailFailed(server.host, f"answer {error.smtp_code}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(server.host, type(error).__name__) from error


def _connect(server: MailServer, egress: Egress) -> smtplib.SMTP:
    port = server.port or PORTS[server.security]
    context = ssl.create_default_context(cafile=egress.ca_bundle)
    if server.security is Security.TLS:
        return smtplib.SMTP_SSL(server.host, port, timeout=TIMEOUT_SECONDS, context=context)
    connection = smtplib.SMTP(server.host, port, timeout=TIMEOUT_SECONDS)
    if server.security is Security.STARTTLS:
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
    return connection
