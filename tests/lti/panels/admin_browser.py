"""An administrator's browser over HTTP: keeps the page it is on, fills in that page's own forms and sends them."""

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from bs4 import BeautifulSoup, Tag

from bridge.store.access_log import AccessEntry
from tests.lti.served import Tool
from tests.lti.small_world import ADMIN, OPEN

ADMIN_PATHS = {
    "overview": "/panel/admin",
    "check": "/panel/admin/check",
    "connection": "/panel/admin/connection",
    "courses": "/panel/admin/courses",
    "plugin": "/panel/admin/plugin",
}
CHANGE_PATHS = {
    "sync": "/panel/admin/sync",
    "link": "/panel/admin/link",
    "approve": "/panel/admin/approve",
    "refuse": "/panel/admin/refuse",
    "connection": "/panel/admin/connection/save",
    "courses": "/panel/admin/courses/switch",
}


@dataclass(slots=True)
class AdminBrowser:
    """One session of somebody in the panel."""

    tool: Tool
    token: str
    answer: requests.Response

    @classmethod
    def enter(cls, tool: Tool, who: int = ADMIN, course_id: int = OPEN) -> "AdminBrowser":
        """Launch, and stand on the first page."""
        answer = tool.launch(who, course_id)
        assert answer.status_code == 200, answer.text
        found = BeautifulSoup(answer.text, "html.parser").find("input", attrs={"name": "page_token"})
        assert isinstance(found, Tag)
        return cls(tool, str(found["value"]), answer)

    @property
    def soup(self) -> BeautifulSoup:
        """The page."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def text(self) -> str:
        """The page's text in one line."""
        return " ".join(self.soup.get_text(" ").split())

    def go(self, page: str, **fields: str) -> requests.Response:
        """Open a page of the panel."""
        self.answer = self.tool.post(ADMIN_PATHS[page], self.token, None, **fields)
        return self.answer

    def form(self, change: str, **has: str) -> dict[str, str]:
        """Return the hidden fields of the page's form for a change; `has` tells several of them apart."""
        for form in self.soup.find_all("form", action=CHANGE_PATHS[change]):
            hidden = {str(tag["name"]): str(tag["value"]) for tag in form.find_all("input", type="hidden")}
            if has.items() <= hidden.items():
                return hidden
        raise AssertionError(f"no form to {change} here: {self.text}")

    def offers(self, change: str) -> bool:
        """Say whether the page has a form for a change."""
        return bool(self.soup.find_all("form", action=CHANGE_PATHS[change]))

    def send(self, change: str, form: Mapping[str, str], **fields: str | list[str]) -> requests.Response:
        """Send a form to a change; fields may be replaced."""
        data = {**form, **fields}
        self.answer = self.tool.request("POST", CHANGE_PATHS[change], data=data)
        return self.answer

    def do(self, change: str, **fields: str | list[str]) -> requests.Response:
        """Press the button of a form on this page."""
        return self.send(change, self.form(change), **fields)

    def notice(self) -> str:
        """Return what the page says came of the last change."""
        return " ".join(" ".join(found.get_text(" ") for found in self.soup.select("[role=status]")).split())

    def result(self, check: str) -> str:
        """Return how a check of the self-test went: passed, failed, worth knowing; empty: it is not on the page."""
        heads = ["".join(head.get_text().split("\n")).strip() for head in self.soup.select(".steps h3")]
        return next((head.removeprefix(f"{check}: ") for head in heads if head.startswith(f"{check}: ")), "")

    def changes(self) -> list[AccessEntry]:
        """Return the access rows of changes, refused ones included."""
        return [row for row in self.tool.accesses() if row.action == "admin:change"]
