"""The connection self-test: everything between this tool and one Moodle site, for the command and the panel alike."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bridge.checks.answers import ask_everything
from bridge.checks.findings import Finding
from bridge.checks.moodle import connect_page, judge_connection
from bridge.checks.site import judge_site
from bridge.config import Settings
from bridge.connections import NotConnected, make_page_clients
from bridge.errors import SecretUnreadable
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import InsecureAddress
from bridge.store.courses import load_synced_courses
from bridge.store.database import Sessions, reading
from bridge.store.platforms import load_platform
from bridge.store.registrations import RegistrationRecord, load_deployment_ids, load_registrations
from bridge.store.runs import load_last_success
from lti.launch.fetching import FetchFailed, fetch_document
from lti.launch.jwks import parse_key_set
from lti.services import utc_now

REGISTER = (
    "Make a registration link (`lea register`, or on the administrator's page) and paste it into Moodle under Site "
    "administration > Plugins > Activity modules > External tool > Manage tools; or add it by hand: `lea platform add`."
)
RUNS_MISSED = 4
"""After so many sync periods without one the worker is taken to be stopped."""
FETCH_REASONS = {
    "not-https": "the address is not https",
    "bad-address": "it is no address",
    "not-public": "the address is not a public one",
    "no-such-host": "the name is not known",
    "timeout": "no answer in time",
    "too-large": "the answer is too large",
    "not-json": "the answer is not JSON",
    "no-keys": "the answer holds no keys",
    "proxy": "the proxy of LEA_EGRESS_PROXY did not let the call through",
}


def check_platform(
    sessions: Sessions,
    settings: Settings,
    platform_id: int,
    *,
    now: Callable[[], datetime] = utc_now,
    client_for: Callable[[int], MoodleClient] | None = None,
) -> tuple[Finding, ...]:
    """Ask Moodle and look into the database; return what was found, in the order in which to mend it. Never empty.

    Nothing is changed, here or there. It takes as long as a dozen calls of Moodle, and about half a minute at most
    where something does not answer. `client_for` (platform id → client) stands in for the saved connection.

    Raises:
        LookupError: there is no such platform.
    """
    return (
        *_check_moodle(sessions, settings, platform_id, now, client_for or make_page_clients(sessions, settings)),
        *_check_registrations(sessions, settings, platform_id),
        *_check_reading(sessions, settings, platform_id, now()),
    )


def _check_moodle(
    sessions: Sessions,
    settings: Settings,
    platform_id: int,
    now: Callable[[], datetime],
    client_for: Callable[[int], MoodleClient],
) -> tuple[Finding, ...]:
    with reading(sessions) as db:
        platform = load_platform(db, platform_id)
    if platform is None:
        raise LookupError(f"There is no platform {platform_id}.")
    try:
        client = client_for(platform_id)
    except NotConnected:
        text = "No web-service token is saved, so nothing can be read."
        return (Finding("Token", False, text, connect_page(platform.moodle_url)),)
    except SecretUnreadable:
        text = "The saved token does not open: it was saved with another LEA_SECRET_KEY."
        step = "Start with that LEA_SECRET_KEY, or save the token again: `lea platform connect`."
        return (Finding("Token", False, text, step),)
    except InsecureAddress as error:
        return (Finding("Address", False, f"{error.happened}: {platform.moodle_url}.", error.next_step),)
    answers = ask_everything(client, now)
    findings = judge_connection(answers, platform.moodle_url)
    if answers.version is None or answers.skew is None:
        return findings
    return (*findings, *judge_site(answers.version, answers.skew, settings.zone, now()))


def _check_registrations(sessions: Sessions, settings: Settings, platform_id: int) -> Iterator[Finding]:
    with reading(sessions) as db:
        found = [(one, load_deployment_ids(db, one.registration_id)) for one in load_registrations(db, platform_id)]
    if not found:
        yield Finding("Registration", False, "None is saved, so every launch from this site is refused.", REGISTER)
    for registration, deployment_ids in found:
        yield _judge_registration(registration, deployment_ids)
        yield _check_key_set(registration, settings)


def _judge_registration(registration: RegistrationRecord, deployment_ids: frozenset[str]) -> Finding:
    name = f"Registration {registration.client_id}"
    if not deployment_ids:
        text = "No deployment id is known, so every launch is refused."
        step = (
            "In Moodle's Manage tools, View configuration details of the tool shows it. Save it: `lea platform add` "
            "with the same client id and --deployment-id."
        )
        return Finding(name, False, text, step)
    ids = ", ".join(sorted(deployment_ids))
    return Finding(name, True, f"Issuer {registration.issuer}, deployment {ids}.")


def _check_key_set(registration: RegistrationRecord, settings: Settings) -> Finding:
    address = registration.key_set_url
    try:
        fetched = fetch_document(address, allow_insecure=settings.allow_insecure_platforms, egress=settings.egress)
        count = len(parse_key_set(fetched.body)["keys"])
    except FetchFailed as error:
        why = FETCH_REASONS.get(error.reason, error.reason)
        step = (
            f"Launches with a key that is known already go on. See that this server reaches {address} and gets JSON: "
            "the address in the registration, Moodle's certificate, the firewall."
        )
        return Finding("Moodle's keys", False, f"{address} cannot be fetched: {why}.", step)
    if not count:
        step = "Launches need an RSA key of 2048 bits or more with a kid; Moodle makes one when it is upgraded."
        return Finding("Moodle's keys", False, f"{address} holds no key that can be used.", step)
    return Finding("Moodle's keys", True, f"{address} holds {count} {'key' if count == 1 else 'keys'}.")


def _check_reading(sessions: Sessions, settings: Settings, platform_id: int, now: datetime) -> Iterator[Finding]:
    with reading(sessions) as db:
        course_count = len(load_synced_courses(db, platform_id))
        succeeded_at, is_failing = load_last_success(db, platform_id)
    if not course_count:
        step = "`lea course list`, then `lea course on`; or Courses on the administrator's page."
        yield Finding("Courses", None, "No course is switched on, so nothing is read or shown.", step)
        return
    yield Finding("Courses", True, f"{course_count} {'course is' if course_count == 1 else 'courses are'} switched on.")
    yield _judge_runs(succeeded_at, is_failing, now, timedelta(minutes=settings.sync_minutes))


def _judge_runs(succeeded_at: datetime | None, is_failing: bool, now: datetime, period: timedelta) -> Finding:
    if is_failing:
        since = (
            "none succeeded yet"
            if succeeded_at is None
            else f"the last good one ended {succeeded_at:%Y-%m-%d %H:%M} UTC"
        )
        step = "`lea status` and the administrator's page name what failed; what was read before stays."
        return Finding("Sync", False, f"The last sync failed; {since}.", step)
    if succeeded_at is None:
        return Finding("Sync", None, "None has run yet.", "Start `lea worker`, or run `lea sync` once.")
    minutes = max(0, round((now - succeeded_at).total_seconds() / 60))
    if now - succeeded_at > RUNS_MISSED * period:
        text = f"The last one ended {minutes} minutes ago; one is due every {round(period.total_seconds() / 60)}."
        return Finding("Sync", False, text, "See that `lea worker` runs: your service manager should keep it running.")
    return Finding("Sync", True, f"The last one ended {minutes} minutes ago.")
