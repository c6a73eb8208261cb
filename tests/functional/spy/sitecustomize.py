"""Python loads this module first where its folder is on PYTHONPATH: it writes down all that a process says or shows.

Every logger of every library, at DEBUG, whatever the process sets; the repr of every record of ours as it is made; the
first line of every HTTP request that is sent; the words of every command that is run.
"""

import dataclasses
import logging
import os
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["LEA_TEST_SPY"])
MOST_OF_ONE_KIND = 300
LINE = logging.Formatter("%(levelname)s %(name)s %(message)s %(args)r")
OURS = ("analytics", "bridge", "lti")
counts: dict[str, int] = {}


def note(kind: str, text: str) -> None:
    """Append a line; a process that forked writes to a file of its own."""
    with (FOLDER / f"{os.getpid()}.{kind}").open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{text}\n")


def watch_loggers() -> None:
    """Write every record of every logger."""
    logging.Logger.isEnabledFor = lambda self, level: True  # type: ignore[method-assign]
    handle = logging.Logger.callHandlers

    def call(self: logging.Logger, record: logging.LogRecord) -> None:
        note("log", LINE.format(record))
        handle(self, record)

    logging.Logger.callHandlers = call  # type: ignore[method-assign]


def watch_records() -> None:
    """Write the repr of each of our dataclasses' instances once it is made."""
    plain = dataclasses.dataclass

    def dataclass(cls: Any = None, /, **choices: Any) -> Any:
        if cls is None:
            return lambda given: dataclass(given, **choices)
        made = plain(cls, **choices)
        if made.__module__.split(".")[0] in OURS and "__init__" in vars(made):
            show_when_made(made)
        return made

    dataclasses.dataclass = dataclass


def show_when_made(made: Any) -> None:
    """Write the instance's repr at the end of its `__init__`."""
    begin = made.__init__
    name = f"{made.__module__}.{made.__qualname__}"

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        counts[name] = counts.get(name, 0) + 1
        if counts[name] <= MOST_OF_ONE_KIND:
            note("repr", f"{name}: {self!r}")

    made.__init__ = init


def watch_calls() -> None:
    """Write request lines and command lines."""

    def heard(event: str, args: tuple[Any, ...]) -> None:
        if event == "http.client.send" and isinstance(args[1], bytes) and b" HTTP/1." in args[1][:20_000]:
            note("url", args[1].split(b"\r\n", 1)[0].decode("latin-1"))
        elif event == "subprocess.Popen":
            note("argv", repr(args[:2]))
        elif event == "os.exec":
            note("argv", repr(args[1]))

    sys.addaudithook(heard)


watch_loggers()
watch_records()
watch_calls()
