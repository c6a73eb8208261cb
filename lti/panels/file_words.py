"""List the files that were taken in about learners, column by column, from the kinds that take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.language import gettext
from bridge.sources.registry import SOURCES
from lti.panels.words import Moment, full_date


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source with its fields."""

    title: str
    when: str
    fields: tuple[tuple[str, str], ...]
    """(name as it travels, what it is)."""


def list_files(imported: Mapping[str, datetime], moment: Moment) -> tuple[SourceView, ...]:
    """List the kinds of files that came (kind → when last). Empty: none came, or none about people."""
    return tuple(
        SourceView(
            gettext(source.title),
            gettext(
                "from a file of the institution, the last one on {day}",
                day=full_date(moment.date_of(imported[source.kind])),
            ),
            tuple((column.name, gettext(column.words)) for column in source.columns),
        )
        for source in SOURCES
        if source.kind in imported and source.takes_about_people
    )
