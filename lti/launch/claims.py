"""Read a verified message's claims (LTI 1.3 Core, section 5.3): untrusted JSON in, typed values or a refusal out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pylti1p3.exception import LtiException
from pylti1p3.message_validators.deep_link import DeepLinkMessageValidator
from pylti1p3.message_validators.resource_message import ResourceMessageValidator

from bridge.log_records import MAX_ID
from bridge.store.registrations import is_plain
from lti.errors import LaunchRefused
from lti.launch.deep_linking import LTI, DeepLinkingSettings, read_settings
from lti.launch.text import clean_text
from lti.theme import find_theme

MEMBERSHIPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
VERSION = "1.3.0"
LONGEST_ID = 255
LONGEST_URL = 2000
MOST_ROLES = 100
LONGEST_ROLE = 500
CUSTOM_USER_ID = "moodle_user_id"
"""The custom parameter that asks Moodle for `$User.id`."""
CUSTOM_THEME = "theme"
"""The custom parameter that says how the platform looks: light, dark or auto."""
CUSTOM_PANEL = "panel"
"""The custom parameter that an activity placed by Deep Linking carries."""
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
PANEL = re.compile(r"[a-z]{1,20}")
MOODLE_ID = re.compile(r"[1-9][0-9]{0,18}")

Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LaunchClaims:
    """What a resource link launch or a deep linking request says, as far as this tool uses it."""

    lti_deployment_id: str
    target_link_uri: str
    resource_link_id: str | None
    """None in a deep linking request: there is no activity yet."""
    moodle_user_id: int
    moodle_course_id: int
    lti_roles: tuple[str, ...]
    display_name: str
    """As Moodle displays it; empty when the platform sends no names."""
    locale: str
    theme: str
    """light, dark or auto; empty for none."""
    wished_panel: str
    """What the activity was placed for: a wish, rights decide; empty for none."""
    idnumber: str
    """The institution's own number of the person; empty where the platform sends none."""
    memberships_url: str | None
    """Where the platform says who is a member of the course; None where it does not."""
    deep_linking: DeepLinkingSettings | None
    """None in a resource link launch."""


def read_claims(claims: Claims) -> LaunchClaims:
    """Return the typed claims of a resource link launch or of a deep linking request.

    Raises:
        LaunchRefused: a required claim is missing, or a claim has a type or size that no launch has.
    """
    _check_version(claims)
    is_placing = _is_deep_linking(claims)
    read = LaunchClaims(
        lti_deployment_id=_deployment_id(claims),
        target_link_uri=_target_link_uri(claims),
        resource_link_id=None if is_placing else _resource_link_id(claims),
        moodle_user_id=_moodle_user_id(claims),
        moodle_course_id=_moodle_course_id(claims),
        lti_roles=_lti_roles(claims),
        display_name=_display_name(claims),
        locale=_locale(claims),
        theme=find_theme(_custom(claims).get(CUSTOM_THEME)),
        wished_panel=_wished_panel(claims),
        idnumber=_idnumber(claims),
        memberships_url=_memberships_url(claims),
        deep_linking=read_settings(claims) if is_placing else None,
    )
    _check_as_protocol_library(claims)
    return read


def _check_version(claims: Claims) -> None:
    if claims.get(f"{LTI}version") != VERSION:
        raise LaunchRefused("wrong-version")


def _is_deep_linking(claims: Claims) -> bool:
    message_type = claims.get(f"{LTI}message_type")
    if message_type not in ("LtiResourceLinkRequest", "LtiDeepLinkingRequest"):
        raise LaunchRefused("unknown-message")
    return message_type == "LtiDeepLinkingRequest"


def _check_as_protocol_library(claims: Claims) -> None:
    # Our own checks are stricter; the library's view of the message class must not differ from them.
    validators = (ResourceMessageValidator(), DeepLinkMessageValidator())
    try:
        for validator in validators:
            if validator.can_validate(claims):
                validator.validate(claims)
    except LtiException as error:
        raise LaunchRefused("bad-claims") from error


