"""Build the LTI tool: one Flask app with its services, routes, headers and error pages."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, current_app, g, request

from bridge.config import Settings
from bridge.connections import make_page_clients
from bridge.correlation import correlate
from bridge.moodle.client import MoodleClient
from bridge.readiness import find_unready
from bridge.sessions import open_sessions
from bridge.store.database import Sessions, make_engine
from bridge.store.facts_place import check_facts_place
from bridge.tombstone_file import agree_with_file
from bridge.viewer_access import MoodleAccess
from lti import accessibility, panels
from lti.address_limit import register_address_limit
from lti.errors import register_errors
from lti.headers import register_headers
from lti.language import register_language
from lti.launch.memberships import Memberships
from lti.launch.routes import make_blueprint
from lti.launch.service_token import make_service_caller
from lti.logs import make_log
from lti.metrics import register_metrics
from lti.paths import register_paths
from lti.registration import routes as registration
from lti.services import EXTENSION, Services, services, utc_now
from lti.theme import register_theme

MAX_BODY_BYTES = 1_000_000
REAPPLIED = "lea tombstones"
NO_DATA = frozenset({"healthz", "readyz", "metrics", "static"})
"""Routes that read nothing about anybody."""


def create_app(
    settings: Settings,
    *,
    sessions: Sessions | None = None,
    now: Callable[[], datetime] = utc_now,
    moodle_client_for: Callable[[int], MoodleClient] | None = None,
) -> Flask:
    """Return the tool as a WSGI application; nothing is asked of the database or of Moodle until a request comes.

    `sessions`, `now` and `moodle_client_for` (platform id → client) stand in for the database that the settings name,
    the clock, and the clients made from the saved connections.
    """
    sessions = sessions or open_sessions(make_engine(settings.database_url), settings)
    app = Flask("lti", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY_BYTES
    # Flask escapes by a template's last suffix, and ours is .jinja: without this line a name could be a script.
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Services(
        settings=settings,
        sessions=sessions,
        now=now,
        moodle=MoodleAccess(moodle_client_for or make_page_clients(sessions, settings)),
        memberships=Memberships(make_service_caller(sessions, settings)),
        log=make_log(settings.log_level),
    )
    app.before_request(_begin_request)
    register_language(app)
    register_address_limit(app)
    app.before_request(_reapply_tombstones)
    app.after_request(_log_request)
    register_headers(app)
    register_errors(app)
    register_theme(app)
    register_paths(app)
    _register_routes(app)
    return app


def _register_routes(app: Flask) -> None:
    app.register_blueprint(make_blueprint())
    app.register_blueprint(registration.make_blueprint())
    app.register_blueprint(panels.blueprint)
    app.register_blueprint(accessibility.make_blueprint())
    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/readyz", "readyz", _readyz)
    register_metrics(app)


def _begin_request() -> None:
    g.started = time.perf_counter()
    number = secrets.token_hex(5).upper()
    g.request_id = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    correlate(g.request_id)


def _reapply_tombstones() -> None:
    """Before the first page: a restored backup may have brought back people who were erased after it was made.

    And the facts have to be where the settings say, in whose absence people would be shown wrong numbers.

    While the database is away or the file cannot be read, pages fail and the next request tries again.
    """
    if REAPPLIED in current_app.extensions or request.endpoint in NO_DATA:
        return
    check_facts_place(services().sessions)
    agree_with_file(services().sessions, services().settings)
    current_app.extensions[REAPPLIED] = True


def _log_request(answer: Response) -> Response:
    # The rule and no more: a query string can carry a login hint, a path a registration link.
    services().log.info(
        "request",
        method=request.method,
        path=request.url_rule.rule if request.url_rule else "(no such route)",
        status=answer.status_code,
        milliseconds=round(1000 * (time.perf_counter() - g.started), 1),
        request_id=g.request_id,
    )
    return answer


def _healthz() -> Response:
    """Say that the process answers; it asks nothing of the database."""
    return Response("ok\n", mimetype="text/plain")


def _readyz() -> Response:
    """Say whether the tool can do its work: the database answers, has these tables, and its secrets open."""
    unready = find_unready(services().sessions, services().settings)
    if unready is None:
        return Response("ready\n", mimetype="text/plain")
    services().log.error("not_ready", reason=unready.value, request_id=g.request_id)
    return Response(f"not ready: {unready.value}\n", 503, {"Retry-After": "10"}, mimetype="text/plain")
