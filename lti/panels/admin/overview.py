"""Prepare the administrator's first page: what to do next, connection, sync, freshness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.language import gettext, mark, ngettext, numeral, pgettext
from bridge.checks.findings import Finding
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION
from bridge.store.panel_site import CourseCounts, SiteOverview
from bridge.store.runs import RUNNING, SUCCEEDED, SYNC, RunRecord
from lti.panels.outlook import STALE_AFTER, Notice
from lti.panels.words import Moment, capital, clean, clean_whole, instant, listed, small

SKEW_WARNING = 5
"""Seconds between the two clocks from which the page warns (LTI notes, section 3, row 26)."""

OUTCOMES = {SUCCEEDED: mark("succeeded"), RUNNING: mark("running")}


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
            return capital(_say_failed(len(failed), listed([clean(name) for name in failed[:3]])))
        return gettext("Everything that was checked is in order")
    if overview.pending:
        return gettext("A registration waits for you")
    if not overview.platform.has_token:
        return gettext("Moodle is not connected yet")
    if not overview.courses.on:
        return gettext("No course is switched on yet")
    if not overview.last_runs:
        return gettext("Nothing has run yet")
    if overview.freshness.is_failing:
        return gettext("The last sync did not succeed")
    return gettext("Everything that ran succeeded")


def _say_failed(number: int, names: str) -> str:
    if number > 3:
        return gettext("{checks} checks fail: {names} and more", checks=small(number), names=names)
    return ngettext(
        "{checks} check fails: {names}", "{checks} checks fail: {names}", number, checks=small(number), names=names
    )


def list_steps(overview: SiteOverview) -> tuple[Step, ...]:
    """List what there is to do until the tool runs, done and to come. Empty: all of it is done."""
    states = _find_states(overview)
    if all(state[0] for state in states):
        return ()
    steps, is_next = [], True
    for is_done, name, text, endpoint, button in states:
        state = "done" if is_done else "now" if is_next else "later"
        is_next &= is_done
        steps.append(Step(state, name, text, endpoint if state == "now" else "", button))
    return tuple(steps)


def _find_states(overview: SiteOverview) -> tuple[tuple[bool, str, str, str, str], ...]:
    """Give each step: is it done, name, text, where its button leads, the button's words."""
    platform, courses = overview.platform, overview.courses
    return (
        (
            True,
            gettext("Register the tool"),
            gettext("Moodle and this tool know each other: you came here by a launch."),
            "",
            "",
        ),
        (
            platform.has_token,
            gettext("Connect Moodle"),
            gettext("Install the plugin, let it make a token, and save the token here."),
            "panels.admin_connection",
            gettext("Open the connection page"),
        ),
        (
            courses.on > 0,
            gettext("Switch on courses"),
            gettext("Nothing is read from a course before it is switched on."),
            "panels.admin_courses",
            gettext("Choose courses"),
        ),
        (
            overview.freshness.run_at is not None and courses.with_roster > 0,
            gettext("Let the first sync end"),
            gettext("It begins within seconds where the worker runs; then learners and tutors can open the tab."),
            "",
            "",
        ),
        (0 < courses.on <= courses.with_level, gettext("Publish what is expected"), _say_levels(courses), "", ""),
    )


def _say_levels(courses: CourseCounts) -> str:
    if courses.with_level >= courses.on:
        return gettext("A level is published.")
    without = ngettext(
        "{without} of {number} course has no published level.",
        "{without} of {number} courses have no published level.",
        courses.on,
        without=numeral(courses.on - courses.with_level),
    )
    next_step = gettext(
        "Nothing is measured before learners can read it: lea level publish, or a school’s engagement lead in their "
        "panel."
    )
    return f"{without} {next_step}"


def list_findings(findings: Sequence[Finding]) -> tuple[FindingLine, ...]:
    """Put the self-test's results in order: what fails first, then what is worth knowing, then the rest."""
    order = {
        False: ("fail", pgettext("a check", "failed")),
        None: ("no", pgettext("a check", "worth knowing")),
        True: ("done", pgettext("a check", "passed")),
    }
    lines = [
        FindingLine(*order[one.is_good], clean(one.name), clean_whole(one.text), clean_whole(one.next_step))
        for one in findings
    ]
    marks = [name for name, _ in order.values()]
    return tuple(sorted(lines, key=lambda line: marks.index(line.mark)))


def sum_up_findings(findings: Sequence[Finding]) -> str:
    """Say how many checks passed, of those that could tell."""
    told = [finding for finding in findings if finding.is_good is not None]
    passed = sum(finding.is_good is True for finding in told)
    return ngettext("{passed} of {number} check passed", "{passed} of {number} checks passed", len(told), passed=passed)


