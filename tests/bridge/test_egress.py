"""Outgoing calls through a real forward proxy, over http and https, with an authority that only a setting trusts."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bridge.egress import Egress, find_bundle_problem, find_proxy_problem, is_local_name
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import MoodleUnreachable, ProxyUnreachable
from lti.launch.fetching import FetchFailed, fetch_document
from tests.bridge.moodle.replaying import Replaying, replaying, reply_of
from tests.certificates import Authority, make_authority
from tests.forward_proxy import PASSWORD, ForwardProxy, behind_tls, forwarding
from tests.serving import serving

TOKEN = "0123456789abcdef0123456789abcdef"
HOST = "moodle.example.ac.uk"
KEYS = b'{"keys": []}'


@pytest.fixture
def moodle() -> Iterator[Replaying]:
    with replaying() as server:
        yield server


@pytest.fixture
def proxy(moodle: Replaying) -> Iterator[ForwardProxy]:
    """A proxy that knows Moodle's name; nobody else does."""
    with forwarding() as made:
        made.hosts[HOST] = int(moodle.url.rsplit(":")[-1])
        yield made


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


@pytest.fixture
def tls_proxy(proxy: ForwardProxy, authority: Authority) -> Iterator[ForwardProxy]:
    """The same, Moodle speaking https with a certificate of the private authority."""
    issued = authority.issue(HOST)
    with behind_tls(proxy.hosts[HOST], issued.certificate, issued.key) as port:
        proxy.hosts[HOST] = port
        yield proxy


def ask(url: str, egress: Egress, *, allow_insecure: bool = False) -> int:
    client = MoodleClient(
        url, TOKEN, timeout=(2, 5), attempts=1, allow_insecure=allow_insecure, egress=egress, sleep=lambda _: None
    )
    return len(client.roster(2).users)


