"""Answer a school's lead with the evidence behind one query or complaint, as a file (policy paragraph 27).

What is stored about the learner that a complaint can be about, in the words that the learner reads, and who looked.
"""

from collections.abc import Sequence

from flask import Response, g, request

from analytics.language import gettext, mark
from analytics.policy.access import Reason
from bridge.store.complaints import ComplaintRecord, load_school_complaints
from bridge.store.held import HeldRow, load_held, load_who
from bridge.store.held_tables import HELD_TABLES
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.downloads import make_csv, make_download, make_json
from lti.panels.held_files import HEAD, list_rows, make_document
from lti.panels.views_held import moment_of, rules_in_force
from lti.services import services

EVIDENCE = (
    "complaint",
    "evaluation",
    "learner_week",
    "learner_state",
    "learner_task",
    "register_mark",
    "exemption",
    "dispute",
    "self_declared",
    "concern",
    "support_case",
    "case_entry",
    "hand_over",
    "access_log",
)
"""Tables whose rows answer a complaint: what was written, what was measured and shown, what people did, who looked.

Not in it: the days and log rows that figures were made of, a goal (nobody else reads it), and the student record.
"""
ABOUT = mark("What is stored behind one query or complaint, in the words that the learner reads: “you” is the learner.")


def complaint_json(asked: GuardedRequest) -> Response:
    """Answer with the evidence as JSON; the learner reads that it was taken.

    Raises:
        NotFound: the form names no complaint of the school.
    """
    document = make_document(rules_in_force(), _load_evidence(asked), moment_of(asked), about=ABOUT)
    return make_download(make_json(document), "application/json; charset=utf-8", _file_name(asked, "json"))


def complaint_csv(asked: GuardedRequest) -> Response:
    """Answer with the evidence as a table for a spreadsheet; the learner reads that it was taken.

    Raises:
        NotFound: the form names no complaint of the school.
    """
    rows = list_rows(rules_in_force(), _load_evidence(asked), moment_of(asked))
    return make_download(
        make_csv([gettext(head) for head in HEAD], rows), "text/csv; charset=utf-8", _file_name(asked, "csv")
    )


def _load_evidence(asked: GuardedRequest) -> dict[str, Sequence[HeldRow]]:
    person_id = _find(asked).person_id
    who = load_who(asked.db, asked.platform_id, person_id, services().settings.secret_key)
    if who is None:
        raise NotFound
    g.people_shown = ((person_id, Reason.LEADS_SCHOOL),)
    return {held.name: load_held(asked.db, who, held) for held in HELD_TABLES if held.name in EVIDENCE}


def _find(asked: GuardedRequest) -> ComplaintRecord:
    wanted = request.form.get("complaint", "")
    for one in load_school_complaints(asked.db, asked.subject.school_id or 0):
        if str(one.complaint_id) == wanted:
            return one
    raise NotFound


def _file_name(asked: GuardedRequest, ending: str) -> str:
    number = request.form["complaint"]
    return f"complaint-{number}-{moment_of(asked).today:%Y-%m-%d}.{ending}"
