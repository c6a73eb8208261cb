"""Answer a deep linking request: a page with one button per choice, each an already signed answer to the platform.

One click, no script, nothing stored. Without a cookie no Continue page is needed before it: the page shows nobody's
data, names who is signed in, and every button on it is that person's own click.
"""

from flask import Response, g, make_response, render_template

from bridge.store.registrations import RegistrationRecord
from lti.errors import AccessRefused
from lti.launch.claims import LaunchClaims
from lti.launch.deep_linking import CHOICES, DeepLinkingSettings, make_answer
from lti.launch.keys import sign_jwt
from lti.launch.roles import LtiRole, find_lti_role, is_platform_admin
from lti.origins import origin_of
from lti.services import services


def answer_placing(launch: LaunchClaims, settings: DeepLinkingSettings, registration: RegistrationRecord) -> Response:
    """Answer a verified deep linking request with the choices.

    Raises:
        AccessRefused: the launch does not say that this person teaches or administers; Moodle itself decides again,
            by the person's rights in the course, when it takes the answer.
    """
    if find_lti_role(launch.lti_roles) is not LtiRole.INSTRUCTOR and not is_platform_admin(launch.lti_roles):
        raise AccessRefused("no-placing")
    tool = services()
    now = tool.now()
    choices = []
    for choice in CHOICES:
        answer = make_answer(settings, registration, launch.lti_deployment_id, choice, now)
        choices.append((choice, sign_jwt(tool.sessions, tool.settings.secret_key, answer, now)))
    g.form_origin = origin_of(settings.return_url)
    page = render_template(
        "launch/placing.html.jinja", choices=choices, return_url=settings.return_url, name=launch.display_name
    )
    return make_response(page)
