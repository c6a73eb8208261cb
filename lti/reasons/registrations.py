"""What is said of a registration link, and of a platform that does not register this tool."""

from collections.abc import Mapping

from lti.reasons.words import NOTHING_LOST, ReasonText

NOT_REGISTERED = "The tool was not registered"
FIRST_MOODLE = "Mend in Moodle what its answer names."
START_AGAIN = "Choose Add LTI Advantage in Moodle again with the same link; it works on within its hour."


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
}