def _deployment_id(claims: Claims) -> str:
    value = claims.get(f"{LTI}deployment_id")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise LaunchRefused("wrong-deployment")
    return value


def _target_link_uri(claims: Claims) -> str:
    value = claims.get(f"{LTI}target_link_uri")
    if not isinstance(value, str) or not is_plain(value):
        raise LaunchRefused("wrong-target")
    return value


def _resource_link_id(claims: Claims) -> str:
    link = claims.get(f"{LTI}resource_link")
    value = link.get("id") if isinstance(link, dict) else None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise LaunchRefused("bad-resource-link")
    return value


def _moodle_user_id(claims: Claims) -> int:
    """Return `sub`, which is Moodle's user id; the custom parameter must agree where Moodle filled it in."""
    sub = claims.get("sub")
    if sub is None or sub == "":
        raise LaunchRefused("no-user")
    if not isinstance(sub, str) or len(sub) > LONGEST_ID or not sub.isascii():
        raise LaunchRefused("bad-user")
    user_id = _moodle_id(sub)
    if user_id is None:
        raise LaunchRefused("bad-user")
    named = _custom(claims).get(CUSTOM_USER_ID)
    is_substituted = named is not None and not (isinstance(named, str) and (named == "" or named.startswith("$")))
    if is_substituted and named != sub:
        raise LaunchRefused("user-mismatch")
    return user_id


def _custom(claims: Claims) -> Mapping[str, object]:
    custom = claims.get(f"{LTI}custom")
    if custom is not None and not isinstance(custom, dict):
        raise LaunchRefused("bad-claims")
    return custom or {}


def _moodle_course_id(claims: Claims) -> int:
    context = claims.get(f"{LTI}context")
    value = context.get("id") if isinstance(context, dict) else None
    course_id = _moodle_id(value) if isinstance(value, str) else None
    if course_id is None:
        raise LaunchRefused("bad-context")
    return course_id


def _moodle_id(text: str) -> int | None:
    if MOODLE_ID.fullmatch(text) is None or int(text) > MAX_ID:
        return None
    return int(text)


def _lti_roles(claims: Claims) -> tuple[str, ...]:
    value = claims.get(f"{LTI}roles")
    if not isinstance(value, list) or len(value) > MOST_ROLES:
        raise LaunchRefused("bad-roles")
    return tuple(_lti_role(entry) for entry in value)


def _lti_role(entry: object) -> str:
    if not isinstance(entry, str) or len(entry) > LONGEST_ROLE:
        raise LaunchRefused("bad-roles")
    return entry


def _display_name(claims: Claims) -> str:
    parts: Sequence[object] = (claims.get("name"),)
    if not _is_filled(parts[0]):
        parts = (claims.get("given_name"), claims.get("family_name"))
    return clean_text(" ".join(clean_text(part) for part in parts if isinstance(part, str)))


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and clean_text(value) != ""


def _locale(claims: Claims) -> str:
    presentation = claims.get(f"{LTI}launch_presentation")
    value = presentation.get("locale") if isinstance(presentation, dict) else None
    return value if isinstance(value, str) and LOCALE.fullmatch(value) else "en"


def _wished_panel(claims: Claims) -> str:
    value = _custom(claims).get(CUSTOM_PANEL)
    return value if isinstance(value, str) and PANEL.fullmatch(value) else ""


def _idnumber(claims: Claims) -> str:
    """Return Moodle's ID number of the person; what is none, or none that can be typed, is as good as absent."""
    lis = claims.get(f"{LTI}lis")
    value = lis.get("person_sourcedid") if isinstance(lis, dict) else None
    return value if isinstance(value, str) and len(value) <= LONGEST_ID and value.isprintable() else ""


def _memberships_url(claims: Claims) -> str | None:
    """Return the address of the membership service; what is none is ignored: the service only ever takes rights."""
    service = claims.get(MEMBERSHIPS)
    value = service.get("context_memberships_url") if isinstance(service, dict) else None
    if not isinstance(value, str) or len(value) > LONGEST_URL or not value.isascii() or not value.isprintable():
        return None
    return value or None
