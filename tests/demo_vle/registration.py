"""Dynamic Registration as Moodle 4.5.6 does it: start page, token, checks in its order, pending tools; source:
tests/recordings/lti/registration*.json, openid-configuration.json.
"""

import json
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from tests.demo_vle.claims import ToolSettings
from tests.demo_vle.keys import ALGORITHM, PlatformKeys
from tests.demo_vle.site import Site

CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS = tuple(
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("score", "result.readonly", "lineitem")
)
NAMES = ("name", "family_name", "given_name")
REQUIRED = (
    "response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri", "token_endpoint_auth_method",
    CONFIGURATION,
)  # fmt: skip
LIFETIME_SECONDS = 3600
NEW, UPDATE = "reg", "reg-update"
DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?([^/]+)(?:/|$)", re.IGNORECASE)
Answer = dict[str, Any]


class Refused(Exception):
    """Moodle answers with a status and a few words as text."""

    def __init__(self, text: str, status: int = 400) -> None:
        self.text = text
        self.status = status
        super().__init__(text)


class BadToken(Exception):
    """The registration token is not one of this site's: Moodle shows an error page."""


@dataclass(slots=True)
class RegisteredTool:
    """A tool as Moodle keeps it; `deployment_id` is the number of its row."""

    deployment_id: str
    name: str
    settings: ToolSettings
    jwks_uri: str = ""
    description: str = ""
    scopes: tuple[str, ...] = ()
    deep_linking_url: str | None = None
    is_active: bool = False


@dataclass(slots=True)
class Registrations:
    """The tools that the site knows, the one it was set up with among them. Thread-safe."""

    site: Site
    keys: PlatformKeys
    own: ToolSettings
    """The tool whose activities the courses have; activating another one puts that one in its place."""
    tools: dict[str, RegisteredTool] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Every registration request that came with a good token, as it was sent."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, type_id: str | None = None) -> dict[str, str]:
        """Give the query that the start page sends a tool; with `type_id` it is to be updated, not made."""
        now = self.site.seconds()
        claims: dict[str, object] = {"sub": secrets.token_urlsafe(11)[:15], "scope": NEW}
        if type_id is not None:
            claims = {"sub": type_id, "scope": UPDATE}
        token = self.keys.sign({**claims, "iat": now, "exp": now + LIFETIME_SECONDS})
        configuration = f"{self.site.url}/mod/lti/openid-configuration.php"
        return {"openid_configuration": configuration, "registration_token": token}

    def known(self, url: str) -> list[RegisteredTool]:
        """Give the tools of an address's domain, the one the site was set up with first."""
        found = [self._as_tool(), *self.tools.values()]
        return [tool for tool in found if domain_of(tool.settings.target_link_uri) == domain_of(url)]

    def register(self, authorization: str, body: bytes) -> Answer:
        """Register a tool. Raises: Refused with Moodle's words, BadToken."""
        if not authorization.startswith("Bearer "):
            raise Refused("missing_registration_token", 401)
        with self._lock:
            client_id, updated = self._read_token(authorization.removeprefix("Bearer ").strip())
            asked = json.loads(body)
            self.asked.append(asked)
            tool = read_tool(asked, client_id)
            if updated is None:
                tool.deployment_id = str(len(self.tools) + 2)
                self.tools[tool.deployment_id] = tool
            else:
                tool.deployment_id, tool.is_active = updated.deployment_id, updated.is_active
                self._update(updated, tool)
            return answer_of(tool)

    def activate(self, deployment_id: str) -> None:
        """Let a pending tool be launched: it takes the place of the one the site was set up with."""
        tool = self.tools[deployment_id]
        tool.is_active = True
        copy_settings(tool.settings, self.own, deployment_id)
        self.site.client_ids.add(tool.settings.client_id)

    def _read_token(self, token: str) -> tuple[str, RegisteredTool | None]:
        claims = self._verify(token)
        if claims["scope"] == UPDATE:
            tool = self._as_tool() if claims["sub"] == self.own.deployment_id else self.tools[claims["sub"]]
            return tool.settings.client_id, tool
        client_id = str(claims["sub"])
        if any(tool.settings.client_id == client_id for tool in self.tools.values()):
            raise Refused("token_already_used", 401)
        return client_id, None

    def _verify(self, token: str) -> dict[str, Any]:
        if token.count(".") != 2:
            raise BadToken("Wrong number of segments")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            if kid is None:
                raise BadToken('"kid" empty, unable to lookup correct key')
            key = next((key for key in self.keys.keys if key.kid == kid), None)
            if key is None:
                raise BadToken('"kid" invalid, unable to lookup correct key')
            claims: dict[str, Any] = jwt.decode(
                token,
                key.private.public_key(),
                [ALGORITHM],
                options={"verify_exp": False},  # the site has a clock of its own
            )
        except jwt.InvalidSignatureError as error:
            raise BadToken("Signature verification failed") from error
        except jwt.PyJWTError as error:
            raise BadToken("Syntax error, malformed JSON") from error
        if claims["exp"] < self.site.seconds():
            raise BadToken("Expired token")
        return claims

    def _as_tool(self) -> RegisteredTool:
        return RegisteredTool(self.own.deployment_id, "Engagement", self.own, is_active=True)

    def _update(self, old: RegisteredTool, new: RegisteredTool) -> None:
        copy_settings(new.settings, old.settings, old.deployment_id)
        if old.deployment_id in self.tools:
            self.tools[old.deployment_id] = new


