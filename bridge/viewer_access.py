"""Find out what a viewer may do now: Moodle's live word (plugin function get_viewer_access) against the synced roster.

The network call is made outside any transaction; what it answered is then read in the transaction that reads the data.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from analytics.policy.access import LEARNER_ARCHETYPE, TEACHER_ARCHETYPES, CourseRole, Viewer, find_course_role
from bridge.errors import BridgeError
from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import MoodleError
from bridge.records import ViewerAccess
from bridge.store.database import Sessions, reading, writing
from bridge.store.holders import Holder
from bridge.store.relationships import load_held, load_training_day
from bridge.store.viewer_sessions import NewSession
from bridge.store.viewers import (
    KnownPerson,
    StoredAccess,
    ViewedCourse,
    ViewerFacts,
    load_group_ids,
    load_own_courses,
    load_roster_access,
    load_viewer_access,
    load_viewer_facts,
    save_viewer_access,
)

FRESH_FOR = timedelta(minutes=15)
"""How long Moodle's word on a viewer is taken as live."""
INSTRUCTOR = "instructor"
"""The principal context role that a tutor's launch carries."""
SEPARATE_GROUPS = 1
SITE_COURSE_ID = 1
"""Moodle's site home: a course in name alone, from which the staff start page launches."""
CONNECTED_FOR = timedelta(days=1)
"""A Moodle that answered within so long is connected: its word can be waited for."""
PAUSE = timedelta(seconds=10)
"""A Moodle that just failed is left alone for so long: only one page in this time waits for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A viewer's rights at one moment, and the course they come from."""

    viewer: Viewer
    course: ViewedCourse | None
    """None: the tool does not know the course."""
    is_known: bool
    """Moodle, or the last roster, has said something about this person in this course."""
    is_closed: bool
    """The account is suspended, deleted or unknown to Moodle."""
    is_in_roster: bool
    """The last sync saw the viewer as an active learner of the course."""
    opens_my: bool = False
    """Moodle says that they came by "My engagement": all their courses, not this one."""


@dataclass(frozen=True, slots=True)
class MoodleAccess:
    """How to ask the platforms' Moodles, and which of them failed a moment ago."""

    client_for: Callable[[int], MoodleClient]
    failures: dict[int, tuple[datetime, BridgeError]] = field(default_factory=dict)
    """Platform id → when it last failed for a while, and how."""

    def ask(self, launch: NewSession, now: datetime) -> ViewerAccess:
        """Return Moodle's live word on the viewer.

        Raises:
            BridgeError: it could not be had, or could not a moment ago.
        """
        failed_at, failure = self.failures.get(launch.platform_id, (None, None))
        if failed_at is not None and failure is not None and timedelta(0) <= now - failed_at < PAUSE:
            raise failure
        try:
            answer = self.client_for(launch.platform_id).viewer_access(launch.moodle_user_id, launch.moodle_course_id)
        except MoodleError as error:
            if error.is_temporary:
                self.failures[launch.platform_id] = (now, error)
            raise
        if (answer.moodle_user_id, answer.moodle_course_id) != (launch.moodle_user_id, launch.moodle_course_id):
            raise BridgeError("Moodle answered about somebody else.")
        return answer


def is_fresh(stored: StoredAccess | None, now: datetime) -> bool:
    """Say whether Moodle's last word on a viewer need not be asked for again."""
    return stored is not None and timedelta(0) <= now - stored.checked_at < FRESH_FOR


def refresh_viewer_access(
    sessions: Sessions, moodle: MoodleAccess, launch: NewSession, now: datetime
) -> BridgeError | None:
    """Ask Moodle about the viewer when its last answer is no longer taken as live, and keep the answer.

    Return the error when Moodle could not be asked, None otherwise. The caller holds no transaction meanwhile.
    """
    with reading(sessions) as db:
        stored = load_viewer_access(db, launch.platform_id, launch.moodle_user_id, launch.moodle_course_id)
    if is_fresh(stored, now):
        return None
    try:
        answer = moodle.ask(launch, now)
    except BridgeError as error:
        return error
    with writing(sessions) as db:
        save_viewer_access(db, launch.platform_id, answer, now)
    return None


def load_facts(db: Session, launch: NewSession) -> ViewerFacts:
    """Return what is stored of a viewer, for whoever has to look at Moodle's word before the rights are read."""
    return load_viewer_facts(
        db, launch.platform_id, launch.registration_id, launch.moodle_user_id, launch.moodle_course_id
    )


