"""Structured logs, one JSON object a line, with a correlation id and without names or tokens."""

import logging
import sys
from typing import TextIO

import structlog

PROCESSORS: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def make_log(level: str, stream: TextIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """Return a logger that writes JSON lines to `stream` (standard error unless given) from `level` on."""
    log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[*PROCESSORS, structlog.processors.JSONRenderer(sort_keys=True)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
    )
    return log


def configure_logs(level: str) -> None:
    """Write the whole process's logs, libraries' included, as JSON lines to standard error from `level` on."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=PROCESSORS,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The first two write whole addresses at DEBUG; at INFO APScheduler tells every tick, Alembic every connection.
    for name in ("urllib3", "apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*PROCESSORS, structlog.processors.JSONRenderer(sort_keys=True)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),  # its own choice is standard output
    )
