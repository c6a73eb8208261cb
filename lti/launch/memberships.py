"""Ask a platform whether somebody is still a member of a course (Names and Role Provisioning Services 2.0).

It stands in while the plugin's live word cannot be had, and it only ever takes access away: nobody becomes a learner
or a tutor by it, because Moodle's service calls a non-editing teacher a learner.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urljoin, urlsplit

from requests.utils import parse_header_links

from bridge.store.registrations import RegistrationRecord
from lti.launch.fetching import Answer
from lti.launch.service_token import ServiceCaller, ServiceRefused
from lti.origins import origin_of

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ACTIVE = "Active"
PAGE_SIZE = 250
"""Members asked for at once: such a page stays well below what is read of one answer."""
MOST_PAGES = 100
MOST_SECONDS = 8.0
"""Somebody waits for the page meanwhile."""
KEPT_FOR = timedelta(minutes=15)
"""As long as Moodle's own word on a viewer is taken as live."""
PAUSE = timedelta(minutes=1)
"""A service that just failed is left alone for so long."""
LONGEST_ID = 255

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Memberships:
    """What platforms say about who is an active member; ids alone, in memory alone."""

    caller: ServiceCaller
    known: dict[Key, tuple[datetime, frozenset[str]]] = field(default_factory=dict, repr=False)
    """Registration and address → when the whole list was read, and who is active on it."""
    failures: dict[Key, tuple[datetime, ServiceRefused]] = field(default_factory=dict, repr=False)

    def is_member(self, registration: RegistrationRecord, url: str, moodle_user_id: int, now: datetime) -> bool:
        """Say whether the platform lists somebody as an active member of the course.

        Raises:
            ServiceRefused: the whole list could not be read, so nothing is known.
        """
        return str(moodle_user_id) in self._active_ids(registration, url, now)

    def _active_ids(self, registration: RegistrationRecord, url: str, now: datetime) -> frozenset[str]:
        key = (registration.registration_id, url)
        read_at, active = self.known.get(key, (None, frozenset[str]()))
        if read_at is not None and timedelta(0) <= now - read_at < KEPT_FOR:
            return active
        failed_at, failure = self.failures.get(key, (None, None))
        if failed_at is not None and failure is not None and timedelta(0) <= now - failed_at < PAUSE:
            raise failure
        try:
            active = frozenset(load_active_ids(self.caller, registration, url, now))
        except ServiceRefused as error:
            self.failures[key] = (now, error)
            raise
        self._forget_old(now)
        self.known[key] = (now, active)
        return active

    def _forget_old(self, now: datetime) -> None:
        for key, (read_at, _) in list(self.known.items()):
            if now - read_at >= KEPT_FOR:
                self.known.pop(key, None)


def load_active_ids(caller: ServiceCaller, registration: RegistrationRecord, url: str, now: datetime) -> set[str]:
    """Return the ids of all active members of a course, every page of them. Empty: nobody is.

    Raises:
        ServiceRefused: an address is not the platform's own, a page is missing or unreadable, or there are too many.
    """
    give_up = time.monotonic() + MOST_SECONDS
    active: set[str] = set()
    page: str | None = _first_page(url)
    for _ in range(MOST_PAGES):
        if page is None:
            return active
        if time.monotonic() > give_up:
            raise ServiceRefused("timeout")
        answer = _get_page(caller, registration, page, now)
        active |= read_active_ids(answer.body)
        page = find_next(answer.headers.get("link", ""), page)
    raise ServiceRefused("too-many-pages")


def find_next(link: str, page: str) -> str | None:
    """Return the next page's address as the platform wrote it; None on the last page.

    Raises:
        ServiceRefused: it is no address.
    """
    for one in parse_header_links(link):
        if "next" in one.get("rel", "").lower().split():
            target = one["url"]
            return target if _split(target).scheme else urljoin(page, target)
    return None


def read_active_ids(body: bytes) -> set[str]:
    """Return the ids of the active members on one page; names and addresses may be absent and are not looked at.

    Raises:
        ServiceRefused: it is no page of members, or one of them has no id: they could be anybody.
    """
    try:
        container = json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceRefused("not-json") from None
    members = container.get("members") if isinstance(container, dict) else None
    if not isinstance(members, list):
        raise ServiceRefused("no-members")
    return {_member_id(member) for member in members if _is_active(member)}


def _first_page(url: str) -> str:
    return f"{url}{'&' if _split(url).query else '?'}limit={PAGE_SIZE}"


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ServiceRefused("bad-address") from None


def _get_page(caller: ServiceCaller, registration: RegistrationRecord, page: str, now: datetime) -> Answer:
    # The token goes along: to the platform alone, whatever a claim or a Link header says.
    own = {origin_of(registration.issuer), origin_of(registration.auth_token_url)}
    if origin_of(page) is None or origin_of(page) not in own:
        raise ServiceRefused("foreign-address")
    answer = caller.get(page, caller.find_token(registration, SCOPE, now), MEDIA_TYPE)
    if answer.status == 401:
        # The platform may have forgotten the token before its time.
        caller.forget_token(registration, SCOPE)
        answer = caller.get(page, caller.find_token(registration, SCOPE, now), MEDIA_TYPE)
    if answer.status != 200:
        raise ServiceRefused(f"status-{answer.status}")
    return answer


def _is_active(member: object) -> bool:
    """Say whether an entry is active; the status may be absent, which means active."""
    return not isinstance(member, Mapping) or member.get("status", ACTIVE) == ACTIVE


def _member_id(member: object) -> str:
    user_id = member.get("user_id") if isinstance(member, Mapping) else None
    if isinstance(user_id, int) and not isinstance(user_id, bool):
        return str(user_id)
    if not isinstance(user_id, str) or not 0 < len(user_id) <= LONGEST_ID:
        raise ServiceRefused("bad-member")
    return user_id
