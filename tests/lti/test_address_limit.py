"""One address begins so many launches in a minute and no more; whoever only says to be another is not believed."""

from dataclasses import replace

import pytest

from lti.address_limit import EXTENSION, FURTHER, WINDOW_SECONDS, AddressLimit, find_client
from lti.services import EXTENSION as SERVICES
from tests.lti.served import Tool
from tests.lti.small_world import LEARNER, OPEN

PROXY = frozenset({"10.0.0.5", "127.0.0.1"})


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "asks"),
    [
        ("192.0.2.7", "", frozenset(), "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", frozenset(), "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1", frozenset(), None),
        ("127.0.0.1", "198.51.100.1", PROXY, "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", PROXY, "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.0.0.5", PROXY, "198.51.100.1"),
        ("127.0.0.1", "", PROXY, None),
        ("127.0.0.1", "nonsense", PROXY, None),
        ("::ffff:192.0.2.7", "", frozenset(), "192.0.2.7"),
        ("2001:db8::1:2", "", frozenset(), "2001:db8::/64"),
        (None, "198.51.100.1", PROXY, None),
    ],
)
def test_who_asks_is_told_by_the_connection_and_by_known_proxies_alone(
    remote: str | None, forwarded: str, proxies: frozenset[str], asks: str | None
) -> None:
    assert find_client(remote, forwarded, proxies) == asks


def test_the_count_begins_anew_each_minute_and_remembers_so_many_addresses() -> None:
    now = [0.0]
    limit = AddressLimit(lambda: now[0], most_addresses=2)
    assert [limit.count(one) for one in ("a", "a", "b", "c", "d", "a")] == [1, 2, 1, 1, 2, 3]
    assert FURTHER not in ("a", "b")
    now[0] += WINDOW_SECONDS
    assert limit.count("a") == 1


def test_the_fourth_launch_of_an_address_in_a_minute_is_refused_and_others_go_on(tool: Tool) -> None:
    made = tool.app.extensions[SERVICES]
    settings = replace(made.settings, logins_per_minute=3, proxy_addresses=frozenset({"127.0.0.1"}))
    tool.app.extensions[SERVICES] = replace(made, settings=settings)
    form = tool.vle.initiation(LEARNER, OPEN).fields

    def begin(address: str) -> int:
        sent = {"X-Forwarded-For": address}
        return tool.request("POST", "/lti/login", data=form, headers=sent).status_code

    assert [begin("198.51.100.1") for _ in range(4)] == [302, 302, 302, 429]
    assert begin("198.51.100.2") == 302
    refused = tool.request("POST", "/lti/login", data=form, headers={"X-Forwarded-For": "198.51.100.1"})
    assert "Too many requests" in refused.text
    assert tool.request("GET", "/healthz", headers={"X-Forwarded-For": "198.51.100.1"}).status_code == 200
    assert "198.51.100" not in tool.log.getvalue()
    tool.app.extensions[EXTENSION] = AddressLimit()
    assert begin("198.51.100.1") == 302


def test_by_itself_the_tool_behind_a_proxy_it_does_not_know_refuses_nobody(tool: Tool) -> None:
    made = tool.app.extensions[SERVICES]
    tool.app.extensions[SERVICES] = replace(made, settings=replace(made.settings, logins_per_minute=1))
    form = tool.vle.initiation(LEARNER, OPEN).fields
    assert {tool.request("POST", "/lti/login", data=form).status_code for _ in range(3)} == {302}
