"""Every setting, declared once: `LEA_…` variables of the environment, checked by marshmallow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, post_load, validate, validates, validates_schema
from marshmallow import fields as ma

from analytics.policy.retention import DataKind, LawfulBasis, RetentionRule, rules_with
from bridge.config_fields import (
    AddressesField,
    FactsUrl,
    HostsField,
    OptionalEmail,
    OptionalPort,
    PairsField,
    ZoneField,
)
from bridge.egress import LOOPBACK, Egress, find_bundle_problem, find_proxy_problem
from bridge.errors import SettingsError
from bridge.mail import MailServer, Security, find_mail_problem

PREFIX = "LEA_"


class Theme(Enum):
    """The panels' theme: Moodle's own, or what the reader's device asks for."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


DATABASE_FORMS = "must begin with sqlite:/// or postgresql+psycopg://"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one running copy of the tool is told from outside."""

    secret_key: str = field(repr=False)
    """LEA_SECRET_KEY: at least 32 characters; encrypts what is secret at rest."""
    public_url: str
    """LEA_PUBLIC_URL: the tool's own address as browsers reach it, without a trailing slash."""
    old_secret_key: str = field(default="", repr=False)
    """LEA_OLD_SECRET_KEY: the key before this one, for `lea keys rekey` alone."""
    database_url: str = field(default="sqlite:///lea.sqlite3", repr=False)
    """LEA_DATABASE_URL: SQLite for trials, PostgreSQL (postgresql+psycopg://…) in production."""
    facts_url: str = field(default="", repr=False)
    """LEA_FACTS_URL: a ClickHouse that holds the presence facts; empty: they are in the shared database."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    """LEA_ZONE: the institution's time zone; days and weeks are local dates in it."""
    allow_insecure_platforms: bool = False
    """LEA_ALLOW_INSECURE_PLATFORMS: 1 allows http and loopback platform addresses, for trials only."""
    sync_minutes: int = 15
    """LEA_SYNC_MINUTES: how often the worker reads from Moodle."""
    raw_window_days: int = 35
    """LEA_RAW_WINDOW_DAYS: how long raw log rows are kept since their arrival."""
    settle_seconds: int = 120
    """LEA_SETTLE_SECONDS: how old an observed table maximum must be before ids up to it are compared and settled."""
    log_level: str = "INFO"
    """LEA_LOG_LEVEL: DEBUG, INFO, WARNING or ERROR."""
    egress_proxy: str | None = field(default=None, repr=False)
    """LEA_EGRESS_PROXY: the http proxy that every outgoing call goes through; it may hold a password."""
    ca_bundle: str | None = None
    """LEA_CA_BUNDLE: a PEM file of the certificate authorities to trust, instead of the built-in ones."""

    private_hosts: frozenset[str] = frozenset()
    """LEA_PRIVATE_HOSTS: hosts, with commas between, that may have private addresses: a Moodle in your own network."""
    named_views_per_hour: int = 120
    """LEA_NAMED_VIEWS_PER_HOUR: pages with learners' names that one person is shown in an hour, at most."""
    exports_per_day: int = 20
    """LEA_EXPORTS_PER_DAY: how many people's whole data `lea held export` writes within a day, at most."""
    privacy_contact: str = ""
    """LEA_PRIVACY_CONTACT: who answers questions about data protection, as learners and staff read it."""
    accessibility_contact: str = ""
    """LEA_ACCESSIBILITY_CONTACT: who helps where a page cannot be used, as the accessibility statement says it."""
    theme: Theme = Theme.LIGHT
    """LEA_THEME: light, dark or auto, as your Moodle looks; a launch can say otherwise."""
    alert_email: str = ""
    """LEA_ALERT_EMAIL: where alerts for the data-protection contact are mailed to; needs LEA_SMTP_HOST."""
    smtp_host: str = ""
    """LEA_SMTP_HOST: the institution's mail server; empty: alerts stay on their list, messages are copied by hand."""
    smtp_port: int | None = None
    """LEA_SMTP_PORT: its port; empty: 587, 465 or 25, by the protection."""
    smtp_security: Security = Security.STARTTLS
    """LEA_SMTP_SECURITY: starttls, tls, or none for a mail server on this machine."""
    smtp_user: str = ""
    """LEA_SMTP_USER: as whom the tool logs in there; empty: it does not."""
    smtp_password: str = field(default="", repr=False)
    """LEA_SMTP_PASSWORD: with which password."""
    smtp_sender: str = ""
    """LEA_SMTP_SENDER: the address that its mail comes from; empty: LEA_ALERT_EMAIL."""
    operations_email: str = ""
    """LEA_OPERATIONS_EMAIL: who is told that a source has nothing new; empty: LEA_ALERT_EMAIL."""
    stale_hours: int = 6
    """LEA_STALE_HOURS: how long Moodle may give nothing before somebody is told; 0: nobody ever is."""
    stale_file_days: int = 14
    """LEA_STALE_FILE_DAYS: the same for each kind of file and for registers, in days."""
    training_url: str = ""
    """LEA_TRAINING_URL: the page of the training for staff who see engagement data, in Moodle or elsewhere."""

    metrics_token: str = field(default="", repr=False)
    """LEA_METRICS_TOKEN: what whoever reads /metrics sends as its bearer token; empty: there is no such page."""
    logins_per_minute: int = 600
    """LEA_LOGINS_PER_MINUTE: launches and registrations one address begins in a minute, by process; 0: no limit."""
    proxy_addresses: frozenset[str] = frozenset()
    """LEA_PROXY_ADDRESSES: reverse proxies, with commas between, whose word on who asks is believed."""

    tombstone_file: str | None = None
    """LEA_TOMBSTONE_FILE: keeps the marks of erasures outside the database; a SQLite database has one beside it."""
    retention_days: Mapping[DataKind, int] = field(default_factory=dict)
    """LEA_RETENTION_DAYS: kind=days with commas between, where a kind of data is kept for another time."""
    lawful_bases: Mapping[DataKind, LawfulBasis] = field(default_factory=dict)
    """LEA_LAWFUL_BASES: kind=basis with commas between, where a kind of data rests on another lawful basis."""
    dpia_reference: str = ""
    """LEA_DPIA_REFERENCE: the number of the institution's own data-protection impact assessment."""

    @property
    def retention(self) -> tuple[RetentionRule, ...]:
        """What is kept why and for how long, with the institution's own periods."""
        days = {DataKind.LOG_ROWS: self.raw_window_days, DataKind.SET_ASIDE: self.raw_window_days}
        return rules_with({**days, **self.retention_days}, self.lawful_bases)

    @property
    def mail_server(self) -> MailServer | None:
        """Where alerts are handed over; None: they are not mailed."""
        if not (self.smtp_host and self.alert_email):
            return None
        sender = self.smtp_sender or self.alert_email
        way = (self.smtp_port, self.smtp_user, self.smtp_password)
        return MailServer(self.smtp_host, self.smtp_security, sender, *way)

    @property
    def egress(self) -> Egress:
        """The way of outgoing calls."""
        return Egress(self.egress_proxy, self.ca_bundle, self.private_hosts)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from `LEA_…` variables; unknown `LEA_…` names are refused, so a typing error is seen.

        Raises:
            SettingsError: a name is missing, unknown or its value does not fit; the message names each.
        """
        given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name in NAMES}
        unknown = sorted(
            n for n in environment if n.startswith(PREFIX) and n not in NAMES and not n.startswith(NOT_SETTINGS)
        )
        problems = {name: ["is not a setting of this tool"] for name in unknown}
        try:
            settings: Settings = _SettingsSchema().load(given)
        except ValidationError as error:
            problems |= {PREFIX + str(name).upper(): list(map(str, reasons)) for name, reasons in _messages(error)}
            raise SettingsError(problems) from error
        if problems:
            raise SettingsError(problems)
        return settings


NAMES = frozenset(PREFIX + setting.name.upper() for setting in fields(Settings))
NOT_SETTINGS = ("LEA_REQUIRE_", "LEA_LIVE_", "LEA_TEST_")
"""Prefixes of the test suite's own variables."""


