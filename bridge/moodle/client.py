"""Calls of the plugin's web-service functions: one session, POST bodies only, bounded, retried when it can help.

Source: Moodle's REST endpoint, /webservice/rest/server.php; what it answers stands in `errors`.
"""

import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version as installed_version
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
import requests

from bridge.egress import DIRECT, LOOPBACK, Egress
from bridge.log_records import LogCounts, LogPage, Rejected
from bridge.moodle import convert, wire
from bridge.moodle.errors import InsecureAddress, MoodleError, UnexpectedShape
from bridge.moodle.functions import BUCKET_SIZE, ENDPOINT, PAGE_SIZE, Call, Function
from bridge.moodle.payloads import decode_log_page, decode_rows, decode_whole, ids, parse
from bridge.moodle.transport import Answer, Limits, post
from bridge.records import (
    Activities,
    Attendance,
    Contact,
    Courses,
    DeletionPage,
    Placements,
    PluginVersion,
    Roster,
    Tasks,
    ViewerAccess,
)

DISTRIBUTION = "learner-engagement-analytics"
MAX_BYTES = 64 * 1024 * 1024
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
"""A longer Retry-After ends the run; the next one comes anyway."""
CLOCKS_APART_SECONDS = 300
"""How far Moodle's clock and ours may be apart (`bridge.sync.handshake` ends a run at more)."""
REDACTED = "[token]"
UNKNOWN_PARAMETER = "probe"
"""What no function of the plugin takes."""

T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")


