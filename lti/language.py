"""Choose the reader's language for each request: the launch's locale, and before a session the browser's own wish; give
the templates gettext's functions (docs/languages.md). Flask-Babel finds and keeps the catalogues."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path

from babel import Locale
from flask import Flask, current_app, g, request
from flask_babel import Babel, get_locale, get_translations, refresh
from markupsafe import Markup

from analytics.language import ENGLISH, Language, gettext, ngettext, npgettext, numeral, pgettext, speak, spoken

TRANSLATIONS = Path(__file__).parent / "translations"
EXTENSION = "lea languages"
"""Of the app: each language that was spoken, by its locale; a catalogue never changes while the app runs."""
LANGUAGES = {"en": ENGLISH, "cy": "cy"}
"""By what a launch or a browser calls a language, without its region: the locale that is spoken."""


def register_language(app: Flask) -> None:
    """Speak the reader's language in every request, and give the templates ``_``, ``ngettext``, ``html_text``…"""
    app.config["BABEL_DEFAULT_LOCALE"] = ENGLISH
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    # Its template functions fill in values by "%", which a percentage in a text would break: ours take their place.
    Babel(app, configure_jinja=False, locale_selector=lambda: str(g.locale))
    app.extensions[EXTENSION] = {}
    app.before_request(_speak_as_browser)
    app.teardown_request(_speak_english)
    app.jinja_env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        pgettext=pgettext,
        npgettext=npgettext,
        html_text=html_text,
        html_ngettext=html_ngettext,
        language_tag=language_tag,
    )


def find_locale(said: str) -> str:
    """Return the locale for what a launch says ("cy", "cy-GB", "en_us"); English for a language without a catalogue."""
    return LANGUAGES.get(find_primary(said), ENGLISH)


def find_primary(said: str) -> str:
    """Return a language without its region: "cy" for "cy-GB"."""
    return said.replace("_", "-").split("-")[0].lower()


def make_language(locale: Locale, translations: NullTranslations) -> Language:
    """Return a locale with its catalogue, and with its calendar and figures as Unicode's CLDR has them."""
    calendar = Language().calendar if str(locale) == ENGLISH else str(locale)
    return Language(str(locale), translations, calendar, locale.number_symbols["latn"]["group"])


def speak_as_launch(said: str) -> None:
    """Speak the launch's language from here to the end of the request."""
    _speak(find_locale(said))


@contextmanager
def speaking_in(language: str) -> Iterator[None]:
    """Speak another of the languages ("en", "cy") for the lines inside, in a request, and the reader's after them."""
    locale = g.get("locale", ENGLISH)
    _speak(LANGUAGES[language])
    try:
        yield
    finally:
        _speak(locale)


def language_tag() -> str:
    """Return the language of the page as HTML names it: "en-GB", "cy"."""
    return spoken().locale.replace("_", "-")


def html_text(message: str, **values: object) -> Markup:
    """Say a message that has markup of its own; values are escaped, unless they are markup themselves.

    Raises: KeyError when a value is missing.
    """
    return Markup(gettext(message)).format(**values)  # noqa: S704 (the catalogue's own markup, held by a test)


def html_ngettext(singular: str, plural: str, number: int, **values: object) -> Markup:
    """Say a message with markup by number, as `ngettext` does; ``{number}`` is the number itself.

    Raises: KeyError when a value is missing.
    """
    said = spoken().translations.ngettext(singular, plural, number)
    return Markup(said).format(**{"number": numeral(number), **values})  # noqa: S704 (as above)


def _speak_as_browser() -> None:
    # Not by Werkzeug's best match: to it "en-GB" is no "en", and a second choice without a region would win.
    asked = (find_primary(said) for said in request.accept_languages.values())
    _speak(LANGUAGES[next((primary for primary in asked if primary in LANGUAGES), "en")])


def _speak(locale: str) -> None:
    g.locale = locale
    languages: dict[str, Language] = current_app.extensions[EXTENSION]
    if locale not in languages:
        refresh()  # Flask-Babel keeps the locale that the request began with
        languages[locale] = make_language(get_locale(), get_translations())
    speak(languages[locale])


def _speak_english(error: BaseException | None) -> None:
    if "locale" in g:  # what the request itself chose
        speak(Language())
