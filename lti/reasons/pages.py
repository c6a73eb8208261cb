"""What is said of a page that cannot be shown: not now, not to this viewer, not again."""

from collections.abc import Mapping

from analytics.language import mark
from lti.reasons.words import NOTHING_LOST, OPEN_AGAIN, ReasonText


def _not_now(happened: str, safe: str) -> ReasonText:
    return ReasonText(
        mark("Not available just now"), happened, safe, mark("Try again in a few minutes from your course in Moodle.")
    )


TEXTS: Mapping[str, ReasonText] = {
    "keys-unavailable": _not_now(
        mark("This tool could not reach Moodle to check the signature of your sign-in."), NOTHING_LOST
    ),
    "rights-unchecked": _not_now(
        mark(
            "Moodle has not answered for more than 15 minutes, so this tool cannot check that you still teach "
            "this course."
        ),
        mark(
            "Learners' pages stay closed to staff until it does. Nothing was lost; learners can still open their "
            "own page."
        ),
    ),
    "rights-unknown": _not_now(
        mark("Moodle does not answer, so this tool cannot check who may see this page."), NOTHING_LOST
    ),
    "database-down": _not_now(
        mark("This tool cannot reach its database."), mark("Nothing was lost and nothing was shown.")
    ),
    "unexpected": _not_now(
        mark("Something went wrong in this tool."),
        mark("Nothing was shown that should not be, and nothing was changed."),
    ),
    "session-ended": ReasonText(
        mark("This page has closed"),
        mark("You were away for more than 30 minutes, or the page was open for more than four hours."),
        mark("To keep learners' data safe, the page closed by itself."),
        OPEN_AGAIN,
    ),
    "signed-out": ReasonText(
        mark("You are signed out"),
        mark("You have signed out of this tool."),
        mark("Nobody can open these pages with the Back button."),
        mark(
            "To see them again: go back to your course in Moodle and choose Engagement again. You are still "
            "signed in to "
            "Moodle."
        ),
    ),
    "rights-changed": ReasonText(
        mark("Your part in this course has changed"),
        mark("Moodle says that your part in this course is not what it was when you opened this page."),
        mark("The page closed; nothing more was shown."),
        OPEN_AGAIN,
    ),
    "not-found": ReasonText(
        mark("There is no such page"),
        mark("Nothing can be shown at this address."),
        mark("Nothing was changed."),
        OPEN_AGAIN,
    ),
    "open-again": ReasonText(
        mark("Open this page from your course"),
        mark("This page opens from Moodle only: its address alone shows nothing."),
        mark("Nothing was changed."),
        OPEN_AGAIN,
    ),
    "no-role": ReasonText(
        mark("There is no page for you in this course"),
        mark("Moodle says that you are neither a learner nor a teacher of this course."),
        mark("Nothing about anybody was shown."),
        mark("If you should be, ask whoever runs the course to check your role in Moodle, then open Engagement again."),
    ),
    "account-closed": ReasonText(
        mark("There is no page for you here"),
        mark("Moodle says that this account is suspended or deleted."),
        mark("Nothing about anybody was shown."),
        mark("Ask your university's help desk."),
    ),
    "no-start-page": ReasonText(
        mark("Open Engagement from a course"),
        mark("This page is for the people who run this tool. What you teach or learn is shown inside each course."),
        mark("Nothing about anybody was shown."),
        mark("Open one of your courses in Moodle and choose Engagement there."),
    ),
    "course-not-on": ReasonText(
        mark("Engagement is not switched on in this course"),
        mark("Nothing is read from this course's log, and nobody has figures here."),
        mark("Nothing about anybody was stored or shown."),
        mark("The people who run this tool at your university can switch a course on."),
    ),
    "not-synced": ReasonText(
        mark("This course is not synced yet"),
        mark("The list of who learns and teaches here has not been read from Moodle yet, or you are not on it yet."),
        mark("Nothing about anybody was shown."),
        mark("Come back after the next sync, usually within the hour."),
    ),
    "too-many-views": ReasonText(
        mark("Many pages with learners' names were opened"),
        mark("You have opened as many within an hour as one person may; the data-protection contact is told of it."),
        mark("Nothing was lost; learners see who looked."),
        mark("Come back in an hour. If your work needs more, ask the data-protection contact."),
    ),
    "too-many-exports": ReasonText(
        mark("Many files with learners' names were taken"),
        mark("You have taken as many within a day as one person may; the data-protection contact is told of it."),
        mark("No file was made; learners see which files they were in."),
        mark(
            "Come back tomorrow, or read the list on the page. If your work needs more, ask the data-protection "
            "contact."
        ),
    ),
    "purpose-missing": ReasonText(
        mark("Say what the file is for"),
        mark("A file with learners' names is made for a purpose from the list alone, and none of it was chosen."),
        mark("No file was made."),
        mark("Go back and choose what the file is for; the learners in it can read that."),
    ),
    "purpose-forbidden": ReasonText(
        mark("Nothing here may be used for that"),
        mark(
            "Engagement is looked at to support learners, and this was promised to them: never for marks or "
            "assessment, "
            "the Prevent duty, immigration, discipline, judging staff, or ranking anybody."
        ),
        mark("No file was made; that it was asked for is recorded."),
        mark("If you want to support learners, go back and choose what for."),
    ),
    "file-too-long": ReasonText(
        mark("That is more than one file may hold"),
        mark("A file holds at most 500 learners, so that no more is taken away than is worked with."),
        mark("No file was made."),
        mark("Go back, narrow the list by group, reason or name, and take it again."),
    ),
    "step-missing": ReasonText(
        mark("Another step comes first"),
        mark("The university’s policy asks for another step of a person before this one, so it was not written down."),
        mark("Nothing was changed, and nobody was told."),
        mark("Go back to the first page, open the case again and write down the step that is missing."),
    ),
    "wrong-origin": ReasonText(
        mark("This form was not sent from this tool"),
        mark("Another site sent this form in your name, so it was not accepted."),
        mark("Nothing was changed and nothing was shown."),
        OPEN_AGAIN,
    ),
}
