"""Put each stored row about a learner into a sentence (policy paragraph 23): what it says, whole, and of whom."""

from collections.abc import Callable, Mapping

from bridge.store.held import HeldRow
from lti.panels.access_words import say_who_did_what
from lti.panels.figure_words import say_member
from lti.panels.held_case_words import (
    say_case,
    say_choice,
    say_complaint,
    say_concern,
    say_declared,
    say_dispute,
    say_entry,
    say_hand_over,
)
from lti.panels.held_measure_words import (
    say_evaluation,
    say_log_row,
    say_own_task,
    say_presence,
    say_set_aside,
    say_stale,
    say_state,
    say_week,
)
from lti.panels.held_parts import name_course, stamp
from lti.panels.held_people_words import (
    say_enrolment,
    say_exemption,
    say_group,
    say_person,
    say_record,
    say_relationship_row,
    say_role,
)
from lti.panels.held_visit_words import (
    say_alert,
    say_decision,
    say_restriction,
    say_rights,
    say_session,
    say_tombstone,
    say_training,
    say_waiting,
)
from lti.panels.source_words import say_mark
from lti.panels.words import Moment

__all__ = ["WORDS", "say_row", "stamp"]

Say = Callable[[HeldRow, Moment], str]


def say_row(row: HeldRow, moment: Moment) -> str:
    """Say one stored row; a table without words of its own is a mistake that the tests find (KeyError)."""
    return WORDS[row.table](row, moment)


def _say_access(row: HeldRow, moment: Moment) -> str:
    return f"{stamp(row.values['at'], moment)}: {say_who_did_what(row, name_course(row))}"


WORDS: Mapping[str, Say] = {
    "person": say_person,
    "exemption": say_exemption,
    "enrolment": say_enrolment,
    "course_role": say_role,
    "group_member": say_group,
    "student_record": say_record,
    "relationship": say_relationship_row,
    "evaluation": say_evaluation,
    "figure_member": lambda row, moment: say_member(row, name_course(row)),
    "learner_week": say_week,
    "learner_state": say_state,
    "stale_learner": say_stale,
    "learner_task": say_own_task,
    "register_mark": lambda row, moment: say_mark(row, name_course(row)),
    "presence": say_presence,
    "log_event": say_log_row,
    "concern": lambda row, moment: say_concern(row, name_course(row), moment),
    "support_case": say_case,
    "case_entry": say_entry,
    "hand_over": say_hand_over,
    "dispute": lambda row, moment: say_dispute(row, name_course(row), moment),
    "self_declared": lambda row, moment: say_declared(row, name_course(row), moment),
    "learner_choice": lambda row, moment: say_choice(row, name_course(row), moment),
    "complaint": say_complaint,
    "quarantine": say_set_aside,
    "access_log": _say_access,
    "training": say_training,
    "alert": say_alert,
    "viewer_session": say_session,
    "viewer_access": say_rights,
    "continue_code": say_waiting,
    "restriction": say_restriction,
    "erasure_decision": say_decision,
    "tombstone": say_tombstone,
}
"""Table → how to say one of its rows."""