def copy_settings(source: ToolSettings, target: ToolSettings, deployment_id: str) -> None:
    """Make one tool's settings those of another, in place: launches read them from there."""
    for name in ToolSettings.__dataclass_fields__:
        setattr(target, name, getattr(source, name))
    target.deployment_id = deployment_id


def read_tool(asked: Mapping[str, Any], client_id: str) -> RegisteredTool:
    """Read a registration request in Moodle's order of checks. Raises: Refused."""
    for name in REQUIRED:
        if not asked.get(name):
            raise Refused(f"missing required attribute {name}")
    about = asked[CONFIGURATION]
    if not about.get("domain"):
        raise Refused("missing_domain")
    target = about.get("target_link_uri") or f"https://{about['domain']}"
    if domain_of(about["domain"]) != domain_of(target):
        raise Refused("domain_targetlinkuri_mismatch")
    if "id_token" not in asked["response_types"]:
        raise Refused("invalid_response_types")
    if not isinstance(asked["redirect_uris"], list):
        raise Refused("invalid_redirect_uris")
    if asked["token_endpoint_auth_method"] != "private_key_jwt":
        raise Refused("invalid_token_endpoint_auth_method")
    if asked.get("application_type", "web") != "web":
        raise Refused("invalid_application_type")
    claims = about.get("claims", [])
    settings = ToolSettings(
        login_url=asked["initiate_login_uri"],
        target_link_uri=target,
        redirect_uris=list(asked["redirect_uris"]),
        client_id=client_id,
        custom=dict(about.get("custom_parameters", {})),
        send_names=any(name in claims for name in NAMES),
        send_email="email" in claims,
    )
    tool = RegisteredTool("", asked["client_name"], settings, asked["jwks_uri"], about.get("description", ""))
    wanted = asked.get("scope", "").split()
    tool.scopes = tuple(scope for scope in (*AGS, NRPS) if scope in wanted)
    for message in about.get("messages", []):
        if message["type"] == "LtiDeepLinkingRequest":
            tool.deep_linking_url = message.get("target_link_uri", "")
    return tool


def answer_of(tool: RegisteredTool) -> Answer:
    """Say what was registered, as Moodle does: placements and labels are dropped, values are cut at their first "="."""
    settings = tool.settings
    about: Answer = {
        "version": "1.3.0",
        "deployment_id": tool.deployment_id,
        "target_link_uri": settings.target_link_uri,
        "domain": domain_of(settings.target_link_uri),
        "description": tool.description,
    }
    if tool.deep_linking_url is not None:
        about["messages"] = [{"type": "LtiDeepLinkingRequest", "target_link_uri": tool.deep_linking_url}]
    if settings.custom:
        about["custom_parameters"] = {name: value.split("=")[0] for name, value in settings.custom.items()}
    about["claims"] = [
        "sub",
        "iss",
        *(NAMES if settings.send_names else ()),
        *(("email",) if settings.send_email else ()),
    ]
    return {
        "client_id": settings.client_id,
        "response_types": ["id_token"],
        "jwks_uri": tool.jwks_uri,
        "initiate_login_uri": settings.login_url,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": settings.redirect_uris,
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": tool.name,
        "logo_uri": "",
        "scope": " ".join(tool.scopes),
        CONFIGURATION: about,
    }


def domain_of(url: str) -> str:
    """Give the host and port of an address or a bare domain, as Moodle compares them."""
    found = DOMAIN.match(url)
    return found.group(1).lower() if found else ""
