"""What each reason code says to a person: what happened, what is safe, what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

OPEN_AGAIN = "Go back to your course in Moodle and choose Engagement again."
ASK_ADMIN = "If it happens again, tell the help desk the reference below."
NOTHING_LOST = "Nothing was lost and nothing was stored."
NOT_REGISTERED = "The tool was not registered"
FIRST_MOODLE = "Mend in Moodle what its answer names."
START_AGAIN = "Choose Add LTI Advantage in Moodle again with the same link; it works on within its hour."


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The words of one error page."""

    title: str
    happened: str
    safe: str
    next_step: str


def _launch(happened: str, next_step: str = f"{OPEN_AGAIN} {ASK_ADMIN}") -> ReasonText:
    return ReasonText("This page could not be opened", happened, NOTHING_LOST, next_step)


def _not_now(happened: str, safe: str) -> ReasonText:
    return ReasonText(
        "Not available just now", happened, safe, "Try again in a few minutes from your course in Moodle."
    )


def _link(happened: str) -> ReasonText:
    return ReasonText(
        "This registration link does not work",
        happened,
        NOTHING_LOST,
        "Make a new link in this tool's administration, or with the command lea register. Each works once, within an "
        "hour.",
    )


def _registration(happened: str, next_step: str = START_AGAIN) -> ReasonText:
    return ReasonText(NOT_REGISTERED, happened, NOTHING_LOST, next_step)


