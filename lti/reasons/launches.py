"""What is said of a login, a launch or a placing that is refused."""

from collections.abc import Mapping

from analytics.language import mark
from lti.reasons.words import NOTHING_LOST, ReasonText

OPEN_AGAIN_OR_ASK = mark(
    "Go back to your course in Moodle and choose Engagement again. If it happens again, tell the help desk the "
    "reference below."
)


def _launch(happened: str, next_step: str = OPEN_AGAIN_OR_ASK) -> ReasonText:
    return ReasonText(mark("This page could not be opened"), happened, NOTHING_LOST, next_step)


TEXTS: Mapping[str, ReasonText] = {
    "bad-login": _launch(mark("Moodle's request to sign in was incomplete, so it was not accepted.")),
    "unknown-platform": _launch(
        mark("This tool does not know the Moodle site that sent you."),
        mark("Tell your Moodle administrator: the site, or its client id, is not registered here."),
    ),
    "client-id-needed": _launch(
        mark("Moodle did not say which of its registrations it used, so the sign-in was not accepted.")
    ),
    "unknown-deployment": _launch(
        mark("This tool is not set up for the place in Moodle that sent you."),
        mark("Tell your Moodle administrator: the deployment id is not registered here."),
    ),
    "foreign-target": _launch(mark("Moodle asked this tool to open a page that is not its own.")),
    "platform-pending": _launch(
        mark("This Moodle site has registered the tool, and the registration is still waiting for approval here."),
        mark(
            "Tell your Moodle administrator: the registration is approved in this tool's administration, or with "
            "the command lea platform approve. Then open Engagement again."
        ),
    ),
    "bad-launch": _launch(mark("Moodle's answer was incomplete, so it was not accepted.")),
    "state-unknown": _launch(
        mark("The sign-in was started more than ten minutes ago, or this page was opened a second time.")
    ),
    "state-expired": _launch(mark("Moodle's sign-in took longer than ten minutes, so it was not accepted.")),
    "wrong-browser": _launch(
        mark("The sign-in was started in another browser or another window, so it was not accepted.")
    ),
    "code-unknown": _launch(mark("The Continue button works once and for two minutes; that time is over.")),
    "bad-token": _launch(mark("Moodle's sign-in message could not be read.")),
    "bad-algorithm": _launch(mark("Moodle's sign-in message was not signed in the way this tool accepts.")),
    "bad-key-header": _launch(mark("Moodle's sign-in message does not name its key in the way this tool accepts.")),
    "unknown-key": _launch(mark("Moodle's sign-in message was signed with a key this tool does not know.")),
    "bad-signature": _launch(mark("The signature of Moodle's sign-in message is not right.")),
    "wrong-issuer": _launch(mark("The sign-in message came from another site than the one that started it.")),
    "wrong-audience": _launch(mark("The sign-in message was made for another tool.")),
    "bad-times": _launch(mark("Moodle's sign-in message has no usable time.")),
    "token-expired": _launch(mark("Moodle's sign-in message had expired when it arrived.")),
    "token-too-old": _launch(mark("Moodle's sign-in message was made too long ago, or is valid for too long.")),
    "token-from-future": _launch(
        mark("Moodle's clock is ahead of this tool's by more than a minute."),
        mark("Try again. If it happens again, tell the help desk the reference below."),
    ),
    "wrong-nonce": _launch(mark("The sign-in message does not belong to the sign-in that was started.")),
    "wrong-version": _launch(mark("Moodle used another version of the LTI standard than 1.3.0.")),
    "unknown-message": _launch(mark("Moodle asked for something this tool does not offer.")),
    "wrong-deployment": _launch(mark("This tool is not set up for the place in Moodle that sent you.")),
    "wrong-target": _launch(mark("Moodle asked for another page than the one the sign-in was started for.")),
    "bad-resource-link": _launch(mark("Moodle did not say which activity you came from.")),
    "bad-context": _launch(
        mark("Moodle did not say which course you came from."), mark("Open Engagement from inside a course.")
    ),
    "no-user": _launch(
        mark("Moodle did not say who you are. This tool cannot show a page to somebody it does not know."),
        mark("Sign in to Moodle with your own account, then open Engagement from your course."),
    ),
    "bad-user": _launch(mark("Moodle did not say who you are in a way this tool can use.")),
    "user-mismatch": _launch(mark("Moodle named two different people in one sign-in message.")),
    "bad-roles": _launch(mark("Moodle did not say what your part in the course is in a way this tool can read.")),
    "bad-claims": _launch(mark("Moodle's sign-in message holds something this tool cannot read.")),
    "bad-deep-linking": _launch(mark("Moodle's request to place something in a course could not be read.")),
    "no-resource-links": _launch(
        mark("Moodle asked this tool for something else than an activity, and an activity is all it can place."),
        mark("Place Engagement as an activity of the kind External tool."),
    ),
    "foreign-return": _launch(mark("Moodle asked this tool to send its answer to another site, so nothing was sent.")),
    "no-placing": ReasonText(
        mark("Activities are placed by the people who teach the course"),
        mark("Moodle says that you do not teach in this course, so there is nothing to choose here."),
        NOTHING_LOST,
        mark("Ask whoever runs the course to place the activity."),
    ),
    "platform-denied": _launch(
        mark("Moodle says that you may not open this page with the account you are signed in with."),
        mark(
            "Check in Moodle that you are signed in as yourself and take part in the course. Go back to your course in "
            "Moodle and choose Engagement again."
        ),
    ),
    "platform-login": _launch(
        mark("Moodle says that you are not signed in there any more."),
        mark("Sign in to Moodle again. Go back to your course in Moodle and choose Engagement again."),
    ),
    "platform-set-up": _launch(
        mark("Moodle did not accept how this tool asked it to sign you in: the tool's set-up in Moodle does not fit."),
        mark(
            "Try again. If it happens again, tell your Moodle administrator the reference below. Go back to your "
            "course in "
            "Moodle and choose Engagement again."
        ),
    ),
    "platform-busy": _launch(
        mark("Moodle says that it cannot sign you in just now."), mark("Try again in a few minutes.")
    ),
    "platform-error": _launch(mark("Moodle answered that it could not sign you in to this tool.")),
}
