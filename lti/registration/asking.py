"""What this tool asks a platform for and what not, as data: for Dynamic Registration, its dry run and the form by hand.

Sources: LTI Dynamic Registration 1.0, section 3.5; the labels of Moodle 4.5's form, mod/lti/lang/en/lti.php.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from analytics.language import mark
from lti.launch.memberships import SCOPE

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "Engagement"
DESCRIPTION = "Engagement with a module, measured against the level that the school has published."
CLAIMS = ("iss", "sub", "name", "given_name", "family_name")
CUSTOM = {"moodle_user_id": "$User.id"}
REGISTER_PATH = "/lti/register/"
LOGIN_PATH = "/lti/login"
LAUNCH_PATH = "/lti/launch"
KEYS_PATH = "/lti/jwks.json"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is asked for, or is not, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class HandField:
    """One field of Moodle's form for a tool that is configured by hand."""

    label: str
    """As the form says it."""
    value: str
    is_typed: bool
    """Typed or pasted into a box; otherwise chosen from a list, or ticked."""
    note: str = ""


ASKED = (
    Point(
        mark("The person's Moodle id and name"),
        mark("To show people their own page, and tutors the names they already see."),
    ),
    Point(
        mark("One custom parameter, moodle_user_id=$User.id"),
        mark("To know the same person in a launch and in the log."),
    ),
    Point(mark("Opening the tool from a course"), mark("The Engagement tab (message LtiResourceLinkRequest).")),
    Point(
        mark("Offering its pages while a teacher adds an activity"),
        mark("A teacher can place a panel as an activity (message LtiDeepLinkingRequest)."),
    ),
)
NOT_ASKED = (
    Point(mark("Grades"), mark("No Assignment and Grade Services: engagement is never used for marks.")),
    Point(mark("E-mail addresses"), mark("This tool writes to nobody.")),
    Point(mark("Tool settings in Moodle, and any other service"), mark("It has no use for them.")),
)
MEMBERSHIPS = Point(
    mark("The membership service (Names and Role Provisioning)"),
    mark(
        "It lets this tool confirm that somebody is still in a course while the Moodle plugin does not answer. Moodle "
        "then gives it the member list of every course of the site, so it is off unless you ask for it."
    ),
)


def link_address(public_url: str, token: str) -> str:
    """Return the registration link that an administrator pastes into Moodle; whoever has it can use it, once."""
    return public_url + REGISTER_PATH + token


def build_request(public_url: str, *, with_memberships: bool) -> dict[str, object]:
    """Return the registration request of the tool at `public_url`, to be sent as JSON.

    Without the membership service it asks for no scope at all, so the member is left out.
    """
    launch = public_url + LAUNCH_PATH
    request: dict[str, object] = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": public_url + LOGIN_PATH,
        "redirect_uris": [launch],
        "client_name": NAME,
        "jwks_uri": public_url + KEYS_PATH,
        "token_endpoint_auth_method": "private_key_jwt",
        TOOL_CONFIGURATION: {
            "domain": urlsplit(public_url).netloc,
            "description": DESCRIPTION,
            "target_link_uri": launch,
            "custom_parameters": dict(CUSTOM),
            "claims": list(CLAIMS),
            "messages": [
                {"type": "LtiResourceLinkRequest", "target_link_uri": launch, "label": NAME},
                {
                    "type": "LtiDeepLinkingRequest",
                    "target_link_uri": launch,
                    "label": NAME,
                    "placements": ["ContentArea"],
                },
            ],
        },
    }
    return request | ({"scope": SCOPE} if with_memberships else {})


def addresses(public_url: str) -> tuple[Point, ...]:
    """Return the tool's addresses that a platform is told, each with what it is for."""
    return (
        Point(public_url + LOGIN_PATH, mark("where sign-in begins")),
        Point(public_url + LAUNCH_PATH, mark("the only address Moodle sends people back to")),
        Point(public_url + KEYS_PATH, mark("this tool's public keys")),
    )


def hand_fields(public_url: str) -> tuple[HandField, ...]:
    """Return the fields of Moodle's form that must be filled in or changed, in the form's order."""
    launch = public_url + LAUNCH_PATH
    custom = "\n".join(f"{name}={value}" for name, value in CUSTOM.items())
    return (
        HandField("Tool name", NAME, True),
        HandField("Tool URL", launch, True),
        HandField("LTI version", "LTI 1.3", False),
        HandField("Public key type", "Keyset URL", False),
        HandField("Public keyset", public_url + KEYS_PATH, True),
        HandField("Initiate login URL", public_url + LOGIN_PATH, True),
        HandField("Redirection URI(s)", launch, True),
        HandField("Custom parameters", custom, True),
        HandField("Tool configuration usage", "Show in activity chooser and as a preconfigured tool", False),
        HandField("Default launch container", "Embed, without blocks", False),
        HandField("Supports Deep Linking (Content-Item Message)", "Ticked", False),
        HandField(
            "IMS LTI Assignment and Grade Services",
            "Do not use this service",
            False,
            mark("Engagement is never used for marks."),
        ),
        HandField("IMS LTI Names and Role Provisioning", "Do not use this service", False),
        HandField("Share launcher's name with tool", "Always", False),
        HandField("Share launcher's email with tool", "Never", False),
        HandField("Accept grades from the tool", "Never", False),
    )
