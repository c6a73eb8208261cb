"""Make a platform's own answer fit to be shown: its words without markup, short, and without any token."""

import re
from html.parser import HTMLParser

from lti.launch.text import clean_text

LONGEST_QUOTE = 500
LONGEST_READ = 64 * 1024
REMOVED = "[removed]"
TOKENS = re.compile(r"eyJ[\w-]{5,}(\.[\w-]*){1,4}|(?i:bearer)\s+[\w.~+/=-]+")
"""A signed token, or what follows the word Bearer."""
HIDDEN = frozenset({"head", "script", "style", "noscript", "template", "nav", "header", "footer"})


def quote(body: bytes, content_type: str, secret: str) -> str:
    """Return the words of an answer on one line of at most 500 characters; `secret` never stands in it. Empty: none.

    The caller escapes it. Markup is left out rather than shown, so that a page of HTML says what its reader would see.
    """
    text = body[:LONGEST_READ].decode(errors="replace")
    if "html" in content_type.lower() or text.lstrip().startswith("<"):
        text = _visible(text)
    text = clean_text(text, LONGEST_READ)
    if secret:
        text = text.replace(secret, REMOVED)
    return clean_text(TOKENS.sub(REMOVED, text), LONGEST_QUOTE)


def _visible(markup: str) -> str:
    reader = _VisibleText()
    reader.feed(markup)
    reader.close()
    return " ".join(reader.messages or reader.words)


class _VisibleText(HTMLParser):
    """Collects what a reader sees, and apart from it the paragraphs that Moodle marks as the error's message."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.messages: list[str] = []
        self._hidden: list[str] = []
        self._is_message = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        if tag in HIDDEN:
            self._hidden.append(tag)
        elif tag == "p":
            self._is_message = "errormessage" in (dict(attrs).get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag == "p":
            self._is_message = False

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._hidden:
            return
        self.words.append(data)
        if self._is_message:
            self.messages.append(data)
