"""Step 2: tell Moodle which courses are switched on, and hear what became of the tool's activity in each.

The plugin gives nothing of other courses, and of their log it leaves rows out without a word. So a run reads the
courses that it told, and no other: one that is switched on a moment later is read by the next run, from its beginning.
"""

from collections.abc import Sequence

from bridge.records import CoursePlacement, Placements
from bridge.store.database import reading, writing
from bridge.store.placements import load_client_ids, save_placements
from bridge.sync.context import Sync
from bridge.sync.report import Tally

UNKNOWN = "unknowncourse"
TOOL_NOTES = {
    "missing": (
        "Moodle does not know this tool by its client id: register it (lea register), then the Engagement activities"
        " are made."
    ),
    "pending": (
        "Moodle holds this tool back as pending: activate it in Site administration > Plugins > External tool >"
        " Manage tools, then the Engagement activities are made."
    ),
}
PROBLEM_NOTES = {
    "queued": "Moodle's cron makes the Engagement activity of {courses} when it runs next.",
    "nomodule": "The Engagement activity of {courses} was not made: Moodle's External tool activity is switched off.",
    UNKNOWN: "Moodle knows no {courses}. Switch off here what is gone.",
}
"""Problem → what to say; that of the tool itself is said once, in TOOL_NOTES."""
OTHER_PROBLEM = "The Engagement activity of {courses} was not made ({problem}). Look into Moodle's task log."
SAID_OF_THE_TOOL = frozenset({"notool", "pendingtool"})
COURSES_NAMED = 10


def tell_switched_courses(sync: Sync, tally: Tally) -> None:
    """Push the whole list of switched-on courses and save what Moodle says of the tool in each.

    Raises:
        MoodleError: Moodle did not take the list; nothing of any course is read then.
    """
    courses = sync.courses()
    with reading(sync.sessions) as db:
        client_ids = load_client_ids(db, sync.platform_id)
    placements = sync.client.set_courses(client_ids, sorted(course.moodle_course_id for course in courses))
    with writing(sync.sessions) as db:
        save_placements(db, sync.platform_id, placements.courses)
    sync.told.update(course.moodle_course_id for course in placements.courses if course.is_known)
    tally.rows_read += len(placements.courses)
    if courses:
        tally.notes += list_notes(placements)


def list_notes(placements: Placements) -> list[str]:
    """Say what keeps the tool's activities from being there, one sentence for each reason. Empty: all are."""
    notes = [TOOL_NOTES[placements.tool_state]] if placements.tool_state in TOOL_NOTES else []
    by_problem: dict[str, list[CoursePlacement]] = {}
    for course in placements.courses:
        problem = course.problem if course.is_known else UNKNOWN
        if problem and problem not in SAID_OF_THE_TOOL:
            by_problem.setdefault(problem, []).append(course)
    for problem, courses in sorted(by_problem.items()):
        text = PROBLEM_NOTES.get(problem, OTHER_PROBLEM)
        notes.append(text.format(courses=_name(courses), problem=problem))
    site = placements.site_problem
    if site and site != "queued" and site not in SAID_OF_THE_TOOL:
        notes.append(f"The activity of the staff's start page was not made ({site}). Look into Moodle's task log.")
    return notes


def _name(courses: Sequence[CoursePlacement]) -> str:
    ids = [str(course.moodle_course_id) for course in courses]
    more = f" and {len(ids) - COURSES_NAMED} more" if len(ids) > COURSES_NAMED else ""
    return f"{'course' if len(ids) == 1 else 'courses'} {', '.join(ids[:COURSES_NAMED])}{more}"
