"""Two administrators at once: the tables are as if one had come after the other, or one is refused in words."""

import functools
import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.level_terms import suggested_terms
from analytics.policy.process import Process
from analytics.policy.relationships import Kind
from bridge.config import Settings
from bridge.errors import BridgeError, SecretUnreadable
from bridge.rekeying import rekey
from bridge.schema.platforms import Platform
from bridge.schema.records import Relationship as RelationshipRow
from bridge.schema.records import School
from bridge.secrets import decrypt, encrypt
from bridge.store.calendar_changes import CalendarPlan, Whose, save_calendar
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.holders import Holder
from bridge.store.level_scopes import site_scope
from bridge.store.levels import Proposal, publish_level
from bridge.store.pending_registrations import Granted, approve, refuse, save_pending
from bridge.store.platforms import save_platform
from bridge.store.processes import publish_process
from bridge.store.relationships import NewRelationship, add_relationship, end_relationship, save_training
from bridge.store.seeds import seed_platform
from bridge.sync.course import switch_courses
from tests.databases import PostgresCluster
from tests.faults.conftest import LONG, Survived, choose
from tests.faults.oracle import Contents, find_differences, read_all
from tests.faults.running import Points

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
OLD, NEW = "k" * 40, "n" * 40
BLOCKED_SECONDS = 0.15
"""How long the first waits for the second, which may itself wait for the first's transaction to end."""
Act = Callable[[Sessions], None]
GRANTED = Granted("New", "https://new.example", "client", "1", "https://new.example/a", "https://new.example/t",
                  "https://new.example/k", ())  # fmt: skip


def within(change: Callable[[Session], object]) -> Act:
    """Make an act of a change in one transaction."""

    def act(sessions: Sessions) -> None:
        with writing(sessions) as db:
            change(db)

    return act


def prepare(sessions: Sessions) -> None:
    """Make a platform with two trained leads of a school that is on, and a registration that waits."""
    with writing(sessions) as db:
        token = encrypt("token", OLD)
        save_platform(db, name="M", moodle_url="https://m.example", encrypted_token=token, now=NOW)
        seed_platform(db, 1, NOW)
        db.add(School(id=1, platform_id=1, code="BIO", name="Biology", switched_on_at=NOW))
        db.flush()
        for user in (11, 12):
            add_relationship(db, 1, lead(user))
            save_training(db, 1, Holder(user, None), date(2026, 9, 1), NOW)
        save_pending(db, GRANTED, made_by_platform_id=None, now=NOW)


def lead(user: int) -> NewRelationship:
    """Describe a lead of the school."""
    return NewRelationship(Kind.LEAD, Holder(user, None), f"Lead {user}", NOW - timedelta(days=60), None, "BIO")


def publish(db: Session, by: str) -> None:
    """Publish the level that is suggested."""
    agreed = Proposal(suggested_terms(), date(2026, 11, 9), "The school", date(2026, 9, 1))
    publish_level(db, site_scope(1), agreed, published_by=by, now=NOW, today=NOW.date())


def end_lead(db: Session, user: int) -> None:
    """End a lead's relationship."""
    is_theirs = RelationshipRow.holder_moodle_user_id == user
    end_relationship(db, 1, db.scalars(select(RelationshipRow.id).where(is_theirs)).one(), NOW)


def rekey_all(sessions: Sessions) -> None:
    """Put everything under the new key."""
    settings = Settings(secret_key=NEW, old_secret_key=OLD, public_url="https://t.example")
    rekey(sessions, settings, NOW, highest_user=100)


def process(days: int, by: str) -> Act:
    """Publish a school's process."""
    said = Process(who_decides="the adviser", period_days=days, weekly_budget=2, proposal_to="Dr Helen Marsh")
    return within(lambda db: publish_process(db, 1, said, published_by=by, now=NOW))


def calendar(weeks: int) -> Act:
    """Save the platform's calendar."""
    return within(lambda db: save_calendar(db, 1, Whose(), CalendarPlan(weeks), NOW))


def switch(on: list[int], off: list[int]) -> Act:
    """Switch courses."""
    return within(lambda db: switch_courses(db, 1, on, off, NOW))


