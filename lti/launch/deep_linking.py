"""Deep Linking 2.0: read a platform's request to place something, and make the signed answer that places it.

A teacher chooses one of three doors to the same tool. An item names no address, so that Moodle binds it to this tool
and not to whatever tool has the same host; and no line item, because engagement is never used for assessment.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from analytics.language import gettext, mark
from bridge.store.registrations import RegistrationRecord
from lti.errors import LaunchRefused
from lti.origins import origin_of

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
SETTINGS = f"{DEEP_LINKING}deep_linking_settings"
RESOURCE_LINK = "ltiResourceLink"
LASTS_FOR = timedelta(minutes=30)
"""How long a teacher may think: as long as a page of this tool may lie idle."""
LONGEST_URL = 2000
MOST_ENTRIES = 50
BOOLEANS = ("accept_multiple", "accept_copy_advice", "accept_unsigned", "accept_lineitem", "auto_create", "can_confirm")
TEXTS = ("accept_media_types", "title", "text", "data")


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """What the platform wants back, and where."""

    return_url: str = field(repr=False)
    """Carries Moodle's sesskey: neither stored nor logged."""
    data: str | None = field(repr=False)
    """The platform's own, to be echoed unaltered; None where it sent none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a teacher can place."""

    panel: str
    """The wish that the activity's launches carry; what a person then sees, their rights decide."""
    title: str
    """The activity's name in the course; the teacher may change it."""
    text: str
    """The activity's description in the course."""
    explained: str
    """What the teacher reads before choosing."""


CHOICES = (
    Choice(
        "start",
        mark("Engagement"),
        mark("Your engagement page for this course."),
        mark("Each person gets their own view: learners their own page, the people who teach here the tutor’s panel."),
    ),
    Choice(
        "course",
        mark("Engagement: tutor’s panel"),
        mark("The engagement panel for the people who teach this course."),
        mark(
            "For the people who teach this course. A learner who opens it gets their own page; you can hide it "
            "in Moodle."
        ),
    ),
    Choice(
        "own",
        mark("My engagement"),
        mark("Your own engagement page for this course."),
        mark("For learners: their own page and nobody else’s. Somebody who teaches here gets the tutor’s panel."),
    ),
)


def read_settings(claims: Mapping[str, object]) -> DeepLinkingSettings:
    """Return the settings of a deep linking request, each field checked.

    Raises:
        LaunchRefused: a required field is missing, one has another type than the standard says, or the platform
            takes no resource links.
    """
    settings = claims.get(SETTINGS)
    if not isinstance(settings, dict):
        raise LaunchRefused("bad-deep-linking")
    accept_types = _texts(settings, "accept_types")
    if not _texts(settings, "accept_presentation_document_targets"):
        raise LaunchRefused("bad-deep-linking")
    for name in BOOLEANS:
        if not isinstance(settings.get(name, False), bool):
            raise LaunchRefused("bad-deep-linking")
    for name in TEXTS:
        if not isinstance(settings.get(name, ""), str):
            raise LaunchRefused("bad-deep-linking")
    if RESOURCE_LINK not in accept_types:
        raise LaunchRefused("no-resource-links")
    return DeepLinkingSettings(_return_url(settings), settings.get("data"))


def is_own_return(return_url: str, registration: RegistrationRecord) -> bool:
    """Say whether an answer would go to the platform itself: to an origin that browsers visit for its registration."""
    own = {origin_of(registration.issuer), origin_of(registration.auth_login_url)}
    return origin_of(return_url) is not None and origin_of(return_url) in own


def make_answer(
    settings: DeepLinkingSettings,
    registration: RegistrationRecord,
    lti_deployment_id: str,
    choice: Choice,
    now: datetime,
) -> dict[str, object]:
    """Return the claims of the answer that places `choice`; the caller signs them with the tool's key."""
    issued = int(now.timestamp())
    answer: dict[str, object] = {
        "iss": registration.client_id,
        "aud": registration.issuer,
        "iat": issued,
        "exp": issued + int(LASTS_FOR.total_seconds()),
        "nonce": secrets.token_urlsafe(32),
        f"{LTI}deployment_id": lti_deployment_id,
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{DEEP_LINKING}content_items": [_make_item(choice)],
    }
    if settings.data is not None:
        answer[f"{DEEP_LINKING}data"] = settings.data
    return answer


def _make_item(choice: Choice) -> dict[str, object]:
    # The library's DeepLinkResource always names a url; Moodle would then match the tool by host at each launch.
    return {
        "type": RESOURCE_LINK,
        "title": gettext(choice.title),
        "text": gettext(choice.text),
        "custom": {"panel": choice.panel, "moodle_user_id": "$User.id"},
    }


def _texts(settings: Mapping[str, object], name: str) -> list[str]:
    value = settings.get(name)
    if not isinstance(value, list) or len(value) > MOST_ENTRIES or not all(isinstance(one, str) for one in value):
        raise LaunchRefused("bad-deep-linking")
    return value


def _return_url(settings: Mapping[str, object]) -> str:
    value = settings.get("deep_link_return_url")
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL:
        raise LaunchRefused("bad-deep-linking")
    if not (value.isascii() and value.isprintable()) or " " in value or "\\" in value:
        raise LaunchRefused("bad-deep-linking")
    if origin_of(value) is None or "@" in urlsplit(value).netloc:
        raise LaunchRefused("bad-deep-linking")
    return value
