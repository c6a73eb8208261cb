"""Who asks, and whether they may: the rights of one request and its refusal (`lti.recording` has the row it leaves).

Course and viewer come from the session's row, never from a parameter.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session

from analytics.policy.access import Action, CourseRole, Decision, Reason, Subject, Viewer, decide
from analytics.policy.actions import EXPORTS
from bridge.errors import BridgeError
from bridge.log_records import MAX_ID
from bridge.records import ViewerAccess
from bridge.store.cases import load_case
from bridge.store.database import reading
from bridge.store.people_of_staff import load_staff_subject
from bridge.store.registrations import load_registration
from bridge.store.schools import find_school_of_course
from bridge.store.viewer_sessions import NewSession, ViewerSession
from bridge.store.viewers import StoredAccess, ViewerFacts, load_learner_groups
from bridge.store.worklist import load_hand_over_subject
from bridge.viewer_access import SITE_COURSE_ID, Standing, load_facts, load_standing, refresh_viewer_access
from lti.errors import (
    AccessRefused,
    CourseNotReady,
    NotFound,
    PageError,
    RightsUnchecked,
    SessionEnded,
    TooManyViews,
)
from lti.exports import find_export_refusal
from lti.launch.memberships import SCOPE
from lti.launch.service_token import ServiceRefused
from lti.limits import UNNAMED, is_over_limit
from lti.services import services

OWN_ALL = frozenset({Action.OWN_COURSES_VIEW, Action.OWN_HELD_VIEW, Action.OWN_HELD_EXPORT, Action.OWN_COMPLAIN})
"""What is about the viewer in all their courses."""
UNRECORDED = OWN_ALL | {
    Action.OWN_CHANGE,
    Action.ADMIN_VIEW,
    Action.OWN_VIEW,
    Action.TRAINING,
    Action.BREAK_GLASS,
    Action.SCHOOL_VIEW,
    Action.STATEMENT_VIEW,
    Action.FIGURES_VIEW,
    Action.RESOURCES_VIEW,
}
"""Served without an access row: nobody is named, or learners look at their own page, and whether they use it is
never held against them (policy paragraph 18). Refusals always leave a row."""
PEOPLE_LISTS = frozenset({Action.PEOPLE_VIEW, Action.PEOPLE_EXPORT, Action.WORK_EXPORT, Action.PEOPLE_MESSAGE})
"""Of the learners whom the viewer works with; which of them, the page itself decides."""
OF_STAFF = PEOPLE_LISTS | {Action.TRAINING, Action.BREAK_GLASS}
"""Of the viewer's own, not of the course that they came from."""
OF_COMPLAINTS = frozenset({Action.COMPLAINTS_VIEW, Action.COMPLAINT_ANSWER, Action.COMPLAINT_EXPORT})
OF_A_SCHOOL = OF_COMPLAINTS | {Action.SCHOOL_VIEW, Action.SCHOOL_CHANGE, Action.FIGURES_VIEW}
"""Asked for with a school's id in the form; without one it is the first that the viewer leads."""
OF_A_PERSON = frozenset({Action.PERSON_VIEW, Action.DISPUTE_ANSWER, Action.CASE_VIEW, Action.CASE_CHANGE})
STAFF = "staff"
"""The part of somebody who has a stored relationship and none in the course; kept with their session."""
MANAGER = "manager"
"""The part of somebody who runs the tool and has none in the course; kept with their session."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks: a session that runs, or a launch that becomes one when its first page is ready."""

    launch: NewSession
    page_token: str = field(repr=False)
    session: ViewerSession | None
    now: datetime
    heard: ViewerAccess | None = None
    """What Moodle just said of who launches; kept as their session begins. None: of a session, or it did not answer."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided about one request, with the rights it was decided by."""

    standing: Standing
    action: Action
    subject: Subject
    decision: Decision
    refusal: PageError | None
    """None: the request may be answered."""


def hear_rights(visit: Visit) -> Visit:
    """Ask Moodle about who launches, however fresh its last word is; the caller holds no transaction.

    Return the visit with the answer: it is stored together with the session that begins, not before.
    """
    try:
        return replace(visit, heard=services().moodle.ask(visit.launch, visit.now))
    except BridgeError as error:
        _note_unheard(visit, error)
        return visit


def refresh_rights(visit: Visit) -> None:
    """Ask Moodle about the viewer of a session whose last word is no longer live; the caller holds no transaction."""
    tool = services()
    error = refresh_viewer_access(tool.sessions, tool.moodle, visit.launch, visit.now)
    if error is not None:
        _note_unheard(visit, error)


def _note_unheard(visit: Visit, error: BridgeError) -> None:
    kind = type(error).__name__
    services().log.warning("rights not refreshed", code=error.code, kind=kind, request_id=g.request_id)
    g.has_left = _has_left(visit)


def _has_left(visit: Visit) -> bool:
    """Say whether the platform's membership service no longer lists the viewer; False where it cannot be asked."""
    tool, launch = services(), visit.launch
    with reading(tool.sessions) as db:
        registration = load_registration(db, launch.registration_id)
    if launch.memberships_url is None or registration is None or SCOPE not in registration.granted_scopes:
        return False
    try:
        return not tool.memberships.is_member(registration, launch.memberships_url, launch.moodle_user_id, visit.now)
    except ServiceRefused as error:
        tool.log.warning("members not read", reason=error.reason, said=error.said, request_id=g.request_id)
        return False