TEXTS: Mapping[str, ReasonText] = {
    # Login initiation
    "bad-login": _launch("Moodle's request to sign in was incomplete, so it was not accepted."),
    "unknown-platform": _launch(
        "This tool does not know the Moodle site that sent you.",
        "Tell your Moodle administrator: the site, or its client id, is not registered here.",
    ),
    "client-id-needed": _launch(
        "Moodle did not say which of its registrations it used, so the sign-in was not accepted."
    ),
    "unknown-deployment": _launch(
        "This tool is not set up for the place in Moodle that sent you.",
        "Tell your Moodle administrator: the deployment id is not registered here.",
    ),
    "foreign-target": _launch("Moodle asked this tool to open a page that is not its own."),
    "platform-pending": _launch(
        "This Moodle site has registered the tool, and the registration is still waiting for approval here.",
        "Tell your Moodle administrator: the registration is approved in this tool's administration, or with "
        "the command lea platform approve. Then open Engagement again.",
    ),
    # Registration
    "link-unknown": _link("This tool did not make this registration link, or it is incomplete."),
    "link-used": _link(
        "This registration link was used already. If you pressed the button twice, the first press may well have "
        "registered the tool: look for what waits for approval before you start again."
    ),
    "link-expired": _link("This registration link was made more than an hour ago, so it no longer works."),
    "bad-registration": _registration(
        "Moodle's request to register the tool was incomplete, so it was not accepted.",
        "In Moodle open Site administration, Plugins, Activity modules, External tool, Manage tools; paste the link as "
        "tool URL and choose Add LTI Advantage.",
    ),
    "configuration-unreachable": _registration(
        "This tool could not read Moodle's configuration: the address did not answer in time, or not with a document.",
        "Check that this tool's server can reach Moodle's address, then choose Add LTI Advantage again. The link "
        "works on within its hour.",
    ),
    "configuration-bad": _registration("Moodle's configuration is not what this tool can use."),
    "configuration-foreign": _registration(
        "Moodle's configuration names an address of another site, so this tool does not trust it.",
        "Check the site address in Moodle's config.php ($CFG->wwwroot), then choose Add LTI Advantage again.",
    ),
    "platform-insecure": _registration(
        "Moodle's address is not one that this tool may talk to.",
        "Give Moodle a public https address, then choose Add LTI Advantage again.",
    ),
    "registration-refused": _registration("Moodle refused to register this tool.", f"{FIRST_MOODLE} {START_AGAIN}"),
    "registration-unanswered": ReasonText(
        NOT_REGISTERED,
        "Moodle did not answer the registration in time, or its answer broke off.",
        "This tool stored nothing; Moodle may have added the tool on its side.",
        f"If Manage tools shows a new pending tool, delete it there. {START_AGAIN}",
    ),
    "registration-answer": ReasonText(
        NOT_REGISTERED,
        "Moodle's answer to the registration is not what this tool can use.",
        "This tool stored nothing; Moodle may have added the tool on its side.",
        f"If Manage tools shows a new pending tool, delete it there. {START_AGAIN}",
    ),
    "registration-exists": ReasonText(
        "This Moodle is registered already",
        "Moodle answered with a registration that this tool has, or that waits for approval here.",
        "What was there before stays as it was and works on; Moodle may have renewed its own settings of the tool.",
        "Nothing more, if it works. To begin anew, remove the tool here and in Moodle first, then choose Add LTI "
        "Advantage again.",
    ),
    "registration-client-id": ReasonText(
        NOT_REGISTERED,
        "Moodle answered with a client id that another platform uses here, so the two could not be told apart.",
        "This tool stored nothing; Moodle has added the tool on its side.",
        f"Delete the new pending tool in Manage tools. {START_AGAIN}",
    ),
    # Launch: state
    "bad-launch": _launch("Moodle's answer was incomplete, so it was not accepted."),
    "state-unknown": _launch(
        "The sign-in was started more than ten minutes ago, or this page was opened a second time."
    ),
    "state-expired": _launch("Moodle's sign-in took longer than ten minutes, so it was not accepted."),
    "wrong-browser": _launch("The sign-in was started in another browser or another window, so it was not accepted."),
    "code-unknown": _launch("The Continue button works once and for two minutes; that time is over."),
    # Launch: token
    "bad-token": _launch("Moodle's sign-in message could not be read."),
    "bad-algorithm": _launch("Moodle's sign-in message was not signed in the way this tool accepts."),
    "bad-key-header": _launch("Moodle's sign-in message does not name its key in the way this tool accepts."),
    "unknown-key": _launch("Moodle's sign-in message was signed with a key this tool does not know."),
    "bad-signature": _launch("The signature of Moodle's sign-in message is not right."),
    "wrong-issuer": _launch("The sign-in message came from another site than the one that started it."),
    "wrong-audience": _launch("The sign-in message was made for another tool."),
    "bad-times": _launch("Moodle's sign-in message has no usable time."),
    "token-expired": _launch("Moodle's sign-in message had expired when it arrived."),
    "token-too-old": _launch("Moodle's sign-in message was made too long ago, or is valid for too long."),
    "token-from-future": _launch(
        "Moodle's clock is ahead of this tool's by more than a minute.", f"Try again. {ASK_ADMIN}"
    ),
    "wrong-nonce": _launch("The sign-in message does not belong to the sign-in that was started."),
    "wrong-version": _launch("Moodle used another version of the LTI standard than 1.3.0."),
    "unknown-message": _launch("Moodle asked for something this tool does not offer."),
    "wrong-deployment": _launch("This tool is not set up for the place in Moodle that sent you."),
    "wrong-target": _launch("Moodle asked for another page than the one the sign-in was started for."),
    "bad-resource-link": _launch("Moodle did not say which activity you came from."),
    "bad-context": _launch("Moodle did not say which course you came from.", "Open Engagement from inside a course."),
    "no-user": _launch(
        "Moodle did not say who you are. This tool cannot show a page to somebody it does not know.",
        "Sign in to Moodle with your own account, then open Engagement from your course.",
    ),
    "bad-user": _launch("Moodle did not say who you are in a way this tool can use."),
    "user-mismatch": _launch("Moodle named two different people in one sign-in message."),
    "bad-roles": _launch("Moodle did not say what your part in the course is in a way this tool can read."),
    "bad-claims": _launch("Moodle's sign-in message holds something this tool cannot read."),
    "bad-deep-linking": _launch("Moodle's request to place something in a course could not be read."),
    "no-resource-links": _launch(
        "Moodle asked this tool for something else than an activity, and an activity is all it can place.",
        "Place Engagement as an activity of the kind External tool.",
    ),
    "foreign-return": _launch("Moodle asked this tool to send its answer to another site, so nothing was sent."),
    "no-placing": ReasonText(
        "Activities are placed by the people who teach the course",
        "Moodle says that you do not teach in this course, so there is nothing to choose here.",
        NOTHING_LOST,
        "Ask whoever runs the course to place the activity.",
    ),
    "platform-denied": _launch(
        "Moodle says that you may not open this page with the account you are signed in with.",
        f"Check in Moodle that you are signed in as yourself and take part in the course. {OPEN_AGAIN}",
    ),
    "platform-login": _launch(
        "Moodle says that you are not signed in there any more.",
        f"Sign in to Moodle again. {OPEN_AGAIN}",
    ),
    "platform-set-up": _launch(
        "Moodle did not accept how this tool asked it to sign you in: the tool's set-up in Moodle does not fit.",
        f"Try again. If it happens again, tell your Moodle administrator the reference below. {OPEN_AGAIN}",
    ),
    "platform-busy": _launch("Moodle says that it cannot sign you in just now.", "Try again in a few minutes."),
    "platform-error": _launch("Moodle answered that it could not sign you in to this tool."),
    # Temporary
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
    # Sessions and rights
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
    "wrong-origin": ReasonText(
        "This form was not sent from this tool",
        "Another site sent this form in your name, so it was not accepted.",
        "Nothing was changed and nothing was shown.",
        OPEN_AGAIN,
    ),
    # One-time forms
    "form-expired": ReasonText(
        "This form is too old",
        "The page with this form was opened more than 30 minutes ago, or the form belongs to another page.",
        "Nothing was changed.",
        "Open the page again and send its new form.",
    ),
    "form-used": ReasonText(
        "This form was sent already",
        "It works once, and it has been used: perhaps by a double click, by Back or by loading the page again.",
        "Nothing was changed a second time.",
        "Open the page again to see how things stand.",
    ),
    # Requests
    "bad-request": ReasonText(
        "This request could not be read",
        "What was sent is not what this tool expects.",
        "Nothing was changed.",
        OPEN_AGAIN,
    ),
    "too-large": ReasonText(
        "Too much was sent", "What was sent is larger than this tool accepts.", "Nothing was stored.", OPEN_AGAIN
    ),
    "too-many": ReasonText(
        "Too many requests",
        "This tool was asked too often in a short time.",
        "Nothing was changed.",
        "Wait a minute, then try again.",
    ),
}
