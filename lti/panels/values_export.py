"""Prepare the files with learners' names that staff take away: one line a learner, with what the file is for on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.drops import Drops
from analytics.language import gettext, mark
from analytics.policy.purposes import FORBIDDEN_WORDS, PURPOSE_WORDS, Purpose
from bridge.store.panel_records import LearnerDetails, ListedLearner
from bridge.store.people_of_staff import StaffCourse
from lti.panels.concern_words import say_reasons
from lti.panels.fresh_words import word_figures_as_of
from lti.panels.listing import Choice, Cut
from lti.panels.outlook import Outlook
from lti.panels.values_people import Known, make_people_lines
from lti.panels.values_tutor import make_lines
from lti.panels.words import Moment, capital, full_date

MOST_LEARNERS = 500
"""In one file; the page that refuses more says the same number."""
COURSE_HEAD = (
    mark("Learner"),
    mark("Groups"),
    mark("Running band"),
    mark("Running figure"),
    mark("Beside it"),
    mark("Activities in the last closed week"),
    mark("Tasks so far"),
    mark("Latest evidence"),
    mark("Reasons under the published rule"),
    mark("As of"),
    mark("Taken"),
)
PEOPLE_HEAD = (
    mark("Learner"),
    mark("About"),
    mark("Course"),
    mark("School of the course"),
    mark("Running band"),
    mark("Beside it"),
    mark("Evidence"),
    mark("As of"),
    mark("Taken"),
)


@dataclass(frozen=True, slots=True)
class ExportForm:
    """What the form for a file offers."""

    purposes: tuple[Choice, ...]
    forbidden: tuple[Choice, ...]


def make_export_form() -> ExportForm:
    """Return the purposes that a list may be for, and the uses that are refused with their reason."""
    return ExportForm(
        tuple(
            Choice(value.value, capital(gettext(words)))
            for value, words in PURPOSE_WORDS.items()
            if value is not Purpose.COMPLAINT
        ),
        tuple(Choice(value.value, capital(gettext(words))) for value, words in FORBIDDEN_WORDS.items()),
    )


def list_course_rows(
    outlook: Outlook, learners: Sequence[ListedLearner], details: LearnerDetails, drops: Drops, purpose: str
) -> list[tuple[str, ...]]:
    """Make a course's lines in the order given, each with every marker that the page shows. Nobody: no line."""
    lines = make_lines(outlook, Cut(tuple(learners), 1, 1, 1, len(learners)), details, drops)
    as_of = capital(word_figures_as_of(outlook))
    return [
        (
            line.name,
            line.groups,
            line.band,
            line.percent,
            line.pending,
            line.activities,
            line.tasks,
            line.evidence,
            _say_reasons(outlook, learner, details),
            as_of,
            purpose,
        )
        for learner, line in zip(learners, lines, strict=True)
    ]


def _say_reasons(outlook: Outlook, learner: ListedLearner, details: LearnerDetails) -> str:
    if learner.standing is None or not learner.standing.reasons:
        return ""
    return say_reasons(outlook.head, learner, details.tasks.get(learner.person_id, ()), outlook.moment)


def list_people_rows(
    shown: Sequence[Known], courses: Mapping[int, Sequence[StaffCourse]], moment: Moment, purpose: str
) -> list[tuple[str, ...]]:
    """Make a line for each learner and course in the order given; who learns in no course has one without it."""
    today = full_date(moment.today)
    rows: list[tuple[str, ...]] = []
    for line in make_people_lines(shown, courses, moment):
        if not line.courses:
            rows.append((line.name, line.about, "", "", "", "", "", today, purpose))
        rows.extend(
            (line.name, line.about, one.name, one.school, one.band, one.pending, one.evidence, today, purpose)
            for one in line.courses
        )
    return rows
