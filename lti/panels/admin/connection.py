"""Save the Moodle connection: the token is tried first, kept encrypted, and never shown again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import render_template, request

from analytics.language import gettext, mark
from bridge.checks.findings import Finding
from bridge.connections import make_page_client
from bridge.errors import BridgeError
from bridge.moodle.errors import TokenRejected
from bridge.secrets import encrypt
from bridge.store.database import reading
from bridge.store.panel_site import load_site_overview
from bridge.store.platforms import load_platform, save_platform
from bridge.store.sync_requests import request_sync
from lti.changes import Change, Changing, Done
from lti.errors import NotFound
from lti.guard import Asker, GuardedRequest, View
from lti.panels.admin.overview import list_findings, sum_up_findings
from lti.panels.admin.views import CONNECTION, check_connection, common, make_tokens
from lti.panels.words import clean
from lti.services import services

TOKEN = re.compile(r"[A-Za-z0-9]{16,128}")
"""What Moodle's tokens are made of: 32 hexadecimal digits today."""
NOT_SAVED = mark("What was saved before stays as it is.")


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, and what Moodle said to it."""

    encrypted: str | None = field(default=None, repr=False)
    """None: there is nothing to save."""
    problem: Done | None = None
    """Why there is nothing to save."""


def connection_panel(asked: GuardedRequest) -> str:
    """Answer with the connection's form; a token that is saved is not on it."""
    return show_connection(asked)


def show_connection(asked: GuardedRequest, done: Done | None = None, findings: Sequence[Finding] | None = None) -> str:
    """Print the connection's page: after saving with what came of it and what the self-test found."""
    overview = load_site_overview(asked.db, asked.platform_id, asked.now)
    page = {
        **common(asked, overview, done),
        "has_token": overview.platform.has_token,
        "findings": None if findings is None else list_findings(findings),
        "passed": "" if findings is None else sum_up_findings(findings),
        "connect_url": f"{overview.platform.moodle_url}/local/lea/connect.php"
        if re.match(r"https?://", overview.platform.moodle_url)
        else "",
        "once": make_tokens(asked, CONNECTION),
    }
    return render_template("panels/admin/connection.html.jinja", **page)


def _try_token(asker: Asker) -> Tried:
    """Ask Moodle with the token that was typed, before anything is saved."""
    token = request.form.get("token", "").strip()
    with reading(services().sessions) as db:
        platform = load_platform(db, asker.platform_id)
    if platform is None:
        raise NotFound
    if not token:
        kept = gettext("The token that is saved stays.") if platform.has_token else gettext("No token is saved yet.")
        return Tried(problem=Done("connection: nothing typed", "info", gettext("No token was typed."), kept))
    if not TOKEN.fullmatch(token):
        text = gettext(
            "A token is 32 letters and digits. What was saved before stays as it is. Copy it again from the "
            "plugin’s page."
        )
        strong = gettext("That is not a token of Moodle.")
        return Tried(problem=Done("connection not saved: no token", "warn", strong, text))
    settings = services().settings
    try:
        make_page_client(platform.moodle_url, token, settings).version()
    except TokenRejected:
        text = gettext(
            "What was saved before stays as it is. Make a new token with the plugin’s page in Moodle and copy "
            "the whole of it."
        )
        detail = "connection not saved: Moodle does not know the token"
        return Tried(problem=Done(detail, "warn", gettext("Moodle does not know this token."), text))
    except BridgeError as error:
        # The token may be right while something else is not: the self-test that follows names it.
        services().log.info("a token was tried", code=error.code)
    return Tried(encrypt(token, settings.secret_key))


def _save(asked: Changing, tried: Tried) -> Done:
    if tried.problem is not None or tried.encrypted is None:
        nothing = Done("connection: nothing typed", "info", gettext("No token was typed."), gettext(NOT_SAVED))
        return tried.problem or nothing
    platform = load_platform(asked.db, asked.platform_id)
    if platform is None:
        raise NotFound
    save_platform(
        asked.db,
        name=platform.name,
        moodle_url=platform.moodle_url,
        encrypted_token=tried.encrypted,
        now=asked.now,
    )
    request_sync(asked.db, asked.platform_id, asked.now)
    text = gettext("It is kept encrypted and never shown again. What the check found stands below.")
    return Done(f"connection saved: {clean(platform.moodle_url)}", "good", gettext("The token is saved."), text)


def _check_what_was_saved(asker: Asker, done: Done, tried: Tried) -> View:
    if tried.encrypted is None:
        return lambda asked: show_connection(asked, done)
    # What went wrong with the connection before says nothing about this one.
    services().moodle.failures.pop(asker.platform_id, None)
    findings = check_connection(asker)
    return lambda asked: show_connection(asked, done, findings)


CHANGE = Change(CONNECTION, _try_token, _save, _check_what_was_saved)
