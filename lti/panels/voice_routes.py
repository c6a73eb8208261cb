"""The routes of the learner's voice: what learners say, and who answers."""

from analytics.policy.access import Action
from lti.changes import changing
from lti.guard import guarded
from lti.panels.views_compare import SWITCH
from lti.panels.views_complaint_file import complaint_csv, complaint_json
from lti.panels.views_complaints import OF_THE_LEAD, SEND, complaint_panel, school_complaints_panel
from lti.panels.views_dispute import ANSWER
from lti.panels.views_own_case import own_case_panel
from lti.panels.views_voice import CHANGES, voice_panel

OWN = (
    ("/learner/voice/dispute", "own_dispute", CHANGES[0]),
    ("/learner/voice/declare", "own_declare", CHANGES[1]),
    ("/learner/voice/choose", "own_choose", CHANGES[2]),
    ("/learner/compare", "own_compare", SWITCH),
)
COMPLAINTS = (
    ("/school/complaints/acknowledge", "complaint_acknowledge", OF_THE_LEAD[0]),
    ("/school/complaints/answer", "complaint_answer", OF_THE_LEAD[1]),
)
ROUTES = (
    ("/learner/voice", "learner_voice", guarded(Action.OWN_VIEW)(voice_panel)),
    *((path, name, changing(change, Action.OWN_CHANGE, Action.OWN_VIEW)) for path, name, change in OWN),
    ("/learner/case", "learner_case", guarded(Action.OWN_HELD_VIEW)(own_case_panel)),
    ("/learner/complaint", "learner_complaint", guarded(Action.OWN_COMPLAIN)(complaint_panel)),
    ("/learner/complaint/send", "own_complain", changing(SEND, Action.OWN_COMPLAIN, Action.OWN_COMPLAIN)),
    ("/people/dispute/answer", "dispute_answer", changing(ANSWER, Action.DISPUTE_ANSWER, Action.PERSON_VIEW)),
    ("/school/complaints", "school_complaints", guarded(Action.COMPLAINTS_VIEW)(school_complaints_panel)),
    ("/school/complaints/evidence.json", "complaint_json", guarded(Action.COMPLAINT_EXPORT)(complaint_json)),
    ("/school/complaints/evidence.csv", "complaint_csv", guarded(Action.COMPLAINT_EXPORT)(complaint_csv)),
    *(
        (path, name, changing(change, Action.COMPLAINT_ANSWER, Action.COMPLAINTS_VIEW))
        for path, name, change in COMPLAINTS
    ),
)
"""Path, name, decided view."""
