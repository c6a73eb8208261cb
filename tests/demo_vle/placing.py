"""Deep Linking on the platform's side as Moodle 4.5.6 does it; source: tests/recordings/lti."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from tests.demo_vle.claims import INSTRUCTOR, NotAllowedIn, roles_in
from tests.demo_vle.lti import Platform
from tests.demo_vle.lti_services import TokenRefused, verify_by_key_set
from tests.demo_vle.worlds.model import Course, User

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
Page = str | tuple[str, int] | AnyResponse


@dataclass(frozen=True, slots=True)
class Placed:
    """An activity that a teacher placed by Deep Linking."""

    course_id: int
    title: str
    text: str
    custom: Mapping[str, str]


@dataclass(slots=True)
class Placing:
    """What waits to come back from the tool and what came."""

    sesskeys: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    """Session key → user and course."""
    placed: list[Placed] = field(default_factory=list)
    answers: list[Mapping[str, object]] = field(default_factory=list)
    """The verified answers of the tool, as they came."""
    data: str | None = None
    """The platform's own, which the tool is to echo; Moodle sends none."""


def make_placing(platform: Platform, placing: Placing) -> Blueprint:
    """Build the pages by which a teacher places the tool as an activity."""
    blueprint = Blueprint("placing", __name__, url_prefix="/mod/lti")

    @blueprint.get("/modedit.php")
    def form() -> Page:
        found = _teacher(platform)
        if found is None:
            return _error("You may not place an activity here.", 403)
        course, user = found
        return render_template("placing.html.jinja", course=course, user=user, tab="Engagement")

    @blueprint.get("/contentitem.php")
    def select() -> Page:
        found = _teacher(platform)
        if found is None:
            return _error("You may not place an activity here.", 403)
        course, user = found
        settings = make_settings(platform, placing, course, user)
        fields = platform.initiation_to_place(course.id, user.id, settings)
        return _posting(platform.tool.login_url, fields, "Opening the tool")

    @blueprint.get("/launch_placed.php")
    def launch() -> Page:
        number, user_id = request.args.get("placed", -1, type=int), platform.visitors.current(request)
        if user_id is None or not 0 <= number < len(placing.placed):
            return _error("Invalid request", 404)
        item = placing.placed[number]
        cmid = platform.site.world.courses[item.course_id].own_activity.cmid
        fields = platform.initiation(cmid, user_id, item.custom)
        return _posting(platform.tool.login_url, fields, "Opening the engagement page")

    @blueprint.post("/contentitem_return.php")
    def back() -> Page:
        if platform.visitors.current(request) is None and not request.form.get("repost"):
            return _posting(request.url, {**request.form.to_dict(), "repost": "1"}, "Signing in")
        return _take(platform, placing)

    return blueprint


def make_settings(platform: Platform, placing: Placing, course: Course, user: User) -> dict[str, object]:
    """Make the settings claim of a request to place something, with a return address good for this person."""
    sesskey = secrets.token_hex(5)
    placing.sesskeys[sesskey] = (user.id, course.id)
    back = f"{platform.site.url}/mod/lti/contentitem_return.php?course={course.id}"
    settings: dict[str, object] = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "deep_link_return_url": f"{back}&id={platform.tool.deployment_id}&sesskey={sesskey}",
        "title": "x",
        "text": "",
    }
    return settings if placing.data is None else {**settings, "data": placing.data}


def _take(platform: Platform, placing: Placing) -> Page:
    user_id = platform.visitors.current(request)
    course_id = request.args.get("course", 0, type=int)
    try:
        answer = verify_by_key_set(request.form.get("JWT", ""), platform.tool, platform.site.seconds())
    except TokenRefused as refused:
        return _error(str(refused), 404)
    if user_id is None or placing.sesskeys.get(request.args.get("sesskey", "")) != (user_id, course_id):
        return _error("Your session has most likely timed out. Please log in again.", 404)
    is_answer = answer.get(f"{LTI}message_type") == "LtiDeepLinkingResponse"
    if not is_answer or answer.get("aud") != platform.site.url or not answer.get("nonce"):
        return _error("Invalid request", 404)
    placing.answers.append(answer)
    items = answer.get(f"{DEEP_LINKING}content_items")
    for item in items if isinstance(items, list) else []:
        placing.placed.append(Placed(course_id, item["title"], item.get("text", ""), item.get("custom", {})))
    return render_template("placed.html.jinja", placed=placing.placed[-1:], course_id=course_id)


def _teacher(platform: Platform) -> tuple[Course, User] | None:
    """Find the course and the person of a request; None for somebody who may not place activities there."""
    course = platform.site.world.courses.get(request.args.get("course", 0, type=int))
    user_id = platform.visitors.current(request)
    if course is None or user_id is None:
        return None
    user = platform.site.world.users[user_id]
    try:
        return (course, user) if INSTRUCTOR in roles_in(course, user, platform.site.seconds()) else None
    except NotAllowedIn:
        return None


def _posting(action: str, fields: Mapping[str, str], title: str) -> str:
    return render_template("posting.html.jinja", action=action, fields=fields, title=title)


def _error(message: str, status: int) -> tuple[str, int]:
    return render_template("error.html.jinja", message=message), status
