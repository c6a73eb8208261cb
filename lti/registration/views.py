"""The pages of registration: the dry run, its result, and the page for registering by hand.

Dynamic Registration's pages stand in the platform's frame. Neither the link's token nor the platform's is stored or
logged: the one is hashed, the other travels from the platform's address bar to a hidden field and back to the platform.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, g, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from bridge.errors import AlreadyRegistered, ClientIdTaken
from bridge.store.database import reading, writing
from bridge.store.pending_registrations import Granted, save_pending
from bridge.store.registration_links import LinkRecord, claim_link, find_link, release_link
from lti.errors import LinkOver, NoSuchLink, RegistrationRefused, WrongOrigin
from lti.headers import is_foreign_form
from lti.launch.memberships import SCOPE
from lti.origins import origin_of
from lti.registration import asking
from lti.registration.configuration import Configuration, load_configuration
from lti.registration.registering import register
from lti.services import services

REGISTRATION_TOKEN = re.compile(r"[\x21-\x7e]{0,8000}")
"""Nothing in it can end a header."""


@dataclass(frozen=True, slots=True)
class Asker:
    """What a platform sends along with the browser that opens a registration link."""

    configuration_address: str
    registration_token: str = field(repr=False)
    """Empty: the platform sent none."""


def answer_dry_run(token: str) -> Response:
    """Show who asks, what would be asked for and what not. Nothing is sent to the platform or stored.

    Raises:
        NoSuchLink, LinkOver: the link is unknown, used or too old.
        RegistrationRefused: the platform's configuration cannot be had or does not fit.
    """
    asker = read_asker(request.args)
    link = _usable_link(token)
    configuration = _load_configuration(asker)
    page = render_template(
        "registration/dry_run.html.jinja",
        asker=asker,
        configuration=configuration,
        asking=asking,
        addresses=asking.addresses(services().settings.public_url),
        expires_at=link.expires_at.astimezone(services().settings.zone),
    )
    return make_response(page)


def answer_registration(token: str) -> Response:
    """Register this tool at the platform and keep the result for approval; of several requests exactly one registers.

    Raises:
        NoSuchLink, LinkOver: the link is unknown, used or too old.
        RegistrationRefused: the platform refused, did not answer, has this registration already, or names it like
            another platform; the link then works on within its hour.
        WrongOrigin: another site sent the form.
    """
    tool = services()
    asker = read_asker(request.form)
    if is_foreign_form(tool.settings):
        raise WrongOrigin
    _usable_link(token)
    configuration = _load_configuration(asker)
    with_memberships = configuration.offers_memberships and request.form.get("memberships") == "1"
    asked = asking.build_request(tool.settings.public_url, with_memberships=with_memberships)
    now = tool.now()
    with _claimed(token, now) as link:
        granted = register(
            configuration,
            asker.registration_token,
            asked,
            allow_insecure=tool.settings.allow_insecure_platforms,
            egress=tool.settings.egress,
        )
        _save(granted, link, now)
    tool.log.info("registered", issuer=granted.issuer, client_id=granted.client_id, request_id=g.request_id)
    page = render_template(
        "registration/result.html.jinja",
        granted=granted,
        link=link,
        origin=origin_of(configuration.address),
        has_memberships=SCOPE in granted.granted_scopes,
        asked_memberships=with_memberships,
    )
    return make_response(page)


def answer_by_hand() -> Response:
    """Show the values that Moodle's form asks for, ready to be copied; nothing here is secret."""
    public_url = services().settings.public_url
    return make_response(
        render_template("registration/by_hand.html.jinja", fields=asking.hand_fields(public_url), public_url=public_url)
    )


def answer_front() -> Response:
    """Tell whoever opens the tool's bare address where its pages are: in the course, and for administrators /setup."""
    return make_response(render_template("registration/front.html.jinja"))


def read_asker(fields: MultiDict[str, str]) -> Asker:
    """Return what the platform sent along, and let its site frame this request's answer, a refusal too.

    Raises:
        RegistrationRefused: the configuration's address is missing, or something is given twice or cannot be it.
    """
    addresses = fields.getlist("openid_configuration")
    tokens = fields.getlist("registration_token") or [""]
    if len(addresses) == 1:
        g.frame_origin = origin_of(addresses[0])
    if len(addresses) != 1 or not addresses[0] or len(tokens) != 1 or not REGISTRATION_TOKEN.fullmatch(tokens[0]):
        raise RegistrationRefused("bad-registration")
    return Asker(addresses[0], tokens[0])


def _load_configuration(asker: Asker) -> Configuration:
    settings = services().settings
    insecure = settings.allow_insecure_platforms
    return load_configuration(asker.configuration_address, allow_insecure=insecure, egress=settings.egress)


def _usable_link(token: str) -> LinkRecord:
    with reading(services().sessions) as db:
        link = find_link(db, token)
    if link is None:
        raise NoSuchLink
    if link.used_at is not None:
        raise LinkOver("link-used")
    if link.expires_at <= services().now():
        raise LinkOver("link-expired")
    return link


@contextmanager
def _claimed(token: str, now: datetime) -> Iterator[LinkRecord]:
    """Use the link up before anything is sent, and give it back when nothing came of it."""
    sessions = services().sessions
    with writing(sessions) as db:
        link = claim_link(db, token, now)
    if link is None:
        raise LinkOver("link-used")
    try:
        yield link
    except Exception:
        with writing(sessions) as db:
            release_link(db, token)
        raise


def _save(granted: Granted, link: LinkRecord, now: datetime) -> None:
    try:
        with writing(services().sessions) as db:
            save_pending(db, granted, made_by_platform_id=link.made_by_platform_id, now=now)
    except AlreadyRegistered as error:
        raise RegistrationRefused("registration-exists") from error
    except ClientIdTaken as error:
        raise RegistrationRefused("registration-client-id") from error
