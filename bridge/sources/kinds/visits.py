"""Visits: that somebody opened an activity, or the course's own page, on a day."""

import numpy as np

from analytics.evidence import Kind
from analytics.language import mark
from bridge.sources.cells import Day, whole_number
from bridge.sources.contract import COURSE, WHO, Column, Intake, Rows, Source
from bridge.sources.evidence import Evidence, save_evidence


def _take(intake: Intake, rows: Rows) -> None:
    cmids = rows.columns["cmid"]
    items = np.array([cmid or 0 for cmid in cmids.values], dtype=np.int64)[cmids.codes]
    kinds = np.where(items > 0, int(Kind.VISIT), int(Kind.COURSE_PAGE))
    save_evidence(intake, Evidence(rows.columns["course_id"], rows.who, rows.columns["day"], items, kinds))


VISITS = Source(
    kind="visits",
    title=mark("Visits"),
    words="A day on which somebody opened an activity or the course's own page. How often is not asked.",
    columns=(
        COURSE,
        *WHO,
        Column("day", mark("The day, in the institution's zone."), Day(), is_past=True),
        Column(
            "cmid",
            mark("Moodle's number of the activity; empty or 0: the course's own page."),
            whole_number(0),
            may_be_empty=True,
        ),
    ),
    take=_take,
    has_days=True,
)
