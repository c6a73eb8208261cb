"""A site that only files tell of: two courses, their people, and files as an institution writes them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import select

from bridge.config import Settings
from bridge.schema import Base
from bridge.sources.contract import Options
from bridge.sources.importing import Import, Report
from bridge.sources.registry import find_source
from bridge.store.database import Sessions, reading, writing
from bridge.store.platforms import save_platform

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret_key="x" * 32, public_url="http://localhost:8100")
BIO, CHE = 5, 6
"""Moodle's numbers of the courses."""
ADA, BEN, CLEO = 101, 102, 103
"""Moodle's numbers of the learners."""
COURSES = ("course_id,shortname,starts_on", f"{BIO},BIO,2026-09-21", f"{CHE},CHE,2026-09-28")
ROSTER = (
    "course_id,user_id,enrolled_on,idnumber,given_name,family_name",
    f"{BIO},{ADA},2026-09-21,A1,Ada,Adams",
    f"{BIO},{BEN},2026-09-21,A2,Ben,Banda",
    f"{CHE},{ADA},2026-09-28,A1,Ada,Adams",
    f"{CHE},{CLEO},2026-09-28,A3,Cleo,Chen",
)
VISITS = (
    "course_id,user_id,day,cmid",
    f"{BIO},{ADA},2026-10-01,7",
    f"{BIO},{ADA},2026-10-01,7",
    f"{BIO},{BEN},2026-10-02,",
    f"{CHE},{CLEO},2026-10-05,9",
)
TASKS = ("course_id,cmid,name,due_at,excused_known", f"{BIO},7,Essay,2026-10-05,yes", f"{BIO},8,Talk,,no")
FILES: dict[str, tuple[str, ...]] = {
    "courses": COURSES,
    "roster": ROSTER,
    "activities": ("course_id,cmid,name,modname", f"{BIO},7,Essay,assign", f"{BIO},9,Reading,page"),
    "visits": VISITS,
    "tasks": TASKS,
    "submissions": ("course_id,idnumber,cmid,handed_in_at", f"{BIO},A1,7,2026-10-04T10:00", f"{BIO},A1,7,2026-10-06"),
    "extensions": (
        "course_id,idnumber,cmid,due_at,excused",
        f"{BIO},A2,7,2026-10-12,",
        f"{BIO},A1,7,,yes",
    ),
    "exemptions": ("user_id,starts_on,ends_on", f"{BEN},2026-10-12,2026-10-13"),
    "attendance": (
        "course_id,user_id,session,held_on,status",
        f"{BIO},{ADA},L1,2026-10-12,attended",
        f"{BIO},{BEN},L1,2026-10-12,absent",
    ),
    "lecture-capture": (
        "course_id,user_id,item,day,name,status",
        f"{BIO},{ADA},R1,2026-10-12,Lecture 1,",
        f"{BIO},{BEN},R2,2026-10-13,,excused",
    ),
    "meetings": ("course_id,user_id,item,day", f"{BIO},{ADA},M1,2026-10-14"),
    "library": ("course_id,user_id,item,day,name", f"{BIO},{ADA},B1,2026-10-15,Cells"),
    "co-curricular": ("course_id,user_id,item,day", f"{BIO},{ADA},C1,2026-10-16"),
}
"""Every kind that a site without a plugin takes, in the order in which it needs them."""


@dataclass
class Site:
    """One platform of which only files tell."""

    sessions: Sessions
    folder: Path
    platform_id: int
    now: datetime = NOW

    def take(
        self,
        kind: str,
        lines: Sequence[str] | None = None,
        *,
        is_dry: bool = False,
        covers_to: date | None = None,
        is_parquet: bool = False,
    ) -> Report:
        """Take a file of these lines in; None: the kind's example."""
        path = self.write(FILES[kind] if lines is None else lines, is_parquet=is_parquet)
        return self.take_file(kind, path, is_dry=is_dry, covers_to=covers_to)

    def take_file(self, kind: str, path: Path, *, is_dry: bool = False, covers_to: date | None = None) -> Report:
        """Take a file in that is there."""
        source = find_source(kind)
        assert source is not None
        one = Import(
            self.sessions, self.platform_id, SETTINGS, lambda: self.now, source, Options(covers_to), is_dry=is_dry
        )
        return one.run(path, lambda _: None)

    def write(self, lines: Sequence[str], *, is_parquet: bool = False) -> Path:
        """Write a file."""
        path = self.folder / ("file.parquet" if is_parquet else "file.csv")
        if is_parquet:
            head, *rows = csv.reader(lines)
            pd.DataFrame(rows, columns=head).to_parquet(path, index=False)
        else:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def begin(self) -> None:
        """Take courses and people in."""
        self.take("courses")
        self.take("roster")

    def take_everything(self) -> None:
        """Take every kind in."""
        for kind in FILES:
            self.take(kind)

    def content(self, *names: str) -> dict[str, list[tuple[object, ...]]]:
        """Return the rows of some tables; none named: of all but the notes about imports."""
        tables = Base.metadata.tables
        chosen = names or tuple(sorted(set(tables) - {"source_import", "source_freshness"}))
        with reading(self.sessions) as db:
            return {name: sorted(map(tuple, db.execute(select(tables[name]))), key=repr) for name in chosen}


def make_site(sessions: Sessions, folder: Path, *, token: str | None = None) -> Site:
    """Make a platform; with a token Moodle tells of it, too."""
    with writing(sessions) as db:
        address = "https://moodle.example"
        platform_id = save_platform(db, name="Test", moodle_url=address, encrypted_token=token, now=NOW)
    return Site(sessions, folder, platform_id)