def _messages(error: ValidationError) -> Iterable[tuple[str, Iterable[str]]]:
    return error.messages.items() if isinstance(error.messages, dict) else [("settings", error.messages)]


def _refuse_if(problem: str | None) -> None:
    if problem is not None:
        raise ValidationError(problem)


class _SettingsSchema(Schema):
    secret_key = ma.String(required=True, validate=validate.Length(min=32))
    old_secret_key = ma.String()
    public_url = ma.Url(required=True, schemes={"http", "https"}, require_tld=False)
    database_url = ma.String(validate=validate.Regexp(r"^(sqlite|postgresql\+psycopg):///?", error=DATABASE_FORMS))
    facts_url = FactsUrl()
    zone = ZoneField()
    allow_insecure_platforms = ma.Boolean(truthy={"1"}, falsy={"0", ""})
    sync_minutes = ma.Integer(validate=validate.Range(min=1, max=1440))
    raw_window_days = ma.Integer(validate=validate.Range(min=8, max=366))
    settle_seconds = ma.Integer(validate=validate.Range(min=0, max=3600))
    log_level = ma.String(validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    egress_proxy = ma.String()
    ca_bundle = ma.String()
    private_hosts = HostsField()
    named_views_per_hour = ma.Integer(validate=validate.Range(min=1, max=10_000))
    exports_per_day = ma.Integer(validate=validate.Range(min=0, max=10_000))
    privacy_contact = ma.String(validate=validate.Length(max=200))
    accessibility_contact = ma.String(validate=validate.Length(max=200))
    theme = ma.Enum(Theme, by_value=True)
    alert_email = OptionalEmail()
    smtp_host = ma.String(validate=validate.Regexp(r"^(|[A-Za-z0-9.:-]{1,253})$", error="is no host name"))
    smtp_port = OptionalPort()
    smtp_security = ma.Enum(Security, by_value=True)
    smtp_user = ma.String()
    smtp_password = ma.String()
    smtp_sender = OptionalEmail()
    operations_email = OptionalEmail()
    stale_hours = ma.Integer(validate=validate.Range(min=0, max=8760))
    stale_file_days = ma.Integer(validate=validate.Range(min=0, max=3660))
    training_url = ma.String()

    metrics_token = ma.String(validate=validate.Regexp(r"^(|[!-~]{20,200})$", error="must be 20 characters or more"))
    logins_per_minute = ma.Integer(validate=validate.Range(min=0, max=1_000_000))
    proxy_addresses = AddressesField()

    tombstone_file = ma.String()
    retention_days = PairsField(int, "days")
    lawful_bases = PairsField(LawfulBasis, "basis")
    dpia_reference = ma.String(validate=validate.Length(max=200))

    @validates("retention_days")
    def check_retention(self, value: dict[DataKind, int], **kwargs: Any) -> None:
        if {DataKind.LOG_ROWS, DataKind.SET_ASIDE} & set(value):
            raise ValidationError("log-rows and set-aside follow LEA_RAW_WINDOW_DAYS")
        try:
            rules_with(value, {})
        except ValueError as error:
            raise ValidationError(str(error)) from error

    @validates("training_url")
    def check_training_url(self, value: str, **kwargs: Any) -> None:
        _refuse_if(None if not value or urlsplit(value).scheme == "https" else "must be an https:// address, or empty")

    @validates("egress_proxy")
    def check_proxy(self, value: str, **kwargs: Any) -> None:
        _refuse_if(find_proxy_problem(value) if value else None)

    @validates("ca_bundle")
    def check_bundle(self, value: str, **kwargs: Any) -> None:
        _refuse_if(find_bundle_problem(value) if value else None)

    @validates_schema
    def check_mail(self, data: dict[str, Any], **kwargs: Any) -> None:
        host, to = data.get("smtp_host", ""), data.get("alert_email", "")
        if bool(host) != bool(to):
            missing = "alert_email" if host else "smtp_host"
            raise ValidationError("is missing: alerts need both an address and a mail server", missing)
        problem = find_mail_problem(host, data.get("smtp_security", Security.STARTTLS)) if host else None
        if problem is not None:
            raise ValidationError(problem, "smtp_security")

    @validates_schema
    def check_public_url(self, data: dict[str, Any], **kwargs: Any) -> None:
        # Pages carry names and a page token: over http everybody on the way could read them.
        parts = urlsplit(data["public_url"])
        is_safe = parts.scheme == "https" or parts.hostname in LOOPBACK or data.get("allow_insecure_platforms", False)
        if not is_safe:
            text = "must be https (http is for this machine alone, or for trials with LEA_ALLOW_INSECURE_PLATFORMS=1)"
            raise ValidationError(text, "public_url")
        is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
        if not is_bare:
            text = (
                "must be a host of its own, such as https://engagement.example.ac.uk, without a path or anything else"
            )
            raise ValidationError(
                f"{text}: the tool's cookie and the rules for its frame hold for a whole host", "public_url"
            )

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Settings:
        data["public_url"] = data["public_url"].rstrip("/")
        data["tombstone_file"] = data.get("tombstone_file") or None
        data["egress_proxy"] = data.get("egress_proxy") or None
        data["ca_bundle"] = data.get("ca_bundle") or None
        return Settings(**data)
