"""A real ClickHouse for tests, without a server: chdb, the same engine as a library in this process."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from bridge.store.facts_elsewhere import make_facts_engine, make_facts_table


class EmbeddedClickHouse:
    """One ClickHouse in a folder; a process has one at most. Each test has a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._first = make_facts_engine(self._url_of("default"))

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Give the URL of an empty database; its files go with the folder."""
        name = f"lea_{next(self._numbers)}"
        with self._first.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield self._url_of(name)

    @contextmanager
    def new_facts(self) -> Iterator[Engine]:
        """Give an engine on a database of its own with the table of facts in it."""
        with self.new_database() as url:
            engine = make_facts_engine(url)
            make_facts_table(engine)
            yield engine
            engine.dispose()

    def close(self) -> None:
        """Give its memory and its files back."""
        self._first.dispose()

    def _url_of(self, name: str) -> str:
        return f"clickhousedb:///{name}?interface=chdb&path={self._folder}"
