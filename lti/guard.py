"""The one enforcement point: every page with data passes here, is decided here, and leaves its access row here.

Course and viewer come from the session's row on each request, never from a parameter. Rights and data are read in one
transaction; the access row is committed before the page leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from flask import Response, g, make_response, render_template, request
from sqlalchemy.orm import Session

from analytics.policy.access import Action, CourseRole, Decision, Reason, Subject, Viewer, decide, start_action
from bridge.log_records import MAX_ID
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.database import reading, writing
from bridge.store.registrations import load_registration
from bridge.store.viewer_sessions import NewSession, ViewerSession, revoke_session, touch_session
from bridge.store.viewers import ViewedCourse, load_learner_groups, load_own_course
from bridge.viewer_access import FRESH_FOR, Standing, load_standing, refresh_viewer_access
from lti.errors import AccessRefused, CourseNotReady, NotFound, PageError, RightsUnchecked, SessionEnded, WrongOrigin
from lti.headers import is_foreign_form
from lti.reasons import TEXTS
from lti.services import services
from lti.session.sessions import begin_session, end_session, find_session, new_page_token

View = Callable[["GuardedRequest"], str | Response]
Wanted = Action | Callable[[Viewer], Action]
"""An action, or how to find it from the viewer: the start page is `start_action`."""
UNRECORDED = frozenset({Action.ADMIN_VIEW, Action.OWN_VIEW, Action.OWN_COURSES_VIEW})
"""Served without an access row: nobody is named, or learners look at their own page, and whether they use it is
never held against them (policy paragraph 18). Refusals always leave a row."""


@dataclass(frozen=True, slots=True)
class GuardedRequest:
    """What a view gets: a decided request and the transaction its rights were read in."""

    db: Session
    viewer: Viewer
    platform_id: int
    action: Action
    subject: Subject
    viewed_course: ViewedCourse | None
    """None on pages that belong to no course."""
    page_token: str
    display_name: str
    locale: str
    now: datetime

    @property
    def course(self) -> ViewedCourse:
        """The course this page is about.

        Raises:
            NotFound: the page belongs to no course.
        """
        if self.viewed_course is None:
            raise NotFound
        return self.viewed_course


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who asks: a session that runs, or a launch that becomes one when its first page is ready."""

    launch: NewSession
    page_token: str
    session: ViewerSession | None
    now: datetime


def guarded(wanted: Wanted) -> Callable[[View], Callable[[], Response]]:
    """Make a view into a route that only decided requests reach; the route answers POST and reads `page_token`."""

    def wrap(view: View) -> Callable[[], Response]:
        @wraps(view)
        def route() -> Response:
            return _serve(_visit_of_form(), wanted, view)

        return route

    return wrap


def begin(launch: NewSession, view: View) -> Response:
    """Answer a verified launch with its start page; the session is stored together with the page's access row.

    Raises:
        PageError: there is no page for this viewer now; then no session was made either.
    """
    now = services().now()
    return _serve(_Visit(launch, new_page_token(), None, now), start_action, view, max_age=timedelta(0))


def sign_out() -> Response:
    """End the session of the posted page token and say so; whoever was signed out already gets the same page."""
    check_origin()
    with writing(services().sessions) as db:
        end_session(db, request.form.get("page_token", ""), services().now())
    page = render_template(
        "errors/page.html.jinja", text=TEXTS["signed-out"], code="signed-out", reference=None, page_token=None
    )
    return make_response(page)


def check_origin() -> None:
    """Refuse a form that another site sent in the viewer's name.

    Raises:
        WrongOrigin: the browser says that it comes from another site.
    """
    if is_foreign_form(services().settings):
        raise WrongOrigin


def _visit_of_form() -> _Visit:
    check_origin()
    now = services().now()
    page_token = request.form.get("page_token", "")
    with reading(services().sessions) as db:
        session = find_session(db, page_token, now)
    return _Visit(session.launch, page_token, session, now)


def _serve(visit: _Visit, wanted: Wanted, view: View, *, max_age: timedelta = FRESH_FOR) -> Response:
    tool = services()
    error = refresh_viewer_access(tool.sessions, tool.moodle, visit.launch, visit.now, max_age=max_age)
    if error is not None:
        tool.log.warning("rights not refreshed", code=error.code, kind=type(error).__name__, request_id=g.request_id)
    with reading(tool.sessions) as db:
        g.registration = load_registration(db, visit.launch.registration_id)
        standing = load_standing(db, visit.launch, visit.now)
        action = wanted if isinstance(wanted, Action) else wanted(standing.viewer)
        refusal = _find_refusal(standing, visit.session)
        subject = Subject(None) if refusal else _find_subject(db, action, standing.viewer)
        decision = Decision(False, Reason.NO_ROLE) if refusal else decide(standing.viewer, action, subject)
        if refusal is None and decision.is_allowed:
            body = view(_guarded_request(db, visit, standing, action, subject))
    if refusal is None and not decision.is_allowed:
        refusal = _refusal_of(decision)
    entry = _access_entry(visit, standing.viewer, action, subject, decision, refusal)
    _record(visit, standing, entry, refusal)
    if refusal is not None:
        raise refusal
    return make_response(body)


