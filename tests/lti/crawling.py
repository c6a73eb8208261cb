"""Walk through the pages of the tool as it stands on a demo's database, without a browser: every form once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.demo_vle.platform import DemoVle

MOST_PAGES = 60
"""Of one person; more are a walk in circles."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page of a walk."""

    name: str
    status: int
    html: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button: where it leads, and what its form sends along."""

    path: str
    name: str
    fields: Mapping[str, str]


def open_first_page(client: FlaskClient, vle: DemoVle, who: str, course_id: int) -> TestResponse:
    """Launch the tool as a person of the demo; return their first page."""
    form = vle.initiation(who, course_id)
    login = client.post(urlsplit(form.url).path, data=form.fields, headers={"Origin": vle.url})
    posted = vle.authorise(who, login.headers["Location"])
    answer = client.post(urlsplit(posted.url).path, data=posted.fields, headers={"Origin": vle.url})
    for press in find_presses(answer.text):  # Continue, where no cookie came back
        if press.path == "/lti/continue":
            return client.post(press.path, data=dict(press.fields))
    return answer


def walk(app: Flask, vle: DemoVle, who: str, course_id: int, unchanging: frozenset[str]) -> Iterator[Seen]:
    """Give a person's pages: the first one and all that buttons lead to, each address and button name once.

    `unchanging` are the paths that may be pressed.
    """
    origin = vle.tool.login_url.removesuffix("/lti/login")
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = urlsplit(origin).scheme
    first = open_first_page(client, vle, who, course_id)
    yield Seen(f"{who}: first page", first.status_code, first.text)
    waiting, pressed = list(find_presses(first.text)), set[tuple[str, str]]()
    while waiting and len(pressed) < MOST_PAGES:
        press = waiting.pop(0)
        if press.path not in unchanging or (press.path, press.name) in pressed:
            continue
        pressed.add((press.path, press.name))
        answer = client.post(press.path, data=dict(press.fields))
        if answer.mimetype == "text/html":
            yield Seen(f"{who}: {press.path} {press.name}".strip(), answer.status_code, answer.text)
            waiting += find_presses(answer.text)


def find_presses(page: str) -> Iterator[Press]:
    """Find the buttons of a page, with what their forms hold."""
    soup = BeautifulSoup(page, "html.parser")
    fields = [(field, _form_of(field, soup)) for field in soup.find_all(["input", "select", "textarea"])]
    for button in soup.find_all("button"):
        form = _form_of(button, soup)
        path = str(button.get("formaction") or (form.get("action", "") if form else ""))
        if form is None or not path.startswith("/"):
            continue
        sent = {name: value for field, of in fields if of is form for name, value in [_value_of(field)] if name}
        name = str(button.get("name", ""))
        yield Press(path.split("#")[0], name, sent | ({name: str(button.get("value", ""))} if name else {}))


def _form_of(element: Tag, soup: BeautifulSoup) -> Tag | None:
    named = element.get("form")
    found = soup.find(id=str(named)) if named else element.find_parent("form")
    return found if isinstance(found, Tag) else None


def _value_of(field: Tag) -> tuple[str, str]:
    name = str(field.get("name", ""))
    if field.name == "select":
        option = field.find("option", selected=True) or field.find("option")
        return name, str(option.get("value", "")) if isinstance(option, Tag) else ""
    if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
        return "", ""
    return name, field.get_text() if field.name == "textarea" else str(field.get("value", ""))
