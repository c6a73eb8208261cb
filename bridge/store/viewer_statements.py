"""The statements behind a viewer's rights, each put together once and kept; `bridge.store.viewers` runs them."""

from sqlalchemy import BindParameter, and_, bindparam, select

from bridge.schema.people import CourseGroup, Enrolment, GroupMember, Person
from bridge.schema.platforms import Platform, Registration
from bridge.schema.teaching import Course
from bridge.schema.viewing import ViewerAccess
from bridge.store.database import Statement
from bridge.store.left_out import is_left_out

_PLATFORM: BindParameter[int] = bindparam("platform_id")
_PERSON: BindParameter[int] = bindparam("person_id")
_COURSE: BindParameter[int] = bindparam("course_id")
_USER_ID: BindParameter[int] = bindparam("moodle_user_id")
_COURSE_ID: BindParameter[int] = bindparam("moodle_course_id")
_OF_ACCESS = (ViewerAccess.answer, ViewerAccess.checked_at)
_OF_COURSE = (
    Course.id,
    Course.platform_id,
    Course.moodle_course_id,
    Course.shortname,
    Course.fullname,
    Course.group_mode,
    Course.switched_on_at,
    Course.switched_off_at,
    Course.roster_synced_at,
)
_OF_PERSON = (
    Person.id.label("person_id"),
    Person.is_suspended,
    Person.deleted_at.label("person_deleted_at"),
    Person.idnumber.label("person_idnumber"),
)
_IS_ACCESS = and_(
    ViewerAccess.platform_id == _PLATFORM,
    ViewerAccess.moodle_user_id == _USER_ID,
    ViewerAccess.moodle_course_id == _COURSE_ID,
)
_IS_PERSON = and_(Person.platform_id == _PLATFORM, Person.moodle_user_id == _USER_ID)
_IS_COURSE = and_(Course.platform_id == _PLATFORM, Course.moodle_course_id == _COURSE_ID, Course.deleted_at.is_(None))
SELECT_ACCESS = select(*_OF_ACCESS).where(_IS_ACCESS)
SELECT_PERSON: Statement = select(*_OF_PERSON).where(_IS_PERSON)
SELECT_FACTS: Statement = (
    select(
        Platform.handshake_at,
        Registration.issuer,
        Registration.auth_login_url,
        *_OF_ACCESS,
        *_OF_COURSE,
        *_OF_PERSON,
    )
    .select_from(Platform)
    .outerjoin(ViewerAccess, _IS_ACCESS)
    .outerjoin(Course, _IS_COURSE)
    .outerjoin(Person, _IS_PERSON)
    .outerjoin(Registration, Registration.id == bindparam("registration_id"))
    .where(Platform.id == _PLATFORM)
)
SELECT_ONE_COURSE: Statement = select(*_OF_COURSE).where(Course.id == _COURSE, Course.platform_id == _PLATFORM)
SELECT_OWN: Statement = (
    select(*_OF_COURSE)
    .join(Enrolment, Enrolment.course_id == Course.id)
    .where(
        Course.platform_id == _PLATFORM,
        Enrolment.person_id == _PERSON,
        Enrolment.is_learner,
        Enrolment.is_active,
        Course.switched_on_at.is_not(None),
        Course.deleted_at.is_(None),
    )
    .order_by(Course.fullname, Course.id)
)
SELECT_GROUPS = select(CourseGroup.id).where(
    CourseGroup.course_id == _COURSE,
    CourseGroup.moodle_group_id.in_(bindparam("moodle_group_ids", expanding=True)),
)
SELECT_LEARNER_GROUPS = (
    select(Enrolment.person_id, CourseGroup.id)
    .outerjoin(GroupMember, GroupMember.person_id == Enrolment.person_id)
    .outerjoin(CourseGroup, and_(CourseGroup.id == GroupMember.group_id, CourseGroup.course_id == _COURSE))
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        Enrolment.course_id == _COURSE,
        Enrolment.person_id == _PERSON,
        Enrolment.is_learner,
        Enrolment.is_active,
        Person.deleted_at.is_(None),
        ~is_left_out(Person.id),
    )
)
