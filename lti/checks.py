"""The connection self-test: everything between this tool and one Moodle site, for the command and the panel alike."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from analytics.language import gettext, mark, ngettext
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
from bridge.store.placements import count_tabs
from bridge.store.platforms import load_platform
from bridge.store.registrations import load_registrations
from bridge.store.runs import load_last_success
from lti.launch.checks import check_registrations
from lti.services import utc_now

RUNS_MISSED = 4
"""After so many sync periods without one the worker is taken to be stopped."""
TAB_PROBLEMS = {
    "queued": (mark("made when Moodle's cron runs next"), ""),
    "nomodule": (
        mark("External tool activities are switched off"),
        mark("In Moodle: Site administration > Plugins > Activity modules > Manage activities, show External tool."),
    ),
    "unknowncourse": (
        mark("Moodle has no such course any more"),
        mark("Switch it off: `lea course off`, or Courses on the page."),
    ),
}
"""The plugin's code → what it means, and what to do."""
SAID_OF_THE_TOOL = frozenset({"notool", "pendingtool"})
"""What the finding External tool says already."""
LOOK_AT_TASKS = mark("In Moodle: Site administration > Server > Tasks > Task logs shows why; it is tried again.")


def check_platform(
    sessions: Sessions,
    settings: Settings,
    platform_id: int,
    *,
    now: Callable[[], datetime] = utc_now,
    client_for: Callable[[int], MoodleClient] | None = None,
) -> tuple[Finding, ...]:
    """Ask Moodle and look into the database; return what was found, in the order in which to mend it. Never empty.

    Nothing is changed, here or there; only this tool's first signing key is made where there is none. It takes as long
    as a dozen calls of Moodle, and about half a minute at most where something does not answer. `client_for` (platform
    id → client) stands in for the saved connection.

    Raises:
        LookupError: there is no such platform.
    """
    return (
        *_check_moodle(sessions, settings, platform_id, now, client_for or make_page_clients(sessions, settings)),
        *check_registrations(sessions, settings, platform_id, now()),
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
        is_told = bool(load_registrations(db, platform_id)) and load_last_success(db, platform_id)[0] is not None
    if platform is None:
        raise LookupError(f"There is no platform {platform_id}.")
    try:
        client = client_for(platform_id)
    except NotConnected:
        text = gettext("No web-service token is saved, so nothing can be read.")
        return (Finding(gettext("Token"), False, text, connect_page(platform.moodle_url)),)
    except SecretUnreadable:
        text = gettext("The saved token does not open: it was saved with another LEA_SECRET_KEY.")
        step = gettext("Start with that LEA_SECRET_KEY, or save the token again: `lea platform connect`.")
        return (Finding(gettext("Token"), False, text, step),)
    except InsecureAddress as error:
        text = f"{gettext(error.happened)}: {platform.moodle_url}."
        return (Finding(gettext("Address"), False, text, gettext(error.next_step)),)
    answers = ask_everything(client, now)
    findings = judge_connection(answers, platform.moodle_url)
    if answers.version is None or answers.skew is None:
        return findings
    return (*findings, *judge_site(answers.version, answers.skew, settings.zone, now(), is_told=is_told))


def _check_reading(sessions: Sessions, settings: Settings, platform_id: int, now: datetime) -> Iterator[Finding]:
    with reading(sessions) as db:
        course_count = len(load_synced_courses(db, platform_id))
        succeeded_at, is_failing = load_last_success(db, platform_id)
        tabs = count_tabs(db, platform_id)
    if not course_count:
        step = gettext("`lea course list`, then `lea course on`; or Courses on the administrator's page.")
        yield Finding(gettext("Courses"), None, gettext("No course is switched on, so nothing is read or shown."), step)
        return
    text = ngettext("{number} course is switched on.", "{number} courses are switched on.", course_count)
    yield Finding(gettext("Courses"), True, text)
    yield from _judge_tabs(tabs)
    yield _judge_runs(succeeded_at, is_failing, now, timedelta(minutes=settings.sync_minutes))


def _judge_tabs(tabs: Mapping[str, int]) -> Iterator[Finding]:
    """Judge how many courses have their Engagement tab; a course that Moodle was not told of yet is left out."""
    name = gettext("Engagement tabs")
    if made := tabs.get("", 0):
        text = ngettext("{number} course has its tab.", "{number} courses have their tab.", made)
        yield Finding(name, True, text)
    for problem, count in sorted(tabs.items()):
        if problem and problem not in SAID_OF_THE_TOOL:
            words, step = TAB_PROBLEMS.get(problem, ("", LOOK_AT_TASKS))
            why = gettext(words) if words else gettext("Moodle says {code}", code=problem)
            text = ngettext(
                "{number} course without a tab: {why}.", "{number} courses without a tab: {why}.", count, why=why
            )
            yield Finding(name, None if problem == "queued" else False, text, gettext(step) if step else "")


def _judge_runs(succeeded_at: datetime | None, is_failing: bool, now: datetime, period: timedelta) -> Finding:
    name = gettext("Sync")
    if is_failing:
        step = gettext("`lea status` and the administrator's page name what failed; what was read before stays.")
        if succeeded_at is None:
            return Finding(name, False, gettext("The last sync failed; none succeeded yet."), step)
        text = gettext(
            "The last sync failed; the last good one ended {when} UTC.", when=f"{succeeded_at:%Y-%m-%d %H:%M}"
        )
        return Finding(name, False, text, step)
    if succeeded_at is None:
        return Finding(name, None, gettext("None has run yet."), gettext("Start `lea worker`, or run `lea sync` once."))
    minutes = max(0, round((now - succeeded_at).total_seconds() / 60))
    if now - succeeded_at > RUNS_MISSED * period:
        text = ngettext(
            "The last one ended {number} minute ago; one is due every {period}.",
            "The last one ended {number} minutes ago; one is due every {period}.",
            minutes,
            period=round(period.total_seconds() / 60),
        )
        step = gettext("See that `lea worker` runs: your service manager should keep it running.")
        return Finding(name, False, text, step)
    text = ngettext("The last one ended {number} minute ago.", "The last one ended {number} minutes ago.", minutes)
    return Finding(name, True, text)
