"""Opening a registration link as a platform's frame does, and pressing its button."""

import re
from dataclasses import dataclass, field, replace
from html import unescape

import requests

from bridge.store.database import reading, writing
from bridge.store.pending_registrations import PendingRecord, load_pending
from bridge.store.registration_links import make_link
from lti.registration.asking import REGISTER_PATH
from tests.lti.served import Tool

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>")


@dataclass(frozen=True, slots=True)
class Opened:
    """A link in a platform's frame."""

    tool: Tool
    link_token: str
    query: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The link without the tool's address."""
        return REGISTER_PATH + self.link_token

    def with_query(self, **changed: str | None) -> "Opened":
        """Give the same link opened with other parameters; None leaves one out."""
        query = {name: value for name, value in {**self.query, **changed}.items() if value is not None}
        return replace(self, query=query)

    def look(self) -> requests.Response:
        """Open the link."""
        return self.tool.request("GET", self.path, params=self.query)

    def press(self, **extra: str) -> requests.Response:
        """Open the link and press the button of its page."""
        page = self.look()
        assert page.status_code == 200, page.text
        fields = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
        return self.tool.request("POST", self.path, data={**fields, **extra}, headers={"Origin": "null"})

    def post(self, **extra: str) -> requests.Response:
        """Send what the button sends without looking at the page first."""
        return self.tool.request("POST", self.path, data={**self.query, **extra}, headers={"Origin": "null"})


def new_link(tool: Tool, made_by_platform_id: int | None = None) -> str:
    """Make a registration link and return its token."""
    with writing(tool.sessions) as db:
        return make_link(db, made_by_platform_id=made_by_platform_id, now=tool.clock())


def opened(tool: Tool, made_by_platform_id: int | None = None) -> Opened:
    """Give a new link that the demo VLE's start page opens."""
    return Opened(tool, new_link(tool, made_by_platform_id), tool.vle.registrations.start())


def waiting(tool: Tool) -> tuple[PendingRecord, ...]:
    """Return what waits for approval."""
    with reading(tool.sessions) as db:
        return load_pending(db)


def title(answer: requests.Response) -> str:
    """Return a page's main heading."""
    found = TITLE.search(answer.text)
    assert found is not None, answer.text
    return unescape(found.group(1))
