"""Pages as they are served, against bare Flask that says one line, behind the same server, one request at a time.

A page costs here what it costs in use: session, rights, its queries, its template, its access row and their commit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.serving import make_server

from benchmarks.harness import Contest
from bridge.moodle.client import MoodleClient
from bridge.store.calendar_changes import seed_calendar
from bridge.store.database import make_engine, make_sessions, writing
from bridge.store.migrations import upgrade
from bridge.sync.course import sync_platform
from lti.services import EXTENSION, Services
from tests.bridge.sync.conftest import RECORDED_AT
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.server import QuietHandler
from tests.demo_vle.worlds.recorded import recorded
from tests.levels import publish
from tests.lti.served import TEACH, Clock, Tool, serve_tool
from tests.serving import serving

COURSE = 2
REQUESTS = 20
"""In one round."""
MOST_VIEWS = 1_000_000


@contextmanager
def panels(folder: Path) -> Iterator[tuple[Contest, Contest]]:
    """Give the contests of the learner's and the tutor's panel, in a course of the recorded site after a sync."""
    engine = make_engine(f"sqlite:///{folder / 'served'}.sqlite3")
    upgrade(engine)
    clock = Clock()
    clock.ahead = RECORDED_AT - clock()
    world = recorded()
    with DemoVle(world, now=clock) as vle, serve_tool(make_sessions(engine), vle, clock, (COURSE,)) as tool:
        _measure(tool)
        members = world.courses[COURSE].members.items()
        tutor = min(who for who, member in members if TEACH & set(member.roles))
        learner = min(who for who, member in members if set(member.roles) == {"student"})
        with _bare_flask() as bare:
            yield (
                _contest("learner panel, served", bare, tool, learner, "/panel/learner", 1 / 0.50),
                _contest("tutor panel, served", bare, tool, tutor, "/panel/tutor", 1 / 0.25),
            )
    engine.dispose()


def _measure(tool: Tool) -> None:
    """Publish a level and a calendar, let the limit of views alone, and sync."""
    made: Services = tool.app.extensions[EXTENSION]
    settings = replace(made.settings, named_views_per_hour=MOST_VIEWS)
    tool.app.extensions[EXTENSION] = replace(made, settings=settings)
    with writing(tool.sessions) as db:
        publish(db, tool.platform_id)
        seed_calendar(db, tool.platform_id)
    client = MoodleClient(tool.vle.url, tool.vle.token)
    report = sync_platform(tool.sessions, client, tool.platform_id, settings, tool.clock)
    assert report.failures == ()


@contextmanager
def _bare_flask() -> Iterator[str]:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "A page.", methods=["POST"])
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    with serving(server):
        yield f"http://127.0.0.1:{server.port}"


def _contest(work: str, bare: str, tool: Tool, who: int, path: str, most: float) -> Contest:
    body = urlencode({"page_token": tool.open(who, COURSE)})
    return Contest(
        work,
        "bare Flask, same server",
        lambda _: _post(bare, "/", body),
        lambda _: _post(tool.url, path, body),
        most=most,
        amount=REQUESTS,
        unit="requests",
    )


def _post(url: str, path: str, body: str) -> float:
    """Send the requests of a round, one after the other; return seconds.

    Raises:
        AssertionError: an answer is no page.
    """
    host = urlsplit(url).netloc
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    for _ in range(REQUESTS):
        connection = HTTPConnection(host, timeout=30)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 200, answer.status
    return time.perf_counter() - started
