"""The one enforcement point: every page with data passes here, is decided here, and leaves its access row here.

Course and viewer come from the session's row on each request, never from a parameter. Rights and data are read in one
transaction; the access row is committed before the page leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import TypeVar

from flask import Response, g, make_response, render_template, request
from sqlalchemy.orm import Session

from analytics.policy.access import Action, Subject, Viewer
from analytics.policy.starting import start_action
from bridge.store.database import reading, writing
from bridge.store.viewer_sessions import NewSession
from bridge.store.viewers import ViewedCourse, load_own_course
from bridge.viewer_access import Standing, is_fresh, load_facts
from lti.errors import NotFound, PageError, WrongOrigin
from lti.headers import is_foreign_form
from lti.language import speak_as_launch
from lti.limits import check_launches
from lti.reasons import TEXTS
from lti.recording import record_view
from lti.services import services
from lti.session.sessions import end_session, find_session, new_page_token
from lti.theme import show_as_launch
from lti.visits import Ruling, Visit, hear_rights, load_rights, refresh_rights, rule
from lti.ways import list_ways

T = TypeVar("T")
View = Callable[["GuardedRequest"], str | Response]
Wanted = Action | Callable[[Viewer], Action]
"""An action, or how to find it from the viewer: the start page is `start_action`."""
START_PATHS = {
    Action.COURSE_VIEW: "/panel/tutor",
    Action.OWN_VIEW: "/panel/learner",
    Action.OWN_COURSES_VIEW: "/panel/learner/courses",
    Action.ADMIN_VIEW: "/panel/admin",
}
"""Where a page that was wished for can be asked for again."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever was allowed to ask, while no transaction is open: what a view may ask Moodle for first."""

    viewer: Viewer
    platform_id: int
    page_token: str = field(repr=False)
    now: datetime
    display_name: str = ""


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
    page_token: str = field(repr=False)
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


def guarded(wanted: Wanted) -> Callable[[View], Callable[[], Response]]:
    """Make a view into a route that only decided requests reach; the route answers POST and reads `page_token`."""

    def wrap(view: View) -> Callable[[], Response]:
        @wraps(view)
        def route() -> Response:
            return _answer_form(wanted, view)

        return route

    return wrap


def guarded_after(
    action: Action, ask: Callable[[Asker], T], view: Callable[["GuardedRequest", T], str | Response]
) -> Callable[[], Response]:
    """Make a route whose view needs an answer from elsewhere: `ask` is called outside any transaction.

    Only a decided request asks, and rights are read once more in the transaction that reads the page's data.
    """

    def route() -> Response:
        visit = visit_of_form()
        refresh_rights(visit)
        with reading(services().sessions) as db:
            ruling = rule(db, visit, load_rights(db, visit), action)
        if ruling.refusal is not None:
            return finish(visit, ruling, None)
        heard = ask(make_asker(visit, ruling))
        # Asking can take a while: what ended meanwhile counts as ended.
        visit = replace(visit, now=services().now())
        return answer(visit, action, lambda asked: view(asked, heard))

    return route


def begin(launch: NewSession, view: View, wished: Action | None = None) -> Response:
    """Answer a verified launch with its start page; the session is stored together with the page's access row.

    `wished` is the page that the launch asks for: rights decide, and a wish without them is left alone.

    Raises:
        PageError: there is no page for this viewer now; then no session was made either.
        TooManyRequests: they launched more often within the hour than a person can.
    """
    speak_as_launch(launch.locale)
    show_as_launch(launch.theme)
    visit = Visit(launch, new_page_token(), None, services().now())
    with reading(services().sessions) as db:
        check_launches(db, launch, visit.now)
    visit = hear_rights(visit)
    return _answer_by(visit, lambda standing: _begin_action(standing, wished), view)


def _begin_action(standing: Standing, wished: Action | None) -> Action:
    wished = Action.OWN_COURSES_VIEW if standing.opens_my else wished
    action = start_action(standing.viewer, wished)
    if action is not start_action(standing.viewer):
        g.start_path = START_PATHS[action]
    return action


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


def visit_of_form() -> Visit:
    """Return the running session that a posted page token belongs to.

    Raises:
        WrongOrigin: another site sent the form.
        SessionEnded: there is no such session, or it is over.
    """
    check_origin()
    with reading(services().sessions) as db:
        return _find_visit(db)


def _find_visit(db: Session) -> Visit:
    now, page_token = services().now(), request.form.get("page_token", "")
    session = find_session(db, page_token, now)
    return Visit(session.launch, page_token, session, now)


def _answer_form(wanted: Wanted, view: View) -> Response:
    """Answer a page's form: session, rights and data are read in one transaction, unless Moodle has to be asked."""
    check_origin()
    with reading(services().sessions) as db:
        visit = _find_visit(db)
        facts = load_facts(db, visit.launch)
        if is_fresh(facts.access, visit.now):
            standing = load_rights(db, visit, facts)
            decided = _decide(db, visit, rule(db, visit, standing, _find_action(wanted, standing)), view)
        else:
            decided = None
    return answer(visit, wanted, view) if decided is None else finish(visit, *decided)


def answer(visit: Visit, wanted: Wanted, view: View) -> Response:
    """Decide a session's request and answer it with the view's page.

    Raises:
        PageError: it is refused; the access row says so.
    """
    refresh_rights(visit)
    return _answer_by(visit, lambda standing: _find_action(wanted, standing), view)


def _find_action(wanted: Wanted, standing: Standing) -> Action:
    return wanted if isinstance(wanted, Action) else wanted(standing.viewer)


def _answer_by(visit: Visit, find_action: Callable[[Standing], Action], view: View) -> Response:
    with reading(services().sessions) as db:
        standing = load_rights(db, visit)
        decided = _decide(db, visit, rule(db, visit, standing, find_action(standing)), view)
    return finish(visit, *decided)


def _decide(db: Session, visit: Visit, ruling: Ruling, view: View) -> tuple[Ruling, str | Response | None]:
    """Make the page of a request that may be answered; a page can refuse, too."""
    if ruling.refusal is not None:
        return ruling, None
    ways = list_ways(ruling.standing.viewer, ruling.action)
    g.ways = ways if len(ways) > 1 else ()
    try:
        return ruling, view(_guarded_request(db, visit, ruling))
    except PageError as refusal:
        return replace(ruling, refusal=refusal), None


def finish(visit: Visit, ruling: Ruling, body: str | Response | None) -> Response:
    """Commit the access row and only then let the page out.

    Raises:
        PageError: the request was refused.
    """
    record_view(visit, ruling)
    if ruling.refusal is not None or body is None:
        raise ruling.refusal or NotFound()
    return make_response(body)


def make_asker(visit: Visit, ruling: Ruling) -> Asker:
    """Return what is known of a decided request outside its transaction."""
    launch = visit.launch
    return Asker(ruling.standing.viewer, launch.platform_id, visit.page_token, visit.now, launch.display_name)


def _guarded_request(db: Session, visit: Visit, ruling: Ruling) -> GuardedRequest:
    course, subject = ruling.standing.course, ruling.subject
    if subject.course_id is None:
        course = None
    elif course is None or subject.course_id != course.course_id:
        course = load_own_course(db, visit.launch.platform_id, subject.course_id)
    return GuardedRequest(
        db=db,
        viewer=ruling.standing.viewer,
        platform_id=visit.launch.platform_id,
        action=ruling.action,
        subject=subject,
        viewed_course=course,
        page_token=visit.page_token,
        display_name=visit.launch.display_name,
        locale=visit.launch.locale,
        now=visit.now,
    )
