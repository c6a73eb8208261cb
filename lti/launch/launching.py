"""Answer a launch: use up its login, verify its token, then the panel, or Continue where no cookie came back."""

import re
import secrets
from datetime import timedelta
from hmac import compare_digest

from flask import Response, g, make_response, render_template, request

from analytics.policy.access import Action
from bridge.secrets import hash_token
from bridge.store.database import writing
from bridge.store.launches import (
    LoginRecord,
    WaitingLaunch,
    consume_continue_code,
    consume_login,
    save_continue_code,
)
from bridge.store.registrations import load_deployment_ids, load_registration
from bridge.store.viewer_sessions import NewSession
from lti.errors import LaunchRefused, PlatformAnswered
from lti.guard import View, begin, check_origin
from lti.language import speak_as_launch
from lti.launch.claims import LaunchClaims
from lti.launch.jwks import KeyCache
from lti.launch.login import bind_cookie_name, set_bind_cookie
from lti.launch.placing import answer_placing
from lti.launch.roles import find_lti_role, is_platform_admin
from lti.launch.verification import Login, verify_launch
from lti.services import services
from lti.theme import show_as_launch

CODE_LASTS_FOR = timedelta(minutes=2)
LONGEST_STATE = 200
WISHES = {"course": Action.COURSE_VIEW, "own": Action.OWN_VIEW}
"""What an activity can be placed for, by its custom parameter `panel`; anything else is no wish."""
PLATFORM_ERRORS = {
    "access_denied": "platform-denied",
    "login_required": "platform-login",
    "interaction_required": "platform-login",
    "account_selection_required": "platform-login",
    "consent_required": "platform-login",
    "unauthorized_client": "platform-set-up",
    "invalid_request": "platform-set-up",
    "invalid_scope": "platform-set-up",
    "unsupported_response_type": "platform-set-up",
    "server_error": "platform-busy",
    "temporarily_unavailable": "platform-busy",
}
"""The errors of OAuth 2.0 and OpenID Connect, by what the person can do; any other is `platform-error`."""
ERROR_NAME = re.compile(r"[a-z_]{1,40}")


def answer_launch(start_page: View) -> Response:
    """Answer the platform's form post with the viewer's start page, or with the Continue page.

    Raises:
        PageError: the launch is refused; its login is used up nevertheless.
    """
    state = _single("state")
    login = _consume(state)
    if "error" in request.form:
        named = request.form["error"]
        code = PLATFORM_ERRORS.get(named, "platform-error")
        raise PlatformAnswered(code, detail=named if ERROR_NAME.fullmatch(named) else "unreadable")
    id_token = _single("id_token")
    if login.record.expires_at <= services().now():
        raise LaunchRefused("state-expired")
    is_bound = _check_browser(state, login.record)
    claims = _verify(id_token, login)
    speak_as_launch(claims.locale)
    show_as_launch(claims.theme)
    if claims.deep_linking is not None:
        answer = answer_placing(claims, claims.deep_linking, login.registration)
    else:
        waiting = WaitingLaunch(_new_session(login, claims), claims.wished_panel)
        answer = _begin(waiting, start_page) if is_bound else _continue_page(waiting)
    set_bind_cookie(answer, state, "", timedelta(0))
    return answer


def answer_continue(start_page: View) -> Response:
    """Answer the Continue page's form: its code works once, for two minutes.

    Raises:
        PageError: the code is unknown, used or too old, or there is no page for this viewer.
    """
    check_origin()
    return _begin(_consume_code(), start_page)


def answer_not_me() -> Response:
    """Forget the launch of a Continue page whose reader is somebody else."""
    check_origin()
    g.registration = None
    speak_as_launch(_consume_code().launch.locale)
    return make_response(render_template("launch/not_me.html.jinja"))


def _begin(waiting: WaitingLaunch, start_page: View) -> Response:
    return begin(waiting.launch, start_page, WISHES.get(waiting.wished_panel))


def _single(name: str) -> str:
    values = request.form.getlist(name)
    if len(values) != 1 or not values[0]:
        raise LaunchRefused("bad-launch")
    return values[0]


def _consume(state: str) -> Login:
    if len(state) > LONGEST_STATE:
        raise LaunchRefused("state-unknown")
    with writing(services().sessions) as db:
        record = consume_login(db, hash_token(state))
        registration = None if record is None else load_registration(db, record.registration_id)
        deployment_ids = frozenset() if record is None else load_deployment_ids(db, record.registration_id)
    if record is None or registration is None:
        raise LaunchRefused("state-unknown")
    g.registration = registration
    return Login(record, registration, deployment_ids)


def _check_browser(state: str, record: LoginRecord) -> bool:
    """Say whether the browser that began the login brought its cookie back; False when it brought none.

    Raises:
        LaunchRefused: it brought a wrong one.
    """
    bind = request.cookies.get(bind_cookie_name(state))
    if bind is None:
        return False
    if not compare_digest(hash_token(bind), record.bind_hash):
        raise LaunchRefused("wrong-browser")
    return True


def _verify(id_token: str, login: Login) -> LaunchClaims:
    tool = services()
    cache = KeyCache(
        sessions=tool.sessions,
        now=tool.now,
        allow_insecure=tool.settings.allow_insecure_platforms,
        report=lambda reason: tool.log.warning("keys not fetched", reason=reason, request_id=g.request_id),
        egress=tool.settings.egress,
    )
    return verify_launch(id_token, login, lambda kid: cache.find_key(login.registration, kid), tool.now())


def _new_session(login: Login, claims: LaunchClaims) -> NewSession:
    return NewSession(
        registration_id=login.registration.registration_id,
        platform_id=login.registration.platform_id,
        lti_deployment_id=claims.lti_deployment_id,
        moodle_user_id=claims.moodle_user_id,
        moodle_course_id=claims.moodle_course_id,
        display_name=claims.display_name,
        locale=claims.locale,
        lti_role=find_lti_role(claims.lti_roles).value,
        is_platform_admin=is_platform_admin(claims.lti_roles),
        memberships_url=claims.memberships_url,
        idnumber=claims.idnumber,
        theme=claims.theme,
    )


def _continue_page(waiting: WaitingLaunch) -> Response:
    """Ask whether it is really this person: a silent login by somebody else's link is seen here."""
    tool = services()
    code = secrets.token_urlsafe(32)
    now = tool.now()
    with writing(tool.sessions) as db:
        save_continue_code(
            db, hash_token(code), waiting.launch, now + CODE_LASTS_FOR, now, wished_panel=waiting.wished_panel
        )
    return make_response(render_template("launch/continue.html.jinja", name=waiting.launch.display_name, code=code))


def _consume_code() -> WaitingLaunch:
    code = _single("code")
    if len(code) > LONGEST_STATE:
        raise LaunchRefused("code-unknown")
    tool = services()
    with writing(tool.sessions) as db:
        waiting = consume_continue_code(db, hash_token(code), tool.now())
    if waiting is None:
        raise LaunchRefused("code-unknown")
    return waiting