def find_notices(overview: SiteOverview, moment: Moment) -> tuple[Notice, ...]:
    """Find what an administrator must know before anything else; often empty."""
    platform, notices = overview.platform, []
    if platform.plugin_version is not None and platform.plugin_version < OLDEST_PLUGIN_VERSION:
        text = gettext(
            "Moodle has {there}, this tool needs {needed}: install the one below.",
            there=platform.plugin_version,
            needed=OLDEST_PLUGIN_VERSION,
        )
        notices.append(Notice("warn", gettext("The plugin local_lea is too old."), text))
    skew = platform.clock_skew_seconds or 0
    if abs(skew) >= SKEW_WARNING:
        text = gettext("Launches fail from 60 s on: set both by a time server.")
        behind = gettext("Moodle’s clock is {seconds} s behind this one.", seconds=abs(skew))
        ahead = gettext("Moodle’s clock is {seconds} s ahead of this one.", seconds=abs(skew))
        notices.append(Notice("warn", ahead if skew > 0 else behind, text))
    if overview.freshness.log_at is not None and _is_old(overview.freshness.log_at, moment) and overview.courses.on:
        text = gettext("See the sync below; the next run that succeeds catches up.")
        as_of = gettext("Figures are as of {when}.", when=instant(overview.freshness.log_at, moment))
        notices.append(Notice("warn", as_of, text))
    if overview.courses.with_problem:
        text = gettext("The courses page says why of each.")
        what = ngettext(
            "{number} course without an Engagement activity in Moodle.",
            "{number} courses without an Engagement activity in Moodle.",
            overview.courses.with_problem,
        )
        notices.append(Notice("info", what, text))
    if overview.quarantined:
        text = ngettext(
            "{number} record of Moodle’s answers set aside, each with its reason.",
            "{number} records of Moodle’s answers set aside, each with its reason.",
            overview.quarantined,
        )
        notices.append(Notice("info", text, gettext("lea status lists them; nothing else was held up.")))
    return tuple(notices)


def list_versions(overview: SiteOverview, moment: Moment, own_version: str) -> tuple[tuple[str, str], ...]:
    """List what the last handshake said, and this tool's own version: (what, value)."""
    platform = overview.platform
    if platform.handshake_at is None:
        return ((gettext("This tool"), own_version), (gettext("Moodle"), gettext("not heard from yet")))
    skew = platform.clock_skew_seconds or 0
    plugin = {"release": clean(platform.plugin_release or "?"), "version": platform.plugin_version}
    fits = gettext("{release} ({version}), fits this tool", **plugin)
    if (platform.plugin_version or 0) < OLDEST_PLUGIN_VERSION:
        fits = gettext("{release} ({version}), too old for this tool", **plugin)
    return (
        (gettext("This tool"), own_version),
        (gettext("Plugin local_lea"), fits),
        (gettext("Moodle"), clean(platform.moodle_release or "?")),
        (gettext("Clocks"), gettext("{apart} s apart; under {most} s is fine", apart=abs(skew), most=SKEW_WARNING)),
        (gettext("Heard"), instant(platform.handshake_at, moment)),
    )


def list_sources(overview: SiteOverview, moment: Moment, sync_minutes: int) -> tuple[Source, ...]:
    """List each source with its latest evidence and whether that is as fresh as it should be."""
    every = ngettext("every minute", "every {number} minutes", sync_minutes)
    if sync_minutes == 60:
        every = gettext("every hour")
    known = (
        (gettext("Moodle activity"), overview.freshness.log_at),
        (gettext("Submissions and quizzes"), overview.courses.tasks_at),
        (gettext("Lists of learners"), overview.courses.roster_at),
    )
    return tuple(_source(name, at, every, moment, is_used=overview.courses.on > 0) for name, at in known)


def _source(name: str, at: datetime | None, every: str, moment: Moment, *, is_used: bool) -> Source:
    if at is None:
        why = gettext("waits for the first sync") if is_used else gettext("no course is on")
        return Source(name, pgettext("evidence", "none yet"), every, "no", why)
    if _is_old(at, moment):
        return Source(name, instant(at, moment), every, "bad", gettext("old: see the sync above"))
    return Source(name, instant(at, moment), every, "ok", pgettext("a source", "fresh"))


def _is_old(at: datetime, moment: Moment) -> bool:
    return moment.now - at > STALE_AFTER


def list_last_runs(runs: Sequence[RunRecord], moment: Moment) -> tuple[RunLine, ...]:
    """List the last run of each other job than the sync, whose history stands beside it."""
    return tuple(_run_line(run, moment) for run in runs if run.job != SYNC)


def _run_line(run: RunRecord, moment: Moment) -> RunLine:
    ended = instant(run.finished_at or run.started_at, moment)
    if run.outcome == "failed":
        error = clean(f"{run.error_code or 'unknown'}: {run.error_message or 'no message'}")
        return RunLine(False, clean(run.job), gettext("{when}, failed. {error}", when=ended, error=error))
    outcome = gettext(OUTCOMES[run.outcome]) if run.outcome in OUTCOMES else run.outcome
    return RunLine(True, clean(run.job), gettext("{when}, {outcome}", when=ended, outcome=outcome))
