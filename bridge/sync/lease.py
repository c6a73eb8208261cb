"""One leader: a row that one worker holds for a while and renews (table lease).

The lease saves work; that nothing is counted twice does not rest on it: the cursor moves by compare-and-set and facts
are a set, so a worker that lost its lease in mid-batch can do no harm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from bridge.errors import LeaseLost
from bridge.schema.log import Lease
from bridge.store.database import Sessions, insert_ignoring, writing
from bridge.sync.report import Progress

LEASE_SECONDS = 300
LONGEST = 2
"""How many times its own length a lease may lie ahead: the clocks of two workers differ."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as it was taken or last renewed."""

    name: str
    holder: str
    epoch: int
    expires_at: datetime


def take_lease(sessions: Sessions, name: str, holder: str, now: datetime, seconds: int = LEASE_SECONDS) -> Held:
    """Take a free or expired lease, or one that `holder` has itself.

    One that would hold for much longer than any is given was taken by a clock that ran ahead: it counts as expired.

    Raises:
        LeaseLost: somebody else holds it.
    """
    expires_at = now + timedelta(seconds=seconds)
    with writing(sessions) as db:
        insert_ignoring(db, Lease, [{"name": name, "holder": "", "epoch": 0, "expires_at": now}])
        row = db.execute(select(Lease).where(Lease.name == name)).scalar_one()
        if row.holder not in ("", holder) and now < row.expires_at <= now + LONGEST * timedelta(seconds=seconds):
            raise LeaseLost(
                f"{row.holder} holds the lease {name!r} until {row.expires_at:%H:%M:%S}. {LeaseLost.next_step}"
            )
        epoch = row.epoch
        db.expunge(row)
        _write(db, Held(name, holder, epoch, expires_at), seen_epoch=epoch)
    return Held(name, holder, epoch + 1, expires_at)


def renew_lease(sessions: Sessions, held: Held, now: datetime, seconds: int = LEASE_SECONDS) -> Held:
    """Hold a lease for longer.

    Raises:
        LeaseLost: it expired and somebody else took it.
    """
    expires_at = now + timedelta(seconds=seconds)
    with writing(sessions) as db:
        _write(db, Held(held.name, held.holder, held.epoch, expires_at), seen_epoch=held.epoch)
    return Held(held.name, held.holder, held.epoch + 1, expires_at)


def give_lease_back(sessions: Sessions, held: Held, now: datetime) -> None:
    """Let the next worker begin at once; a lease that was lost meanwhile is left alone."""
    with writing(sessions) as db:
        is_held = (Lease.name == held.name, Lease.epoch == held.epoch)
        db.execute(update(Lease).where(*is_held).values(holder="", expires_at=now))


def find_dead_leases(db: Session, now: datetime) -> Sequence[str]:
    """Return the names of leases whose time is up and that nobody gave back: their holders died, or lost them."""
    return db.scalars(select(Lease.name).where(Lease.holder != "", Lease.expires_at <= now).order_by(Lease.name)).all()


def _write(db: Session, held: Held, seen_epoch: int) -> None:
    result = db.execute(
        update(Lease)
        .where(Lease.name == held.name, Lease.epoch == seen_epoch)
        .values(holder=held.holder, epoch=seen_epoch + 1, expires_at=held.expires_at)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 (narrowing for the type checker)
    if result.rowcount != 1:
        raise LeaseLost(f"Another worker took the lease {held.name!r}. {LeaseLost.next_step}")


class RenewingProgress:
    """Progress that renews the lease on the way, when a third of its time is over."""

    def __init__(
        self, inner: Progress, sessions: Sessions, held: Held, now: Callable[[], datetime], seconds: int = LEASE_SECONDS
    ) -> None:
        self._inner = inner
        self._sessions = sessions
        self._now = now
        self._seconds = seconds
        self.held = held
        """The lease as last renewed."""

    def step(self, name: str, total: int | None) -> None:
        """Pass it on.

        Raises:
            LeaseLost: somebody else took over.
        """
        self._renew()
        self._inner.step(name, total)

    def advance(self, count: int = 1) -> None:
        """Pass it on.

        Raises:
            LeaseLost: somebody else took over.
        """
        self._renew()
        self._inner.advance(count)

    def _renew(self) -> None:
        now = self._now()
        if self.held.expires_at - now < timedelta(seconds=self._seconds * 2 / 3):
            self.held = renew_lease(self._sessions, self.held, now, self._seconds)
