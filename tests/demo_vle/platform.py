"""The demo VLE as tests use it: `with DemoVle(world=recorded(), tool_url=…) as vle: …`."""

from collections.abc import Mapping
from types import TracebackType
from typing import TypedDict

import requests
from flask import Flask
from jinja2 import StrictUndefined

from tests.demo_vle.claims import ToolSettings, launch_claims, placing_claims
from tests.demo_vle.faults import Faults
from tests.demo_vle.keys import ALGORITHM, PlatformKeys
from tests.demo_vle.launcher import TIMEOUT_SECONDS, FormPost, LaunchFailed, post_to_tool, read_form
from tests.demo_vle.lti import Launches, Platform, make_lti
from tests.demo_vle.lti_services import LtiServices, make_services
from tests.demo_vle.pages import make_pages
from tests.demo_vle.people import COOKIE, Visitors
from tests.demo_vle.placing import Placing, make_placing, make_settings
from tests.demo_vle.registration import Registrations
from tests.demo_vle.registration_pages import make_registration
from tests.demo_vle.server import LoopbackServer
from tests.demo_vle.site import TOKEN, Clock, Served, Site, utc_now
from tests.demo_vle.style import make_style
from tests.demo_vle.webservices import make_webservices
from tests.demo_vle.worlds.model import Persona, World
from tests.demo_vle.worlds.recorded import recorded

Who = str | int | Persona
"""A persona's key, a Moodle user id or a persona."""


class Registration(TypedDict):
    """What the tool must know of this platform."""

    issuer: str
    client_id: str
    deployment_ids: list[str]
    auth_login_url: str
    auth_token_url: str
    key_set_url: str


