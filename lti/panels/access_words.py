"""Say one access row to the learner whom it is about: who opened, changed or ran what, and by which rule."""

from analytics.language import gettext, mark
from analytics.policy.purposes import say_purpose
from bridge.store.held import HeldRow
from lti.panels.values_looks import WHY
from lti.panels.words import clean, clean_whole

PAGES = {
    "course:view": mark("the list of learners of {course}"),
    "learner:view": mark("the page about you in {course}"),
    "course:export": mark("a file with the list of learners of {course}"),
    "people:export": mark("a file with a list of the learners they work with"),
    "people:message": mark("a message to several learners, you among them"),
    "work:export": mark("a file with a list of what to do first for learners"),
    "people:view": mark("a list of the learners they work with"),
    "person:view": mark("the page about you over your courses"),
    "case:view": mark("the case about you"),
    "case:change": mark("a step in the case about you"),
    "case:withhold": mark("an entry of the case about you that is kept from you, with the reason"),
    "hand_over:raise": mark("word to your home school about a concern"),
    "training:acknowledge": mark("the page on which staff say when they were trained"),
    "break_glass:open": mark("the page on which maintainers give their reason"),
    "school:view": mark("the page of a school's engagement lead"),
    "school:change": mark("a change of who works with a school's learners"),
    "statement:view": mark("what is expected in {course}"),
    "own:view": mark("your own page of {course}"),
    "own_courses:view": mark("your page of all courses"),
    "own_held:view": mark("what is held about you"),
    "own_held:export": mark("what is held about you, as a file"),
    "own:change": mark("a change of what you said or chose in {course}"),
    "own:complain": mark("a query or complaint"),
    "dispute:answer": mark("an answer to what you said about a week"),
    "complaints:view": mark("what you wrote to your school’s lead"),
    "complaint:answer": mark("an answer to what you wrote to your school’s lead"),
    "complaint:export": mark("a file with what is stored behind your query or complaint"),
    "figures:view": mark("figures without names"),
    "resources:view": mark("what is opened in {course}, without names"),
    "admin:view": mark("the administrator's page"),
    "admin:change": mark("a change of the tool"),
    "tool:operate": mark("ran the tool"),
    "evidence:change": mark("changed what counts as evidence, or for which days"),
    "records:change": mark("changed who works with you, or a student record"),
    "audit:view": mark("looked through records such as access rows or days that do not count"),
    "subject:export": mark("wrote every stored row about you to a file"),
    "subject:rights": mark("carried out what was decided about the use of your data"),
}
"""Action → what was opened, as part of a sentence; for a command, what was done."""
OPENED = mark("{who} ({role}) opened {page}{detail}.")
REFUSED = mark("{who} ({role}) asked for {page}, and was refused{detail}.")
DONE = mark("{who} ({role}) {page}{detail}.")
"""What somebody did with a page; `detail` is empty, or stands in brackets after a space."""


def say_who_did_what(row: HeldRow, course: str) -> str:
    """Put one access row in words, without its time; `course` is the name of the course that it was in."""
    value = row.values
    action, reason = value["action"], value["reason"]
    page = gettext(PAGES[action], course=course) if action in PAGES else clean(action)
    is_own = value["viewer_moodle_user_id"] is not None
    who = gettext("You") if is_own else clean(row.names["viewer"]) if "viewer" in row.names else gettext("Somebody")
    said = OPENED if value["is_allowed"] else REFUSED
    if value["viewer_role"] == "operator":
        who, said = gettext("Somebody at the tool's server"), DONE
    detail = f" ({say_purpose(clean_whole(value['detail']))})" if value["detail"] else ""
    what = gettext(said, who=who, role=clean(value["viewer_role"]), page=page, detail=detail)
    if reason in WHY:
        return f"{what} {gettext(WHY[reason])}"
    why = gettext("Reason: {reason}.", reason=clean(reason).replace("-", " "))
    return f"{what} {why}"
