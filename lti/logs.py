"""Structured logs, one JSON object a line, with a correlation id and without names or tokens."""

import logging
import sys
from typing import TextIO

import structlog


def make_log(level: str, stream: TextIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """Return a logger that writes JSON lines to `stream` (standard error unless given) from `level` on."""
    log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    return log
