"""Say one access row to the learner whom it is about: who opened, changed or ran what, and by which rule."""

from analytics.policy.purposes import say_purpose
from bridge.store.held import HeldRow
from lti.panels.values_looks import WHY
from lti.panels.words import clean, clean_whole

PAGES = {
    "course:view": "the list of learners of {course}",
    "learner:view": "the page about you in {course}",
    "course:export": "a file with the list of learners of {course}",
    "people:export": "a file with a list of the learners they work with",
    "people:view": "a list of the learners they work with",
    "person:view": "the page about you over your courses",
    "case:view": "the case about you",
    "case:change": "a step in the case about you",
    "case:withhold": "an entry of the case about you that is kept from you, with the reason",
    "hand_over:raise": "word to your home school about a concern",
    "training:acknowledge": "the page on which staff say when they were trained",
    "break_glass:open": "the page on which maintainers give their reason",
    "school:view": "the page of a school's engagement lead",
    "school:change": "a change of who works with a school's learners",
    "statement:view": "what is expected in {course}",
    "own:view": "your own page of {course}",
    "own_courses:view": "your page of all courses",
    "own_held:view": "what is held about you",
    "own_held:export": "what is held about you, as a file",
    "own:change": "a change of what you said or chose in {course}",
    "own:complain": "a query or complaint",
    "dispute:answer": "an answer to what you said about a week",
    "complaints:view": "what you wrote to your school’s lead",
    "complaint:answer": "an answer to what you wrote to your school’s lead",
    "figures:view": "figures without names",
    "resources:view": "what is opened in {course}, without names",
    "admin:view": "the administrator's page",
    "admin:change": "a change of the tool",
    "tool:operate": "ran the tool",
    "evidence:change": "changed what counts as evidence, or for which days",
    "records:change": "changed who works with you, or a student record",
    "audit:view": "looked through records such as access rows or days that do not count",
    "subject:export": "wrote every stored row about you to a file",
    "subject:rights": "carried out what was decided about the use of your data",
}
"""Action → what was opened, as part of a sentence; for a command, what was done."""


def say_who_did_what(row: HeldRow, course: str) -> str:
    """Put one access row in words, without its time; `course` is the name of the course that it was in."""
    value = row.values
    page = PAGES.get(value["action"], clean(value["action"])).format(course=course)
    is_own = value["viewer_moodle_user_id"] is not None
    who = "You" if is_own else clean(row.names.get("viewer", "Somebody"))
    what = f"opened {page}" if value["is_allowed"] else f"asked for {page}, and was refused"
    if value["viewer_role"] == "operator":
        who, what = "Somebody at the tool's server", page
    detail = f" ({say_purpose(clean_whole(value['detail']))})" if value["detail"] else ""
    why = WHY.get(value["reason"], f"Reason: {clean(value['reason']).replace('-', ' ')}.")
    return f"{who} ({clean(value['viewer_role'])}) {what}{detail}. {why}"
