"""The languages that the tool serves, for tests that make text without a request."""

from functools import cache
from gettext import GNUTranslations

from babel import Locale

from analytics.language import Language
from lti.language import TRANSLATIONS, make_language


@cache
def load_language(locale: str) -> Language:
    """Load a language as the tool does, from its compiled catalogue."""
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return make_language(Locale.parse(locale), GNUTranslations(file))
