"""What is said of a form or a request that is refused."""

from collections.abc import Mapping

from lti.reasons.words import OPEN_AGAIN, ReasonText

TEXTS: Mapping[str, ReasonText] = {
    "form-expired": ReasonText(
        "This form is too old",
        "The page with this form was opened more than 30 minutes ago, or the form belongs to another page.",
        "Nothing was changed.",
        "Open the page again and send its new form.",
    ),
    "form-used": ReasonText(
        "This form was sent already",
        "It works once, and it has been used: perhaps by a double click, by Back or by loading the page again.",
        "Nothing was changed a second time.",
        "Open the page again to see how things stand.",
    ),
    "bad-request": ReasonText(
        "This request could not be read",
        "What was sent is not what this tool expects.",
        "Nothing was changed.",
        OPEN_AGAIN,
    ),
    "too-large": ReasonText(
        "Too much was sent", "What was sent is larger than this tool accepts.", "Nothing was stored.", OPEN_AGAIN
    ),
    "too-many": ReasonText(
        "Too many requests",
        "This tool was asked too often in a short time.",
        "Nothing was changed.",
        "Wait a minute, then try again.",
    ),
}
