"""A small Moodle site for access tests: a course, one with separate groups, one switched off, one without a roster."""

from tests.demo_vle.worlds.model import Activity, Course, Enrolment, Log, Member, User, World

OPEN, GROUPED, OFF, UNSYNCED = 11, 12, 13, 14
ADMIN, MANAGER, BOT = 2, 3, 4
TUTOR, GROUP_TUTOR, EDITOR_ELSEWHERE = 20, 21, 22
LEARNER, CLASSMATE, IN_OTHER_GROUP, SUSPENDED = 101, 102, 103, 104
GROUP_A, GROUP_B = 501, 502
START = 1_790_000_000

ENROLLED = (Enrolment(timecreated=START),)


def small_world() -> World:
    """Return a fresh site; tests may change it while it is served."""
    users = (
        User(ADMIN, "admin", "Ada", "Admin", is_admin=True),
        User(MANAGER, "manager", "Cat", "Manager", is_manager=True),
        User(BOT, "bot", "Bot", "Bot"),
        User(TUTOR, "tutor", "Tess", "Tutor"),
        User(GROUP_TUTOR, "grouptutor", "Gus", "Grouptutor"),
        User(EDITOR_ELSEWHERE, "editor", "Ed", "Elsewhere"),
        User(LEARNER, "learner", "Lena", "Learner"),
        User(CLASSMATE, "classmate", "Cleo", "Classmate"),
        User(IN_OTHER_GROUP, "othergroup", "Otto", "Othergroup"),
        User(SUSPENDED, "suspended", "Sue", "Suspended"),
    )
    learners = {
        LEARNER: Member(("student",), ENROLLED, (GROUP_A,)),
        CLASSMATE: Member(("student",), ENROLLED, (GROUP_A,)),
        IN_OTHER_GROUP: Member(("student",), ENROLLED, (GROUP_B,)),
        SUSPENDED: Member(("student",), (Enrolment(active=False, timecreated=START),)),
    }
    plain = {user_id: Member(member.roles, member.enrolments) for user_id, member in learners.items()}
    courses = (
        _course(OPEN, {**plain, TUTOR: Member(("teacher",), ENROLLED)}),
        _course(
            GROUPED,
            {
                **learners,
                GROUP_TUTOR: Member(("teacher",), ENROLLED, (GROUP_A,)),
                EDITOR_ELSEWHERE: Member(("editingteacher",), ENROLLED),
            },
            groups={GROUP_A: "Seminar A", GROUP_B: "Seminar B"},
        ),
        _course(OFF, {TUTOR: Member(("teacher",), ENROLLED), LEARNER: learners[LEARNER]}),
        _course(UNSYNCED, {TUTOR: Member(("teacher",), ENROLLED), LEARNER: learners[LEARNER]}),
    )
    return World(
        name="small",
        sitename="Small University",
        users={user.id: user for user in users},
        courses={course.id: course for course in courses},
        log=Log(),
        personas=(),
        bot_id=BOT,
        bot_ids=frozenset({BOT}),
    )


def _course(course_id: int, members: dict[int, Member], groups: dict[int, str] | None = None) -> Course:
    return Course(
        id=course_id,
        shortname=f"C{course_id}",
        fullname=f"Course number {course_id}",
        idnumber="",
        categoryid=1,
        categoryname="All",
        startdate=START,
        enddate=0,
        members=members,
        activities=[Activity(course_id * 10, "lti", "Engagement", 0, own=True)],
        tasks={},
        groups=groups or {},
        groupmode=1 if groups else 0,
    )
