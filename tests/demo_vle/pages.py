"""The pages a visitor of the demo sees: who am I, the course page, the tab with the tool in its frame."""

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from tests.demo_vle.claims import LEARNER, NotAllowedIn, roles_in
from tests.demo_vle.lti import Platform
from tests.demo_vle.people import COOKIE
from tests.demo_vle.placing import Placing
from tests.demo_vle.worlds.model import Activity, Course, User

FRAME_FEATURES = ("microphone", "camera", "geolocation", "midi", "encrypted-media", "autoplay")
LANGUAGES = {"en": "English", "cy": "Cymraeg"}
"""What the site's people can choose from, as Moodle's language menu has it."""
Page = tuple[str, int] | Response | AnyResponse


def make_pages(platform: Platform, placing: Placing) -> Blueprint:
    """Build the pages of a platform."""
    blueprint = Blueprint("pages", __name__)
    world = platform.site.world

    @blueprint.get("/")
    def chooser() -> str:
        return render_template("chooser.html.jinja", world=world, languages=LANGUAGES, lang=_asked_language())

    @blueprint.get("/enter/<persona>/<int:course_id>")
    def enter(persona: str, course_id: int) -> AnyResponse:
        _choose_language(platform, persona)
        return _entered(platform, persona, redirect(f"/local/lea/view.php?id={course_id}"))

    @blueprint.get("/course/view.php")
    def course_page() -> Page:
        return _show(platform, "course.html.jinja", placing)

    @blueprint.get("/mod/lti/view.php")
    def placed_page() -> Page:
        return _show(platform, "placed_tool.html.jinja", placing)

    @blueprint.get("/local/lea/view.php")
    def tool_page() -> Page:
        return _show(platform, "tab.html.jinja", placing)

    return blueprint


def _show(platform: Platform, template: str, placing: Placing) -> Page:
    """Show a page of a course to the person of the request, or to the persona that the address names."""
    shown = _visited(platform)
    if shown is None:
        message = "There is no such course, or the person you chose may not open it."
        return render_template("error.html.jinja", message=message), 404
    course, user = shown
    sections: dict[int, list[Activity]] = {}
    for activity in course.activities:
        if activity.visible and not activity.own:
            sections.setdefault(activity.section, []).append(activity)
    is_learner = roles_in(course, user, platform.site.seconds()) == [LEARNER]
    tool_origin = "/".join(platform.tool.login_url.split("/")[:3])
    page = render_template(
        template,
        course=course,
        user=user,
        tab="My engagement" if is_learner else "Engagement",
        sections=sections,
        placed=[(place, item) for place, item in enumerate(placing.placed) if item.course_id == course.id],
        shown=request.args.get("placed", "0"),
        places=not is_learner,
        allow="; ".join(f"{feature} {tool_origin}" for feature in FRAME_FEATURES),
    )
    return _entered(platform, request.args.get("persona"), make_response(page))


def _asked_language() -> str:
    asked = request.args.get("lang", "en")
    return asked if asked in LANGUAGES else "en"


def _choose_language(platform: Platform, persona: str) -> None:
    """Keep the language that a persona enters in: their launches say it, as Moodle's do."""
    with suppress(LookupError):
        platform.site.languages[platform.site.world.person(persona).id] = _asked_language()


def _visited(platform: Platform) -> tuple[Course, User] | None:
    """Find the course and the person of a request; None when there is no such course or that person may not open it."""
    world = platform.site.world
    number = request.args.get("id", "")
    course = world.find_course(int(number)) if number.isdecimal() else None
    try:
        persona = request.args.get("persona")
        user_id = platform.visitors.current(request) if persona is None else world.person(persona).id
        if course is None or user_id is None:
            return None
        roles_in(course, world.users[user_id], platform.site.seconds())
    except (LookupError, NotAllowedIn):
        return None
    return course, world.users[user_id]


def _entered(platform: Platform, persona: str | None, answer: AnyResponse) -> AnyResponse:
    """Give the answer a session cookie of a persona that was chosen."""
    if persona is None:
        return answer
    try:
        user = platform.site.world.person(persona)
    except LookupError:
        return redirect("/")
    answer.set_cookie(COOKIE, platform.visitors.enter(user.id), httponly=True, samesite="Lax")
    return answer
