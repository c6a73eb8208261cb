"""The addresses a platform is given: login initiation, launch, Continue, and the tool's public keys."""

from flask import Blueprint, Response, jsonify

from lti.launch.keys import public_key_set
from lti.launch.launching import answer_continue, answer_launch, answer_not_me
from lti.launch.login import answer_login
from lti.panels import start_page
from lti.services import services


def make_blueprint() -> Blueprint:
    """Return the routes below /lti."""
    blueprint = Blueprint("launch", __name__, url_prefix="/lti")
    blueprint.add_url_rule("/login", "login", answer_login, methods=["GET", "POST"])
    blueprint.add_url_rule("/launch", "launch", lambda: answer_launch(start_page), methods=["POST"])
    blueprint.add_url_rule("/continue", "continue", lambda: answer_continue(start_page), methods=["POST"])
    blueprint.add_url_rule("/not-me", "not_me", answer_not_me, methods=["POST"])
    blueprint.add_url_rule("/jwks.json", "jwks", _jwks, methods=["GET"])
    return blueprint


def _jwks() -> Response:
    tool = services()
    answer = jsonify(public_key_set(tool.sessions, tool.settings.secret_key, tool.now()))
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
