"""A browser's part of a launch, without a browser: forms are read from the pages and posted on."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class FormPost:
    """A form that a page wants posted. `fields`: name → value."""

    url: str
    fields: dict[str, str]


class LaunchFailed(Exception):
    """A page of the launch did not lead on."""


class _FormReader(HTMLParser):
    """Reads the first form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form's address and its fields."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = found.get("action", "")
        elif tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")


def read_form(answer: requests.Response) -> FormPost:
    """Read the first form of a page. Raises: LaunchFailed when the answer has none or is no 200."""
    reader = _FormReader()
    reader.feed(answer.text)
    if not answer.ok or reader.action is None:
        raise LaunchFailed(f"{answer.url} answered {answer.status_code} without a form: {answer.text[:300]}")
    return FormPost(urljoin(answer.url, reader.action), reader.fields)


def post_to_tool(browser: requests.Session, form: FormPost, origin: str) -> requests.Response:
    """Post a form as a browser does that shows a page of `origin`; redirects are not followed."""
    headers = {"Origin": origin}
    return browser.post(form.url, data=form.fields, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