class DemoVle:
    """A VLE on a port of its own. Enter it to serve, leave it to stop.

    `world` may be changed while it is served. `now` is the site's clock. `site` holds token, rights and switches,
    `faults` what goes wrong next, `served` what was served so far, `tool` how the administrator set the tool up.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        now: Clock = utc_now,
        tool_url: str = "http://localhost:8100",
    ) -> None:
        """Bind and make a signing key. Raises: NotLoopback, OSError when the port is taken."""
        self.world = world if world is not None else recorded()
        self.site = Site(self.world, now)
        self.tool = ToolSettings()
        self.tool.point_at(tool_url)
        self.site.client_ids.add(self.tool.client_id)
        self.keys = PlatformKeys()
        self.registrations = Registrations(self.site, self.keys, self.tool)
        self.placing = Placing()
        self.services = LtiServices()
        self._platform = Platform(self.site, self.tool, self.keys, Launches(), Visitors(), self.registrations)
        self._server = LoopbackServer(make_app(self._platform, self.placing, self.services), host, port)
        self.port = self._server.port
        shown_host = f"[{host}]" if ":" in host else host
        self.url = self.site.url = f"http://{shown_host}:{self.port}"
        self.issuer = self.url
        self.token = TOKEN

    def __enter__(self) -> "DemoVle":
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.site.closing.set()
        self._server.stop()

    @property
    def faults(self) -> Faults:
        """What goes wrong next."""
        return self.site.faults

    @property
    def served(self) -> Served:
        """What was served so far."""
        return self.site.served

    @property
    def client_id(self) -> str:
        """The tool's client id."""
        return self.tool.client_id

    @property
    def deployment_id(self) -> str:
        """The tool's deployment id."""
        return self.tool.deployment_id

    def registration(self) -> Registration:
        """Give what the tool must know of this platform."""
        return {
            "issuer": self.issuer,
            "client_id": self.client_id,
            "deployment_ids": [self.deployment_id],
            "auth_login_url": f"{self.url}/mod/lti/auth.php",
            "auth_token_url": f"{self.url}/mod/lti/token.php",
            "key_set_url": f"{self.url}/mod/lti/certs.php",
        }

    def browser(self, who: Who) -> requests.Session:
        """Give a browser in which a person is logged in to this site."""
        session = requests.Session()
        user = self.world.person(who)
        session.cookies.set(COOKIE, self._platform.visitors.enter(user.id), domain="127.0.0.1", path="/")
        return session

    def initiation(self, who: Who, course_id: int, browser: requests.Session | None = None) -> FormPost:
        """Let a person open the tool in a course. Returns the login initiation that the page posts to the tool."""
        cmid = self.world.course(course_id).own_activity.cmid
        with browser or self.browser(who) as session:
            page = session.get(f"{self.url}/mod/lti/launch.php", params={"id": cmid}, timeout=TIMEOUT_SECONDS)
            return read_form(page)

    def initiation_to_place(self, who: Who, course_id: int, browser: requests.Session | None = None) -> FormPost:
        """Let a teacher ask the tool what to place in a course. Returns the login initiation, as above."""
        with browser or self.browser(who) as session:
            address = f"{self.url}/mod/lti/contentitem.php"
            return read_form(session.get(address, params={"course": course_id}, timeout=TIMEOUT_SECONDS))

    def authorise(self, who: Who, auth_url: str, browser: requests.Session | None = None) -> FormPost:
        """Follow the tool's redirect to the authorisation. Returns the form that is posted to the tool's launch.

        Raises: LaunchFailed when the site shows an error page instead.
        """
        with browser or self.browser(who) as session:
            return read_form(session.get(auth_url, timeout=TIMEOUT_SECONDS))

    def launch(self, who: Who, course_id: int, tool_url: str | None = None) -> requests.Response:
        """Do a whole launch over HTTP against a served tool. Returns the tool's answer to the launch POST.

        Raises: LaunchFailed when the tool's login does not redirect to this site or the site shows an error.
        """
        if tool_url is not None:
            self.tool.point_at(tool_url)
        with self.browser(who) as browser:
            login = post_to_tool(browser, self.initiation(who, course_id), self.url)
            target = login.headers.get("Location", "")
            if not login.is_redirect or not target.startswith(f"{self.url}/mod/lti/auth.php"):
                raise LaunchFailed(f"The tool's login answered {login.status_code} {target}: {login.text[:300]}")
            form = self.authorise(who, target)
            return post_to_tool(browser, form, self.url)

    def claims(self, who: Who, course_id: int, nonce: str | None = None) -> dict[str, object]:
        """Give the right claims of a launch, to be minted as they are or tampered with."""
        course = self.world.course(course_id)
        return launch_claims(self.site, self.tool, course, self.world.person(who), nonce)

    def placing_claims(self, who: Who, course_id: int, nonce: str | None = None) -> dict[str, object]:
        """Give the right claims of a deep linking request."""
        course, user = self.world.courses[course_id], self.world.person(who)
        settings = make_settings(self._platform, self.placing, course, user)
        return placing_claims(self.site, self.tool, course, user, nonce, settings)

    def mint(
        self,
        claims: Mapping[str, object],
        headers: Mapping[str, object] | None = None,
        *,
        key: object = None,
        algorithm: str = ALGORITHM,
    ) -> str:
        """Sign an id_token, right or wrong; see PlatformKeys.sign."""
        return self.keys.sign(claims, headers, key=key, algorithm=algorithm)


def make_app(platform: Platform, placing: Placing, services: LtiServices) -> Flask:
    """Build the site: web services, LTI pages and the pages for visitors."""
    app = Flask("tests.demo_vle")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True  # Flask escapes by itself only where the template's name ends in .html.
    for blueprint in (
        make_webservices(platform.site),
        make_lti(platform),
        make_placing(platform, placing),
        make_services(platform.site, platform.tool, services),
        make_registration(platform),
        make_pages(platform, placing),
        make_style(platform.tool.login_url.removesuffix("/lti/login")),
    ):
        app.register_blueprint(blueprint)
    return app
