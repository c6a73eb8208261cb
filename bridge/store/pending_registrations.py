"""Registrations that a platform granted and that wait for an administrator's word (table pending_registration)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bridge.errors import AddressesDiffer, AlreadyRegistered, ClientIdTaken, NotPending, NotYourPlatform
from bridge.schema.platforms import Deployment, PendingRegistration, Platform, Registration
from bridge.store.database import insert_ignoring
from bridge.store.platforms import save_platform
from bridge.store.registrations import find_registrations, is_client_id_taken, is_plain
from bridge.store.seeds import seed_platform
from bridge.store.turns import take_turn


@dataclass(frozen=True, slots=True)
class Granted:
    """What a platform answered when the tool was registered there."""

    name: str
    issuer: str
    client_id: str
    lti_deployment_id: str | None
    """None: the platform named none, so no launch works until one is added by hand."""
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    granted_scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """One registration that waits for approval; no launch works by it."""

    pending_id: int
    made_by_platform_id: int | None
    """Whose administrator made the link it came by; None: made by the lea command."""
    granted: Granted
    registered_at: datetime


def save_pending(db: Session, granted: Granted, *, made_by_platform_id: int | None, now: datetime) -> int:
    """Keep what a platform granted until somebody approves it, and return its id.

    Raises:
        AlreadyRegistered: issuer and client id are registered or waiting already; that one stays as it is.
        ClientIdTaken: another platform has this client id here.
    """
    if is_client_id_taken(db, granted.client_id, granted.issuer):
        raise ClientIdTaken(granted.client_id)
    is_this = (PendingRegistration.issuer == granted.issuer, PendingRegistration.client_id == granted.client_id)
    if (
        is_registered(db, granted.issuer, granted.client_id)
        or db.scalars(select(PendingRegistration.id).where(*is_this)).first()
    ):
        raise AlreadyRegistered(granted.issuer)
    row = PendingRegistration(
        made_by_platform_id=made_by_platform_id,
        name=granted.name,
        issuer=granted.issuer,
        client_id=granted.client_id,
        lti_deployment_id=granted.lti_deployment_id,
        auth_login_url=granted.auth_login_url,
        auth_token_url=granted.auth_token_url,
        key_set_url=granted.key_set_url,
        granted_scopes=list(granted.granted_scopes),
        registered_at=now,
    )
    _add(db, row, granted.issuer)
    return row.id


def is_registered(db: Session, issuer: str, client_id: str) -> bool:
    """Say whether a registration with this issuer and client id is there, approved."""
    is_this = (Registration.issuer == issuer, Registration.client_id == client_id)
    return db.scalars(select(Registration.id).where(*is_this)).first() is not None


def is_pending(db: Session, issuer: str, client_id: str | None) -> bool:
    """Say whether a registration of this issuer waits for approval; without a client id any of the issuer's."""
    if not is_plain(issuer) or (client_id is not None and not is_plain(client_id)):
        return False
    wanted = [PendingRegistration.issuer == issuer]
    if client_id is not None:
        wanted.append(PendingRegistration.client_id == client_id)
    return db.scalars(select(PendingRegistration.id).where(*wanted)).first() is not None


def load_pending(db: Session, made_by_platform_id: int | None = None) -> tuple[PendingRecord, ...]:
    """Return what waits for approval, oldest first; with a platform's id, what came by its administrators' links.

    Empty: nothing waits.
    """
    wanted = select(PendingRegistration).order_by(PendingRegistration.id)
    if made_by_platform_id is not None:
        wanted = wanted.where(PendingRegistration.made_by_platform_id == made_by_platform_id)
    return tuple(_record(row) for row in db.scalars(wanted))


