"""The keys of a log row's `other` that leave the site; source: the plugin's class local_lea\\local\\other_keys."""

import json
from collections.abc import Mapping

_SUBMISSION = frozenset({"submissionid", "submissionattempt", "submissionstatus", "groupid"})
_ATTEMPT = frozenset({"quizid", "submitterid", "studentisonline"})

ALLOWED_KEYS: Mapping[str, frozenset[str]] = {
    "\\assignsubmission_file\\event\\submission_created": _SUBMISSION,
    "\\assignsubmission_file\\event\\submission_updated": _SUBMISSION,
    "\\assignsubmission_onlinetext\\event\\submission_created": _SUBMISSION,
    "\\assignsubmission_onlinetext\\event\\submission_updated": _SUBMISSION,
    "\\core\\event\\course_module_completion_updated": frozenset({"relateduserid", "completionstate"}),
    "\\core\\event\\course_viewed": frozenset({"coursesectionnumber"}),
    "\\core\\event\\user_graded": frozenset({"itemid", "overridden"}),
    "\\mod_assign\\event\\assessable_submitted": frozenset({"submission_editable"}),
    "\\mod_assign\\event\\feedback_viewed": frozenset({"assignid"}),
    "\\mod_assign\\event\\submission_status_viewed": frozenset({"assignid"}),
    "\\mod_choice\\event\\answer_created": frozenset({"choiceid"}),
    "\\mod_forum\\event\\discussion_created": frozenset({"forumid"}),
    "\\mod_forum\\event\\post_created": frozenset({"discussionid", "forumid", "forumtype"}),
    "\\mod_quiz\\event\\attempt_abandoned": _ATTEMPT,
    "\\mod_quiz\\event\\attempt_becameoverdue": _ATTEMPT,
    "\\mod_quiz\\event\\attempt_submitted": _ATTEMPT,
}
BOOLEANS = frozenset({"overridden", "submission_editable", "studentisonline"})
WORDS = frozenset({"submissionstatus", "forumtype"})


def reduce_other(eventname: str, other: str | None) -> str:
    """Keep the allowed keys of a row's `other` as JSON text; empty when nothing is left."""
    allowed = ALLOWED_KEYS.get(eventname)
    if allowed is None or not other:
        return ""
    found = json.loads(other)
    if not isinstance(found, dict):
        return ""
    kept = {key: _cleaned(key, value) for key, value in found.items() if key in allowed and value is not None}
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def _cleaned(key: str, value: object) -> object:
    if key in BOOLEANS:
        return value in (True, 1, "1")
    return value if key in WORDS else int(str(value))
