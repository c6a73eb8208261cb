"""A browser without a window that writes down every address it asks for and every secret that it is given."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests

from tests.demo_vle.launcher import FormPost, read_form
from tests.demo_vle.platform import DemoVle, Who

HIDDEN = re.compile(r'name="(page_token|code|once|registration_token)" value="([^"]{20,})"')
ANSWER = re.compile(r'name="JWT" value="([^"]+)"')
LINK = re.compile(r"/lti/register/([A-Za-z0-9_-]{30,})")
NOT_IN_ADDRESSES = {"state", "nonce", "link", "registration_token"}
"""These kinds do stand in an address, once: the first two in the platform's (OpenID Connect), the others in ours."""


@dataclass
class Secrets:
    """Every secret of a run, by kind."""

    known: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, *values: str) -> None:
        """Note secrets of a kind."""
        assert all(len(value) >= 8 for value in values), kind
        self.known.setdefault(kind, set()).update(values)

    def found_in(self, lines: Iterable[str], besides: Iterable[str] = ()) -> list[str]:
        """Return the lines that hold a secret, each with its kind in front."""
        wanted = [(kind, value) for kind, values in self.known.items() if kind not in besides for value in values]
        return [f"{kind}: {line[:300]}" for line in lines for kind, value in wanted if value in line]


@dataclass
class Visitor:
    """Somebody who opens the tool from the demo VLE."""

    tool_url: str
    vle: DemoVle
    secrets: Secrets
    asked: list[str] = field(default_factory=list)
    """Every address this person's browser asked the tool for."""

    def request(self, method: str, path: str, **choices: object) -> requests.Response:
        """Ask the tool; secrets on its page are noted."""
        answer = requests.request(method, self.tool_url + path, timeout=30, allow_redirects=False, **choices)  # type: ignore[arg-type]  # passed on
        self.asked.append(str(answer.request.url))
        for kind, value in HIDDEN.findall(answer.text):
            self.secrets.add(kind, value)
        self.secrets.add("link", *LINK.findall(answer.text))
        for signed in ANSWER.findall(answer.text):
            self.secrets.add("deep linking answer", *signed.split(".")[1:])
        return answer

    def begin(self, who: Who, course_id: int, *, to_place: bool = False) -> tuple[FormPost, str]:
        """Log in at the tool and the platform; return the form for the launch and the cookie."""
        initiate = self.vle.initiation_to_place if to_place else self.vle.initiation
        form = initiate(who, course_id)
        answer = self.request("POST", "/lti/login", data=form.fields)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        back = self.vle.authorise(who, answer.headers["Location"])
        self.secrets.add("state", query["state"][0])
        self.secrets.add("nonce", query["nonce"][0])
        self.secrets.add("cookie", cookie.partition("=")[2])
        self.secrets.add("id_token", *back.fields["id_token"].split(".")[1:])
        return back, cookie

    def launch(self, who: Who, course_id: int, *, with_cookie: bool = True) -> requests.Response:
        """Open the tool in a course, with the Continue page where no cookie comes back."""
        form, cookie = self.begin(who, course_id)
        answer = self.request(
            "POST", "/lti/launch", data=form.fields, headers={"Cookie": cookie} if with_cookie else {}
        )
        if not with_cookie and answer.status_code == 200:
            answer = self.request("POST", "/lti/continue", data=read_form(answer).fields)
        return answer

    def press(self, path: str, page: requests.Response, **fields: str) -> requests.Response:
        """Press a button of a page that the tool showed."""
        found = re.search(r'name="page_token" value="([^"]+)"', page.text)
        assert found is not None, page.text
        return self.request("POST", path, data={"page_token": found.group(1), **fields})
