"""Read LTI registrations and their deployments (tables registration, deployment)."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bridge.schema.platforms import Deployment, Registration
from bridge.store.database import Found, fetch

LONGEST_ISSUER = 1000


@dataclass(frozen=True, slots=True)
class RegistrationRecord:
    """One client id that a platform gave to this tool."""

    registration_id: int
    platform_id: int
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    granted_scopes: frozenset[str] = frozenset()
    """The service scopes that the platform granted. Empty: launches alone."""


_SELECT_ONE = select(
    Registration.id,
    Registration.platform_id,
    Registration.issuer,
    Registration.client_id,
    Registration.auth_login_url,
    Registration.auth_token_url,
    Registration.key_set_url,
    Registration.granted_scopes,
).where(Registration.id == bindparam("registration_id"))


_SELECT_ISSUERS = select(Registration.issuer).distinct().order_by(Registration.issuer)
_SELECT_DEPLOYMENTS = select(Deployment.lti_deployment_id).where(
    Deployment.registration_id == bindparam("registration_id")
)


def find_registrations(db: Session, issuer: str) -> tuple[RegistrationRecord, ...]:
    """Return the registrations of an issuer, one per client id. Empty: unknown, or text no issuer can be."""
    if not is_plain(issuer):
        return ()
    rows = db.scalars(select(Registration).where(Registration.issuer == issuer).order_by(Registration.id))
    return tuple(_record(row) for row in rows)


def load_registration(db: Session, registration_id: int) -> RegistrationRecord | None:
    """Return one registration; None when it was removed."""
    rows = fetch(db, _SELECT_ONE, registration_id=registration_id)
    return _record(rows[0]) if rows else None


def load_registrations(db: Session, platform_id: int) -> tuple[RegistrationRecord, ...]:
    """Return a platform's registrations, by id. Empty: launches from it are refused."""
    rows = db.scalars(select(Registration).where(Registration.platform_id == platform_id).order_by(Registration.id))
    return tuple(_record(row) for row in rows)


def load_issuers(db: Session) -> tuple[str, ...]:
    """Return every issuer known to the tool, each once. Empty: no platform is registered."""
    return tuple(row.issuer for row in fetch(db, _SELECT_ISSUERS))


def load_deployment_ids(db: Session, registration_id: int) -> frozenset[str]:
    """Return the deployment ids known for a registration. Empty: none yet."""
    return frozenset(row.lti_deployment_id for row in fetch(db, _SELECT_DEPLOYMENTS, registration_id=registration_id))


def is_client_id_taken(db: Session, client_id: str, issuer: str) -> bool:
    """Say whether a platform other than `issuer` is registered with this client id.

    Platforms that name the tool alike could pass on to each other what it signs: Moodle checks no audience.
    """
    is_other = (Registration.client_id == client_id, Registration.issuer != issuer)
    return db.scalars(select(Registration.id).where(*is_other)).first() is not None


def is_plain(text: str) -> bool:
    """Say whether `text` is printable ASCII that a database of any kind takes as it is."""
    return 0 < len(text) <= LONGEST_ISSUER and text.isascii() and text.isprintable()


def _record(row: Registration | Found) -> RegistrationRecord:
    return RegistrationRecord(
        registration_id=row.id,
        platform_id=row.platform_id,
        issuer=row.issuer,
        client_id=row.client_id,
        auth_login_url=row.auth_login_url,
        auth_token_url=row.auth_token_url,
        key_set_url=row.key_set_url,
        granted_scopes=frozenset(map(str, row.granted_scopes)),
    )
