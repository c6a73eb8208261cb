"""Answer the administrator's requests for a page: read once, prepare the values, print the template."""

from collections.abc import Sequence
from importlib.metadata import version as installed_version

from flask import render_template

from analytics.language import gettext, mark
from bridge.checks.findings import Finding
from bridge.moodle.client import DISTRIBUTION
from bridge.store.panel_site import SiteOverview, load_site_overview
from lti.changes import Done, once
from lti.checks import check_platform
from lti.guard import Asker, GuardedRequest
from lti.panels.admin.history import make_history
from lti.panels.admin.overview import (
    find_notices,
    list_findings,
    list_last_runs,
    list_sources,
    list_steps,
    list_versions,
    make_title,
    sum_up_findings,
)
from lti.panels.admin.registered import list_waiting, say_registration
from lti.panels.outlook import Notice
from lti.panels.words import Moment, clean, clean_whole, instant
from lti.services import services

SYNC, LINK, APPROVE, REFUSE, CONNECTION, SWITCH = "sync", "link", "approve", "refuse", "connection", "courses"
"""The changes there are; each form's token is made for one of them."""
TABS = (
    ("panels.admin", mark("Overview")),
    ("panels.admin_connection", mark("Connection")),
    ("panels.admin_courses", mark("Courses")),
)

Page = dict[str, object]


def overview_panel(asked: GuardedRequest) -> str:
    """Answer with the state of the tool as it is known here; nothing is asked of Moodle."""
    return show_overview(asked)


def check_connection(asker: Asker) -> tuple[Finding, ...]:
    """Run the self-test of the asker's platform; it takes seconds, and needs no transaction."""
    tool = services()
    return check_platform(
        tool.sessions, tool.settings, asker.platform_id, now=tool.now, client_for=tool.moodle.client_for
    )


def check_panel(asked: GuardedRequest, findings: tuple[Finding, ...]) -> str:
    """Answer with the first page and what the self-test found."""
    return show_overview(asked, findings=findings)


def show_overview(asked: GuardedRequest, *, done: Done | None = None, findings: Sequence[Finding] | None = None) -> str:
    """Print the first page: after a change with what came of it, after the self-test with its findings."""
    overview = load_site_overview(asked.db, asked.platform_id, asked.now)
    moment, tool = moment_of(asked), services()
    page = {
        **common(asked, overview, done),
        "title": make_title(overview, findings),
        "notices": find_notices(overview, moment),
        "steps": list_steps(overview),
        "findings": None if findings is None else list_findings(findings),
        "passed": "" if findings is None else sum_up_findings(findings),
        "versions": list_versions(overview, moment, installed_version(DISTRIBUTION)),
        "has_token": overview.platform.has_token,
        "history": make_history(overview.runs, moment),
        "asked_for": _say_asked_for(overview, moment),
        "last_runs": list_last_runs(overview.last_runs, moment),
        "registered": say_registration(overview.registrations),
        "launched": _say_launched(overview, moment),
        "waiting": list_waiting(overview.pending, moment),
        "link": done.secret if done is not None else "",
        "sources": list_sources(overview, moment, tool.settings.sync_minutes),
        "courses": overview.courses,
        "once": make_tokens(asked, SYNC, LINK),
        "decisions": {
            one.pending_id: make_tokens(asked, APPROVE, REFUSE, object=str(one.pending_id)) for one in overview.pending
        },
    }
    return render_template("panels/admin/overview.html.jinja", **page)


def _say_asked_for(overview: SiteOverview, moment: Moment) -> str:
    at = overview.sync_requested_at
    if at is None:
        return ""
    return gettext(
        "A sync was asked for {when} and has not begun: it does within seconds where lea worker runs.",
        when=instant(at, moment),
    )


def _say_launched(overview: SiteOverview, moment: Moment) -> str:
    at = overview.launched_at
    return "" if at is None else gettext("Last launch {when}", when=instant(at, moment))


def common(asked: GuardedRequest, overview: SiteOverview, done: Done | None) -> Page:
    """Give what every page of the panel begins with."""
    moment = moment_of(asked)
    return {
        "page_token": asked.page_token,
        "site": clean(overview.platform.name),
        "address": clean(overview.platform.moodle_url),
        "checked": gettext("As of {when}", when=instant(moment.now, moment)),
        "tabs": [(endpoint, gettext(text)) for endpoint, text in TABS],
        "may_change": asked.viewer.manages_tool,
        "done": None if done is None else Notice(done.kind, clean_whole(done.strong), clean_whole(done.text)),
    }


def make_tokens(asked: GuardedRequest, *changes: str, object: str = "") -> dict[str, str]:
    """Give the one-time tokens of a page's forms by change; none to somebody who may change nothing."""
    if not asked.viewer.manages_tool:
        return {}
    return {change: once(asked.page_token, change, asked.now, object) for change in changes}


def moment_of(asked: GuardedRequest) -> Moment:
    """Give the instant of a request, where the institution is."""
    return Moment(asked.now, services().settings.zone)