def approve(db: Session, pending_id: int, now: datetime, *, by_platform_id: int | None = None) -> int:
    """Let launches work by a waiting registration and return its platform's id.

    The platform is made where there is none at the issuer's address; a new one starts with a draft of a level
    and a calendar. `by_platform_id` names the platform whose administrator approves: they may add a new
    platform, or a registration of their own. None: whoever runs the whole tool approves.

    Raises:
        NotPending: nothing with this id waits; of several approvals at once exactly one succeeds.
        AlreadyRegistered: issuer and client id were registered by other means meanwhile; that one stays as it is.
        NotYourPlatform: the platform is there already and is not the approver's.
        ClientIdTaken: another platform has this client id here.
        AddressesDiffer: the issuer is registered already, with other addresses.
    """
    take_turn(db)
    waiting = _take(db, pending_id)
    _check(db, waiting, by_platform_id)
    platform_id = _find_platform(db, waiting)
    if platform_id is None:
        address = waiting.issuer.rstrip("/")
        platform_id = save_platform(db, name=waiting.name, moodle_url=address, encrypted_token=None, now=now)
    seed_platform(db, platform_id, now)
    row = Registration(
        platform_id=platform_id,
        issuer=waiting.issuer,
        client_id=waiting.client_id,
        auth_login_url=waiting.auth_login_url,
        auth_token_url=waiting.auth_token_url,
        key_set_url=waiting.key_set_url,
        granted_scopes=list(waiting.granted_scopes),
        created_at=now,
    )
    _add(db, row, waiting.issuer)
    if waiting.lti_deployment_id is not None:
        insert_ignoring(db, Deployment, [{"registration_id": row.id, "lti_deployment_id": waiting.lti_deployment_id}])
    return platform_id


def refuse(db: Session, pending_id: int) -> Granted:
    """Forget a waiting registration and return what it was; the platform keeps its side until its administrator
    deletes the tool there.

    Raises:
        NotPending: nothing with this id waits.
    """
    return _take(db, pending_id)


def _add(db: Session, row: Registration | PendingRegistration, issuer: str) -> None:
    db.add(row)
    try:
        db.flush()
    except IntegrityError as error:  # another transaction saved the same pair since we looked
        raise AlreadyRegistered(issuer) from error


def _take(db: Session, pending_id: int) -> Granted:
    columns = [getattr(PendingRegistration, name) for name in Granted.__dataclass_fields__]
    taken = db.execute(
        delete(PendingRegistration).where(PendingRegistration.id == pending_id).returning(*columns)
    ).one_or_none()
    if taken is None:
        raise NotPending(pending_id)
    return _granted(taken)


def _check(db: Session, waiting: Granted, by_platform_id: int | None) -> None:
    """Refuse an approval by which launches would open what the registration has no claim to."""
    if by_platform_id is not None and _find_platform(db, waiting) not in (None, by_platform_id):
        raise NotYourPlatform(waiting.issuer)
    if is_registered(db, waiting.issuer, waiting.client_id):
        raise AlreadyRegistered(waiting.issuer)
    if is_client_id_taken(db, waiting.client_id, waiting.issuer):
        raise ClientIdTaken(waiting.client_id)
    # One site has one key set: whoever can serve files from it must not bring keys of their own.
    own = (waiting.auth_login_url, waiting.auth_token_url, waiting.key_set_url)
    for known in find_registrations(db, waiting.issuer):
        if (known.auth_login_url, known.auth_token_url, known.key_set_url) != own:
            raise AddressesDiffer(waiting.issuer)


def _find_platform(db: Session, granted: Granted) -> int | None:
    """Return the platform that already has this issuer or stands at its address; None for a new one."""
    known = db.scalars(select(Registration.platform_id).where(Registration.issuer == granted.issuer)).first()
    if known is not None:
        return known
    return db.scalars(select(Platform.id).where(Platform.moodle_url == granted.issuer.rstrip("/"))).one_or_none()


def _record(row: PendingRegistration) -> PendingRecord:
    return PendingRecord(row.id, row.made_by_platform_id, _granted(row), row.registered_at)


def _granted(row: object) -> Granted:
    found = {name: getattr(row, name) for name in Granted.__dataclass_fields__}
    return Granted(**{**found, "granted_scopes": tuple(found["granted_scopes"])})
