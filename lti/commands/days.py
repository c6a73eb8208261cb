"""Take a day from the command line, and say in plain words what is wrong with one that is none."""

from datetime import datetime
from typing import Any

import click

FORM = "%Y-%m-%d"


class DayType(click.ParamType[datetime]):
    """A day such as 2026-11-23."""

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Say how a day is written."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return midnight of the day, without a zone.

        Raises:
            click.BadParameter: there is no such day, or it is written in another way.
        """
        if isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(str(value), FORM)  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            self.fail(
                f"{value!r} is no day. Write year-month-day, such as 2026-11-23. Nothing was changed.", param, ctx
            )


DAY = DayType()
