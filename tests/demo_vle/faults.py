"""Faults that a test switches on: what the next calls meet, and which log rows are spoiled, late or served twice."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What may happen to a web service call instead of, or on top of, a right answer."""

    SERVER_ERROR = "500 with an HTML page"
    MAINTENANCE = "503 with an HTML page and Retry-After, as in maintenance by the command line"
    SITE_MAINTENANCE = "sitemaintenance, as in maintenance by the web settings"
    SERVICES_OFF = "403 with an empty body, as with web services switched off"
    RESET = "the connection is cut before any answer"
    SILENCE = "no byte for `seconds`, then the right answer"
    SLOW = "the right answer, dripping for about `seconds`"
    HALF_BODY = "half of the right answer, then the connection is closed"
    WRONG_JSON = "text that is no JSON"
    WRONG_SHAPE = "JSON that is not what was asked for"
    GZIP_BOMB = "a small compressed body that unpacks to very much"
    HUGE = "a very long body, not compressed"
    SHUFFLED = "the rows of a page of the log from last to first, each third of them twice"
    SHORT = "a page of the log with the first third of its rows alone: valid, and shorter than asked for"
    REDIRECT = "302 to another host"
    INVALID_TOKEN = "invalidtoken"
    TOKEN_EXPIRED = "accessexception for an expired token; the token is then gone"
    ACCESS_DENIED = "accessexception"
    NO_PERMISSION = "nopermissions"
    USER_SUSPENDED = "wsaccessusersuspended"
    UNKNOWN_FUNCTION = "invalidrecord, as without the plugin"


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault that waits for a call. `function`: of this web service function only."""

    fault: Fault
    function: str | None = None
    seconds: float = 1.0


class Faults:
    """The switches. Thread-safe: tests set them while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Planned] = []
        self._always: list[Planned] = []
        self.spoiled: frozenset[int] = frozenset()
        """Log ids whose rows are served with wrong types, a different one by id."""
        self.doubled: frozenset[int] = frozenset()
        """Log ids whose rows are served twice in one page."""
        self.launch_error: str | None = None
        """When set, the LTI authorisation answers every launch with this error, such as `access_denied`."""
        self.jwks_down = False
        """The platform's key set answers 500."""

    def next(self, fault: Fault, times: int = 1, *, function: str | None = None, seconds: float = 1.0) -> None:
        """Let the next `times` calls meet a fault; with `function`, calls of that one only."""
        with self._lock:
            self._queue.extend(Planned(fault, function, seconds) for _ in range(times))

    def always(self, fault: Fault, *, function: str | None = None, seconds: float = 1.0) -> None:
        """Let every call meet a fault until `clear`."""
        with self._lock:
            self._always.append(Planned(fault, function, seconds))

    def clear(self) -> None:
        """Switch everything off."""
        with self._lock:
            self._queue.clear()
            self._always.clear()
        self.spoiled = self.doubled = frozenset()
        self.launch_error = None
        self.jwks_down = False

    def spoil(self, ids: Collection[int]) -> None:
        """Serve these log rows with wrong types from now on; none heals all."""
        self.spoiled = frozenset(ids)

    def double(self, ids: Collection[int]) -> None:
        """Serve these log rows twice from now on; none ends it."""
        self.doubled = frozenset(ids)

    @property
    def waiting(self) -> tuple[Planned, ...]:
        """The queued faults that no call has met yet."""
        with self._lock:
            return tuple(self._queue)

    def take(self, function: str) -> Planned | None:
        """Give the fault this call meets; None for none. Queued ones come first and are used up."""
        with self._lock:
            for place, planned in enumerate(self._queue):
                if planned.function in (None, function):
                    return self._queue.pop(place)
            return next((planned for planned in self._always if planned.function in (None, function)), None)
