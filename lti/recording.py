"""What a request leaves behind, committed before the page leaves: access rows, session, Moodle's word at a launch."""

from dataclasses import replace
from datetime import timedelta

from flask import g
from sqlalchemy.orm import Session

from analytics.policy.access import Action, Decision, Reason, Subject
from analytics.policy.actions import EXPORTS
from analytics.policy.relationships import Kind
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.database import writing
from bridge.store.viewer_sessions import revoke_session, touch_session
from bridge.store.viewers import save_viewer_access
from lti.errors import AccessRefused, NotFound, PageError, SessionEnded, TooManyExports, TooManyViews
from lti.exports import alert_of_exports, detail_of
from lti.limits import alert_contact
from lti.services import services
from lti.session.sessions import NOTED_EVERY, begin_session
from lti.visits import OF_A_PERSON, PEOPLE_LISTS, UNRECORDED, Ruling, Visit, form_id, part_of

LISTS_LEARNERS = EXPORTS | PEOPLE_LISTS | {Action.COMPLAINTS_VIEW}
"""Leave a row for each learner that the page or file showed (`g.people_shown`)."""
NAMES_A_LEARNER = OF_A_PERSON | {Action.LEARNER_VIEW}
"""Asked for with a learner's id in the form."""
STAFF_ROLES = {
    Reason.ADVISES: Kind.ADVISER,
    Reason.SUPPORTS_SCHOOL: Kind.SUPPORT_OFFICER,
    Reason.BREAK_GLASS: Kind.MAINTAINER,
    Reason.MAINTAINS_TOOL: Kind.MAINTAINER,
    Reason.LEADS_SCHOOL: Kind.LEAD,
    Reason.IS_FACULTY: Kind.FACULTY,
}


def make_access_entry(visit: Visit, ruling: Ruling, detail: str | None = None) -> AccessEntry:
    """Return the access row of a decided request; `detail` says what was changed, an export's is its purpose."""
    refusal = ruling.refusal
    asked_for = form_id("learner") if ruling.action in NAMES_A_LEARNER else ruling.subject.person_id
    return AccessEntry(
        at=visit.now,
        platform_id=visit.launch.platform_id,
        viewer_moodle_user_id=visit.launch.moodle_user_id,
        viewer_role=_role_in(ruling),
        action=ruling.action.value,
        moodle_course_id=visit.launch.moodle_course_id,
        subject_person_id=asked_for or None,
        is_allowed=refusal is None,
        reason=_reason_of(ruling),
        request_id=g.request_id,
        detail=detail_of(ruling.action) if detail is None else detail,
    )


def _reason_of(ruling: Ruling) -> str:
    """Return why it was decided so; of what a page itself refused to somebody with rights, the page's own code."""
    refusal, decision = ruling.refusal, ruling.decision
    if refusal is None or (isinstance(refusal, NotFound) and not decision.is_allowed):
        return decision.reason.value
    return refusal.code


def _role_in(ruling: Ruling) -> str:
    """Return the part in which somebody asked: by a stored relationship, else the one in the course."""
    viewer, role = ruling.standing.viewer, STAFF_ROLES.get(ruling.decision.reason)
    return (viewer.course_role or ("admin" if viewer.is_admin else "none")) if role is None else role.value


def record_view(visit: Visit, ruling: Ruling) -> None:
    """Commit the access row and the session's own change before anything leaves."""
    if not _leaves_row(ruling) and _is_noted(visit, ruling.refusal):
        return
    with writing(services().sessions) as db:
        if visit.heard is not None:
            save_viewer_access(db, visit.launch.platform_id, visit.heard, visit.now)
        if ruling.action in LISTS_LEARNERS and ruling.refusal is None:
            _record_people(db, visit, ruling)
        elif ruling.action not in UNRECORDED or ruling.refusal is not None:
            save_access(db, make_access_entry(visit, ruling))
        if isinstance(ruling.refusal, TooManyViews):
            alert_contact(db, visit.launch, _role_in(ruling), visit.now)
        if isinstance(ruling.refusal, TooManyExports):
            alert_of_exports(db, visit.launch, _role_in(ruling), visit.now)
        if visit.session is not None:
            note_use(db, visit, ruling.refusal)
        elif ruling.refusal is None:
            begin_session(db, visit.launch, visit.page_token, part_of(ruling.standing.viewer), visit.now)


def _leaves_row(ruling: Ruling) -> bool:
    return ruling.refusal is not None or ruling.action in LISTS_LEARNERS or ruling.action not in UNRECORDED


def _is_noted(visit: Visit, refusal: PageError | None) -> bool:
    """Say whether the session's use was noted a moment ago, and nothing ends it: then there is nothing to write."""
    if visit.session is None or isinstance(refusal, SessionEnded | AccessRefused):
        return False
    return timedelta(0) <= visit.now - visit.session.last_seen_at < NOTED_EVERY


def _record_people(db: Session, visit: Visit, ruling: Ruling) -> None:
    """Leave a row for each learner on the page: the list belongs to no course that would say who was on it."""
    shown = g.get("people_shown", ())
    if ruling.action in EXPORTS and not shown:
        save_access(db, make_access_entry(visit, ruling))
    for person_id, reason in shown:
        decision, subject = Decision(True, reason), Subject(None, person_id)
        save_access(db, make_access_entry(visit, replace(ruling, decision=decision, subject=subject)))


def note_use(db: Session, visit: Visit, refusal: PageError | None) -> None:
    """Put off the session's idle end, or end it for good where its rights are gone."""
    if visit.session is None or _is_noted(visit, refusal):
        return
    if isinstance(refusal, SessionEnded | AccessRefused):
        revoke_session(db, visit.session.session_id, visit.now)
    else:
        touch_session(db, visit.session.session_id, visit.now)
