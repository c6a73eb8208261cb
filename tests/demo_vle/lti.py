"""The platform side of LTI 1.3 as Moodle 4.5.6 answers it; source: tests/recordings/lti."""

import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from tests.demo_vle.claims import NotAllowedIn, ToolSettings, launch_claims, placing_claims
from tests.demo_vle.functions import MOODLE_RELEASE
from tests.demo_vle.keys import PlatformKeys
from tests.demo_vle.people import Visitors
from tests.demo_vle.registration import Registrations
from tests.demo_vle.site import Site

SCOPES = tuple(
    f"https://purl.imsglobal.org/spec/{name}"
    for name in (
        "lti-bo/scope/basicoutcome",
        "lti-ags/scope/lineitem.readonly",
        "lti-ags/scope/result.readonly",
        "lti-ags/scope/score",
        "lti-ags/scope/lineitem",
        "lti-nrps/scope/contextmembership.readonly",
        "lti-ts/scope/toolsetting",
    )
)
"""What Moodle offers to a tool that asks; ours asks for no grades."""
CLAIMS = ("sub", "iss", "name", "given_name", "family_name", "email")
VARIABLES = (
    "basic-lti-launch-request", "Context.id", "Context.title", "Context.label", "CourseSection.sourcedId",
    "CourseSection.timeFrame.begin", "CourseSection.timeFrame.end", "User.id", "User.username", "Person.name.full",
    "Person.sourcedId", "Moodle.Person.userGroupIds",
)  # fmt: skip
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was begun: where and who began it."""

    course_id: int
    user_id: int
    custom: Mapping[str, str] = field(default_factory=dict)
    """The activity's own parameters."""
    settings: Mapping[str, object] | None = None
    """Of a deep linking request; None for the launch of an activity."""


