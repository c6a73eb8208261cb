"""Mail is handed to the institution's server over a checked connection, within seconds, or not at all."""

import socket
import time
from base64 import b64encode
from dataclasses import replace
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from bridge import mail
from bridge.config import Settings
from bridge.egress import DIRECT, Egress
from bridge.errors import SettingsError
from bridge.mail import MailFailed, MailServer, Security, send_mail
from bridge.mail_address import is_address
from tests.bridge.test_config import ENOUGH
from tests.certificates import Authority, make_authority
from tests.smtp_server import serve_mail

TO = "dpo@example.ac.uk"
PASSWORD = "not to be repeated"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


def server(port: int, security: Security = Security.STARTTLS) -> MailServer:
    return MailServer("127.0.0.1", security, "engagement@example.ac.uk", port, "engagement", PASSWORD)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_message_arrives_encrypted_from_the_address_that_was_set(authority: Authority, security: Security) -> None:
    egress = Egress(proxy="http://127.0.0.1:9", ca_bundle=str(authority.bundle))
    with serve_mail(authority.issue("127.0.0.1"), at_once=security is Security.TLS) as inbox:
        send_mail(server(inbox.port, security), TO, "One alert", "Look at this – please.", egress=egress)
    (message,) = inbox.messages
    assert isinstance(message, EmailMessage)
    assert (message["From"], message["To"], message["Subject"]) == ("engagement@example.ac.uk", TO, "One alert")
    assert message.get_content().strip() == "Look at this – please."
    assert inbox.was_encrypted == [True]
    assert inbox.logins == [("engagement", PASSWORD)]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_whose_certificate_is_not_trusted_gets_nothing(authority: Authority, security: Security) -> None:
    with serve_mail(authority.issue("127.0.0.1"), at_once=security is Security.TLS) as inbox:
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            send_mail(server(inbox.port, security), TO, "s", "t", egress=DIRECT)
        assert (inbox.messages, inbox.logins) == ([], [])


def test_a_server_that_offers_no_encryption_gets_neither_password_nor_message() -> None:
    with serve_mail() as inbox:
        with pytest.raises(MailFailed, match="SMTPNotSupportedError"):
            send_mail(server(inbox.port), TO, "s", "t", egress=DIRECT)
        assert (inbox.messages, inbox.logins) == ([], [])


def word(hidden: str) -> str:
    """Write a text as an encoded word (RFC 2047), which a mail program, and Python's own, reads as that text."""
    return "=?utf-8?b?" + b64encode(hidden.encode()).decode() + "?="


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r", "\u2028"])
@pytest.mark.parametrize("is_hidden", [True, False])
def test_no_name_or_subject_adds_a_line_to_a_messages_head(ends: str, is_hidden: bool) -> None:
    text = f"How are you{ends}Bcc: other@example.org{ends}{ends}Another text"
    said = word(text) if is_hidden else text
    with serve_mail() as inbox:
        relay = replace(server(inbox.port, Security.NONE), user="")
        send_mail(
            relay, TO, f"Dear {said}", "The text.", egress=DIRECT, reply_to="tess@example.ac.uk", sender_name=said
        )
    (message,) = inbox.messages
    assert isinstance(message, EmailMessage)
    assert set(message.keys()) - {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"} == {
        "From",
        "To",
        "Subject",
        "Reply-To",
    }
    assert message.get_content().strip() == "The text."
    assert [address for _, address in getaddresses([str(message["From"])])] == ["engagement@example.ac.uk"]


def test_a_name_of_other_letters_arrives_as_it_is() -> None:
    with serve_mail() as inbox:
        relay = replace(server(inbox.port, Security.NONE), user="")
        send_mail(relay, TO, "Annwyl Siân, 你好", "t", egress=DIRECT, sender_name='Tŵm "T" O’Tutor, BSc')
    (message,) = inbox.messages
    assert message["Subject"] == "Annwyl Siân, 你好"
    assert getaddresses([str(message["From"])]) == [('Tŵm "T" O’Tutor, BSc', "engagement@example.ac.uk")]


@pytest.mark.parametrize("hidden", ["x\r\nBcc: e", "e"])
def test_an_address_with_an_encoded_word_is_none(hidden: str) -> None:
    assert not is_address(f"{word(hidden).replace('=?=', '?=')}@example.org")
    assert not is_address("=?utf-8?q?x=0D=0ABcc=3Ae=40x.org?=@example.org")


def test_a_relay_on_this_machine_takes_mail_as_it_is() -> None:
    with serve_mail() as inbox:
        send_mail(replace(server(inbox.port, Security.NONE), user=""), TO, "s", "t", egress=DIRECT)
        assert inbox.was_encrypted == [False]
        assert inbox.logins == []


def test_what_the_server_refuses_is_told_without_the_password(authority: Authority) -> None:
    egress = Egress(ca_bundle=str(authority.bundle))
    with serve_mail(authority.issue("127.0.0.1")) as inbox:
        inbox.refuses = True
        with pytest.raises(MailFailed, match="answer 554"):
            send_mail(server(inbox.port), TO, "s", "t", egress=egress)
        inbox.password = "another one"
        with pytest.raises(MailFailed, match="answer 535") as caught:
            send_mail(server(inbox.port), TO, "s", "t", egress=egress)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(server(1))


def test_a_server_that_says_nothing_is_left_after_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(MailFailed, match="SMTPServerDisconnected"):
            send_mail(server(silent.getsockname()[1]), TO, "s", "t", egress=DIRECT)
    assert time.monotonic() - begun < 5


SET = {"LEA_SMTP_HOST": "mail.example.ac.uk", "LEA_ALERT_EMAIL": TO}


def test_a_server_and_an_address_are_enough_and_the_rest_can_be_left_empty() -> None:
    empty = {f"LEA_SMTP_{name}": "" for name in ("PORT", "USER", "PASSWORD", "SENDER")}
    settings = Settings.from_environment(ENOUGH | SET | empty)
    assert settings.mail_server == MailServer("mail.example.ac.uk", Security.STARTTLS, TO)
    assert Settings.from_environment(ENOUGH | {"LEA_SMTP_HOST": "", "LEA_ALERT_EMAIL": ""}).mail_server is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"LEA_ALERT_EMAIL": ""}, "LEA_ALERT_EMAIL"),
        ({"LEA_SMTP_HOST": ""}, "LEA_SMTP_HOST"),
        ({"LEA_ALERT_EMAIL": "the office"}, "LEA_ALERT_EMAIL"),
        ({"LEA_ALERT_EMAIL": f"{TO}\nBcc: other@example.org"}, "LEA_ALERT_EMAIL"),
        ({"LEA_SMTP_SENDER": "the tool"}, "LEA_SMTP_SENDER"),
        ({"LEA_SMTP_PORT": "70000"}, "LEA_SMTP_PORT"),
        ({"LEA_SMTP_SECURITY": "ssl"}, "LEA_SMTP_SECURITY"),
        ({"LEA_SMTP_SECURITY": "none"}, "LEA_SMTP_SECURITY"),
        ({"LEA_SMTP_HOST": "https://mail.example"}, "LEA_SMTP_HOST"),
    ],
)
def test_a_mail_setting_that_does_not_fit_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_environment(ENOUGH | SET | changed)
