"""The views that other tools read: what each row and column is. Their SQL is in the migrations that made them.

A view is a promise: once released, neither its columns nor what they mean change. What has to change becomes a view
with the next number, beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """One version of one view."""

    name: str
    meaning: str
    columns: Mapping[str, str]
    """Column → what it is, in the view's order."""


WITHHELD = "null: withheld"
VIEWS = (
    View(
        "bi_figures_v1",
        "One row per group of learners and closed week: the frozen figures, as pages without names show them. A number "
        "is sure to count ten different learners, is rounded, and never changes; null is withheld, not nought "
        "([figures.md](figures.md)).",
        {
            "platform_id": "The Moodle it is of",
            "week_ends_on": "The Sunday that closed the week",
            "scope": "course, school, programme or platform",
            "scope_id": "This database's number of the course, school or programme; 0 for the platform",
            "moodle_course_id": "Moodle's number of the course; null where it is none",
            "code": "The course's short name, or the school's or programme's code; null for the platform",
            "name": "Of the course, school, programme or platform",
            "part_programme_code": "Set where the row is about one programme's learners in a course; else the whole",
            "learners": "Different learners, rounded down to five; null: fewer than ten, nothing is told",
            "places": f"One learner in one course is a place; {WITHHELD}",
            "enrolled": f"Active places in Moodle, to five; {WITHHELD}",
            "coverage": f"Per cent of `enrolled` that the figures are about; {WITHHELD}",
            "meeting": f"Places that met the published level, to five; {WITHHELD}",
            "below": f"Places below it; {WITHHELD}",
            "well_below": f"Places well below it; {WITHHELD}",
            "too_early": f"Places for which it is too early to say; {WITHHELD}",
            "share_meeting": f"Per cent of the places; {WITHHELD}",
            "meeting_over": "Where `meeting` is withheld since the rest is too few: it is so many per cent or more",
            "concerns": f"Places with a concern in this week; {WITHHELD}",
            "raised": f"Places with a concern so far; {WITHHELD}",
            "contacted": f"Of these, somebody tried to get in touch within seven days; {WITHHELD}",
            "wrong_flags": f"Of these, closed as a wrong flag; {WITHHELD}",
            "open_cases": f"Of these, with an open case; {WITHHELD}",
        },
    ),
    View(
        "bi_openings_v1",
        "One row per course, closed week and item: how many of the counted learners opened it, as the page *Resources* "
        "tells it, of courses with at least 20 counted learners. Chance has its part in each number, once "
        "([figures.md](figures.md#what-is-opened-in-a-course)).",
        {
            "platform_id": "The Moodle it is of",
            "course_id": "This database's number of the course",
            "moodle_course_id": "Moodle's number of it",
            "course_code": "Its short name",
            "week_ends_on": "The Sunday that closed the week",
            "week_no": "Teaching week, from 1",
            "learners": "Learners who were counted",
            "cmid": "Moodle's number of the item (course module)",
            "activity_type": "Its type in Moodle, such as quiz",
            "activity_name": "Its name",
            "is_shown": "Learners can see it now",
            "told_in_week": "few: fewer than ten; nearly all: all but fewer than ten; some: the per cent beside it",
            "percent_in_week": "Of the counted learners, in steps of five; set where some opened it in the week",
            "told_so_far": "As `told_in_week`, up to this week",
            "percent_so_far": "As `percent_in_week`, up to this week",
        },
    ),
)
"""In the order of their page. A retired one stays listed in the tests with the version that took it away."""
