"""What each reason code says to a person: what happened, what is safe, what to do next; one module a kind of page."""

from collections.abc import Mapping

from lti.reasons import launches, pages, registrations, requests
from lti.reasons.words import OPEN_AGAIN, ReasonText

__all__ = ["OPEN_AGAIN", "TEXTS", "ReasonText"]

TEXTS: Mapping[str, ReasonText] = {**launches.TEXTS, **registrations.TEXTS, **pages.TEXTS, **requests.TEXTS}
