"""Settings: read once, checked, and named when they do not fit."""

from zoneinfo import ZoneInfo

import pytest

from bridge.config import Settings
from bridge.egress import Egress
from bridge.errors import SettingsError

ENOUGH = {"LEA_SECRET_KEY": "k" * 32, "LEA_PUBLIC_URL": "https://engagement.example.ac.uk/"}


def test_two_variables_are_enough() -> None:
    settings = Settings.from_environment(ENOUGH)
    assert settings.public_url == "https://engagement.example.ac.uk"
    assert settings.zone == ZoneInfo("Europe/London")
    assert settings.allow_insecure_platforms is False


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({})
    assert set(caught.value.problems) == {"LEA_SECRET_KEY", "LEA_PUBLIC_URL"}
    assert ".env.example" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEA_SECRET_KEY", "short"),
        ("LEA_PUBLIC_URL", "engagement"),
        ("LEA_DATABASE_URL", "mysql://somewhere/db"),
        ("LEA_FACTS_URL", "postgresql://lea@db.example/lea"),
        ("LEA_FACTS_URL", "clickhousedb://lea@clickhouse.example/lea"),
        ("LEA_FACTS_URL", "clickhousedb://lea@clickhouse.example/lea?secure=false"),
        ("LEA_FACTS_URL", "clickhousedb://lea@clickhouse.example/lea?secure=true&secure=false"),
        ("LEA_FACTS_URL", "clickhousedb://lea@clickhouse.example/lea?secure=true&verify=false"),
        ("LEA_FACTS_URL", "clickhousedb://lea@clickhouse.example/lea?secure=true&interface=http"),
        ("LEA_FACTS_URL", "clickhousedb:///lea?host=clickhouse.example"),
        ("LEA_FACTS_URL", "clickhousedb://127.0.0.1/lea?host=clickhouse.example"),
        ("LEA_FACTS_URL", "clickhousedb:///lea?dsn=clickhouse%3A%2F%2Fclickhouse.example"),
        ("LEA_ZONE", "Europe/Londno"),
        ("LEA_ALLOW_INSECURE_PLATFORMS", "maybe"),
        ("LEA_SYNC_MINUTES", "0"),
        ("LEA_RAW_WINDOW_DAYS", "x"),
        ("LEA_LOG_LEVEL", "LOUD"),
        ("LEA_EGRESS_PROXY", "proxy.example:3128"),
        ("LEA_CA_BUNDLE", "/no/such/file.pem"),
        ("LEA_PRIVATE_HOSTS", "https://moodle.example"),
        ("LEA_PRIVATE_HOSTS", "*.example"),
        ("LEA_PRIVATE_HOSTS", "moodle.example:8443"),
    ],
)
def test_a_value_that_does_not_fit_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(ENOUGH | {name: value})


@pytest.mark.parametrize(
    ("url", "insecure", "is_taken"),
    [
        ("http://engagement.example.ac.uk", "", False),
        ("http://localhost.example.ac.uk", "", False),
        ("http://engagement.example.ac.uk", "1", True),
        ("http://localhost:8100", "", True),
        ("http://127.0.0.1:8100", "", True),
    ],
)
def test_pages_go_over_https_except_on_this_machine_or_in_a_trial(url: str, insecure: str, is_taken: bool) -> None:
    environment = ENOUGH | {"LEA_PUBLIC_URL": url, "LEA_ALLOW_INSECURE_PLATFORMS": insecure}
    if is_taken:
        assert Settings.from_environment(environment).public_url == url
    else:
        with pytest.raises(SettingsError, match=r"LEA_PUBLIC_URL.*https"):
            Settings.from_environment(environment)


@pytest.mark.parametrize("rest", ["/lea", "/lea/", "?a=b", "/#top", "//"])
def test_a_public_address_with_a_path_is_refused_with_a_sentence(rest: str) -> None:
    with pytest.raises(SettingsError, match=r"LEA_PUBLIC_URL.*a host of its own.*without a path"):
        Settings.from_environment(ENOUGH | {"LEA_PUBLIC_URL": f"https://engagement.example.ac.uk{rest}"})


def test_hosts_of_the_own_network_are_named_with_commas_between() -> None:
    settings = Settings.from_environment(ENOUGH | {"LEA_PRIVATE_HOSTS": " Moodle.Example.ac.uk, 10.1.2.3,fd00::1,"})

    assert settings.egress.private_hosts == {"moodle.example.ac.uk", "10.1.2.3", "fd00::1"}
    assert Settings.from_environment(ENOUGH | {"LEA_PRIVATE_HOSTS": ""}).egress == Egress()


def test_outgoing_calls_go_straight_out_unless_a_proxy_is_named() -> None:
    assert Settings.from_environment(ENOUGH | {"LEA_EGRESS_PROXY": "", "LEA_CA_BUNDLE": ""}).egress == Egress()
    proxy = "http://lea:hunter2@proxy.example:3128"
    settings = Settings.from_environment(ENOUGH | {"LEA_EGRESS_PROXY": proxy})
    assert settings.egress == Egress(proxy)
    assert "hunter2" not in f"{settings!r} {settings.egress!r}"
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(ENOUGH | {"LEA_EGRESS_PROXY": proxy.replace("http:", "https:")})
    assert "hunter2" not in str(caught.value)


def test_a_mistyped_name_is_refused_rather_than_ignored() -> None:
    with pytest.raises(SettingsError, match="LEA_SYNC_MINUTE:"):
        Settings.from_environment(ENOUGH | {"LEA_SYNC_MINUTE": "5"})


def test_variables_of_others_and_of_the_tests_are_left_alone() -> None:
    Settings.from_environment(ENOUGH | {"PATH": "/bin", "LEA_REQUIRE_PHP": "1", "LEA_LIVE_MOODLE_URL": "x"})


def test_neither_repr_nor_error_shows_a_secret() -> None:
    secret = "very-secret-value-of-32-characters!"
    settings = Settings.from_environment(
        ENOUGH | {"LEA_SECRET_KEY": secret, "LEA_DATABASE_URL": "postgresql+psycopg://lea:hunter2@db/lea"}
    )
    assert secret not in repr(settings)
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"LEA_SECRET_KEY": "too-short-secret"})
    assert "too-short-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "clickhousedb://lea:word@clickhouse.example:8443/lea?secure=true", "clickhousedb://127.0.0.1:8123/lea"]
)
def test_facts_go_over_tls_or_stay_on_this_machine(url: str) -> None:
    settings = Settings.from_environment(ENOUGH | {"LEA_FACTS_URL": url})
    assert settings.facts_url == url
    assert "word" not in repr(settings)
