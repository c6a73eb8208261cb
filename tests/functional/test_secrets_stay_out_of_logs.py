"""A whole run at DEBUG, every library's logger on: no secret stands in any log, output, address, command or repr.

The processes are the real ones (`lea …`, gunicorn's workers among them); tests/functional/spy watches each from inside.
"""

import json
import os
import re
import secrets as random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import make_url, select, text

from bridge.schema.platforms import ToolKey
from bridge.secrets import decrypt
from bridge.store.database import make_engine, make_sessions, reading
from tests.browser.conftest import free_port
from tests.databases import PostgresCluster
from tests.demo_vle.demo import LEA, ROOT, started, wait_for
from tests.demo_vle.faults import Fault
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.worlds.recorded import recorded
from tests.forward_proxy import PASSWORD as PROXY_PASSWORD
from tests.forward_proxy import ForwardProxy, forwarding
from tests.functional.browsing import NOT_IN_ADDRESSES, Secrets, Visitor

MOODLE = "moodle.example.ac.uk"
COURSES = (2, 3, 4)
DATABASE_PASSWORD = "database-password-nobody-may-see"
SPY = ROOT / "tests" / "functional" / "spy"
pytestmark = pytest.mark.timeout(900)

KINDS = (
    "moodle token", "other moodle token", "secret key", "database password", "proxy password", "page_token", "code",
    "state", "nonce", "cookie", "id_token", "registration_token", "link", "once", "private key",
    "deep linking answer", "access token", "client assertion", "name",
)  # fmt: skip


