"""The connection self-test, LTI's side: registration, the platform's keys, and whether the platform can fetch ours."""

from collections.abc import Iterator
from datetime import datetime

from analytics.language import gettext, mark, ngettext
from bridge.checks.findings import Finding
from bridge.config import Settings
from bridge.errors import SecretUnreadable
from bridge.store.database import Sessions, reading
from bridge.store.registrations import RegistrationRecord, load_deployment_ids, load_registrations
from lti.launch.fetching import FetchFailed, fetch_document
from lti.launch.jwks import parse_key_set
from lti.launch.memberships import SCOPE
from lti.launch.service_token import ServiceRefused, make_service_caller
from lti.registration.asking import KEYS_PATH

MANAGE_TOOLS = "Site administration > Plugins > Activity modules > External tool > Manage tools"
OUR_KEYS = mark("Our keys")
FETCH_REASONS = {
    "not-https": mark("the address is not https"),
    "bad-address": mark("it is no address"),
    "not-public": mark("the address is not a public one (name a host of your own network in LEA_PRIVATE_HOSTS)"),
    "no-such-host": mark("the name is not known"),
    "timeout": mark("no answer in time"),
    "too-large": mark("the answer is too large"),
    "not-json": mark("the answer is not JSON"),
    "no-keys": mark("the answer holds no keys"),
    "proxy": mark("the proxy of LEA_EGRESS_PROXY did not let the call through"),
    "SSLError": mark("its certificate was not accepted"),
    "ConnectionError": mark("no connection"),
}
NO_SERVICE_GRANTED = "invalid_scope"
"""What a platform says once it has verified our signature and grants this tool no service: all that is wanted here."""


def check_registrations(sessions: Sessions, settings: Settings, platform_id: int, now: datetime) -> Iterator[Finding]:
    """Give the findings about each registration of a platform; one that says so where there is none."""
    with reading(sessions) as db:
        found = [(one, load_deployment_ids(db, one.registration_id)) for one in load_registrations(db, platform_id)]
    if not found:
        text = gettext("None is saved, so every launch from this site is refused.")
        yield Finding(gettext("Registration"), False, text, _register_step())
    for registration, deployment_ids in found:
        yield _judge_registration(registration, deployment_ids)
        yield _check_their_keys(registration, settings)
        yield _check_our_keys(registration, sessions, settings, now)


def _judge_registration(registration: RegistrationRecord, deployment_ids: frozenset[str]) -> Finding:
    name = gettext("Registration {client}", client=registration.client_id)
    if not deployment_ids:
        text = gettext("No deployment id is known, so every launch is refused.")
        step = gettext(
            "In Moodle at {where}, View configuration details of the tool shows it. Save it: `lea platform add` with "
            "the same issuer and client id, and --deployment-id.",
            where=MANAGE_TOOLS,
        )
        return Finding(name, False, text, step)
    ids = ", ".join(sorted(deployment_ids))
    return Finding(name, True, gettext("Issuer {issuer}, deployment {ids}.", issuer=registration.issuer, ids=ids))


def _check_their_keys(registration: RegistrationRecord, settings: Settings) -> Finding:
    name, address = gettext("Moodle's keys"), registration.key_set_url
    try:
        fetched = fetch_document(address, allow_insecure=settings.allow_insecure_platforms, egress=settings.egress)
        count = len(parse_key_set(fetched.body)["keys"])
    except FetchFailed as error:
        step = gettext(
            "Launches with a key that is known already go on. See that this server reaches {address} and gets JSON: "
            "the address in the registration, Moodle's certificate, the firewall.",
            address=address,
        )
        text = gettext("{address} cannot be fetched: {why}.", address=address, why=_words(error.reason))
        return Finding(name, False, text, step)
    if not count:
        step = gettext(
            "Launches need an RSA key of 2048 bits or more with a kid; Moodle makes one when it is upgraded."
        )
        return Finding(name, False, gettext("{address} holds no key that can be used.", address=address), step)
    text = ngettext("{address} holds {number} key.", "{address} holds {number} keys.", count, address=address)
    return Finding(name, True, text)


def _check_our_keys(registration: RegistrationRecord, sessions: Sessions, settings: Settings, now: datetime) -> Finding:
    """Ask for a service token, which makes the platform fetch our key set; what it grants is not used."""
    address, name = settings.public_url + KEYS_PATH, gettext(OUR_KEYS)
    try:
        make_service_caller(sessions, settings).find_token(registration, SCOPE, now)
    except SecretUnreadable as error:
        text = gettext("This tool's signing key does not open: it was saved with another LEA_SECRET_KEY.")
        return Finding(name, False, text, error.next_step)
    except ServiceRefused as error:
        if error.said == NO_SERVICE_GRANTED:
            text = gettext("Moodle knows the keys at {address}. It grants no service; none is needed.", address=address)
            return Finding(name, True, text)
        return _judge_refusal(error, registration, address)
    text = gettext("Moodle knows the keys at {address}. It grants the membership service.", address=address)
    return Finding(name, True, text)


def _judge_refusal(error: ServiceRefused, registration: RegistrationRecord, address: str) -> Finding:
    name = gettext(OUR_KEYS)
    without = gettext("Launches go on; placing activities by Deep Linking and the membership service do not work.")
    if error.said == "invalid_client":
        client = registration.client_id
        text = gettext("Moodle does not know the client id {client}: the tool was deleted there.", client=client)
        anew = gettext("Remove this registration, or make it anew.")
        return Finding(name, False, text, f"{anew} {_register_step()}")
    if error.said == "Expired token" or "prior to now" in error.said:
        text = gettext("Moodle takes what this tool signs now for too old or too new.")
        return Finding(name, False, f"{text} {without}", gettext("Set both servers' clocks by NTP."))
    if "kid" in error.said or "Signature" in error.said:
        text = gettext("Moodle found other keys than this tool's.")
        step = gettext(
            "In Moodle at {where}, edit the tool: Public key type Keyset URL, Public keyset {address}. That address "
            "must show the key that `lea keys list` names: same tool, same database.",
            where=MANAGE_TOOLS,
            address=address,
        )
        return Finding(name, False, f"{text} {without}", step)
    if error.reason in ("token-status-404", "timeout"):
        text = gettext("Moodle could not fetch {address}.", address=address)
        return Finding(name, False, f"{text} {without}", _reach_step(address))
    why = f"{_words(error.reason)}{f', {error.said}' if error.said else ''}"
    at = registration.auth_token_url
    text = gettext("{address} did not answer as it should: {why}.", address=at, why=why)
    step = gettext("Check the access token address in the registration, and Moodle's error log.")
    return Finding(name, False, f"{text} {without}", step)


def _reach_step(address: str) -> str:
    return gettext(
        "See that the pages run (`lea serve`) and that Moodle's server reaches {address}. In Moodle, {where} must not "
        "block its host and must allow its port.",
        address=address,
        where="Site administration > General > Security > HTTP security",
    )


def _register_step() -> str:
    return gettext(
        "Make a registration link (`lea register`, or on the administrator's page) and paste it into Moodle at "
        "{where}; or add the registration by hand: `lea platform add`.",
        where=MANAGE_TOOLS,
    )


def _words(reason: str) -> str:
    if reason in FETCH_REASONS:
        return gettext(FETCH_REASONS[reason])
    return reason.replace("token-status-", "HTTP status ")
