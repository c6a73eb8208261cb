"""Pages as they are served, against bare Flask that says one line, behind the same server, one request at a time.

A page costs here what it costs in use: session, rights, its queries, its template, its access row and their commit.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
PAGE = "A page."
"""All that a bare application answers."""
PANEL = b'name="page_token"'
"""What every page of a session holds, and no other."""


@dataclass(frozen=True, slots=True)
class Served:
    """The tool in a course of the recorded site after a sync, and who is in the course."""

    tool: Tool
    tutor: int
    """A Moodle user id."""
    learners: tuple[int, ...]
    """Moodle user ids, ascending, of those who may open it."""


@contextmanager
def serve_recorded(folder: Path) -> Iterator[Served]:
    """Serve the tool on an SQLite file of its own."""
    engine = make_engine(f"sqlite:///{folder / 'served'}.sqlite3")
    upgrade(engine)
    clock = Clock()
    clock.ahead = RECORDED_AT - clock()
    world = recorded()
    with DemoVle(world, now=clock) as vle, serve_tool(make_sessions(engine), vle, clock, (COURSE,)) as tool:
        _measure(tool)
        members = world.courses[COURSE].members.items()
        gone = {who for who, user in world.users.items() if user.suspended or user.deleted}
        yield Served(
            tool,
            tutor=min(who for who, member in members if TEACH & set(member.roles)),
            learners=tuple(
                who
                for who, member in sorted(members)
                if set(member.roles) == {"student"} and who not in gone
                if any(enrolment.holds(int(clock().timestamp())) for enrolment in member.enrolments)
            ),
        )
    engine.dispose()


@contextmanager
def panels(folder: Path) -> Iterator[tuple[Contest, Contest]]:
    """Give the contests of the learner's and the tutor's panel, in a course of the recorded site after a sync."""
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: PAGE, methods=["POST"])
    with serve_recorded(folder) as served, serve_bare(bare) as url:
        yield (
            _contest("learner panel, served", url, served.tool, served.learners[0], "/panel/learner", 1 / 0.50),
            _contest("tutor panel, served", url, served.tool, served.tutor, "/panel/tutor", 1 / 0.25),
        )


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
def serve_bare(app: Flask) -> Iterator[str]:
    """Serve a bare application by the server that the tool is served by here; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    with serving(server):
        yield f"http://127.0.0.1:{server.port}"


def _contest(work: str, bare: str, tool: Tool, who: int, path: str, most: float) -> Contest:
    bodies = [urlencode({"page_token": tool.open(who, COURSE)})] * REQUESTS
    return Contest(
        work,
        "bare Flask, same server",
        lambda _: post_all(bare, "/", bodies, PAGE.encode()),
        lambda _: post_all(tool.url, path, bodies, PANEL),
        most=most,
        amount=REQUESTS,
        unit="requests",
    )


def post_all(url: str, path: str, bodies: Sequence[str], holds: bytes, cookies: Sequence[str] = ()) -> float:
    """Send the requests of a round, one after the other, each with its cookie if any; return seconds.

    Raises:
        AssertionError: an answer is no page, or another one: it does not hold what it should.
    """
    host = urlsplit(url).netloc
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = [{**form, "Cookie": cookie} for cookie in cookies] or [form] * len(bodies)
    started = time.perf_counter()
    for body, own in zip(bodies, headers, strict=True):
        connection = HTTPConnection(host, timeout=30)
        connection.request("POST", path, body, own)
        answer = connection.getresponse()
        page = answer.read()
        connection.close()
        assert answer.status == 200, answer.status
        assert holds in page
    return time.perf_counter() - started
