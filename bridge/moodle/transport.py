"""One bounded POST: cap after decompression, deadline, no redirects, every failure a named error without the token."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
import urllib3
from requests.adapters import HTTPAdapter

from bridge.correlation import correlation_headers
from bridge.moodle.errors import (
    AnswerCutShort,
    AnswerTooLarge,
    MoodleError,
    MoodleRedirects,
    MoodleRefused,
    MoodleServerError,
    MoodleTimeout,
    MoodleUnreachable,
    ProxyUnreachable,
    SiteInMaintenance,
    WebServicesOff,
)

CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may cost."""

    connect_seconds: float
    read_seconds: float
    """Between two pieces of the answer."""
    deadline_seconds: float
    """For the whole answer: a server that drips a byte at a time would never run into `read_seconds`."""
    max_bytes: int
    """After decompression."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 answer."""

    body: bytes
    sent_at: float | None
    """The server's own clock (its Date header) in Unix seconds."""


class KeptConnections:
    """Connections that stay open from call to call; sessions over them may be made and used in any thread.

    A new one by TLS reads every trusted authority's certificate, which takes longer than a whole page.
    """

    def __init__(self) -> None:
        self._adapter = HTTPAdapter()

    def new_session(self) -> requests.Session:
        """Return a session of its own that goes over them: no cookie or header of another call is in it."""
        session = requests.Session()
        session.mount("https://", self._adapter)
        session.mount("http://", self._adapter)
        return session


def post(
    session: requests.Session,
    url: str,
    form: list[tuple[str, str]],
    *,
    function: str,
    limits: Limits,
    redact: Callable[[str], str],
) -> Answer:
    """Post `form` and return the answer of HTTP 200; once more where the connection was closed before any answer.

    Raises:
        MoodleError: named by status and body; never chained to an exception that holds the request, which holds the
            token.
    """
    try:
        try:
            return _post(session, url, form, function, limits)
        except requests.exceptions.ConnectionError as error:
            if not _was_closed(error):
                raise
            return _post(session, url, form, function, limits)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        named = _network_error(function, error, redact)
    raise named


def _was_closed(error: requests.exceptions.ConnectionError) -> bool:
    """Say whether the other side closed the connection without an answer: it ends one that is kept when it likes."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3.exceptions.ProtocolError) and isinstance(cause.args[-1], ConnectionError)


def _post(session: requests.Session, url: str, form: list[tuple[str, str]], function: str, limits: Limits) -> Answer:
    give_up_at = time.monotonic() + limits.deadline_seconds
    timeout = (limits.connect_seconds, limits.read_seconds)
    with session.post(
        url, data=form, headers=correlation_headers(), timeout=timeout, stream=True, allow_redirects=False
    ) as response:
        body = _read(response, function, limits, give_up_at)
        if response.status_code != HTTPStatus.OK:
            raise _status_error(function, response, body)
        return Answer(body, _sent_at(response))


def _read(response: requests.Response, function: str, limits: Limits, give_up_at: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    # One system call at a time: iter_content would wait for a whole chunk, and a dripping server for ever.
    while piece := response.raw.read1(CHUNK_BYTES, decode_content=True):
        size += len(piece)
        if size > limits.max_bytes:
            raise AnswerTooLarge(
                function, http_status=response.status_code, detail=f"more than {limits.max_bytes} bytes"
            )
        if time.monotonic() > give_up_at:
            raise MoodleTimeout(function, detail=f"not complete after {limits.deadline_seconds:g} s")
        pieces.append(piece)
    return b"".join(pieces)


def _status_error(function: str, response: requests.Response, body: bytes) -> MoodleError:
    status = response.status_code
    pause = _retry_after(response)
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return ProxyUnreachable(function, http_status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "html" in response.headers.get("Content-Type", ""):
        return SiteInMaintenance(function, http_status=status, retry_after=pause)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return MoodleServerError(function, http_status=status, retry_after=pause)
    if status == HTTPStatus.FORBIDDEN and not body.strip():
        return WebServicesOff(function, http_status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return MoodleRedirects(function, http_status=status)
    return MoodleRefused(function, http_status=status)


def _network_error(function: str, error: Exception, redact: Callable[[str], str]) -> MoodleError:
    detail = redact(type(error).__name__)
    if isinstance(error, requests.exceptions.ProxyError) or "Tunnel connection failed" in str(error):
        # What the proxy answers to CONNECT is no ProxyError: http.client raises a plain OSError.
        return ProxyUnreachable(function, detail=detail)
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return MoodleTimeout(function, detail=detail)
    if isinstance(error, urllib3.exceptions.ProtocolError | urllib3.exceptions.DecodeError):
        return AnswerCutShort(function, detail=detail)
    return MoodleUnreachable(function, detail=detail)


def _retry_after(response: requests.Response) -> float | None:
    given = response.headers.get("Retry-After", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 8 else None


def _sent_at(response: requests.Response) -> float | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except ValueError:
        return None
