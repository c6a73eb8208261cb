"""What is said of a registration link, and of a platform that does not register this tool."""

from collections.abc import Mapping

from analytics.language import mark
from lti.reasons.words import NOTHING_LOST, ReasonText

NOT_REGISTERED = mark("The tool was not registered")
START_AGAIN = mark("Choose Add LTI Advantage in Moodle again with the same link; it works on within its hour.")
DELETE_IT = mark(
    "If Manage tools shows a new pending tool, delete it there. Choose Add LTI Advantage in Moodle again with the same "
    "link; it works on within its hour."
)


def _link(happened: str) -> ReasonText:
    return ReasonText(
        mark("This registration link does not work"),
        happened,
        NOTHING_LOST,
        mark(
            "Make a new link in this tool's administration, or with the command lea register. Each works once, "
            "within an "
            "hour."
        ),
    )


def _registration(happened: str, next_step: str = START_AGAIN) -> ReasonText:
    return ReasonText(NOT_REGISTERED, happened, NOTHING_LOST, next_step)


TEXTS: Mapping[str, ReasonText] = {
    "link-unknown": _link(mark("This tool did not make this registration link, or it is incomplete.")),
    "link-used": _link(
        mark(
            "This registration link was used already. If you pressed the button twice, the first press may well have "
            "registered the tool: look for what waits for approval before you start again."
        )
    ),
    "link-expired": _link(mark("This registration link was made more than an hour ago, so it no longer works.")),
    "bad-registration": _registration(
        mark("Moodle's request to register the tool was incomplete, so it was not accepted."),
        mark(
            "In Moodle open Site administration, Plugins, Activity modules, External tool, Manage tools; paste "
            "the link as "
            "tool URL and choose Add LTI Advantage."
        ),
    ),
    "configuration-unreachable": _registration(
        mark(
            "This tool could not read Moodle's configuration: the address did not answer in time, or not with a "
            "document."
        ),
        mark(
            "Check that this tool's server can reach Moodle's address, then choose Add LTI Advantage again. The link "
            "works on within its hour."
        ),
    ),
    "configuration-bad": _registration(mark("Moodle's configuration is not what this tool can use.")),
    "configuration-foreign": _registration(
        mark("Moodle's configuration names an address of another site, so this tool does not trust it."),
        mark("Check the site address in Moodle's config.php ($CFG->wwwroot), then choose Add LTI Advantage again."),
    ),
    "platform-insecure": _registration(
        mark("Moodle's address is not one that this tool may talk to."),
        mark("Give Moodle a public https address, then choose Add LTI Advantage again."),
    ),
    "registration-refused": _registration(
        mark("Moodle refused to register this tool."),
        mark(
            "Mend in Moodle what its answer names. Choose Add LTI Advantage in Moodle again with the same link; "
            "it works on "
            "within its hour."
        ),
    ),
    "registration-unanswered": ReasonText(
        NOT_REGISTERED,
        mark("Moodle did not answer the registration in time, or its answer broke off."),
        mark("This tool stored nothing; Moodle may have added the tool on its side."),
        DELETE_IT,
    ),
    "registration-answer": ReasonText(
        NOT_REGISTERED,
        mark("Moodle's answer to the registration is not what this tool can use."),
        mark("This tool stored nothing; Moodle may have added the tool on its side."),
        DELETE_IT,
    ),
    "registration-exists": ReasonText(
        mark("This Moodle is registered already"),
        mark("Moodle answered with a registration that this tool has, or that waits for approval here."),
        mark(
            "What was there before stays as it was and works on; Moodle may have renewed its own settings of the tool."
        ),
        mark(
            "Nothing more, if it works. To begin anew, remove the tool here and in Moodle first, then choose Add LTI "
            "Advantage again."
        ),
    ),
    "registration-client-id": ReasonText(
        NOT_REGISTERED,
        mark("Moodle answered with a client id that another platform uses here, so the two could not be told apart."),
        mark("This tool stored nothing; Moodle has added the tool on its side."),
        mark(
            "Delete the new pending tool in Manage tools. Choose Add LTI Advantage in Moodle again with the same "
            "link; it "
            "works on within its hour."
        ),
    ),
}