@contextmanager
def serving_keys() -> Iterator[int]:
    """Answer every GET with an empty key set; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(KEYS)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        yield server.server_port


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_http_goes_to_the_proxy_with_the_whole_address_and_the_token_stays_in_the_body(
    moodle: Replaying, proxy: ForwardProxy
) -> None:
    moodle.answer_with(reply_of("ws/get_roster.json"))
    assert ask(f"http://{HOST}", Egress(proxy.url), allow_insecure=True) > 0
    assert proxy.asked == [f"POST http://{HOST}/webservice/rest/server.php HTTP/1.1"]
    assert moodle.forms[0]["wstoken"] == TOKEN
    assert "Proxy-Authorization" not in moodle.headers[0]


def test_https_goes_through_a_tunnel_in_which_the_proxy_reads_nothing(
    moodle: Replaying, tls_proxy: ForwardProxy, authority: Authority
) -> None:
    moodle.answer_with(reply_of("ws/get_roster.json"))
    assert ask(f"https://{HOST}", Egress(tls_proxy.url, str(authority.bundle))) > 0
    assert tls_proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.0"]
    assert tls_proxy.seen
    assert TOKEN.encode() not in tls_proxy.seen
    assert "Proxy-Authorization" not in moodle.headers[0]


def test_without_the_setting_a_private_authority_is_not_trusted(
    tls_proxy: ForwardProxy, moodle: Replaying, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))  # not looked at: settings are declared once
    with pytest.raises(MoodleUnreachable):
        ask(f"https://{HOST}", Egress(tls_proxy.url))
    assert moodle.forms == []


def test_a_private_authority_is_trusted_without_a_proxy_as_well(moodle: Replaying, authority: Authority) -> None:
    moodle.answer_with(reply_of("ws/get_roster.json"))
    issued = authority.issue("localhost")
    with behind_tls(int(moodle.url.rsplit(":")[-1]), issued.certificate, issued.key) as port:
        assert ask(f"https://localhost:{port}", Egress(None, str(authority.bundle))) > 0


def test_a_private_address_is_asked_over_https_where_the_administrator_named_its_host_alone(
    authority: Authority,
) -> None:
    issued = authority.issue("localhost", "127.0.0.1")
    bundle = str(authority.bundle)
    with serving_keys() as plain, behind_tls(plain, issued.certificate, issued.key) as port:
        named = Egress(None, bundle, frozenset({"localhost"}))
        assert fetch_document(f"https://localhost:{port}/", egress=named).body == KEYS
        with pytest.raises(FetchFailed):
            fetch_document(f"https://localhost:{port}/", egress=Egress(None, bundle))
        with pytest.raises(FetchFailed):
            fetch_document(f"https://127.0.0.1:{port}/", egress=named)
        with pytest.raises(FetchFailed, match="not-https"):
            fetch_document(f"http://localhost:{plain}/", egress=named)


def test_this_machine_is_asked_directly_whatever_the_settings_and_the_environment_say(
    moodle: Replaying, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    moodle.answer_with(reply_of("ws/get_roster.json"))
    assert ask(moodle.url, Egress(proxy.url)) > 0
    assert proxy.asked == []


def test_the_environments_proxy_is_not_used(proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    with pytest.raises(MoodleUnreachable):
        ask("http://moodle.invalid", Egress(), allow_insecure=True)
    assert proxy.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_named_without_its_password(scheme: str) -> None:
    egress = Egress(f"http://lea:{PASSWORD}@127.0.0.1:{closed_port()}")
    with pytest.raises(ProxyUnreachable, match="LEA_EGRESS_PROXY") as caught:
        ask(f"{scheme}://{HOST}", egress, allow_insecure=True)
    assert caught.value.is_temporary
    assert PASSWORD not in f"{caught.value!r} {caught.value} {caught.value.__context__!r} {egress!r}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_another_password_is_named(scheme: str, proxy: ForwardProxy) -> None:
    wrong = proxy.url.replace(PASSWORD, "wrong")
    with pytest.raises(ProxyUnreachable):
        ask(f"{scheme}://{HOST}", Egress(wrong), allow_insecure=True)
    with pytest.raises(FetchFailed, match=r"^proxy$"):
        fetch_document(f"{scheme}://{HOST}/keys", allow_insecure=True, egress=Egress(wrong))


def test_a_proxy_whose_rules_refuse_moodle_is_named(proxy: ForwardProxy) -> None:
    proxy.refuses_with = 403
    with pytest.raises(ProxyUnreachable):
        ask(f"https://{HOST}", Egress(proxy.url))


def test_documents_come_through_the_tunnel_too(tls_proxy: ForwardProxy, authority: Authority) -> None:
    issued = authority.issue("keys.example.ac.uk")
    with serving_keys() as plain, behind_tls(plain, issued.certificate, issued.key) as port:
        tls_proxy.hosts["keys.example.ac.uk"] = port
        egress = Egress(tls_proxy.url, str(authority.bundle))
        assert fetch_document("https://keys.example.ac.uk/certs.php", egress=egress).body == KEYS
    assert tls_proxy.asked == ["CONNECT keys.example.ac.uk:443 HTTP/1.0"]


def test_a_document_is_not_fetched_when_the_proxy_is_down() -> None:
    with pytest.raises(FetchFailed, match=r"^proxy$"):
        fetch_document(f"https://{HOST}/certs.php", egress=Egress(f"http://127.0.0.1:{closed_port()}"))


@pytest.mark.parametrize(
    "host",
    ["10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "127.1", "0x7f000001",
     "2130706433", "0177.0.0.1", "intranet", "localhost.", "db.internal", "printer.local", "a.localhost",
     "127.0.0.2.", "10.0.0.8.", "169.254.169.254..", "[::127.0.0.1]", "[64:ff9b:1::7f00:1]", "１０.0.0.8", "nas.lan"],
)  # fmt: skip
def test_a_proxy_is_no_way_to_addresses_that_are_not_public(host: str, proxy: ForwardProxy) -> None:
    with pytest.raises(FetchFailed):
        fetch_document(f"https://{host}/certs.php", egress=Egress(proxy.url))
    assert proxy.asked == []


@pytest.mark.parametrize("name", ["moodle.example.ac.uk", "8.8.8.8", "2001:4860:4860::8888"])
def test_public_names_and_addresses_are_not_local(name: str) -> None:
    assert not is_local_name(name)


@pytest.mark.parametrize(
    "proxy",
    ["proxy.example", "https://proxy.example:3128", "socks5://proxy.example:1080", "http://proxy.example",
     "http://proxy.example:3128/path", "http://proxy.example:99999", "http://:3128"],
)  # fmt: skip
def test_an_address_that_is_no_proxy_is_refused_without_being_repeated(proxy: str) -> None:
    problem = find_proxy_problem(proxy)
    assert problem is not None
    assert "proxy.example" not in problem


@pytest.mark.parametrize("proxy", ["http://proxy.example:3128", "http://lea:p%40ss@proxy.example:3128/"])
def test_a_proxys_address_may_hold_a_user_and_a_password(proxy: str) -> None:
    assert find_proxy_problem(proxy) is None


def test_a_bundle_must_hold_certificates(authority: Authority, tmp_path: Path) -> None:
    assert find_bundle_problem(str(authority.bundle)) is None
    assert "FileNotFoundError" in str(find_bundle_problem(str(tmp_path / "none.pem")))
    (tmp_path / "empty.pem").write_text("")
    assert "SSLError" in str(find_bundle_problem(str(tmp_path / "empty.pem")))
