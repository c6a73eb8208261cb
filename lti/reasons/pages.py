"""What is said of a page that cannot be shown: not now, not to this viewer, not again."""

from collections.abc import Mapping

from lti.reasons.words import NOTHING_LOST, OPEN_AGAIN, ReasonText


def _not_now(happened: str, safe: str) -> ReasonText:
    return ReasonText(
        "Not available just now", happened, safe, "Try again in a few minutes from your course in Moodle."
    )


TEXTS: Mapping[str, ReasonText] = {
    "keys-unavailable": _not_now(
        "This tool could not reach Moodle to check the signature of your sign-in.", NOTHING_LOST
    ),
    "rights-unchecked": _not_now(
        "Moodle has not answered for more than 15 minutes, so this tool cannot check that you still teach this course.",
        "Learners' pages stay closed to staff until it does. Nothing was lost; learners can still open their own page.",
    ),
    "rights-unknown": _not_now(
        "Moodle does not answer, so this tool cannot check who may see this page.", NOTHING_LOST
    ),
    "database-down": _not_now("This tool cannot reach its database.", "Nothing was lost and nothing was shown."),
    "unexpected": _not_now(
        "Something went wrong in this tool.", "Nothing was shown that should not be, and nothing was changed."
    ),
    "session-ended": ReasonText(
        "This page has closed",
        "You were away for more than 30 minutes, or the page was open for more than four hours.",
        "To keep learners' data safe, the page closed by itself.",
        OPEN_AGAIN,
    ),
    "signed-out": ReasonText(
        "You are signed out",
        "You have signed out of this tool.",
        "Nobody can open these pages with the Back button.",
        f"To see them again: {OPEN_AGAIN[0].lower()}{OPEN_AGAIN[1:]} You are still signed in to Moodle.",
    ),
    "rights-changed": ReasonText(
        "Your part in this course has changed",
        "Moodle says that your part in this course is not what it was when you opened this page.",
        "The page closed; nothing more was shown.",
        OPEN_AGAIN,
    ),
    "not-found": ReasonText(
        "There is no such page", "Nothing can be shown at this address.", "Nothing was changed.", OPEN_AGAIN
    ),
    "open-again": ReasonText(
        "Open this page from your course",
        "This page opens from Moodle only: its address alone shows nothing.",
        "Nothing was changed.",
        OPEN_AGAIN,
    ),
    "no-role": ReasonText(
        "There is no page for you in this course",
        "Moodle says that you are neither a learner nor a teacher of this course.",
        "Nothing about anybody was shown.",
        "If you should be, ask whoever runs the course to check your role in Moodle, then open Engagement again.",
    ),
    "account-closed": ReasonText(
        "There is no page for you here",
        "Moodle says that this account is suspended or deleted.",
        "Nothing about anybody was shown.",
        "Ask your university's help desk.",
    ),
    "no-start-page": ReasonText(
        "Open Engagement from a course",
        "This page is for the people who run this tool. What you teach or learn is shown inside each course.",
        "Nothing about anybody was shown.",
        "Open one of your courses in Moodle and choose Engagement there.",
    ),
    "course-not-on": ReasonText(
        "Engagement is not switched on in this course",
        "Nothing is read from this course's log, and nobody has figures here.",
        "Nothing about anybody was stored or shown.",
        "The people who run this tool at your university can switch a course on.",
    ),
    "not-synced": ReasonText(
        "This course is not synced yet",
        "The list of who learns and teaches here has not been read from Moodle yet, or you are not on it yet.",
        "Nothing about anybody was shown.",
        "Come back after the next sync, usually within the hour.",
    ),
    "too-many-views": ReasonText(
        "Many pages with learners' names were opened",
        "You have opened as many within an hour as one person may; the data-protection contact is told of it.",
        "Nothing was lost; learners see who looked.",
        "Come back in an hour. If your work needs more, ask the data-protection contact.",
    ),
    "too-many-exports": ReasonText(
        "Many files with learners' names were taken",
        "You have taken as many within a day as one person may; the data-protection contact is told of it.",
        "No file was made; learners see which files they were in.",
        "Come back tomorrow, or read the list on the page. If your work needs more, ask the data-protection contact.",
    ),
    "purpose-missing": ReasonText(
        "Say what the file is for",
        "A file with learners' names is made for a purpose from the list alone, and none of it was chosen.",
        "No file was made.",
        "Go back and choose what the file is for; the learners in it can read that.",
    ),
    "purpose-forbidden": ReasonText(
        "Nothing here may be used for that",
        "Engagement is looked at to support learners, and this was promised to them: never for marks or assessment, "
        "the Prevent duty, immigration, discipline, judging staff, or ranking anybody.",
        "No file was made; that it was asked for is recorded.",
        "If you want to support learners, go back and choose what for.",
    ),
    "file-too-long": ReasonText(
        "That is more than one file may hold",
        "A file holds at most 500 learners, so that no more is taken away than is worked with.",
        "No file was made.",
        "Go back, narrow the list by group, reason or name, and take it again.",
    ),
    "step-missing": ReasonText(
        "Another step comes first",
        "The university’s policy asks for another step of a person before this one, so it was not written down.",
        "Nothing was changed, and nobody was told.",
        "Go back to the first page, open the case again and write down the step that is missing.",
    ),
    "wrong-origin": ReasonText(
        "This form was not sent from this tool",
        "Another site sent this form in your name, so it was not accepted.",
        "Nothing was changed and nothing was shown.",
        OPEN_AGAIN,
    ),
}
