"""The platform's token address and membership service as Moodle 4.5.6 answers; source: tests/recordings/lti."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from flask import Blueprint, Response, request

from tests.demo_vle.claims import ToolSettings
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import Course, Member

NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HTML = "text/html; charset=utf-8"
TOKEN_SECONDS = 3600
TIMEOUT_SECONDS = 10
ROLE = re.compile(r"(?:http://purl\.imsglobal\.org/vocab/lis/v2/membership#)?([A-Za-z]+)")


class TokenRefused(Exception):
    """The token address says no; the message is what Moodle puts into its answer, unescaped."""


@dataclass(slots=True)
class LtiServices:
    """What the services remember, and what tests make go wrong."""

    tokens: dict[str, tuple[frozenset[str], int]] = field(default_factory=dict)
    """Access token → its scopes and its end in Unix seconds."""
    permitted: set[str] = field(default_factory=lambda: {NRPS_SCOPE})
    """Scopes that the administrator lets the tool have."""
    assertions: list[str] = field(default_factory=list)
    """The client assertions that came, right or wrong."""
    asked: list[str] = field(default_factory=list)
    """The membership pages that were asked for, with their queries."""
    status: int | None = None
    """When set, the membership service answers with it and with an HTML page."""
    next_page: str | None = None
    """When set, every page names this one as the next."""
    page_size: int | None = None
    """When set, pages hold at most so many members, whatever was asked for."""
    statuses: dict[int, str] = field(default_factory=dict)
    """User id → a status other than Active."""
    without_pii: bool = False


def make_services(site: Site, tool: ToolSettings, services: LtiServices) -> Blueprint:
    """Build token address and membership service."""
    blueprint = Blueprint("lti_services", __name__, url_prefix="/mod/lti")

    @blueprint.post("/token.php")
    def token() -> Response:
        try:
            return Response(_grant(site, tool, services), content_type=HTML)
        except (requests.RequestException, KeyError):
            # As Moodle does where the tool's keys cannot be fetched: an error page.
            return Response("<!DOCTYPE html>\n<html><title>Error</title></html>", 404, content_type=HTML)
        except TokenRefused as refused:
            # As Moodle does: the reason goes in as it is, so that a reason with quotes makes the body no JSON.
            return Response(f'{{\r\n  "error" : "{refused}"\r\n}}', 400, content_type=HTML)

    @blueprint.get("/services.php/CourseSection/<int:course_id>/bindings/<type_id>/memberships")
    def memberships(course_id: int, type_id: str) -> Response:
        return _memberships(site, tool, services, course_id)

    return blueprint


def _grant(site: Site, tool: ToolSettings, services: LtiServices) -> str:
    form = request.form
    assertion = form.get("client_assertion", "")
    services.assertions.append(assertion)
    if request.mimetype != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request")
    if not (assertion and form.get("client_assertion_type") and form.get("grant_type") and form.get("scope")):
        raise TokenRefused("invalid_request")
    if (form["client_assertion_type"], form["grant_type"]) != (ASSERTION_TYPE, "client_credentials"):
        raise TokenRefused("unsupported_grant_type")
    verify_by_key_set(assertion, tool, site.seconds())
    scopes = [scope for scope in form["scope"].split(" ") if scope in services.permitted]
    if not scopes:
        raise TokenRefused("invalid_scope")
    made = secrets.token_hex(16)
    services.tokens[made] = (frozenset(scopes), site.seconds() + TOKEN_SECONDS)
    granted = {"access_token": made, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": " ".join(scopes)}
    return json.dumps(granted, indent=2, separators=(",", " : ")).replace("\n", "\r\n")


def verify_by_key_set(signed: str, tool: ToolSettings, now: int) -> Mapping[str, object]:
    """Verify what the tool signed by its published keys, as Moodle does, at `now`, Unix seconds. Returns the claims.

    Raises: TokenRefused with Moodle's words.
    """
    try:
        header = jwt.get_unverified_header(signed)
        sub = jwt.decode(signed, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        raise TokenRefused("invalid_request") from None
    if sub != tool.client_id:
        raise TokenRefused("invalid_client")
    if "kid" not in header:
        raise TokenRefused("error/Error: kid must be provided in JWT header.")
    keys = requests.get(tool.key_set_url, timeout=TIMEOUT_SECONDS).json()["keys"]
    key = next((jwt.PyJWK(key) for key in keys if key["kid"] == header["kid"]), None)
    if key is None:
        raise TokenRefused('"kid" invalid, unable to lookup correct key')
    unchecked = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    try:
        claims: dict[str, Any] = jwt.decode(signed, key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except jwt.PyJWTError:
        raise TokenRefused("Signature verification failed") from None
    if claims.get("iat", 0) > now:
        raise TokenRefused("Cannot handle token with iat prior to now")
    if claims.get("exp", now) <= now:
        raise TokenRefused("Expired token")
    return claims


def _memberships(site: Site, tool: ToolSettings, services: LtiServices, course_id: int) -> Response:
    services.asked.append(request.full_path)
    if services.status is not None:
        return Response("<html><h1>Error</h1></html>", services.status, content_type=HTML)
    accepted = request.headers.get("Accept", "")
    if accepted not in (MEDIA_TYPE, "*/*"):
        return _refused(400, f"No handler found for {request.path.removeprefix('/mod/lti/services.php')} {accepted} ")
    scopes, ends_at = services.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), (set(), 0))
    if NRPS_SCOPE not in scopes or ends_at <= site.seconds():
        return _refused(401, "Unauthorized")
    course = site.world.courses.get(course_id)
    if course is None:
        return _refused(404, f"Not Found: Course {course_id} doesn't exist")
    return _page(site, tool, services, course)


def _page(site: Site, tool: ToolSettings, services: LtiServices, course: Course) -> Response:
    limit, start = request.args.get("limit", 0, type=int), request.args.get("from", 0, type=int)
    limit = services.page_size or limit
    address = f"{site.url}{request.path}"
    members = [
        _member(site, tool, services, user_id, member)
        for user_id, member in sorted(course.members.items())
        if any(one.holds(site.seconds()) for one in member.enrolments)
    ]
    wanted = ROLE.fullmatch(request.args.get("role", ""))
    if wanted is not None:
        members = [member for member in members if wanted.group(1) in str(member["roles"])]
    shown = members[start : start + limit] if limit else members
    context = {"id": str(course.id), "label": course.shortname, "title": course.fullname}
    answer = Response(
        json.dumps({"id": address, "context": context, "members": shown}), content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )
    following = f"{address}?limit={limit}&from={start + limit}" if limit and start + limit < len(members) else None
    if (services.next_page or following) is not None:
        answer.headers["Link"] = f'<{services.next_page or following}>; rel="next"'
    return answer


def _member(site: Site, tool: ToolSettings, services: LtiServices, user_id: int, member: Member) -> dict[str, object]:
    user = site.world.users[user_id]
    # The service goes by another capability than the launch: a non-editing teacher is a learner here.
    about: dict[str, object] = {
        "status": services.statuses.get(user_id, "Active"),
        "roles": ["Instructor" if "editingteacher" in member.roles else "Learner"],
        "user_id": str(user_id),
    }
    if services.without_pii:
        return about
    about["lis_person_sourcedid"] = user.idnumber
    if tool.send_names:
        about |= {"name": user.fullname, "given_name": user.firstname, "family_name": user.lastname}
    if tool.send_email:
        about["email"] = f"{user.username}@demo.invalid"
    return {**about, "ext_user_username": user.username}


def _refused(status: int, reason: str) -> Response:
    asked = {
        "method": request.method,
        "url": request.full_path.rstrip("?"),
        "accept": request.headers.get("Accept", ""),
        "contentType": request.headers.get("Content-Type", ""),
    }
    body = {"status": status, "reason": reason, "request": asked}
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
