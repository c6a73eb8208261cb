"""Platforms: the Moodle sites, their encrypted tokens, and what the last handshake said (table platform)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bridge.records import PluginVersion
from bridge.schema.platforms import Deployment, Platform, Registration
from bridge.store.database import insert_ignoring, upsert


@dataclass(frozen=True, slots=True)
class PlatformRecord:
    """One Moodle site."""

    platform_id: int
    name: str
    moodle_url: str
    has_token: bool
    bot_moodle_user_id: int | None
    plugin_release: str | None
    clock_skew_seconds: int | None
    plugin_version: int | None
    moodle_release: str | None
    handshake_at: datetime | None
    """When the plugin last answered; None before the first handshake."""


@dataclass(frozen=True, slots=True)
class RegistrationDetails:
    """What a platform gave to this tool when it was registered there."""

    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    deployment_ids: tuple[str, ...]
    granted_scopes: tuple[str, ...] = ()
    """The services that this tool may use there. Empty: launches alone."""


def load_platforms(db: Session) -> tuple[PlatformRecord, ...]:
    """Return every platform, by id. Empty: none is set up."""
    return tuple(_record(row) for row in db.scalars(select(Platform).order_by(Platform.id)))


def load_platform(db: Session, platform_id: int) -> PlatformRecord | None:
    """Return one platform; None when there is none with this id."""
    row = db.get(Platform, platform_id)
    return None if row is None else _record(row)


def save_platform(db: Session, *, name: str, moodle_url: str, encrypted_token: str | None, now: datetime) -> int:
    """Save a platform by its address and return its id; None as token leaves a saved one as it is."""
    row = {"name": name, "moodle_url": moodle_url.rstrip("/"), "moodle_token": encrypted_token, "created_at": now}
    changed = ["name"] if encrypted_token is None else ["name", "moodle_token"]
    upsert(db, Platform, [row], key=["moodle_url"], update=changed)
    return db.scalars(select(Platform.id).where(Platform.moodle_url == row["moodle_url"])).one()


def save_handshake(db: Session, platform_id: int, found: PluginVersion, *, skew_seconds: int, now: datetime) -> None:
    """Write down what the plugin said about itself; `skew_seconds` is Moodle's clock minus ours."""
    db.execute(
        update(Platform)
        .where(Platform.id == platform_id)
        .values(
            plugin_release=found.release,
            plugin_version=found.version,
            moodle_release=found.moodle_release,
            bot_moodle_user_id=found.bot_moodle_user_id,
            clock_skew_seconds=skew_seconds,
            handshake_at=now,
        )
    )


def save_registration(db: Session, platform_id: int, details: RegistrationDetails, now: datetime) -> int:
    """Save an LTI registration by issuer and client id, add its deployments, and return its id."""
    addresses = ["auth_login_url", "auth_token_url", "key_set_url"]
    row = {
        "platform_id": platform_id,
        "issuer": details.issuer,
        "client_id": details.client_id,
        "created_at": now,
        "granted_scopes": list(details.granted_scopes),
        **{name: getattr(details, name) for name in addresses},
    }
    changed = ["platform_id", "granted_scopes", *addresses]
    upsert(db, Registration, [row], key=["issuer", "client_id"], update=changed)
    is_this = (Registration.issuer == details.issuer, Registration.client_id == details.client_id)
    registration_id = db.scalars(select(Registration.id).where(*is_this)).one()
    rows = [{"registration_id": registration_id, "lti_deployment_id": given} for given in details.deployment_ids]
    insert_ignoring(db, Deployment, rows)
    return registration_id


def _record(row: Platform) -> PlatformRecord:
    return PlatformRecord(
        platform_id=row.id,
        name=row.name,
        moodle_url=row.moodle_url,
        has_token=row.moodle_token is not None,
        bot_moodle_user_id=row.bot_moodle_user_id,
        plugin_release=row.plugin_release,
        clock_skew_seconds=row.clock_skew_seconds,
        plugin_version=row.plugin_version,
        moodle_release=row.moodle_release,
        handshake_at=row.handshake_at,
    )
