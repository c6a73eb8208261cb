"""Prepare the administrator's first page: what to do next, connection, sync, platforms, freshness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.checks.findings import Finding
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION
from bridge.secrets import hash_token
from bridge.store.panel_site import CourseCounts, RegisteredAs, SiteOverview
from bridge.store.pending_registrations import PendingRecord
from bridge.store.runs import SYNC, RunRecord
from lti.launch.memberships import SCOPE
from lti.panels.outlook import STALE_AFTER, Notice
from lti.panels.words import Moment, capital, clean, clean_whole, count, instant, listed, small

SKEW_WARNING = 5
"""Seconds between the two clocks from which the page warns (LTI notes, section 3, row 26)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on the way to a running tool; `mark` is done, now or later."""

    mark: str
    name: str
    text: str
    endpoint: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One result of the self-test; `mark` is fail, no or done."""

    mark: str
    result: str
    name: str
    text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Source:
    """How fresh one source is; `mark` is ok, bad or no."""

    name: str
    latest: str
    expected: str
    mark: str
    state: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One registration that waits for approval."""

    pending_id: int
    mark: str
    """Of what is shown: its id alone may be another registration's by the time of the answer."""
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """The last run of one job."""

    is_good: bool
    job: str
    text: str


def make_title(overview: SiteOverview, findings: Sequence[Finding] | None) -> str:
    """Say in one line how things stand, the most pressing first."""
    if findings is not None:
        failed = [finding.name for finding in findings if finding.is_good is False]
        if failed:
            names = listed([clean(name) for name in failed[:3]]) + (" and more" if len(failed) > 3 else "")
            checks = "check fails" if len(failed) == 1 else "checks fail"
            return f"{capital(small(len(failed)))} {checks}: {names}"
        return "Everything that was checked is in order"
    if overview.pending:
        return "A registration waits for you"
    if not overview.platform.has_token:
        return "Moodle is not connected yet"
    if not overview.courses.on:
        return "No course is switched on yet"
    if not overview.last_runs:
        return "Nothing has run yet"
    if overview.freshness.is_failing:
        return "The last sync did not succeed"
    return "Everything that ran succeeded"


def list_steps(overview: SiteOverview) -> tuple[Step, ...]:
    """List what there is to do until the tool runs, done and to come. Empty: all of it is done."""
    states = _find_states(overview)
    if all(state[0] for state in states):
        return ()
    steps, is_next = [], True
    for is_done, name, text, endpoint, button in states:
        mark = "done" if is_done else "now" if is_next else "later"
        is_next &= is_done
        steps.append(Step(mark, name, text, endpoint if mark == "now" else "", button))
    return tuple(steps)


def _find_states(overview: SiteOverview) -> tuple[tuple[bool, str, str, str, str], ...]:
    """Give each step: is it done, name, text, where its button leads, the button's words."""
    platform, courses = overview.platform, overview.courses
    return (
        (True, "Register the tool", "Moodle and this tool know each other: you came here by a launch.", "", ""),
        (
            platform.has_token,
            "Connect Moodle",
            "Install the plugin, let it make a token, and save the token here.",
            "panels.admin_connection",
            "Open the connection page",
        ),
        (
            courses.on > 0,
            "Switch on courses",
            "Nothing is read from a course before it is switched on.",
            "panels.admin_courses",
            "Choose courses",
        ),
        (
            overview.freshness.run_at is not None and courses.with_roster > 0,
            "Let the first sync end",
            "It begins within seconds where the worker runs; then learners and tutors can open the tab.",
            "",
            "",
        ),
        (0 < courses.on <= courses.with_level, "Publish what is expected", _say_levels(courses), "", ""),
    )


def _say_levels(courses: CourseCounts) -> str:
    if courses.with_level >= courses.on:
        return "A level is published."
    without = f"{courses.on - courses.with_level:,} of {count(courses.on, 'course has', 'courses have')}"
    next_step = "lea level publish, or a school’s engagement lead in their panel."
    return f"{without} no published level. Nothing is measured before learners can read it: {next_step}"


def list_findings(findings: Sequence[Finding]) -> tuple[FindingLine, ...]:
    """Put the self-test's results in order: what fails first, then what is worth knowing, then the rest."""
    order = {False: ("fail", "failed"), None: ("no", "worth knowing"), True: ("done", "passed")}
    lines = [
        FindingLine(*order[one.is_good], clean(one.name), clean_whole(one.text), clean_whole(one.next_step))
        for one in findings
    ]
    marks = [mark for mark, _ in order.values()]
    return tuple(sorted(lines, key=lambda line: marks.index(line.mark)))


def sum_up_findings(findings: Sequence[Finding]) -> str:
    """Say how many checks passed, of those that could tell."""
    told = [finding for finding in findings if finding.is_good is not None]
    passed = sum(finding.is_good is True for finding in told)
    return f"{passed} of {count(len(told), 'check')} passed"