def load_rights(db: Session, visit: Visit, facts: ViewerFacts | None = None) -> Standing:
    """Return the viewer's rights, and let the answer's headers know whose frame the page may stand in.

    `facts` were read in this transaction; None: they are read here.
    """
    facts = facts or load_facts(db, visit.launch)
    if visit.heard is not None:
        facts = replace(facts, access=StoredAccess(visit.heard, visit.now))
    g.addresses = facts.addresses
    return load_standing(db, visit.launch, visit.now, facts)


def rule(db: Session, visit: Visit, standing: Standing, action: Action) -> Ruling:
    """Decide a request."""
    refusal = _find_refusal(standing, visit)
    subject = Subject(None) if refusal else _find_subject(db, visit, action, standing.viewer)
    decision = Decision(False, Reason.NO_ROLE) if refusal else decide(standing.viewer, action, subject)
    if refusal is None and not decision.is_allowed:
        refusal = _refusal_of(decision)
    if refusal is None and action not in UNRECORDED | UNNAMED and is_over_limit(db, visit.launch, visit.now):
        refusal = TooManyViews()
    if refusal is None and action in EXPORTS:
        refusal = find_export_refusal(db, visit.launch, action, visit.now)
    return Ruling(standing, action, subject, decision, refusal)


def _find_refusal(standing: Standing, visit: Visit) -> PageError | None:
    """Return why the viewer has no page at all now, whatever they asked for; None when `decide` may decide."""
    viewer, course, session = standing.viewer, standing.course, visit.session
    if standing.is_closed:
        return AccessRefused("account-closed")
    if viewer.course_role is not None and not viewer.is_live and g.get("has_left", False):
        return AccessRefused("no-role") if session is None else SessionEnded("rights-changed")
    if viewer.course_role is None and not viewer.is_admin and not viewer.relationships:
        if session is not None and session.course_role == STAFF:
            return SessionEnded("rights-changed")
        if visit.launch.moodle_course_id == SITE_COURSE_ID:
            return CourseNotReady("no-start-page")
        if course is None or not course.is_switched_on:
            return CourseNotReady("course-not-on")
        if not course.has_roster:
            return CourseNotReady("not-synced")
        if not viewer.is_live:
            return RightsUnchecked("rights-unknown")
        return AccessRefused("no-role") if session is None else SessionEnded("rights-changed")
    if session is not None and session.course_role not in (None, part_of(viewer)):
        return SessionEnded("rights-changed")
    if viewer.course_role is CourseRole.LEARNER and not standing.is_in_roster:
        return CourseNotReady("not-synced")
    return None


def part_of(viewer: Viewer) -> str | None:
    """Return the part whose end ends the session; None for somebody who has none to lose."""
    if viewer.course_role is not None:
        return viewer.course_role.value
    if viewer.manages_tool:
        return MANAGER
    return STAFF if viewer.relationships else None


def _find_subject(db: Session, visit: Visit, action: Action, viewer: Viewer) -> Subject:
    """Return what the request asks for; ids outside the viewer's course give the same empty subject as unknown ones."""
    if action is Action.LEARNER_VIEW:
        person_id = form_id("learner")
        groups = load_learner_groups(db, viewer.course_id or 0, person_id)
        return Subject(viewer.course_id, None if groups is None else person_id, groups or frozenset())
    if action in (Action.OWN_VIEW, Action.OWN_CHANGE):
        course_id = form_id("course") if request.form.get("course") else viewer.course_id
        return Subject(course_id, viewer.person_id)
    if action is Action.STATEMENT_VIEW:
        course_id = form_id("course") if request.form.get("course") else viewer.course_id
        return Subject(course_id, school_id=find_school_of_course(db, course_id or 0))
    if action in OWN_ALL:
        return Subject(None, viewer.person_id)
    if action in OF_A_PERSON:
        return load_staff_subject(db, visit.launch.platform_id, form_id("learner"), visit.now)
    if action is Action.HAND_OVER_RAISE:
        return load_hand_over_subject(db, visit.launch.platform_id, form_id("concern"), visit.now)
    if action is Action.CASE_WITHHOLD:
        case = load_case(db, form_id("case"))
        person_id = 0 if case is None else case.person_id
        return load_staff_subject(db, visit.launch.platform_id, person_id, visit.now)
    if action in OF_STAFF:
        return Subject(None)
    if action is Action.FIGURES_VIEW and viewer.is_faculty:
        return Subject(None, school_id=form_id("school") or None)
    if action in OF_A_SCHOOL:
        school_id = form_id("school") if request.form.get("school") else next(iter(viewer.school_ids), None)
        return Subject(None, school_id=school_id)
    return Subject(viewer.course_id)


def form_id(name: str) -> int:
    """Return a surrogate id from the form; 0, which is nobody's, for whatever is none."""
    given = request.form.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= 19):
        return 0
    return int(given) if int(given) <= MAX_ID else 0


def _refusal_of(decision: Decision) -> PageError:
    return RightsUnchecked() if decision.reason is Reason.RIGHTS_UNCHECKED else NotFound()