class MoodleClient:
    """One platform's web services. Not safe for use by several threads at once: make one per thread.

    The token goes into POST bodies only and appears in no URL, repr, log or exception.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = (3.05, 60),
        deadline: float = 180,
        max_bytes: int = MAX_BYTES,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        allow_insecure: bool = False,
        egress: Egress = DIRECT,
    ) -> None:
        """Prepare the calls; nothing is sent yet.

        `base_url` is the site's wwwroot; `timeout` (connect, read) and `deadline` (a whole answer) are in seconds;
        `max_bytes` counts after decompression. `sleep` and `now` stand for the clock; `egress` is the way out.

        Raises:
            InsecureAddress: plain http to another machine, unless `allow_insecure`.
        """
        parts = urlsplit(base_url)
        is_permitted = allow_insecure or parts.hostname in LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and is_permitted):
            raise InsecureAddress("no call was made", detail=f"{parts.scheme or 'no'} address of {parts.hostname}")
        self.base_url = base_url.rstrip("/")
        self._token = token
        self._session = session or requests.Session()
        egress.prepare(self._session, self.base_url)
        self._prepare_headers()
        self._limits = Limits(timeout[0], timeout[1], deadline, max_bytes)
        self._attempts = attempts
        self._sleep = sleep
        self._now = now

    def __repr__(self) -> str:
        return f"MoodleClient({self.base_url!r})"

    def __reduce__(self) -> str:
        raise TypeError("a MoodleClient holds a token and is not pickled")

    def _prepare_headers(self) -> None:
        # Moodle sites behind some web-application firewalls answer 403 without a User-Agent.
        self._session.headers["User-Agent"] = _user_agent()
        self._session.headers["Accept"] = "application/json"
        self._session.headers["Accept-Encoding"] = "gzip, deflate"

    def version(self) -> PluginVersion:
        """Return the plugin's version, Moodle's clock and the service user's id."""
        return convert.to_version(self._whole(Call(Function.VERSION), wire.WireVersion))

    def courses(self, course_ids: Sequence[int] = ()) -> Courses:
        """Return the named courses; empty: all but the site's front page. Unknown ids are left out."""
        answer, rejected = self._rows(Call(Function.COURSES, (("courseids", ids(course_ids)),)), wire.WireCourses)
        return convert.to_courses(answer, rejected)

    def log_events(
        self, after_id: int, to_id: int = 0, course_ids: Sequence[int] = (), limit: int = PAGE_SIZE
    ) -> LogPage:
        """Return up to `limit` log rows with id > `after_id`, and ≤ `to_id` unless it is 0, ascending."""
        parameters = _range_parameters("afterid", after_id, to_id, course_ids)
        call = Call(Function.LOG_EVENTS, (*parameters, ("limit", str(limit))))

        def decode(answer: Answer) -> LogPage:
            now = self._now()
            # Moodle's own clock counts where it is ahead of ours, as far as the two may differ: it may have jumped.
            clock = min(max(now, answer.sent_at or 0.0), now + CLOCKS_APART_SECONDS)
            return decode_log_page(call, answer.body, after_id, clock, self._redact)

        return self._ask(call, decode)

    def log_counts(
        self, from_id: int, to_id: int, course_ids: Sequence[int], bucket_size: int = BUCKET_SIZE
    ) -> LogCounts:
        """Return the counts and id sums of the log rows with `from_id` < id ≤ `to_id`, by bucket of ids."""
        parameters = _range_parameters("fromid", from_id, to_id, course_ids)
        call = Call(Function.LOG_COUNTS, (*parameters, ("bucket", str(bucket_size))))
        return convert.to_counts(self._whole(call, wire.WireLogCounts))

    def roster(self, course_id: int) -> Roster:
        """Return everybody enrolled in a course, and its groups."""
        answer, rejected = self._of_course(Function.ROSTER, course_id, wire.WireRoster)
        return convert.to_roster(answer, rejected)

    def activities(self, course_id: int) -> Activities:
        """Return the activities of a course."""
        answer, rejected = self._of_course(Function.ACTIVITIES, course_id, wire.WireActivities)
        return convert.to_activities(answer, rejected)

    def tasks(self, course_id: int) -> Tasks:
        """Return the tasks of a course with each learner's own dates."""
        answer, rejected = self._of_course(Function.TASKS, course_id, wire.WireTasks)
        return convert.to_tasks(answer, rejected)

    def attendance(self, course_id: int) -> Attendance:
        """Return the registers of a course; without sessions where the site has no Attendance activity."""
        answer, rejected = self._of_course(Function.ATTENDANCE, course_id, wire.WireAttendance)
        return convert.to_attendance(answer, rejected)

    def deletions(self, after_id: int) -> DeletionPage:
        """Return deletions and erasures with id > `after_id`, ascending."""
        call = Call(Function.DELETIONS, (("afterid", str(after_id)),))
        answer, rejected = self._rows(call, wire.WireDeletions)
        return convert.to_deletions(answer, rejected)

    def viewer_access(self, user_id: int, course_id: int) -> ViewerAccess:
        """Return Moodle's live word on one person in one course."""
        call = Call(Function.VIEWER_ACCESS, (("userid", str(user_id)), ("courseid", str(course_id))))
        answer = self._whole(call, wire.WireViewerAccess)
        if (answer.userid, answer.courseid) != (user_id, course_id):
            raise UnexpectedShape(call.function, detail="the answer is about somebody or something else")
        return convert.to_viewer_access(answer)

    def contact(self, user_id: int, course_id: int) -> Contact:
        """Return how a learner of a switched-on course can be reached; empty for everybody else."""
        call = Call(Function.CONTACT, (("userid", str(user_id)), ("courseid", str(course_id))))
        answer = self._whole(call, wire.WireContact)
        if (answer.userid, answer.courseid) != (user_id, course_id):
            raise UnexpectedShape(call.function, detail="the answer is about somebody or something else")
        return convert.to_contact(answer)

    def set_courses(self, client_ids: Sequence[str], moodle_course_ids: Sequence[int]) -> Placements:
        """Tell Moodle all switched-on courses, in place of what it was told before; empty: none is.

        `client_ids`: the tool's own on this site, by which the plugin finds it among Moodle's external tools.
        """
        parameters = (("clientids", ",".join(client_ids)), ("courseids", ids(moodle_course_ids)))
        return convert.to_placements(self._whole(Call(Function.SET_COURSES, parameters), wire.WirePlacements))

    def probe(self, function: Function) -> None:
        """Try whether a function may be called, and let it do nothing: no function takes the parameter that is sent.

        Raises:
            ParameterRefused: it may be called.
            MoodleError: why not.
        """
        call = Call(function, ((UNKNOWN_PARAMETER, "1"),))
        self._ask(call, lambda answer: parse(call, answer.body, self._redact))

    def _of_course(self, function: Function, course_id: int, shape: type[T]) -> tuple[T, list[Rejected]]:
        call = Call(function, (("courseid", str(course_id)),))
        answer, rejected = self._rows(call, shape)
        if getattr(answer, "courseid", None) != course_id:
            raise UnexpectedShape(call.function, detail="the answer is about another course")
        return answer, rejected

    def _whole(self, call: Call, shape: type[T]) -> T:
        return self._ask(call, lambda answer: decode_whole(call, answer.body, shape, self._redact))

    def _rows(self, call: Call, shape: type[T]) -> tuple[T, list[Rejected]]:
        return self._ask(call, lambda answer: decode_rows(call, answer.body, shape, redact=self._redact))

    def _ask(self, call: Call, decode: Callable[[Answer], R]) -> R:
        """Post the call and decode the answer, again after a pause while that can help: repeating does no harm."""
        for attempt in range(1, self._attempts):
            try:
                return decode(self._post(call))
            except MoodleError as error:
                pause = max(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), error.retry_after or 0)
                if not error.is_temporary or pause > LONGEST_PAUSE_SECONDS:
                    raise
            self._sleep(pause)
        return decode(self._post(call))

    def _post(self, call: Call) -> Answer:
        form = [
            ("wstoken", self._token),
            ("wsfunction", str(call.function)),
            ("moodlewsrestformat", "json"),
            *call.parameters,
        ]
        url = self.base_url + ENDPOINT
        return post(self._session, url, form, function=call.function, limits=self._limits, redact=self._redact)

    def _redact(self, text: str) -> str:
        return text.replace(self._token, REDACTED) if self._token else text


@cache
def _user_agent() -> str:
    # Looking the version up reads a file, and a page makes a client for each launch.
    return f"LearnerEngagementAnalytics/{installed_version(DISTRIBUTION)}"


def _range_parameters(
    first_name: str, first: int, to_id: int, course_ids: Sequence[int]
) -> tuple[tuple[str, str], ...]:
    return ((first_name, str(first)), ("toid", str(to_id)), ("courseids", ids(course_ids)))