def load_standing(db: Session, launch: NewSession, now: datetime, facts: ViewerFacts | None = None) -> Standing:
    """Return the viewer's rights as the database knows them at `now`.

    A course that is not switched on or has no roster gives nobody a part. Without any answer from Moodle the last
    roster stands in, but then nothing is live. `facts` were read in this transaction; None: they are read here.
    """
    facts = facts or load_facts(db, launch)
    stored, course, person = facts.access, facts.course, facts.person
    # Whatever the clock did: an answer from the future is no live one either.
    is_live = stored is not None and abs(now - stored.checked_at) <= FRESH_FOR
    answer = (
        stored.answer
        if stored is not None
        else load_roster_access(db, launch.platform_id, launch.moodle_user_id, launch.moodle_course_id)
    )
    person_id = None if person is None else person.person_id
    roster_ids = {c.course_id for c in load_own_courses(db, launch.platform_id, person_id)}
    role = _course_role(launch, course, answer)
    is_connected = facts.handshake_at is not None and now - facts.handshake_at < CONNECTED_FOR
    manages_tool = _manages_tool(launch, None if stored is None else stored.answer, is_connected=is_connected)
    standing = Standing(
        viewer=Viewer(
            moodle_user_id=launch.moodle_user_id,
            person_id=person_id,
            course_id=None if course is None else course.course_id,
            course_role=role,
            is_admin=manages_tool or _sees_tool(launch, answer, is_live=is_live, has_word=stored is not None),
            group_ids=_load_groups(db, course, answer, role),
            sees_all_groups=answer is not None and (answer.group_mode != SEPARATE_GROUPS or answer.sees_all_groups),
            is_live=is_live,
            manages_tool=manages_tool,
            own_course_ids=_own_course_ids(roster_ids, course, role),
        ),
        course=course,
        is_known=answer is not None,
        is_closed=_is_closed(answer) or (person is not None and person.is_deleted),
        is_in_roster=course is not None and course.course_id in roster_ids,
        opens_my=stored is not None and is_live and stored.answer.opens_my,
    )
    return replace(standing, viewer=_with_relationships(db, launch, person, standing, now))


def _with_relationships(
    db: Session, launch: NewSession, person: KnownPerson | None, standing: Standing, now: datetime
) -> Viewer:
    """Return the viewer with the stored relationships of this moment; none for an account that is closed.

    Their number is the signed launch's; the roster's stands in where the platform sends none.
    """
    if standing.is_closed:
        return standing.viewer
    idnumber = launch.idnumber.strip() or (person.idnumber.strip() if person is not None else "")
    holder = Holder(launch.moodle_user_id, idnumber or None)
    held = load_held(db, launch.platform_id, holder, now)
    sees_names = bool(held) or standing.viewer.course_role is CourseRole.TUTOR
    is_trained = sees_names and load_training_day(db, launch.platform_id, holder, now.date()) is not None
    return replace(standing.viewer, relationships=held, is_trained=is_trained)


def _load_groups(
    db: Session, course: ViewedCourse | None, answer: ViewerAccess | None, role: CourseRole | None
) -> frozenset[int]:
    """Return the groups that a viewer's rights go by; a learner's go by none."""
    if course is None or answer is None or role is CourseRole.LEARNER:
        return frozenset()
    return load_group_ids(db, course.course_id, answer.group_ids)


def _is_closed(answer: ViewerAccess | None) -> bool:
    return answer is not None and (not answer.is_known or answer.is_suspended or answer.is_deleted)


def _course_role(launch: NewSession, course: ViewedCourse | None, answer: ViewerAccess | None) -> CourseRole | None:
    if answer is None or course is None or not course.is_switched_on or not course.has_roster or _is_closed(answer):
        return None
    return find_course_role(
        launched_as_instructor=launch.lti_role == INSTRUCTOR,
        archetypes={role.archetype for role in answer.roles},
        is_enrolled=answer.is_enrolled,
        is_active=answer.is_active,
    )


def _manages_tool(launch: NewSession, answer: ViewerAccess | None, *, is_connected: bool) -> bool:
    """Say whether the viewer runs the tool for the whole site: Moodle's own word, as last heard.

    Where Moodle never said anything about them, and is not connected, the launch's word stands, so that an
    administrator can connect the tool at all, or again. It is no more than that: who holds mod/lti:admin in a single
    course launches as an administrator too, and must not run the tool because Moodle is down for a moment.
    """
    if _is_closed(answer):
        return False
    return launch.is_platform_admin and not is_connected if answer is None else answer.manages


def _sees_tool(launch: NewSession, answer: ViewerAccess | None, *, is_live: bool, has_word: bool) -> bool:
    """Say whether somebody who does not run the tool sees its state.

    The launch's word does no more once Moodle gave its own: mod/lti:admin in one course must not show the whole site.
    """
    return (launch.is_platform_admin and not has_word) or _manages_from_above(launch, answer, is_live=is_live)


def _manages_from_above(launch: NewSession, answer: ViewerAccess | None, *, is_live: bool) -> bool:
    """Say whether somebody arrives as Instructor without teaching or learning in the course: a category manager."""
    if launch.lti_role != INSTRUCTOR or answer is None or not is_live or _is_closed(answer):
        return False
    if launch.moodle_course_id == SITE_COURSE_ID:  # who edits the site's home page manages no category by it
        return False
    archetypes = {role.archetype for role in answer.roles}
    has_part = bool(archetypes & (TEACHER_ARCHETYPES | {LEARNER_ARCHETYPE}))
    return not has_part and (not answer.is_enrolled or "manager" in archetypes)


def _own_course_ids(roster_ids: set[int], course: ViewedCourse | None, role: CourseRole | None) -> frozenset[int]:
    """Return the courses of the roster; for the launch's own course Moodle's live word goes before it."""
    if course is None or role is CourseRole.LEARNER:
        return frozenset(roster_ids)
    return frozenset(roster_ids - {course.course_id})
