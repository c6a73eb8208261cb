"""The claims of a launch, shaped as Moodle 4.5.6 sends them; source: tests/recordings/lti/id_token_*.json."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from tests.demo_vle.functions import MOODLE_VERSION, is_teacher
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import FRONT_PAGE, Course, User

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER = f"{LIS}membership#Learner"
INSTRUCTOR = f"{LIS}membership#Instructor"
ADMINISTRATOR = (f"{LIS}institution/person#Administrator", INSTRUCTOR, f"{LIS}system/person#Administrator")
LIFETIME_SECONDS = 60
CLIENT_ID = "demoVLEclient01"
DEPLOYMENT_ID = "1"


@dataclass(slots=True)
class ToolSettings:
    """The tool as the site's administrator set it up. Tests change it between launches."""

    login_url: str = ""
    target_link_uri: str = ""
    redirect_uris: list[str] = field(default_factory=list)
    key_set_url: str = ""
    client_id: str = CLIENT_ID
    deployment_id: str = DEPLOYMENT_ID
    custom: dict[str, str] = field(default_factory=lambda: {"moodle_user_id": "$User.id"})
    send_names: bool = True
    send_email: bool = True

    def point_at(self, tool_url: str) -> None:
        """Set the addresses of a tool that serves /lti/login, /lti/launch and /lti/jwks.json at `tool_url`."""
        base = tool_url.rstrip("/")
        self.login_url = f"{base}/lti/login"
        self.target_link_uri = f"{base}/lti/launch"
        self.redirect_uris = [self.target_link_uri]
        self.key_set_url = f"{base}/lti/jwks.json"


class NotAllowedIn(PermissionError):
    """Somebody who is neither enrolled nor above the course wants to open it."""


def roles_in(course: Course, user: User, now: int) -> list[str]:
    """Give the role claim. Raises: NotAllowedIn for somebody who may not open the course at all.

    Administrators and category managers arrive as Instructor, too, though they teach nothing.
    """
    if user.is_admin:
        return list(ADMINISTRATOR)
    member = course.members.get(user.id)
    active = member is not None and any(one.holds(now) for one in member.enrolments)
    if user.is_manager or (member is not None and active and is_teacher(member)):
        return [INSTRUCTOR]
    if course.id == FRONT_PAGE and not user.suspended and not user.deleted:
        return [LEARNER]  # whoever is logged in may open the site's home
    if not active or user.suspended or user.deleted:
        raise NotAllowedIn(f"{user.username} may not open the course {course.shortname}.")
    return [LEARNER]


def launch_claims(
    site: Site,
    tool: ToolSettings,
    course: Course,
    user: User,
    nonce: str | None,
    custom: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, object]:
    """Build the claims of a resource link launch of `course` by `user`, good for 60 s.

    `custom`: the activity's own parameters, beside those that every launch of the tool has.
    Raises: NotAllowedIn for somebody who may not open the course.
    """
    issued = site.seconds()
    link = course.own_activity
    memberships = f"{site.url}/mod/lti/services.php/CourseSection/{course.id}/bindings/{tool.deployment_id}/memberships"
    return {
        "nonce": secrets.token_hex(16) if nonce is None else nonce,
        "iat": issued,
        "exp": issued + LIFETIME_SECONDS,
        "iss": site.url,
        "aud": tool.client_id,
        f"{LTI}deployment_id": tool.deployment_id,
        f"{LTI}target_link_uri": tool.target_link_uri,
        "sub": str(user.id),
        f"{LTI}lis": {"person_sourcedid": user.idnumber, "course_section_sourcedid": course.idnumber},
        f"{LTI}roles": roles_in(course, user, issued),
        f"{LTI}context": {
            "id": str(course.id),
            "label": course.shortname,
            "title": course.fullname,
            "type": ["CourseSection"],
        },
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}resource_link": {"title": link.name, "description": "", "id": str(link.cmid)},
        **_about_person(tool, user),
        **_about_site(site, course, user, link.cmid),
        f"{LTI}version": "1.3.0",
        f"{LTI}custom": {key: substitute(value, course, user) for key, value in {**tool.custom, **custom}.items()},
        NRPS: {"context_memberships_url": memberships, "service_versions": ["1.0", "2.0"]},
    }


def placing_claims(
    site: Site, tool: ToolSettings, course: Course, user: User, nonce: str | None, settings: Mapping[str, object]
) -> dict[str, object]:
    """Build the claims of a deep linking request from `course` by `user`, good for 60 s.

    Raises: NotAllowedIn for somebody who may not open the course.
    """
    claims = launch_claims(site, tool, course, user, nonce)
    del claims[f"{LTI}resource_link"]
    claims[f"{LTI}message_type"] = "LtiDeepLinkingRequest"
    claims[f"{LTI}launch_presentation"] = {"locale": site.languages.get(user.id, "en")}
    claims[DEEP_LINKING_SETTINGS] = dict(settings)
    return claims


def _about_person(tool: ToolSettings, user: User) -> dict[str, object]:
    names = {"given_name": user.firstname, "family_name": user.lastname, "name": user.fullname}
    return {
        **(names if tool.send_names else {}),
        f"{LTI}ext": {"user_username": user.username, "lms": "moodle-2"},
        **({"email": f"{user.username}@demo.invalid"} if tool.send_email else {}),
    }


def _about_site(site: Site, course: Course, user: User, cmid: int) -> dict[str, object]:
    back = f"{site.url}/mod/lti/return.php?course={course.id}&launch_container=3&instanceid={cmid}"
    return {
        f"{LTI}launch_presentation": {
            "locale": site.languages.get(user.id, "en"),
            "document_target": "iframe",
            "return_url": f"{back}&sesskey={secrets.token_hex(5)}",
        },
        f"{LTI}tool_platform": {
            "product_family_code": "moodle",
            "version": str(MOODLE_VERSION),
            "guid": hashlib.sha256(site.url.encode()).hexdigest()[:32],
            "name": site.world.name,
            "description": site.world.sitename,
        },
    }


def substitute(value: str, course: Course, user: User) -> str:
    """Fill in a custom variable; what is not known passes through as text, as in Moodle."""
    groups = course.members[user.id].groups if user.id in course.members else ()
    known = {
        "$User.id": str(user.id),
        "$User.username": user.username,
        "$Context.id": str(course.id),
        "$Context.label": course.shortname,
        "$Context.title": course.fullname,
        "$CourseSection.sourcedId": course.idnumber,
        "$CourseSection.timeFrame.begin": _iso(course.startdate),
        "$CourseSection.timeFrame.end": _iso(course.enddate),
        "$Person.name.full": user.fullname,
        "$Person.sourcedId": user.idnumber,
        "$Moodle.Person.userGroupIds": ",".join(str(group) for group in groups),
    }
    return known.get(value, value)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
