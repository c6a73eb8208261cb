"""The addresses of registration: the one-time link, the page for registering by hand, and the tool's bare address."""

from flask import Blueprint

from lti.registration.asking import REGISTER_PATH
from lti.registration.views import answer_by_hand, answer_dry_run, answer_front, answer_registration

LINK_RULE = f"{REGISTER_PATH}<token>"


def make_blueprint() -> Blueprint:
    """Return the routes of registration."""
    blueprint = Blueprint("registration", __name__)
    blueprint.add_url_rule(LINK_RULE, "dry_run", answer_dry_run, methods=["GET"])
    blueprint.add_url_rule(LINK_RULE, "register", answer_registration, methods=["POST"])
    blueprint.add_url_rule("/setup", "by_hand", answer_by_hand, methods=["GET"])
    blueprint.add_url_rule("/", "front", answer_front, methods=["GET"])
    return blueprint