class Launches:
    """Launches that wait for the authorisation request. Each is good once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, Launch] = {}

    def begin(self, name: str, launch: Launch) -> str:
        """Note a launch. Returns its id."""
        launch_id = f"ltilaunch{name}_{secrets.randbelow(2**31)}"
        with self._lock:
            self._waiting[launch_id] = launch
        return launch_id

    def take(self, launch_id: str) -> Launch | None:
        """Use up a launch; None when it is unknown or used."""
        with self._lock:
            return self._waiting.pop(launch_id, None)


@dataclass(frozen=True, slots=True)
class Platform:
    """What the LTI pages answer from."""

    site: Site
    tool: ToolSettings
    keys: PlatformKeys
    launches: Launches
    visitors: Visitors
    registrations: Registrations

    def configuration(self) -> dict[str, object]:
        """Give the OpenID configuration."""
        lti = f"{self.site.url}/mod/lti"
        return {
            "issuer": self.site.url,
            "token_endpoint": f"{lti}/token.php",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{lti}/certs.php",
            "authorization_endpoint": f"{lti}/auth.php",
            "registration_endpoint": f"{lti}/openid-registration.php",
            "scopes_supported": [*SCOPES, "openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": list(CLAIMS),
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "moodle",
                "version": MOODLE_RELEASE,
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
                ],
                "variables": list(VARIABLES),
            },
        }

    def initiation(self, cmid: int, user_id: int, custom: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """Begin a launch of an activity. Returns the fields of the login initiation."""
        launch = Launch(self.site.world.course_of(cmid).id, user_id, custom)
        return self._initiation(user_id, {"cmid": cmid, "launchid": self.launches.begin(str(cmid), launch)})

    def initiation_to_place(self, course_id: int, user_id: int, settings: Mapping[str, object]) -> dict[str, str]:
        """Begin a deep linking request. Returns the fields of the login initiation."""
        launch = Launch(course_id, user_id, settings=settings)
        return self._initiation(user_id, {"launchid": self.launches.begin("_ContentItemSelectionRequest", launch)})

    def _initiation(self, user_id: int, hints: Mapping[str, object]) -> dict[str, str]:
        hint = json.dumps(hints, separators=(",", ":"))
        return {
            "iss": self.site.url,
            "target_link_uri": self.tool.target_link_uri,
            "login_hint": str(user_id),
            "lti_message_hint": hint,
            "client_id": self.tool.client_id,
            "lti_deployment_id": self.tool.deployment_id,
        }

    def authorise(self, asked: Fields, user_id: int) -> dict[str, str] | None:
        """Answer an authorisation request of a logged-in user, in Moodle's order of checks.

        Returns the fields to post to redirect_uri; None where Moodle shows "Invalid request" (404).
        """
        launch = self._begun(asked)
        if launch is None or asked.get("redirect_uri") not in self.tool.redirect_uris:
            return None
        state = {"state": asked["state"]} if "state" in asked else {}
        error = self._refusal(asked, user_id)
        if error is not None:
            return {**error, **state}
        try:
            claims = self._claims(launch, user_id, asked["nonce"])
        except NotAllowedIn:
            return {"error": "access_denied", **state}
        return {"id_token": self.keys.sign(claims), **state}

    def _claims(self, launch: Launch, user_id: int, nonce: str) -> dict[str, object]:
        course, user = self.site.world.course(launch.course_id), self.site.world.users[user_id]
        if launch.settings is None:
            return launch_claims(self.site, self.tool, course, user, nonce, launch.custom)
        return placing_claims(self.site, self.tool, course, user, nonce, launch.settings)

    def _begun(self, asked: Fields) -> Launch | None:
        needed = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce")
        if any(not asked.get(name) for name in needed):
            return None
        try:
            launch_id = str(json.loads(asked.get("lti_message_hint", ""))["launchid"])
        except (ValueError, KeyError, TypeError):
            return None
        if asked["scope"] != "openid" or asked["response_type"] != "id_token":
            return None
        return self.launches.take(launch_id)

    def _refusal(self, asked: Fields, user_id: int) -> dict[str, str] | None:
        if self.site.faults.launch_error is not None:
            return {"error": self.site.faults.launch_error}
        if not hmac.compare_digest(asked["client_id"], self.tool.client_id):
            return {"error": "unauthorized_client"}
        if asked["login_hint"] != str(user_id):
            return {"error": "access_denied"}
        if asked.get("response_mode") != "form_post":
            return {"error": "invalid_request", "error_description": "Invalid response_mode"}
        if asked.get("prompt", "none") != "none":
            return {"error": "invalid_request", "error_description": "Invalid prompt"}
        return None


def make_lti(platform: Platform) -> Blueprint:
    """Build the LTI pages of a platform."""
    blueprint = Blueprint("lti", __name__, url_prefix="/mod/lti")

    @blueprint.get("/certs.php")
    def certs() -> Response:
        if platform.site.faults.jwks_down:
            return Response("<html><h1>Internal Server Error</h1></html>", 500, content_type="text/html; charset=utf-8")
        return _json(platform.keys.jwks())

    @blueprint.get("/openid-configuration.php")
    def configuration() -> Response:
        return _json(platform.configuration())

    @blueprint.get("/launch.php")
    def launch() -> AnyResponse | str:
        user_id = platform.visitors.current(request)
        cmid = request.args.get("id", "")
        if user_id is None or not cmid.isdecimal():
            return redirect("/")
        return _posting(platform.tool.login_url, platform.initiation(int(cmid), user_id), "Opening the engagement page")

    @blueprint.route("/auth.php", methods=["GET", "POST"])
    def auth() -> AnyResponse | str | tuple[str, int]:
        return _authorisation(platform)

    @blueprint.get("/return.php")
    def back() -> AnyResponse:
        course = request.args.get("course", "")
        return redirect(f"/course/view.php?id={course}" if course.isdecimal() else "/")

    return blueprint


def _authorisation(platform: Platform) -> AnyResponse | str | tuple[str, int]:
    asked = {key: str(value) for key, value in request.values.items()}
    user_id = platform.visitors.current(request)
    if user_id is None:
        if asked.get("repost"):
            return redirect("/")
        # The cookie may be withheld from a request that comes from elsewhere: ask again from this very site.
        return _posting(f"{platform.site.url}/mod/lti/auth.php", {**asked, "repost": "1"}, "Signing in")
    answer = platform.authorise(asked, user_id)
    if answer is None:
        return render_template("error.html.jinja", message="Invalid request"), 404
    return _posting(asked["redirect_uri"], answer, "Opening the engagement page")


def _posting(action: str, fields: Fields, title: str) -> str:
    return render_template("posting.html.jinja", action=action, fields=fields, title=title)


def _json(value: object) -> Response:
    return Response(json.dumps(value), content_type="application/json; charset=utf-8")
