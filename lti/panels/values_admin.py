"""Prepare the administrator's page: what is switched on, how fresh it is, what failed; no learner's data."""

from dataclasses import dataclass

from bridge.store.panel_records import SiteOverview
from bridge.store.runs import RunRecord
from lti.panels.outlook import FreshLine, Notice, is_stale
from lti.panels.words import Moment, clean, count, instant

SKEW_WARNING = 5
"""Seconds between the two clocks from which the page warns (LTI.md section 3, row 26)."""


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One switched-on course."""

    name: str
    shortname: str
    learners: str
    roster: str
    evaluated: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """The last run of one job."""

    is_good: bool
    job: str
    text: str


@dataclass(frozen=True, slots=True)
class AdminPage:
    """The page's finished values."""

    title: str
    site: str
    notices: tuple[Notice, ...]
    fresh: tuple[FreshLine, ...]
    courses: tuple[CourseLine, ...]
    runs: tuple[RunLine, ...]
    checked: str


def make_admin_page(overview: SiteOverview, moment: Moment) -> AdminPage:
    """Make the administrator's page from a platform's overview."""
    failed = [run for run in overview.runs if run.outcome == "failed"]
    title = f"{count(len(failed), 'job')} did not succeed" if failed else "Everything that ran succeeded"
    if not overview.runs:
        title = "Nothing has run yet"
    return AdminPage(
        title=title,
        site=clean(overview.name),
        notices=_find_notices(overview, moment),
        fresh=_list_freshness(overview, moment),
        courses=tuple(
            CourseLine(
                name=clean(course.fullname),
                shortname=clean(course.shortname),
                learners=f"{course.learner_count:,}",
                roster="not yet" if course.roster_at is None else instant(course.roster_at, moment),
                evaluated="none yet" if course.last_week_evaluated is None else f"week {course.last_week_evaluated}",
            )
            for course in overview.courses
        ),
        runs=tuple(_make_run(run, moment) for run in overview.runs),
        checked=f"Checked {instant(moment.now, moment)}",
    )


def _find_notices(overview: SiteOverview, moment: Moment) -> tuple[Notice, ...]:
    notices = []
    if not overview.courses:
        notices.append(Notice("info", "No course is switched on.", "Switch one on with the lea command."))
    elif is_stale(overview.freshness, moment):
        at = overview.freshness.log_at
        since = "Moodle’s log has not been read yet." if at is None else f"Figures are as of {instant(at, moment)}."
        notices.append(Notice("warn", since, "See the last runs below; the next one that succeeds catches up."))
    if abs(overview.clock_skew_seconds or 0) >= SKEW_WARNING:
        text = f"Moodle’s clock and this one are {abs(overview.clock_skew_seconds or 0)} s apart."
        notices.append(Notice("warn", text, "Launches fail from 60 s on: set both by a time server."))
    if overview.quarantined:
        text = f"{count(overview.quarantined, 'record')} of Moodle’s answers set aside, each with its reason."
        notices.append(Notice("info", text, "lea status lists them; nothing else was held up."))
    return tuple(notices)


def _list_freshness(overview: SiteOverview, moment: Moment) -> tuple[FreshLine, ...]:
    freshness = overview.freshness
    known = (
        ("Moodle’s log", freshness.log_at),
        ("Oldest list of learners", freshness.roster_at),
        ("Last successful run", freshness.run_at),
    )
    lines = [FreshLine(at is not None, name, "not yet" if at is None else instant(at, moment)) for name, at in known]
    release = overview.plugin_release
    lines.append(
        FreshLine(release is not None, "Plugin local_lea", clean(release) if release else "not heard from yet")
    )
    return tuple(lines)


def _make_run(run: RunRecord, moment: Moment) -> RunLine:
    ended = instant(run.finished_at or run.started_at, moment)
    if run.outcome == "failed":
        error = clean(f"{run.error_code or 'unknown'}: {run.error_message or 'no message'}")
        return RunLine(False, clean(run.job), f"{ended}, failed. {error}")
    return RunLine(True, clean(run.job), f"{ended}, {run.outcome}, {count(run.rows_new, 'new row')}")
