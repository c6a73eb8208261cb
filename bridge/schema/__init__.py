"""The tables, one module per subject; Alembic and `bridge.store` import them from here."""

from bridge.schema import (
    access,
    casework,
    engagement,
    launches,
    log,
    people,
    platforms,
    records,
    rights,
    sources,
    teaching,
    viewing,
)
from bridge.schema.base import Base, UtcDateTime

__all__ = [
    "Base",
    "UtcDateTime",
    "access",
    "casework",
    "engagement",
    "launches",
    "log",
    "people",
    "platforms",
    "records",
    "rights",
    "sources",
    "teaching",
    "viewing",
]
