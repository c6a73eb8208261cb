"""Commands set up the whole process's logs; what they change is put back after each test."""

import logging
from collections.abc import Iterator

import pytest
import structlog

QUIETENED = ("", "urllib3", "apscheduler")


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Put handlers and levels back."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in QUIETENED}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()
