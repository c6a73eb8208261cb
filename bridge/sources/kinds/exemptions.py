"""Days that do not count for a learner: dates alone, never the reason."""

from datetime import date

from analytics.calendar import DateRange
from analytics.language import mark
from bridge.sources.cells import Day
from bridge.sources.contract import IDNUMBER, USER_ID, WHO, Column, Intake, LeftOut, Rows, Source
from bridge.sources.roll import Nobody
from bridge.store.exemptions import add_exemption


def _take(intake: Intake, rows: Rows) -> None:
    for line, record in rows.records():
        if record["ends_on"] < record["starts_on"]:
            intake.tally.reject(line, "ends_on: lies before starts_on")
            continue
        person = intake.roll.find_anywhere(record[USER_ID] if USER_ID in record else record[IDNUMBER])
        if isinstance(person, Nobody):
            intake.tally.left_out[LeftOut.SEVERAL if person is Nobody.SEVERAL else LeftOut.NOBODY] += 1
            continue
        if (reason := _find_limit(intake, person, record["starts_on"], record["ends_on"])) is not None:
            intake.tally.left_out[reason] += 1
            continue
        intake.tally.new += add_exemption(intake.db, person, DateRange(record["starts_on"], record["ends_on"]))


def _find_limit(intake: Intake, person_id: int, first: date, last: date) -> LeftOut | None:
    """Return why somebody's days are not stored; None: they are."""
    if intake.roll.was_erased_everywhere(person_id, last):
        return LeftOut.ERASED
    are_off = intake.roll.is_off(person_id, first) and intake.roll.is_off(person_id, last)
    return LeftOut.PAUSED if are_off else None


EXEMPTIONS = Source(
    kind="exemptions",
    title=mark("Days that do not count"),
    words="Days that do not count for a learner. Never why. A file adds them; `lea exemption end` ends one.",
    columns=(
        *WHO,
        Column("starts_on", mark("The first day."), Day()),
        Column("ends_on", mark("The last day."), Day()),
    ),
    take=_take,
)
