"""Where an administrator of the demo registers a tool: Manage tools with its frame, the start page, the endpoint."""

import json
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from tests.demo_vle.lti import Platform
from tests.demo_vle.registration import BadToken, Refused

TEXT = "text/html; charset=utf-8"
"""Moodle sends its few words as text under this type."""
Page = str | tuple[str, int] | Response | AnyResponse


def make_registration(platform: Platform) -> Blueprint:
    """Build the registration endpoint and its pages."""
    blueprint = Blueprint("registration", __name__, url_prefix="/mod/lti")

    @blueprint.post("/openid-registration.php")
    def register() -> Page:
        try:
            answer = platform.registrations.register(request.headers.get("Authorization", ""), request.get_data())
        except Refused as error:
            return Response(error.text, error.status, content_type=TEXT)
        except BadToken as error:
            return render_template("fatal.html.jinja", message=f"Exception - {error}"), 404
        return Response(json.dumps(answer), content_type="application/json; charset=utf-8")

    @blueprint.get("/toolconfigure.php")
    def tools() -> Page:
        if not _is_admin(platform):
            return redirect("/")
        return render_template("tools.html.jinja", tools=platform.registrations.tools.values())

    @blueprint.route("/startltiadvregistration.php", methods=["GET", "POST"])
    def start() -> Page:
        url = request.args.get("url", "")
        if not _is_admin(platform) or urlsplit(url).scheme not in ("http", "https"):
            return redirect("/")
        known = platform.registrations.known(url)
        type_id = request.args.get("type")
        if known and type_id is None:
            return render_template("choice.html.jinja", tools=known, url=url)
        query = platform.registrations.start(None if type_id in (None, "0") else type_id)
        return redirect(f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}")

    @blueprint.post("/activate")
    def activate() -> Page:
        if _is_admin(platform):
            platform.registrations.activate(request.form["id"])
        return redirect("/mod/lti/toolconfigure.php")

    return blueprint


def _is_admin(platform: Platform) -> bool:
    user_id = platform.visitors.current(request)
    return user_id is not None and platform.site.world.users[user_id].is_admin
