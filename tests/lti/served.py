"""The tool as it is served: the real app behind a real HTTP server, on a database that a roster was read into."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from bridge.config import Settings
from bridge.moodle.client import MoodleClient
from bridge.schema.people import Person
from bridge.secrets import encrypt
from bridge.store.access_log import AccessEntry
from bridge.store.courses import load_synced_courses, save_course_details, switch_on
from bridge.store.database import Sessions, reading, writing
from bridge.store.holders import Holder
from bridge.store.platforms import RegistrationDetails, save_platform, save_registration
from bridge.store.relationships import save_training
from bridge.store.roster import replace_roster
from lti.app import create_app
from lti.logs import make_log
from lti.services import EXTENSION, Services
from tests.bridge.store.reading import load_accesses
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.server import QuietHandler
from tests.lti.small_world import GROUPED, OPEN, UNSYNCED
from tests.serving import serving

SECRET_KEY = "a secret of the tests, long enough to be taken"
ZONE = ZoneInfo("Europe/London")
SECONDS = 20
TOKEN = re.compile(r'name="page_token" value="([A-Za-z0-9_-]{40,})"')
CODE = re.compile(r'name="code" value="([A-Za-z0-9_-]{40,})"')
REFERENCE = re.compile(r"Reference for the help desk: (?:<span [^>]+>)?<strong>[0-9A-F-]+</strong> \(([a-z-]+)\)")


TEACH = {"teacher", "editingteacher"}
TRAINED_ON = date(2026, 9, 1)
LEARNERS_NAMES = ("Lena", "Cleo", "Otto", "Sue ")
PANELS = ("/panel/tutor", "/panel/tutor/learner", "/panel/learner", "/panel/learner/courses", "/panel/admin")


def names_somebody(text: str) -> bool:
    """Say whether a page holds a learner's name of the small site."""
    return any(name in text for name in LEARNERS_NAMES)


