"""`lea import moodle-log`: Moodle's own log download as a source like any other (docs/import.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from analytics.calendar import local_date
from analytics.evidence import Kind, evidence_kind
from bridge.records import ActivityRecord
from bridge.sources.bounds import find_file
from bridge.sources.cells import text
from bridge.sources.contract import Coded, Column, Intake, Options, Rows, Source, Tally
from bridge.sources.errors import SourceRefused
from bridge.sources.evidence import Evidence, save_evidence
from bridge.sources.kinds.tasks import SUBMISSIONS
from bridge.sources.kinds.visits import VISITS
from bridge.sources.moodle_log.reading import Act, ActReader, LeftOut, Omission, survey_log
from bridge.sources.moodle_log.rows import HEADINGS, MAX_CELL_CHARACTERS
from bridge.sources.moodle_log.times import DateOrder
from bridge.sources.tables import Rejected
from bridge.store.activities import load_activity_courses, load_activity_words, replace_activities

ROWS_AT_ONCE = 100_000
ADDRESS = HEADINGS["ipaddress"]


@dataclass(frozen=True, slots=True)
class LogReader:
    """A log download that was surveyed. What is no evidence, and why, is counted as it is met."""

    path: Path
    acts: ActReader
    intake: Intake
    digest: str
    """SHA-256 of the file."""

    @property
    def dropped(self) -> Sequence[str]:
        """The column of addresses, where the file has any: in how many rows, and nothing of it."""
        count = self.acts.survey.address_count
        return (f"{ADDRESS} ({count:,} rows)",) if count else ()

    def rows(self) -> Iterator[tuple[Rows, Sequence[Rejected]]]:
        """Give what learners did chunk by chunk, with the rows that could not be used.

        Raises:
            SourceRefused: the file changed since it was opened.
        """
        found = self.acts.read(self.path)
        while chunk := list(islice(found, ROWS_AT_ONCE)):
            yield self._to_rows([one for one in chunk if isinstance(one, Act)]), self._count(chunk)
        self._note_days()

    def _count(self, chunk: Sequence[Act | Omission]) -> list[Rejected]:
        rejected = []
        for one in chunk:
            if isinstance(one, Omission) and one.reason.is_rejected:
                rejected.append(Rejected(one.line, one.reason))
            elif isinstance(one, Omission):
                is_unknown = one.reason is LeftOut.UNKNOWN_EVENT
                said = f"of {one.reason} ({one.event_name})" if is_unknown else one.reason
                self.intake.tally.left_out[said] += 1
                self.intake.tally.rows += 1
        return rejected

    def _to_rows(self, acts: Sequence[Act]) -> Rows:
        zone, known = self.acts.zone, self.acts.survey.activities
        events = [act.event for act in acts]
        cmids = encode([event.cmid or 0 for event in events])
        return Rows(
            np.array([act.line for act in acts], dtype=np.int64),
            {
                "course_id": encode([event.moodle_course_id for event in events]),
                "user_id": encode([event.moodle_user_id for event in events]),
                "day": encode([local_date(event.occurred_at, zone) for event in events]),
                "cmid": cmids,
                "kind": encode([evidence_kind(event) or Kind.COURSE_PAGE for event in events]),
                "handed_in_at": encode([event.occurred_at for event in events]),
                "activity": Coded(cmids.codes, [known.get(cmid) for cmid in cmids.values]),
            },
        )

    def _note_days(self) -> None:
        """Note until which day the log is complete: the day before its last row, for that day went on."""
        latest = self.acts.latest
        if latest is None:
            return
        day = local_date(latest, self.acts.zone) - timedelta(days=1)
        self.intake.tally.latest.clear()
        for moodle_course_id in self.acts.survey.course_ids:
            course_id = self.intake.roll.course_ids.get(moodle_course_id)
            if course_id is not None:
                self.intake.tally.note_day(course_id, day)


def encode(values: Sequence[Any]) -> Coded:
    """Return values as places among the distinct ones. Empty: no places, no values."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return Coded(np.array(codes, dtype=np.int64), list(places))


def _open(path: Path, source: Source, options: Options, intake: Intake) -> LogReader:
    find_file(path)
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceRefused(f"The file cannot be read: {error.strerror}. Nothing was read.") from error
    survey = survey_log(path, _order(options.date_format))
    courses_of = load_activity_courses(intake.db, intake.platform_id) if len(survey.course_ids) > 1 else {}
    return LogReader(path, ActReader(survey, intake.settings.zone, intake.now, courses_of), intake, digest)


def _order(said: str | None) -> DateOrder | None:
    try:
        return None if said is None else DateOrder(said)
    except ValueError as error:
        raise SourceRefused("--date-format is dmy, mdy or ymd. Nothing was read.") from error


def _take(intake: Intake, rows: Rows) -> None:
    columns = rows.columns
    items = np.array(columns["cmid"].values, dtype=np.int64)[columns["cmid"].codes]
    kinds = np.array(columns["kind"].values, dtype=np.int64)[columns["kind"].codes]
    save_evidence(intake, Evidence(columns["course_id"], rows.who, columns["day"], items, kinds))
    if not intake.has_moodle:
        _name_activities(intake, rows)
        # The rows were counted above: what is new about tasks is all that is added.
        tally = Tally()
        SUBMISSIONS.take(replace(intake, tally=tally), rows.choose(kinds == int(Kind.SUBMISSION)))
        intake.tally.new += tally.new


def _name_activities(intake: Intake, rows: Rows) -> None:
    """Keep kind and name of activities that nothing has told of yet."""
    found: dict[int, dict[int, tuple[str, str]]] = {}
    columns = (rows.columns[name].each() for name in ("course_id", "cmid", "activity"))
    for moodle_course_id, cmid, words in set(zip(*columns, strict=True)):
        course_id = intake.roll.course_ids.get(moodle_course_id)
        if course_id is not None and words is not None:
            found.setdefault(course_id, {})[cmid] = words
    for course_id, activities in found.items():
        known = load_activity_words(intake.db, course_id)
        records = [
            ActivityRecord(cmid=cmid, modname=modname, name=name, is_visible=True, section=0, is_own=False)
            for cmid, (modname, name) in sorted(activities.items())
            if cmid not in known
        ]
        replace_activities(intake.db, course_id, records, is_complete=False, now=intake.now)


def _column(heading: str, words: str) -> Column:
    return Column(heading, words, text(MAX_CELL_CHARACTERS), is_needed=heading != ADDRESS)


MOODLE_LOG = Source(
    kind="moodle-log",
    title="Moodle's own log download",
    words="What somebody did in Moodle, as the page Logs of a course downloads it. Names are not kept.",
    columns=(
        _column("Time", "When, in the institution's zone."),
        _column("User full name", "Compared with the affected user and let go."),
        _column("Affected user", "Compared with who did it and let go."),
        _column("Event context", "The course or activity; the name of an activity is kept."),
        _column("Component", "With the event's name: what kind of event it was."),
        _column("Event name", "With the component: what kind of event it was."),
        _column("Description", "Moodle's numbers of the learner, the activity and the course; the rest is let go."),
        _column("Origin", "By web, by app, or by Moodle itself, which is no act."),
        _column(ADDRESS, "Counted and let go."),
    ),
    take=_take,
    has_days=True,
    covers=(VISITS.kind, SUBMISSIONS.kind),
    open=_open,
)