PAIRS: dict[str, tuple[Act, Act]] = {
    "approve twice": (within(lambda db: approve(db, 1, NOW)),) * 2,
    "approve and refuse": (within(lambda db: approve(db, 1, NOW)), within(lambda db: refuse(db, 1))),
    "switch on twice": (switch([2, 3], []), switch([3, 4], [])),
    "switch on and off": (switch([2, 3], []), switch([], [2, 3])),
    "publish a level twice": (within(lambda db: publish(db, "Ann")), within(lambda db: publish(db, "Ben"))),
    "save a calendar twice": (calendar(11), calendar(10)),
    "publish a process twice": (process(21, "Ann"), process(21, "Ann")),
    "publish two processes": (process(21, "Ann"), process(14, "Ben")),
    "give a role twice": (within(lambda db: add_relationship(db, 1, lead(13))),) * 2,
    "end both last leads": (within(lambda db: end_lead(db, 11)), within(lambda db: end_lead(db, 12))),
    "change the key twice": (rekey_all, rekey_all),
    "change the key and approve": (rekey_all, within(lambda db: approve(db, 1, NOW))),
}
"""What one does → and what the other does meanwhile."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Makes databases that stand as `prepare` leaves them."""

    folder: Path
    template: Path
    cluster: PostgresCluster | None

    @contextmanager
    def new(self) -> Iterator[str]:
        """Give the address of one."""
        if self.cluster is not None:
            with self.cluster.new_database() as url:
                self._prepare(url)
                yield url
            return
        path = self.folder / "lea.sqlite3"
        for old in self.folder.glob("lea.sqlite3*"):
            old.unlink()
        shutil.copyfile(self.template, path)
        self._prepare(f"sqlite:///{path}")
        yield f"sqlite:///{path}"

    def _prepare(self, url: str) -> None:
        with connected(url) as (_, sessions):
            prepare(sessions)


@contextmanager
def connected(url: str) -> Iterator[tuple[Any, Sessions]]:
    """Open a database by an engine of one's own."""
    engine = make_engine(url)
    try:
        yield engine, make_sessions(engine)
    finally:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    """SQLite and PostgreSQL."""
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else None
    return Databases(tmp_path, request.getfixturevalue("sqlite_template"), cluster)


def attempt(act: Act, sessions: Sessions, outcomes: list[str], name: str) -> None:
    """Do something; note who was refused, and who failed without words."""
    try:
        act(sessions)
    except BridgeError:
        outcomes.append(f"{name} refused")
    except Exception as error:
        outcomes.append(f"{name} failed with {type(error).__name__}")
    else:
        outcomes.append(f"{name} done")


def race(url: str, pair: tuple[Act, Act], at: int) -> tuple[list[str], Contents, int]:
    """Let the second begin before the first's `at`-th statement; return outcomes, tables, and the first's statements.

    Where the second has to wait for the first, both go on.
    """
    outcomes: list[str] = []
    with connected(url) as (engine, sessions), connected(url) as (_, others):
        second = threading.Thread(target=attempt, args=(pair[1], others, outcomes, "second"))

        def begin(_: object) -> None:
            second.start()
            second.join(BLOCKED_SECONDS)

        points = Points(engine, at, begin)
        attempt(pair[0], sessions, outcomes, "first")
        statements = points.count
        if second.ident is None:
            second.start()
        second.join(30)
        assert not second.is_alive()
        return sorted(outcomes), read_plain(sessions), statements


def read_plain(sessions: Sessions) -> Contents:
    """Read the tables; of a token, which is encrypted another way each time, by which key it opens."""
    with reading(sessions) as db:
        encrypted = db.scalars(select(Platform.moodle_token).where(Platform.id == 1)).one() or ""
    contents = read_all(sessions)
    told = {row.replace(encrypted, find_key(encrypted)): count for row, count in contents["platform"].items()}
    return contents | {"platform": Counter(told)}


def find_key(encrypted: str) -> str:
    """Say which key opens a text. Raises: SecretUnreadable when neither does."""
    try:
        decrypt(encrypted, OLD)
    except SecretUnreadable:
        decrypt(encrypted, NEW)
        return "under the new key"
    return "under the old key"


def one_after_the_other(databases: Databases, acts: list[Act]) -> Contents:
    """Return the tables after acts that do not meet."""
    with databases.new() as url, connected(url) as (_, sessions):
        for act in acts:
            attempt(act, sessions, [], "")
        return read_plain(sessions)


@LONG
@pytest.mark.parametrize("name", PAIRS)
def test_two_administrators_at_once_come_to_what_one_after_the_other_comes_to(
    name: str, databases: Databases, chance: random.Random, survived: Survived
) -> None:
    pair = PAIRS[name]
    allowed = [functools.partial(one_after_the_other, databases, list(acts)) for acts in (pair, pair[::-1])]
    known: list[Contents] = []
    with databases.new() as url:
        statements = race(url, pair, 0)[2]
    for at in choose(chance, statements, 1):
        with databases.new() as url:
            outcomes, contents, _ = race(url, pair, at)
        assert not [one for one in outcomes if "failed" in one], (at, outcomes)
        assert any("done" in one for one in outcomes)
        while not any(find_differences(one, contents) == [] for one in known):
            assert allowed, (at, outcomes, [find_differences(one, contents)[:6] for one in known])
            known.append(allowed.pop(0)())
        survived(f"two administrators: {name}")
