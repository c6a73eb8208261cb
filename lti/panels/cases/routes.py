"""The routes of casework; each is decided by the guard, and each change needs a form that is used once."""

from analytics.policy.access import Action
from lti.changes import changing
from lti.guard import guarded
from lti.panels.cases.views_case import CHANGES as CASE_CHANGES
from lti.panels.cases.views_case import case_panel
from lti.panels.cases.views_process import CHANGES as LEAD_CHANGES
from lti.panels.cases.views_process import process_panel, withhold_route
from lti.panels.cases.views_work import HAND_OVER, digest_panel, work_panel
from lti.panels.cases.views_work_file import work_csv

STEP, CLOSE, ACKNOWLEDGE = CASE_CHANGES
PUBLISH = LEAD_CHANGES[0]
ROUTES = (
    ("/people/work", "work", guarded(Action.PEOPLE_VIEW)(work_panel)),
    ("/people/work.csv", "work_csv", guarded(Action.WORK_EXPORT)(work_csv)),
    ("/people/work/digest", "digest", guarded(Action.PEOPLE_VIEW)(digest_panel)),
    ("/people/work/tell", "hand_over", changing(HAND_OVER, Action.HAND_OVER_RAISE, Action.PEOPLE_VIEW)),
    ("/people/case", "case", guarded(Action.CASE_VIEW)(case_panel)),
    ("/people/case/step", "case_step", changing(STEP, Action.CASE_CHANGE, Action.CASE_VIEW)),
    ("/people/case/concern", "case_concern", changing(CLOSE, Action.CASE_CHANGE, Action.CASE_VIEW)),
    ("/people/case/acknowledge", "case_acknowledge", changing(ACKNOWLEDGE, Action.CASE_CHANGE, Action.CASE_VIEW)),
    ("/school/process", "process", guarded(Action.SCHOOL_VIEW)(process_panel)),
    ("/school/process/publish", "process_publish", changing(PUBLISH, Action.SCHOOL_CHANGE, Action.SCHOOL_VIEW)),
    ("/school/process/withhold", "case_withhold", withhold_route),
)
"""Path, name, decided view."""
