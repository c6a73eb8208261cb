"""The accessibility statement: a page for everybody, with or without a session; it reads nothing of anybody."""

from flask import Blueprint, Response, make_response, render_template

from lti.errors import echoed_token
from lti.services import services


def make_blueprint() -> Blueprint:
    """Return the page's route; it answers the button of each page's foot, and an address that was typed."""
    blueprint = Blueprint("accessibility", __name__)
    blueprint.add_url_rule("/accessibility", "statement", _answer_statement, methods=["GET", "POST"])
    return blueprint


def _answer_statement() -> Response:
    contact = services().settings.accessibility_contact
    page = render_template("accessibility.html.jinja", contact=contact, page_token=echoed_token())
    return make_response(page)
