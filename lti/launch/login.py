"""Answer a login initiation (LTI Security Framework 1.0, section 5.1.1.1): remember it, send the browser on."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, g, make_response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bridge.secrets import hash_token
from bridge.store.database import reading, writing
from bridge.store.launches import LoginRecord, save_login
from bridge.store.pending_registrations import is_pending
from bridge.store.registrations import RegistrationRecord, find_registrations, is_plain, load_deployment_ids
from lti.errors import LoginRefused
from lti.headers import is_own_origin
from lti.launch.redirect import build_auth_request
from lti.origins import origin_of
from lti.services import services

LASTS_FOR = timedelta(minutes=10)
LAUNCH_PATH = "/lti/launch"
LONGEST_HINT = 10_000


@dataclass(frozen=True, slots=True)
class LoginInitiation:
    """What a platform sends to begin; the hints are opaque and echoed as they came."""

    issuer: str
    login_hint: str
    target_link_uri: str
    lti_message_hint: str | None
    client_id: str | None
    lti_deployment_id: str | None


def answer_login() -> Response:
    """Send the browser to the platform with a fresh state and nonce, and bind the login to the browser by a cookie.

    Raises:
        LoginRefused: a parameter is missing, given twice, or names something this tool does not know.
    """
    tool = services()
    initiation = read_initiation(request.form if request.method == "POST" else request.args)
    if not is_own_origin(initiation.target_link_uri, tool.settings):
        raise LoginRefused("foreign-target")
    with reading(tool.sessions) as db:
        registration = _find_registration(db, initiation)
    g.registration = registration
    hints = {"login_hint": initiation.login_hint}
    if initiation.lti_message_hint is not None:
        hints["lti_message_hint"] = initiation.lti_message_hint
    auth = build_auth_request(registration, hints, tool.settings.public_url + LAUNCH_PATH)
    bind = secrets.token_urlsafe(32)
    now = tool.now()
    login = LoginRecord(
        state_hash=hash_token(auth.state),
        nonce=auth.nonce,
        registration_id=registration.registration_id,
        lti_deployment_id=initiation.lti_deployment_id,
        target_link_uri=initiation.target_link_uri,
        bind_hash=hash_token(bind),
        expires_at=now + LASTS_FOR,
    )
    with writing(tool.sessions) as db:
        save_login(db, login, now)
    answer = make_response(redirect(auth.url, 302))
    set_bind_cookie(answer, auth.state, bind, LASTS_FOR)
    return answer


def read_initiation(fields: MultiDict[str, str]) -> LoginInitiation:
    """Return the parameters of a login initiation.

    Raises:
        LoginRefused: a required one is missing or empty, or one is given twice or too long.
    """
    return LoginInitiation(
        issuer=_required(fields, "iss"),
        login_hint=_required(fields, "login_hint"),
        target_link_uri=_required(fields, "target_link_uri"),
        lti_message_hint=_single(fields, "lti_message_hint"),
        client_id=_single(fields, "client_id") or None,
        lti_deployment_id=_single(fields, "lti_deployment_id") or None,
    )


def bind_cookie_name(state: str) -> str:
    """Return the name of a login's cookie: one for each login, so that two tabs do not disturb each other."""
    return f"__Host-lea-{hash_token(state)[:16]}"


def set_bind_cookie(answer: Response, state: str, bind: str, lasts_for: timedelta) -> None:
    """Set the login's cookie, or take it away with a life of zero. Only `Partitioned` arrives inside Moodle's frame."""
    answer.set_cookie(
        bind_cookie_name(state),
        bind,
        max_age=lasts_for,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


def _single(fields: MultiDict[str, str], name: str) -> str | None:
    values = fields.getlist(name)
    if len(values) > 1 or any(len(value) > LONGEST_HINT for value in values):
        raise LoginRefused("bad-login")
    return values[0] if values else None


def _required(fields: MultiDict[str, str], name: str) -> str:
    value = _single(fields, name)
    if not value:
        raise LoginRefused("bad-login")
    return value


def _find_registration(db: Session, initiation: LoginInitiation) -> RegistrationRecord:
    candidates = find_registrations(db, initiation.issuer)
    if initiation.client_id is not None:
        candidates = tuple(c for c in candidates if c.client_id == initiation.client_id)
    if not candidates and is_pending(db, initiation.issuer, initiation.client_id):
        g.frame_origin = origin_of(initiation.issuer)
        raise LoginRefused("platform-pending")
    if not candidates:
        raise LoginRefused("unknown-platform")
    if len(candidates) > 1:
        raise LoginRefused("client-id-needed")
    deployment_id = initiation.lti_deployment_id
    known_ids = load_deployment_ids(db, candidates[0].registration_id)
    if deployment_id is not None and (not is_plain(deployment_id) or deployment_id not in known_ids):
        raise LoginRefused("unknown-deployment")
    if not is_plain(initiation.target_link_uri):
        raise LoginRefused("foreign-target")
    return candidates[0]
