"""Who visits the demo: a session cookie stands for one of the world's people."""

import secrets
import threading

from flask import Request

COOKIE = "DemoSession"


class Visitors:
    """Sessions of visitors, in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, int] = {}

    def enter(self, user_id: int) -> str:
        """Start a session of a user. Returns the cookie's value."""
        session_id = secrets.token_urlsafe(16)
        with self._lock:
            self._sessions[session_id] = user_id
        return session_id

    def current(self, request: Request) -> int | None:
        """Give the user id of a request's session; None without one."""
        with self._lock:
            return self._sessions.get(request.cookies.get(COOKIE, ""))