def find_notices(overview: SiteOverview, moment: Moment) -> tuple[Notice, ...]:
    """Find what an administrator must know before anything else; often empty."""
    platform, notices = overview.platform, []
    if platform.plugin_version is not None and platform.plugin_version < OLDEST_PLUGIN_VERSION:
        text = f"Moodle has {platform.plugin_version}, this tool needs {OLDEST_PLUGIN_VERSION}: install the one below."
        notices.append(Notice("warn", "The plugin local_lea is too old.", text))
    skew = platform.clock_skew_seconds or 0
    if abs(skew) >= SKEW_WARNING:
        order = "ahead of" if skew > 0 else "behind"
        text = "Launches fail from 60 s on: set both by a time server."
        notices.append(Notice("warn", f"Moodle’s clock is {abs(skew)} s {order} this one.", text))
    if overview.freshness.log_at is not None and _is_old(overview.freshness.log_at, moment) and overview.courses.on:
        text = "See the sync below; the next run that succeeds catches up."
        notices.append(Notice("warn", f"Figures are as of {instant(overview.freshness.log_at, moment)}.", text))
    if overview.courses.with_problem:
        text = "The courses page says why of each."
        what = f"{count(overview.courses.with_problem, 'course')} without an Engagement activity in Moodle."
        notices.append(Notice("info", what, text))
    if overview.quarantined:
        text = f"{count(overview.quarantined, 'record')} of Moodle’s answers set aside, each with its reason."
        notices.append(Notice("info", text, "lea status lists them; nothing else was held up."))
    return tuple(notices)


def list_versions(overview: SiteOverview, moment: Moment, own_version: str) -> tuple[tuple[str, str], ...]:
    """List what the last handshake said, and this tool's own version: (what, value)."""
    platform = overview.platform
    if platform.handshake_at is None:
        return (("This tool", own_version), ("Moodle", "not heard from yet"))
    skew = platform.clock_skew_seconds or 0
    fits = "fits this tool" if (platform.plugin_version or 0) >= OLDEST_PLUGIN_VERSION else "too old for this tool"
    return (
        ("This tool", own_version),
        ("Plugin local_lea", f"{clean(platform.plugin_release or '?')} ({platform.plugin_version}), {fits}"),
        ("Moodle", clean(platform.moodle_release or "?")),
        ("Clocks", f"{abs(skew)} s apart; under {SKEW_WARNING} s is fine"),
        ("Heard", instant(platform.handshake_at, moment)),
    )


def list_sources(overview: SiteOverview, moment: Moment, sync_minutes: int) -> tuple[Source, ...]:
    """List each source with its latest evidence and whether that is as fresh as it should be."""
    every = {1: "every minute", 60: "every hour"}.get(sync_minutes, f"every {sync_minutes} minutes")
    known = (
        ("Moodle activity", overview.freshness.log_at),
        ("Submissions and quizzes", overview.courses.tasks_at),
        ("Lists of learners", overview.courses.roster_at),
    )
    return tuple(_source(name, at, every, moment, is_used=overview.courses.on > 0) for name, at in known)


def _source(name: str, at: datetime | None, every: str, moment: Moment, *, is_used: bool) -> Source:
    if at is None:
        return Source(name, "none yet", every, "no", "waits for the first sync" if is_used else "no course is on")
    if _is_old(at, moment):
        return Source(name, instant(at, moment), every, "bad", "old: see the sync above")
    return Source(name, instant(at, moment), every, "ok", "fresh")


def _is_old(at: datetime, moment: Moment) -> bool:
    return moment.now - at > STALE_AFTER


def list_waiting(pending: Sequence[PendingRecord], moment: Moment) -> tuple[Waiting, ...]:
    """List what waits for approval, and what each would get."""
    return tuple(
        Waiting(
            one.pending_id,
            mark_of(one),
            clean(one.granted.name),
            f"{clean(one.granted.issuer)} registered itself {instant(one.registered_at, moment)}, client id"
            f" {clean(one.granted.client_id)}. Its keys come from {clean_whole(one.granted.key_set_url)}."
            f" {_say_scopes(one)}",
        )
        for one in pending
    )


def mark_of(one: PendingRecord) -> str:
    """Return what tells a waiting registration from any other one, whatever its id."""
    return hash_token(repr(one))[:32]


def _say_scopes(one: PendingRecord) -> str:
    if SCOPE in one.granted.granted_scopes:
        return "It sends names and roles and granted the lists of members; this tool never asks for marks."
    return "It sends names and roles; this tool never asks for marks."


def say_registration(registrations: Sequence[RegisteredAs]) -> str:
    """Say how the platform is registered."""
    deployments = sum(one.deployment_count for one in registrations)
    ids = listed([clean(one.client_id) for one in registrations])
    if not registrations:
        return "not registered"
    return f"client {'id' if len(registrations) == 1 else 'ids'} {ids}, {count(deployments, 'deployment')}"


def list_last_runs(runs: Sequence[RunRecord], moment: Moment) -> tuple[RunLine, ...]:
    """List the last run of each other job than the sync, whose history stands beside it."""
    return tuple(_run_line(run, moment) for run in runs if run.job != SYNC)


def _run_line(run: RunRecord, moment: Moment) -> RunLine:
    ended = instant(run.finished_at or run.started_at, moment)
    if run.outcome == "failed":
        error = clean(f"{run.error_code or 'unknown'}: {run.error_message or 'no message'}")
        return RunLine(False, clean(run.job), f"{ended}, failed. {error}")
    return RunLine(True, clean(run.job), f"{ended}, {run.outcome}")