def _find_refusal(standing: Standing, session: ViewerSession | None) -> PageError | None:
    """Return why the viewer has no page at all now, whatever they asked for; None when `decide` may decide."""
    viewer, course = standing.viewer, standing.course
    if standing.is_closed:
        return AccessRefused("account-closed")
    if viewer.course_role is None and not viewer.is_admin:
        if course is None or not course.is_switched_on:
            return CourseNotReady("course-not-on")
        if not course.has_roster:
            return CourseNotReady("not-synced")
        if not viewer.is_live:
            return RightsUnchecked("rights-unknown")
        return AccessRefused("no-role") if session is None else SessionEnded("rights-changed")
    if session is not None and session.course_role is not None and session.course_role != viewer.course_role:
        return SessionEnded("rights-changed")
    if viewer.course_role is CourseRole.LEARNER and not standing.is_in_roster:
        return CourseNotReady("not-synced")
    return None


def _find_subject(db: Session, action: Action, viewer: Viewer) -> Subject:
    """Return what the request asks for; ids outside the viewer's course give the same empty subject as unknown ones."""
    if action is Action.LEARNER_VIEW:
        person_id = _form_id("learner")
        groups = load_learner_groups(db, viewer.course_id or 0, person_id)
        return Subject(viewer.course_id, None if groups is None else person_id, groups or frozenset())
    if action is Action.OWN_VIEW:
        course_id = _form_id("course") if request.form.get("course") else viewer.course_id
        return Subject(course_id, viewer.person_id)
    if action is Action.OWN_COURSES_VIEW:
        return Subject(None, viewer.person_id)
    return Subject(viewer.course_id)


def _form_id(name: str) -> int:
    """Return a surrogate id from the form; 0, which is nobody's, for whatever is none."""
    given = request.form.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) <= 19):
        return 0
    return int(given) if int(given) <= MAX_ID else 0


def _guarded_request(
    db: Session, visit: _Visit, standing: Standing, action: Action, subject: Subject
) -> GuardedRequest:
    course = standing.course
    if subject.course_id is None:
        course = None
    elif course is None or subject.course_id != course.course_id:
        course = load_own_course(db, visit.launch.platform_id, subject.course_id)
    return GuardedRequest(
        db=db,
        viewer=standing.viewer,
        platform_id=visit.launch.platform_id,
        action=action,
        subject=subject,
        viewed_course=course,
        page_token=visit.page_token,
        display_name=visit.launch.display_name,
        locale=visit.launch.locale,
        now=visit.now,
    )


def _refusal_of(decision: Decision) -> PageError:
    return RightsUnchecked() if decision.reason is Reason.RIGHTS_UNCHECKED else NotFound()


def _access_entry(
    visit: _Visit,
    viewer: Viewer,
    action: Action,
    subject: Subject,
    decision: Decision,
    refusal: PageError | None,
) -> AccessEntry:
    asked_for = _form_id("learner") if action is Action.LEARNER_VIEW else subject.person_id
    reason = decision.reason.value if refusal is None or isinstance(refusal, NotFound) else refusal.code
    return AccessEntry(
        at=visit.now,
        platform_id=visit.launch.platform_id,
        viewer_moodle_user_id=visit.launch.moodle_user_id,
        viewer_role=viewer.course_role or ("admin" if viewer.is_admin else "none"),
        action=action.value,
        moodle_course_id=visit.launch.moodle_course_id,
        subject_person_id=asked_for or None,
        is_allowed=decision.is_allowed,
        reason=reason,
        request_id=g.request_id,
    )


def _record(visit: _Visit, standing: Standing, entry: AccessEntry, refusal: PageError | None) -> None:
    """Commit the access row and the session's own change before anything leaves."""
    with writing(services().sessions) as db:
        if entry.action not in UNRECORDED or not entry.is_allowed:
            save_access(db, entry)
        if visit.session is None:
            if refusal is None:
                begin_session(db, visit.launch, visit.page_token, standing.viewer.course_role, visit.now)
        elif isinstance(refusal, SessionEnded | AccessRefused):
            revoke_session(db, visit.session.session_id, visit.now)
        else:
            touch_session(db, visit.session.session_id, visit.now)
