"""What the panels' tests share: the real app's pages for a made-up course, asked as the guard would hand them on."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from analytics.policy.access import Action, CourseRole, Subject, Viewer
from bridge.config import Settings
from bridge.store.database import Sessions, reading
from bridge.store.viewers import ViewedCourse
from lti.app import create_app
from lti.guard import GuardedRequest
from tests.lti.panels.world import NOW, World

SETTINGS = Settings(secret_key="k" * 40, public_url="https://lea.example.ac.uk")
TOKEN = "page-token-of-the-test"

View = Callable[[GuardedRequest], str]


class Browser:
    """Asks for pages as a decided viewer, and reads the answers."""

    def __init__(self, app: Flask, sessions: Sessions, world: World, now: datetime = NOW) -> None:
        self.app, self.sessions, self.world, self.now = app, sessions, world, now

    def as_tutor(
        self,
        view: View,
        form: Mapping[str, str] | None = None,
        *,
        learner: int | None = None,
        groups: frozenset[int] | None = None,
    ) -> str:
        """Ask as the course's tutor; `groups` are those a tutor under separate groups belongs to (None: sees all)."""
        viewer = Viewer(
            moodle_user_id=9000,
            person_id=self.world.tutor_id,
            course_id=self.world.course_id,
            course_role=CourseRole.TUTOR,
            is_admin=False,
            group_ids=groups or frozenset(),
            sees_all_groups=groups is None,
            is_trained=True,
        )
        action = Action.COURSE_VIEW if learner is None else Action.LEARNER_VIEW
        return self._ask(view, viewer, action, Subject(self.world.course_id, learner), form)

    def as_learner(self, view: View, person_id: int, form: Mapping[str, str] | None = None) -> str:
        """Ask as a learner of the course, for their own page."""
        viewer = Viewer(
            moodle_user_id=100,
            person_id=person_id,
            course_id=self.world.course_id,
            course_role=CourseRole.LEARNER,
            is_admin=False,
            group_ids=frozenset(),
            sees_all_groups=True,
            own_course_ids=frozenset({self.world.course_id}),
        )
        return self._ask(view, viewer, Action.OWN_VIEW, Subject(self.world.course_id, person_id), form)

    def as_admin(self, view: View) -> str:
        """Ask as an administrator who teaches nothing."""
        viewer = Viewer(1, None, None, None, True, frozenset(), False, manages_tool=True)
        return self._ask(view, viewer, Action.ADMIN_VIEW, Subject(None), None)

    def _ask(self, view: View, viewer: Viewer, action: Action, subject: Subject, form: Mapping[str, str] | None) -> str:
        with (
            self.app.test_request_context("/panel/", method="POST", data=dict(form or {})),
            reading(self.sessions) as db,
        ):
            return view(self._request(db, viewer, action, subject))

    def _request(self, db: Session, viewer: Viewer, action: Action, subject: Subject) -> GuardedRequest:
        course = ViewedCourse(
            course_id=self.world.course_id,
            platform_id=self.world.platform_id,
            moodle_course_id=self.world.moodle_course_id,
            shortname="SBB2104",
            fullname="Cell Biology",
            group_mode=1,
            is_switched_on=True,
            has_roster=True,
        )
        return GuardedRequest(
            db=db,
            viewer=viewer,
            platform_id=self.world.platform_id,
            action=action,
            subject=subject,
            viewed_course=course,
            page_token=TOKEN,
            display_name="Adam Achebe",
            locale="en",
            now=self.now,
        )


MakeBrowser = Callable[..., Browser]


@pytest.fixture
def open_as(sessions: Sessions) -> MakeBrowser:
    """Give a function: a made world (and the present instant) → a browser on the real app."""

    def make(world: World, now: datetime = NOW) -> Browser:
        return Browser(create_app(SETTINGS, sessions=sessions, now=lambda: now), sessions, world, now)

    return make


def soup_of(page: str) -> BeautifulSoup:
    """Parse a page."""
    return BeautifulSoup(page, "html.parser")


def text_of(page: str) -> str:
    """Give a page's text in one line."""
    return " ".join(soup_of(page).get_text(" ").replace("\u00a0", " ").split())
