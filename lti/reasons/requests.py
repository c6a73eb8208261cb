"""What is said of a form or a request that is refused."""

from collections.abc import Mapping

from analytics.language import mark
from lti.reasons.words import OPEN_AGAIN, ReasonText

TEXTS: Mapping[str, ReasonText] = {
    "form-expired": ReasonText(
        mark("This form is too old"),
        mark("The page with this form was opened more than 30 minutes ago, or the form belongs to another page."),
        mark("Nothing was changed."),
        mark("Open the page again and send its new form."),
    ),
    "form-used": ReasonText(
        mark("This form was sent already"),
        mark("It works once, and it has been used: perhaps by a double click, by Back or by loading the page again."),
        mark("Nothing was changed a second time."),
        mark("Open the page again to see how things stand."),
    ),
    "bad-request": ReasonText(
        mark("This request could not be read"),
        mark("What was sent is not what this tool expects."),
        mark("Nothing was changed."),
        OPEN_AGAIN,
    ),
    "too-large": ReasonText(
        mark("Too much was sent"),
        mark("What was sent is larger than this tool accepts."),
        mark("Nothing was stored."),
        OPEN_AGAIN,
    ),
    "too-many": ReasonText(
        mark("Too many requests"),
        mark("This tool was asked too often in a short time."),
        mark("Nothing was changed."),
        mark("Wait a minute, then try again."),
    ),
}
