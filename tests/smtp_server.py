"""A small real mail server for tests: RFC 5321 over a socket, with TLS and a login where they are asked for."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default

from tests.certificates import Certificate

PATIENCE_SECONDS = 10


@dataclass(slots=True)
class Inbox:
    """What a running server took, and how it behaves."""

    port: int
    messages: list[Message] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    refuses: bool = False
    """It answers each message with 554."""
    password: str = ""
    """Who logs in must have it; empty: anybody's is taken."""


@contextmanager
def serve_mail(certificate: Certificate | None = None, *, at_once: bool = False) -> Iterator[Inbox]:
    """Serve on a free port of this machine; with a certificate it offers STARTTLS, or speaks TLS `at_once`."""
    listener = socket.create_server(("127.0.0.1", 0))
    inbox = Inbox(listener.getsockname()[1])
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError, EOFError):
                _Talk(connection, inbox, context, at_once=at_once).run()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield inbox
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(PATIENCE_SECONDS)


class _Talk:
    """One connection."""

    def __init__(
        self, connection: socket.socket, inbox: Inbox, context: ssl.SSLContext | None, *, at_once: bool
    ) -> None:
        self.connection, self.inbox, self.context = connection, inbox, context
        self.is_encrypted = False
        connection.settimeout(PATIENCE_SECONDS)
        if at_once:
            self._encrypt()
        self.lines = self.connection.makefile("rb")

    def run(self) -> None:
        try:
            self._say("220 tests")
            while line := self.lines.readline():
                word, _, rest = line.decode().strip().partition(" ")
                if not self._answer(word.upper(), rest):
                    return
        finally:
            self.lines.close()
            self.connection.close()

    def _answer(self, word: str, rest: str) -> bool:
        if word == "EHLO":
            offers = ["250-tests"] + (["250-STARTTLS"] if self.context and not self.is_encrypted else [])
            self._say(*offers, "250 AUTH PLAIN")
        elif word == "STARTTLS":
            self._say("220 go on")
            self.lines.close()
            self._encrypt()
            self.lines = self.connection.makefile("rb")
        elif word == "AUTH":
            _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
            self.inbox.logins.append((user, password))
            self._say("235 welcome" if self.inbox.password in ("", password) else f"535 not {password}")
        elif word == "DATA":
            self._say("354 go on")
            self._take()
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _take(self) -> None:
        body = b""
        while (line := self.lines.readline()) not in (b".\r\n", b""):
            body += line.removeprefix(b".")
        if self.inbox.refuses:
            return self._say("554 no")
        self.inbox.messages.append(message_from_bytes(body, policy=default))
        self.inbox.was_encrypted.append(self.is_encrypted)
        return self._say("250 taken")

    def _encrypt(self) -> None:
        assert self.context is not None
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.is_encrypted = True

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
