"""A launch from the POST of its token to the learner's panel, against what no launch can do without.

That is, behind the same server: the token's RSA signature verified with a key at hand, its login used up by one
statement and its commit, and its registration read by another. The second contest's bare side also asks Moodle what the
viewer may do, since every launch does: rights are Moodle's to give and may have ended a moment ago.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import jwt
from flask import Flask, request

from benchmarks.harness import Contest
from benchmarks.served import COURSE, PAGE, PANEL, REQUESTS, Served, post_all, serve_bare, serve_recorded
from bridge.moodle.functions import Function
from bridge.store.database import SQLITE_PRAGMAS
from lti.services import EXTENSION, Services
from tests.demo_vle.platform import DemoVle

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REGISTRATION = "SELECT issuer, client_id, key_set_url FROM registration WHERE client_id = ?"
USE_UP = "DELETE FROM login WHERE state_hash = ? RETURNING nonce"


@dataclass(frozen=True, slots=True)
class Launch:
    """One launch that only has to be posted."""

    body: str
    cookie: str
    state: str
    nonce: str


@contextmanager
def launches(folder: Path) -> Iterator[tuple[Contest, Contest]]:
    """Give the contests of a launch: with what the bar names, and with the question to Moodle besides."""
    with serve_recorded(folder) as served, closing(_open_bare(folder / "bare.sqlite3", served)) as database:
        made: Services = served.tool.app.extensions[EXTENSION]
        served.tool.app.extensions[EXTENSION] = replace(made, settings=replace(made.settings, logins_per_minute=0))
        turn = count()
        rounds: dict[tuple[str, int], list[Launch]] = {}

        def begun(side: str, number: int) -> list[Launch]:
            """Begin the launches of a round; a person launches so often in an hour that they take turns."""
            key = (side, number)
            if key not in rounds:
                learners = served.learners
                rounds[key] = [_begin(served, learners[next(turn) % len(learners)]) for _ in range(REQUESTS)]
            return rounds[key]

        with (
            serve_bare(_bare_app(database, served.tool.vle, None)) as bare,
            serve_bare(_bare_app(database, served.tool.vle, served.learners[0])) as asking,
        ):
            yield (
                _contest("launch, POST to panel", "RSA, two round trips", begun, database, bare, served),
                _contest(
                    "launch, POST to panel", "RSA, two round trips, Moodle asked", begun, database, asking, served
                ),
            )


def _begin(served: Served, who: int) -> Launch:
    login = served.tool.login(who, COURSE)
    token = served.tool.mint(login, who, COURSE)
    return Launch(urlencode({"id_token": token, "state": login.state}), login.cookie, login.state, login.nonce)


def _contest(
    work: str,
    baseline: str,
    begun: Callable[[str, int], list[Launch]],
    database: sqlite3.Connection,
    url: str,
    served: Served,
) -> Contest:
    def run_bare(number: int) -> float:
        ready = begun(baseline, number)
        rows = [(sha256(one.state.encode()).hexdigest(), one.nonce) for one in ready]
        database.executemany("INSERT INTO login VALUES (?, ?)", rows)
        return post_all(url, "/", [one.body for one in ready], PAGE.encode())

    def run_ours(number: int) -> float:
        ready = begun(f"ours beside {baseline}", number)
        bodies, cookies = [one.body for one in ready], [one.cookie for one in ready]
        return post_all(served.tool.url, "/lti/launch", bodies, PANEL, cookies)

    work = "launch, POST to panel"
    return Contest(work, baseline, run_bare, run_ours, most=3, amount=REQUESTS, unit="launches")


def _open_bare(path: Path, served: Served) -> sqlite3.Connection:
    """Open a database with nothing but logins and one registration, with the tool's settings of SQLite."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in SQLITE_PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE login (state_hash TEXT PRIMARY KEY, nonce TEXT)")
    database.execute("CREATE TABLE registration (issuer TEXT, client_id TEXT PRIMARY KEY, key_set_url TEXT)")
    told = served.tool.vle.registration()
    row = (told["issuer"], told["client_id"], told["key_set_url"])
    database.execute("INSERT INTO registration VALUES (?, ?, ?)", row)
    return database


def _bare_app(database: sqlite3.Connection, vle: DemoVle, asks_about: int | None) -> Flask:
    app = Flask("bare launch")
    key, client_id = vle.keys.keys[0].private.public_key(), vle.client_id

    def launch() -> str:
        state = sha256(request.form["state"].encode()).hexdigest()
        (nonce,) = database.execute(USE_UP, (state,)).fetchall()[0]
        issuer, audience, _ = database.execute(REGISTRATION, (client_id,)).fetchone()
        token = request.form["id_token"]
        claims = json.loads(jwt.PyJWS().decode(token, key, algorithms=["RS256"]))
        assert (claims["iss"], claims["aud"], claims["nonce"]) == (issuer, audience, nonce)
        if asks_about is not None:
            _ask(vle, asks_about)
        return PAGE

    app.add_url_rule("/", view_func=launch, methods=["POST"])
    return app


def _ask(vle: DemoVle, who: int) -> None:
    """Ask Moodle what a viewer may do, and read the answer.

    Raises:
        AssertionError: it was no answer.
    """
    fields = {"wstoken": vle.token, "wsfunction": str(Function.VIEWER_ACCESS), "moodlewsrestformat": "json"}
    body = urlencode({**fields, "userid": who, "courseid": COURSE})
    with closing(HTTPConnection(urlsplit(vle.url).netloc, timeout=30)) as connection:
        connection.request("POST", "/webservice/rest/server.php", body, FORM)
        answer = connection.getresponse()
        assert b"userid" in answer.read()