@dataclass(slots=True)
class Clock:
    """The present instant, moved on by tests; the demo VLE and the tool go by the same one."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**by)


@dataclass(frozen=True, slots=True)
class StartedLogin:
    """A login initiation that was answered: what the browser and the platform hold now."""

    state: str
    nonce: str
    cookie: str
    auth_url: str


@dataclass(slots=True)
class Tool:
    """A running tool and the platform it is registered at."""

    url: str
    app: Flask
    sessions: Sessions
    vle: DemoVle
    clock: Clock
    platform_id: int
    log: io.StringIO = field(default_factory=io.StringIO)

    def login(self, who: int, course_id: int, **changed: str | None) -> StartedLogin:
        """Begin a launch; `changed` replaces fields of the login initiation, None leaves one out."""
        answer = self.post_login(who, course_id, **changed)
        assert answer.status_code == 302, answer.text
        target = answer.headers["Location"]
        query = parse_qs(urlsplit(target).query)
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        return StartedLogin(query["state"][0], query["nonce"][0], cookie, target)

    def post_login(self, who: int, course_id: int, **changed: str | None) -> requests.Response:
        """Post a login initiation as the platform's page does."""
        form = self.vle.initiation(who, course_id)
        fields = {name: value for name, value in {**form.fields, **changed}.items() if value is not None}
        return self.request("POST", "/lti/login", data=fields)

    def launch(self, who: int, course_id: int, *, with_cookie: bool = True) -> requests.Response:
        """Do a whole launch; return the tool's answer to the platform's form."""
        login = self.login(who, course_id)
        form = self.vle.authorise(who, login.auth_url)
        return self.post_launch(login, form.fields["id_token"], with_cookie=with_cookie)

    def post_launch(self, login: StartedLogin, id_token: str, *, with_cookie: bool = True) -> requests.Response:
        """Post a token to the launch."""
        headers = {"Cookie": login.cookie} if with_cookie else {}
        return self.request(
            "POST",
            "/lti/launch",
            data={"id_token": id_token, "state": login.state},
            headers={"Origin": self.vle.url, **headers},
        )

    def mint(self, login: StartedLogin, who: int, course_id: int, **changed: object) -> str:
        """Sign a token that fits the login; `changed` replaces claims, a value of `...` leaves one out."""
        claims = {**self.vle.claims(who, course_id, login.nonce), **changed}
        return self.vle.mint({name: value for name, value in claims.items() if value is not ...})

    def open(self, who: int, course_id: int) -> str:
        """Launch and return the session's page token."""
        answer = self.launch(who, course_id)
        assert answer.status_code == 200, answer.text
        return page_token(answer)

    def post(self, path: str, token: str, headers: Mapping[str, str] | None = None, **fields: str) -> requests.Response:
        """Post a form of a page."""
        return self.request("POST", path, data={"page_token": token, **fields}, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        data: Mapping[str, object] | list[tuple[str, str]] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; redirects are not followed."""
        return requests.request(
            method,
            self.url + path,
            data=data,
            params=params,
            headers=dict(headers or {}),
            timeout=SECONDS,
            allow_redirects=False,
        )

    def accesses(self) -> tuple[AccessEntry, ...]:
        """Return the access log."""
        with reading(self.sessions) as db:
            return load_accesses(db, self.platform_id)

    def person_id(self, moodle_user_id: int) -> int:
        """Return the tool's own id of a person."""
        with reading(self.sessions) as db:
            return db.scalars(
                select(Person.id).where(Person.platform_id == self.platform_id, Person.moodle_user_id == moodle_user_id)
            ).one()


def page_token(answer: requests.Response) -> str:
    """Return the page token of a page."""
    found = TOKEN.search(answer.text)
    assert found is not None, answer.text
    return found.group(1)


def continue_code(answer: requests.Response) -> str:
    """Return the one-time code of a Continue page."""
    found = CODE.search(answer.text)
    assert found is not None, answer.text
    return found.group(1)


def reason_of(answer: requests.Response) -> str | None:
    """Return the reason code of an error page; None for any other page."""
    found = REFERENCE.search(answer.text)
    return None if found is None else found.group(1)


@contextmanager
def serve_tool(
    sessions: Sessions, vle: DemoVle, clock: Clock, courses: tuple[int, ...] = (OPEN, GROUPED)
) -> Iterator[Tool]:
    """Serve the tool for a demo VLE whose `courses` were switched on and their rosters read."""
    holder: dict[str, Flask] = {}
    server = make_server(
        "127.0.0.1",
        0,
        lambda environ, start: holder["app"](environ, start),
        threaded=True,
        request_handler=QuietHandler,
    )
    url = f"http://127.0.0.1:{server.port}"
    settings = Settings(secret_key=SECRET_KEY, public_url=url, allow_insecure_platforms=True)
    vle.tool.point_at(url)
    try:
        with writing(sessions) as db:
            platform_id = register(db, vle, clock())
            train_teachers(db, platform_id, vle, clock())
        read_rosters(sessions, vle, platform_id, courses, clock())
        log = io.StringIO()
        holder["app"] = app = create_app(settings, sessions=sessions, now=clock)
        made: Services = app.extensions[EXTENSION]
        app.extensions[EXTENSION] = replace(made, log=make_log("INFO", log))
        with serving(server):
            yield Tool(url, app, sessions, vle, clock, platform_id, log)
    finally:
        server.server_close()


def register(db: Session, vle: DemoVle, now: datetime, client_id: str | None = None) -> int:
    """Save the demo VLE as a platform with its registration; return the platform's id."""
    told = vle.registration()
    platform_id = save_platform(
        db, name="Demo", moodle_url=vle.url, encrypted_token=encrypt(vle.token, SECRET_KEY), now=now
    )
    details = RegistrationDetails(
        issuer=told["issuer"],
        client_id=client_id or told["client_id"],
        auth_login_url=told["auth_login_url"],
        auth_token_url=told["auth_token_url"],
        key_set_url=told["key_set_url"],
        deployment_ids=tuple(told["deployment_ids"]),
    )
    save_registration(db, platform_id, details, now)
    return platform_id


def train_teachers(db: Session, platform_id: int, vle: DemoVle, now: datetime) -> None:
    """Record a training of everybody who teaches anywhere on the site."""
    members = [pair for course in vle.world.courses.values() for pair in course.members.items()]
    for moodle_user_id in sorted({who for who, member in members if TEACH & set(member.roles)}):
        save_training(db, platform_id, Holder(moodle_user_id, None), TRAINED_ON, now)


def read_rosters(sessions: Sessions, vle: DemoVle, platform_id: int, courses: tuple[int, ...], now: datetime) -> None:
    """Switch courses on and read their names and rosters, as the sync does; one more is on and was not read yet."""
    client = MoodleClient(vle.url, vle.token, attempts=1)
    client.set_courses([vle.client_id], (*courses, UNSYNCED))
    details = client.courses(courses).courses
    rosters = {course_id: client.roster(course_id) for course_id in courses}
    with writing(sessions) as db:
        switch_on(db, platform_id, (*courses, UNSYNCED), now, date(2026, 9, 21))
        own_ids = {course.moodle_course_id: course.course_id for course in load_synced_courses(db, platform_id)}
        for course_id, roster in rosters.items():
            replace_roster(db, platform_id, own_ids[course_id], roster, zone=ZONE, now=now)
        save_course_details(db, platform_id, details, ZONE, now)