@dataclass
class Run:
    """A run that is over: what was said where, and all that must not have been said."""

    folder: Path
    secrets: Secrets = field(default_factory=Secrets)
    outputs: dict[str, str] = field(default_factory=dict)
    """What each command printed."""
    asked: list[str] = field(default_factory=list)
    """Every address anybody asked for, as the one who was asked saw it."""

    @property
    def spied(self) -> Path:
        """Where the spy writes."""
        return self.folder / "spied"

    def noted(self, kind: str) -> list[str]:
        """Return the spy's lines of a kind."""
        paths = sorted(self.spied.glob(f"*.{kind}"))
        return [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]

    def logged(self) -> list[str]:
        """Return what serve and worker wrote."""
        return [line for path in sorted(self.folder.glob("*.log")) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def run(postgres_cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Do everything once."""
    done = Run(tmp_path_factory.mktemp("run"))
    done.spied.mkdir()
    tool = free_port()
    with (
        postgres_cluster.new_database() as url,
        DemoVle(recorded(), tool_url=f"http://localhost:{tool}") as vle,
        forwarding() as proxy,
    ):
        proxy.hosts[MOODLE] = vle.port
        environment = settings(done, make_url(url).set(password=DATABASE_PASSWORD).render_as_string(False), tool, proxy)
        connect(done, vle, environment)
        serve_everything(done, vle, environment, tool)
        fail_with_a_traceback(done, url, environment)
        keep_what_must_not_show(done, vle, url, environment)
        done.asked += proxy.asked
        yield done


def settings(run: Run, database_url: str, port: int, proxy: ForwardProxy) -> dict[str, str]:
    """Return the environment of every process of the run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEA_")}
    return kept | {
        "PYTHONPATH": os.pathsep.join([str(SPY), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "LEA_TEST_SPY": str(run.spied),
        "LEA_SECRET_KEY": random.token_urlsafe(48),
        "LEA_PUBLIC_URL": f"http://localhost:{port}",
        "LEA_DATABASE_URL": database_url,
        "LEA_ALLOW_INSECURE_PLATFORMS": "1",
        "LEA_EGRESS_PROXY": proxy.url,
        "LEA_SYNC_MINUTES": "1",
        "LEA_SETTLE_SECONDS": "0",
        "LEA_LOG_LEVEL": "DEBUG",
    }


def command(run: Run, environment: dict[str, str], *words: str, given: str = "") -> str:
    """Run a `lea` command to its end; return what it printed."""
    done = subprocess.run([LEA, *words], cwd=ROOT, env=environment, input=given, text=True, capture_output=True)
    run.outputs[f"{len(run.outputs)} {' '.join(words)}"] = done.stdout + done.stderr
    return done.stdout + done.stderr


def connect(run: Run, vle: DemoVle, environment: dict[str, str]) -> None:
    """Do what an administrator does at a terminal, wrong tokens and a silent Moodle included."""
    platform = run.folder / "platform.json"
    platform.write_text(json.dumps({**vle.registration(), "name": "Demo", "moodle_url": f"http://{MOODLE}"}))
    add = ("platform", "add", "--from", str(platform), "--token-file", "-")
    command(run, environment, "db", "upgrade")
    command(run, environment, *add, given=vle.token)
    command(run, environment, "calendar", "set", "--weeks", "12")
    agreed = ("--agreed-by", "The school", "--agreed-on", "2026-09-01", "--by", "The lead", "--past-run", "On already.")
    command(run, environment, "level", "publish", "--from", "2026-08-31", *agreed, "--yes")
    command(run, environment, "course", "on", *map(str, COURSES))
    tutor = str(vle.world.person("tutor").id)
    assert "Recorded" in command(run, environment, "training", "record", "2026-09-01", "--moodle-user", tutor)
    assert "Demo" in command(run, environment, "platform", "list")
    command(run, environment, "platform", "check")
    for fault in (Fault.INVALID_TOKEN, Fault.WRONG_JSON, Fault.WRONG_SHAPE, Fault.ACCESS_DENIED, Fault.RESET):
        vle.faults.always(fault)
        command(run, environment, "course", "list")
        vle.faults.clear()
    assert "Traceback" not in "".join(run.outputs.values())
    command(run, environment, "sync")


def serve_everything(run: Run, vle: DemoVle, environment: dict[str, str], port: int) -> None:
    """Serve pages and read on a schedule, while people come with good and with bad launches."""
    url = f"http://localhost:{port}"
    with ExitStack() as stack:
        log = run.folder / "serve.log"
        serve = stack.enter_context(started([LEA, "serve", "--port", str(port)], environment, log))
        stack.enter_context(started([LEA, "worker"], environment, run.folder / "worker.log"))
        wait_for(f"{url}/healthz", serve, log)
        visitor = Visitor(url, vle, run.secrets)
        look_around(visitor)
        come_wrongly(visitor)
        administer(visitor)
        register_by_link(visitor)
        ask_the_membership_service(run, visitor, environment)
        send_no_http(port)
        vle.keys.rotate(keep_old=False)
        vle.faults.jwks_down = True
        assert visitor.launch("tutor", 3).status_code in (400, 503)
        vle.faults.clear()
        until = time.monotonic() + 30
        while not (run.folder / "worker.log").read_text() and time.monotonic() < until:
            time.sleep(0.2)
        run.asked += visitor.asked


def look_around(visitor: Visitor) -> None:
    """Open every panel as learner and tutor, with cookies and without."""
    page = visitor.launch("learner", 2)
    assert page.status_code == 200, page.text
    for path in ("/panel/learner/week", "/panel/learner/courses", "/panel/learner", "/panel/tutor"):
        visitor.press(path, page, week="1")
    page = visitor.launch("tutor", 2, with_cookie=False)
    assert page.status_code == 200, page.text
    person = re.search(r'name="person" value="(\d+)"', page.text)
    visitor.press("/panel/tutor/learner", page, **({"person": person.group(1)} if person else {"person": "999999"}))
    visitor.press("/panel/tutor", page, search="no such person")
    form, cookie = visitor.begin("editor", 2, to_place=True)
    choices = visitor.request("POST", "/lti/launch", data=form.fields, headers={"Cookie": cookie})
    assert choices.status_code == 200, choices.text
    visitor.press("/panel/sign-out", page)
    assert visitor.press("/panel/tutor", page).status_code == 403


def come_wrongly(visitor: Visitor) -> None:
    """Replay, mix up, alter; with Moodle silent and with its keys away."""
    form, cookie = visitor.begin("tutor", 2)
    visitor.request("POST", "/lti/launch", data=form.fields, headers={"Cookie": cookie})
    assert visitor.request("POST", "/lti/launch", data=form.fields, headers={"Cookie": cookie}).status_code == 400
    form, own = visitor.begin("tutor", 2)
    mixed = own.partition("=")[0] + "=" + cookie.partition("=")[2]
    assert visitor.request("POST", "/lti/launch", data=form.fields, headers={"Cookie": mixed}).status_code == 400
    form, cookie = visitor.begin("tutor", 2)
    altered = form.fields | {"id_token": form.fields["id_token"][:-8] + "AAAAAAAA"}
    assert visitor.request("POST", "/lti/launch", data=altered, headers={"Cookie": cookie}).status_code == 400
    visitor.request("POST", "/lti/launch", data={"error": "access_denied", "state": form.fields["state"]})
    visitor.request("GET", "/lti/launch")
    visitor.vle.faults.always(Fault.INVALID_TOKEN)
    visitor.launch("tutor", 3)
    visitor.vle.faults.clear()


def administer(visitor: Visitor) -> None:
    """Use every form of the admin panel, each also a second time and once with another token."""
    page = visitor.launch("admin", 2)
    assert page.status_code == 200, page.text
    for path in ("/panel/admin", "/panel/admin/courses", "/panel/admin/check", "/panel/admin/plugin"):
        visitor.press(path, page)
    connection = visitor.press("/panel/admin/connection", page)
    other = "f" * 8 + random.token_hex(12)
    visitor.secrets.add("other moodle token", other)
    for _ in range(2):
        visitor.press("/panel/admin/connection/save", connection, token=other, **once(connection, "connection/save"))
    overview = visitor.press("/panel/admin", page)
    for name in ("sync", "link", "link"):
        visitor.press(f"/panel/admin/{name}", overview, **once(overview, f"admin/{name}"))


def once(page: requests.Response, action: str) -> dict[str, str]:
    """Return the one-time token of a form on a page; none when the page has no such form."""
    form = re.search(rf'action="[^"]*{action}".*?name="once" value="([^"]+)"', page.text, re.DOTALL)
    return {"once": form.group(1)} if form else {}


def register_by_link(visitor: Visitor) -> None:
    """Open a registration link as Moodle does, be refused once, register, and open it again."""
    link = sorted(visitor.secrets.known["link"])[0]
    asked = visitor.vle.registrations.start()
    visitor.secrets.add("registration_token", asked["registration_token"])
    page = visitor.request("GET", f"/lti/register/{link}", params=asked)
    assert page.status_code == 200, page.text
    bad = asked | {"registration_token": asked["registration_token"][:-6] + "AAAAAA"}
    visitor.secrets.add("registration_token", bad["registration_token"])
    visitor.request("POST", f"/lti/register/{link}", data=bad)
    with_memberships = asked | {"memberships": "1"}
    assert visitor.request("POST", f"/lti/register/{link}", data=with_memberships).status_code == 200
    visitor.request("GET", f"/lti/register/{link}", params=asked)
    visitor.request("GET", "/lti/register/no-such-link-" + "x" * 30, params=asked)


def ask_the_membership_service(run: Run, visitor: Visitor, environment: dict[str, str]) -> None:
    """Approve what registered itself, open the tool by it, and keep what the platform's token address gave and got."""
    assert "Approved" in command(run, environment, "platform", "approve", "1")
    visitor.vle.registrations.activate("2")
    visitor.vle.faults.always(Fault.SERVER_ERROR)
    visitor.launch("other_learner", 2)
    visitor.vle.faults.clear()
    assert visitor.vle.services.tokens
    visitor.secrets.add("access token", *visitor.vle.services.tokens)
    for assertion in visitor.vle.services.assertions:
        visitor.secrets.add("client assertion", *assertion.split(".")[1:])


def send_no_http(port: int) -> None:
    """Send what gunicorn refuses by itself."""
    for line in (f"GET /lti/register/{'x' * 9000} HTTP/1.1", "GET /lti/login?login_hint=1 SPDY/3"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(f"{line}\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 4")


def fail_with_a_traceback(run: Run, url: str, environment: dict[str, str]) -> None:
    """Fail in every way a terminal shows: a defect's traceback, a database away, a setting that does not fit."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE platform RENAME COLUMN moodle_url TO moodle_address"))
    shown = command(run, environment, "platform", "list") + command(run, environment, "sync")
    assert "Traceback" in shown
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE platform RENAME COLUMN moodle_address TO moodle_url"))
    engine.dispose()
    nowhere = make_url(environment["LEA_DATABASE_URL"]).set(host="127.0.0.1", port=free_port())
    command(run, environment | {"LEA_DATABASE_URL": nowhere.render_as_string(False)}, "status")
    command(run, environment | {"LEA_SECRET_KEY": random.token_urlsafe(48)}, "sync")
    command(run, environment | {"LEA_EGRESS_PROXY": environment["LEA_EGRESS_PROXY"] + "/path"}, "sync")
    command(run, environment | {"LEA_DATABASE_URL": f"mysql://lea:{DATABASE_PASSWORD}@localhost/lea"}, "sync")
    closed = environment["LEA_EGRESS_PROXY"].rpartition(":")[0] + f":{free_port()}"
    assert "LEA_EGRESS_PROXY" in command(run, environment | {"LEA_EGRESS_PROXY": closed}, "course", "list")


def keep_what_must_not_show(run: Run, vle: DemoVle, url: str, environment: dict[str, str]) -> None:
    """Note the secrets that pages do not show: settings, tokens, the tool's own keys; and the people's names."""
    known = run.secrets
    known.add("moodle token", vle.token)
    known.add("secret key", environment["LEA_SECRET_KEY"])
    known.add("database password", DATABASE_PASSWORD)
    known.add("proxy password", PROXY_PASSWORD)
    known.add("name", *(f"{user.firstname} {user.lastname}" for user in vle.world.users.values()))
    engine = make_engine(url)
    with reading(make_sessions(engine)) as db:
        for encrypted in db.scalars(select(ToolKey.private_key)):
            pem = decrypt(encrypted, environment["LEA_SECRET_KEY"]).splitlines()
            known.add("private key", *(line for line in pem if len(line) > 40))
    engine.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_the_run_had_secrets_of_every_kind(run: Run, kind: str) -> None:
    assert run.secrets.known.get(kind), kind


def test_the_search_finds_what_is_there(run: Run) -> None:
    token = next(iter(run.secrets.known["page_token"]))
    assert run.secrets.found_in([f"POST /panel?t={token}"]) == [f"page_token: POST /panel?t={token}"]


@pytest.mark.parametrize("name", ["urllib3", "sqlalchemy.engine", "gunicorn.error", "apscheduler", "alembic"])
def test_every_librarys_logger_was_on(run: Run, name: str) -> None:
    assert any(f" {name}" in line for line in run.noted("log"))


def test_no_line_of_any_logger_holds_a_secret(run: Run) -> None:
    assert run.secrets.found_in(run.noted("log")) == []


def test_no_line_of_serve_or_worker_holds_a_secret(run: Run) -> None:
    assert len(run.logged()) > 100
    assert run.secrets.found_in(run.logged()) == []


def test_no_output_of_a_command_holds_a_secret(run: Run) -> None:
    lines = [f"{name}: {line}" for name, output in run.outputs.items() for line in output.splitlines()]
    assert len(lines) > 50
    assert run.secrets.found_in(lines) == []


def test_no_address_that_the_tool_asked_for_holds_a_secret(run: Run) -> None:
    sent = run.noted("url")
    assert any("/webservice/rest/server.php" in line for line in sent)
    assert any(line.startswith("POST http://moodle.example.ac.uk/") for line in sent)
    assert run.secrets.found_in(sent) == []


def test_no_address_that_the_tool_was_asked_for_holds_a_secret_beyond_the_link_itself(run: Run) -> None:
    assert len(run.asked) > 30
    assert run.secrets.found_in(run.asked, besides=NOT_IN_ADDRESSES) == []
    with_links = run.secrets.found_in(run.asked, besides=set(run.secrets.known) - {"link", "registration_token"})
    assert all(urlsplit(line.split(": ", 1)[1]).path.startswith("/lti/register/") for line in with_links)


def test_no_command_line_holds_a_secret(run: Run) -> None:
    assert run.noted("argv")
    assert run.secrets.found_in(run.noted("argv")) == []


def test_no_repr_of_a_record_holds_a_secret(run: Run) -> None:
    shown = run.noted("repr")
    assert len({line.split(":")[0] for line in shown}) > 40
    besides = {"name"}  # a learner's record may say whose it is; a log line may not
    found = run.secrets.found_in(shown, besides=besides)
    assert sorted({": ".join(line.split(": ")[:2]) for line in found}) == []
