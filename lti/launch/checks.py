"""The connection self-test, LTI's side: registration, the platform's keys, and whether the platform can fetch ours."""

from collections.abc import Iterator
from datetime import datetime

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
REGISTER = (
    f"Make a registration link (`lea register`, or on the administrator's page) and paste it into Moodle at "
    f"{MANAGE_TOOLS}; or add the registration by hand: `lea platform add`."
)
OUR_KEYS = "Our keys"
FETCH_REASONS = {
    "not-https": "the address is not https",
    "bad-address": "it is no address",
    "not-public": "the address is not a public one (name a host of your own network in LEA_PRIVATE_HOSTS)",
    "no-such-host": "the name is not known",
    "timeout": "no answer in time",
    "too-large": "the answer is too large",
    "not-json": "the answer is not JSON",
    "no-keys": "the answer holds no keys",
    "proxy": "the proxy of LEA_EGRESS_PROXY did not let the call through",
    "SSLError": "its certificate was not accepted",
    "ConnectionError": "no connection",
}
NO_SERVICE_GRANTED = "invalid_scope"
"""What a platform says once it has verified our signature and grants this tool no service: all that is wanted here."""


def check_registrations(sessions: Sessions, settings: Settings, platform_id: int, now: datetime) -> Iterator[Finding]:
    """Give the findings about each registration of a platform; one that says so where there is none."""
    with reading(sessions) as db:
        found = [(one, load_deployment_ids(db, one.registration_id)) for one in load_registrations(db, platform_id)]
    if not found:
        yield Finding("Registration", False, "None is saved, so every launch from this site is refused.", REGISTER)
    for registration, deployment_ids in found:
        yield _judge_registration(registration, deployment_ids)
        yield _check_their_keys(registration, settings)
        yield _check_our_keys(registration, sessions, settings, now)


def _judge_registration(registration: RegistrationRecord, deployment_ids: frozenset[str]) -> Finding:
    name = f"Registration {registration.client_id}"
    if not deployment_ids:
        text = "No deployment id is known, so every launch is refused."
        step = (
            f"In Moodle at {MANAGE_TOOLS}, View configuration details of the tool shows it. Save it: `lea platform "
            "add` with the same issuer and client id, and --deployment-id."
        )
        return Finding(name, False, text, step)
    ids = ", ".join(sorted(deployment_ids))
    return Finding(name, True, f"Issuer {registration.issuer}, deployment {ids}.")


def _check_their_keys(registration: RegistrationRecord, settings: Settings) -> Finding:
    name, address = "Moodle's keys", registration.key_set_url
    try:
        fetched = fetch_document(address, allow_insecure=settings.allow_insecure_platforms, egress=settings.egress)
        count = len(parse_key_set(fetched.body)["keys"])
    except FetchFailed as error:
        step = (
            f"Launches with a key that is known already go on. See that this server reaches {address} and gets JSON: "
            "the address in the registration, Moodle's certificate, the firewall."
        )
        return Finding(name, False, f"{address} cannot be fetched: {_words(error.reason)}.", step)
    if not count:
        step = "Launches need an RSA key of 2048 bits or more with a kid; Moodle makes one when it is upgraded."
        return Finding(name, False, f"{address} holds no key that can be used.", step)
    return Finding(name, True, f"{address} holds {count} {'key' if count == 1 else 'keys'}.")


def _check_our_keys(registration: RegistrationRecord, sessions: Sessions, settings: Settings, now: datetime) -> Finding:
    """Ask for a service token, which makes the platform fetch our key set; what it grants is not used."""
    address = settings.public_url + KEYS_PATH
    try:
        make_service_caller(sessions, settings).find_token(registration, SCOPE, now)
    except SecretUnreadable as error:
        text = "This tool's signing key does not open: it was saved with another LEA_SECRET_KEY."
        return Finding(OUR_KEYS, False, text, error.next_step)
    except ServiceRefused as error:
        if error.said == NO_SERVICE_GRANTED:
            return Finding(OUR_KEYS, True, f"Moodle knows the keys at {address}. It grants no service; none is needed.")
        return _judge_refusal(error, registration, address)
    return Finding(OUR_KEYS, True, f"Moodle knows the keys at {address}. It grants the membership service.")


def _judge_refusal(error: ServiceRefused, registration: RegistrationRecord, address: str) -> Finding:
    without = "Launches go on; placing activities by Deep Linking and the membership service do not work."
    if error.said == "invalid_client":
        text = f"Moodle does not know the client id {registration.client_id}: the tool was deleted there."
        return Finding(OUR_KEYS, False, text, f"Remove this registration, or make it anew. {REGISTER}")
    if error.said == "Expired token" or "prior to now" in error.said:
        text = f"Moodle takes what this tool signs now for too old or too new. {without}"
        return Finding(OUR_KEYS, False, text, "Set both servers' clocks by NTP.")
    if "kid" in error.said or "Signature" in error.said:
        text = f"Moodle found other keys than this tool's. {without}"
        step = (
            f"In Moodle at {MANAGE_TOOLS}, edit the tool: Public key type Keyset URL, Public keyset {address}. That "
            "address must show the key that `lea keys list` names: same tool, same database."
        )
        return Finding(OUR_KEYS, False, text, step)
    if error.reason in ("token-status-404", "timeout"):
        text = f"Moodle could not fetch {address}. {without}"
        step = (
            f"See that the pages run (`lea serve`) and that Moodle's server reaches {address}. In Moodle, Site "
            "administration > General > Security > HTTP security must not block its host and must allow its port."
        )
        return Finding(OUR_KEYS, False, text, step)
    said = f"{_words(error.reason)}{f', {error.said}' if error.said else ''}"
    text = f"{registration.auth_token_url} did not answer as it should: {said}. {without}"
    return Finding(OUR_KEYS, False, text, "Check the access token address in the registration, and Moodle's error log.")


def _words(reason: str) -> str:
    return FETCH_REASONS.get(reason, reason.replace("token-status-", "HTTP status "))
