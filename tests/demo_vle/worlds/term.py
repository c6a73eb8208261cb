"""Generate a term: six courses, 300 learners, twelve weeks, the last one today's; always the same for a seed."""

from datetime import date, datetime, time
from random import Random

from tests.demo_vle.worlds.model import (
    FRONT_PAGE,
    IGNORED_EVENT,
    Activity,
    Course,
    Enrolment,
    Log,
    LogRow,
    Member,
    Persona,
    Task,
    User,
    World,
    make_front_page,
)
from tests.demo_vle.worlds.term_courses import COURSES, WEEKS, CoursePlan
from tests.demo_vle.worlds.term_dates import ZONE, TermDates
from tests.demo_vle.worlds.term_events import EventMaker
from tests.demo_vle.worlds.term_people import LATE, RETURNING, STEADY, UNSEEN, Learner, make_learners, make_staff
from tests.demo_vle.worlds.term_registers import WITH_REGISTER, keep_register

SEED = 20260921
HOUR = 3600
TUTORED = (13, 16)
SEPARATE = 14
TUTORED_GROUPS = 2
"""How many of the seminar groups the seminar tutor teaches."""
LATE_WRITER_EVERY = 97
"""Every so manyth row is written late: its time lies before its neighbours'."""


def term(today: date, *, until: datetime | None = None, seed: int = SEED) -> World:
    """Generate the term in which `today` lies in week 12.

    The log holds what happened before `until`, by default the local midnight at which `today` begins; what is drawn
    for later is in `upcoming`, and hand-ins of later show by the site's clock.
    """
    random = Random(seed)
    dates = TermDates.ending(today)
    learners = make_learners(random)
    staff = make_staff(random)
    courses = {plan.id: _course(plan, dates, learners, staff, random) for plan in COURSES}
    maker = EventMaker(random, dates)
    for learner in learners:
        for plan in COURSES:
            if plan.id in learner.course_ids:
                _live_through(maker, learner, courses[plan.id], plan)
    for course in courses.values():
        for user_id, member in course.members.items():
            if "student" not in member.roles:
                maker.teach(user_id, course)
    keep_register(courses[WITH_REGISTER], learners, dates)
    cut = until if until is not None else datetime.combine(today, time(), ZONE)
    past, upcoming = _in_order(maker.rows, int(cut.timestamp()))
    users = {user.id: user for user in (*staff.values(), *(learner.user for learner in learners))}
    bot = staff["bot"].id
    front_page = make_front_page()
    front_page.activities.append(Activity(FRONT_PAGE, "lti", "Engagement", 0, own=True))
    return World(
        name="term",
        sitename="Demo University",
        users=users,
        courses=courses,
        log=Log(_with_noise(past, bot)),
        personas=_personas(courses, staff),
        bot_id=bot,
        bot_ids=frozenset({bot}),
        upcoming=upcoming,
        front_page=front_page,
    )


def _course(
    plan: CoursePlan, dates: TermDates, learners: list[Learner], staff: dict[str, User], random: Random
) -> Course:
    group_ids = [plan.id * 10 + place for place in range(len(plan.groups))]
    before = Enrolment(timestart=0, timecreated=dates.at(1, 0, -10 * 24 * HOUR))
    members = {staff[f"editor{plan.id}"].id: Member(("editingteacher",), (before,))}
    if plan.id in TUTORED:
        members[staff["tutor"].id] = Member(("teacher",), (before,))
    if plan.id == SEPARATE:
        taught, others = group_ids[:TUTORED_GROUPS], group_ids[TUTORED_GROUPS:]
        members[staff["seminar_tutor"].id] = Member(("teacher",), (before,), tuple(taught))
        members[staff["second_tutor"].id] = Member(("teacher",), (before,), tuple(others))
    for place, learner in enumerate(learner for learner in learners if plan.id in learner.course_ids):
        started = dates.at(learner.start_week, 0, 9 * HOUR) if learner.start_week > 1 else before.timecreated
        left = learner.user.id > LATE and random.random() < 0.01
        groups = (group_ids[place % len(group_ids)],) if group_ids else ()
        enrolment = Enrolment("database", not left, started, 0, started)
        members[learner.user.id] = Member(("student",), (enrolment,), groups)
    return Course(
        id=plan.id,
        shortname=f"{plan.code}-A",
        fullname=f"{plan.code} {plan.title}",
        idnumber=f"{plan.code}-A",
        categoryid=100 + plan.id,  # each course is of another school
        categoryname=plan.school,
        startdate=dates.at(1, 0, 0),
        enddate=dates.at(WEEKS + 3, 6, 0),
        members=members,
        activities=_activities(plan),
        tasks={},
        groups=dict(zip(group_ids, plan.groups, strict=True)),
        groupmode=1 if plan.separate_groups else 0,
    )


def _activities(plan: CoursePlan) -> list[Activity]:
    entries = [
        ("forum", "Announcements", 0),
        ("book", "Module handbook", 0),
        ("forum", "Questions and answers", 0),
        ("lti", "Engagement", 0),
    ]
    for week, topic in enumerate(plan.topics, start=1):
        if not topic:
            entries.append(("page", "Reading week: how to use it", week))
            continue
        entries += [
            ("page", f"Lecture notes: {topic}", week),
            ("resource", f"Slides: {topic}", week),
            ("url", f"Lecture recording: {topic}", week),
            ("resource", f"{plan.worksheet} {week}: {topic}", week),
            ("h5pactivity", f"Check yourself: {topic}", week),
        ]
    entries += [(task.modname, task.name, min(task.week, WEEKS)) for task in plan.tasks]
    return [
        Activity(plan.id * 100 + place, modname, name, section, own=modname == "lti")
        for place, (modname, name, section) in enumerate(entries)
    ]


def _live_through(maker: EventMaker, learner: Learner, course: Course, plan: CoursePlan) -> None:
    maker.study(learner, course, plan)
    cmids = {activity.name: activity.cmid for activity in course.activities}
    for task in plan.tasks:
        cmid = cmids[task.name]
        if cmid not in course.tasks:
            due = maker.due(task)
            course.tasks[cmid] = Task(cmid, task.modname, task.name, due, {})
        course.tasks[cmid].learners[learner.user.id] = maker.hand_in(learner, course, cmid, task)


def _in_order(rows: list[LogRow], cut: int) -> tuple[list[LogRow], list[LogRow]]:
    """Split the rows at an instant; the past ones get ids in about the order of their times."""
    rows.sort(key=lambda row: (row.timecreated, row.userid, row.eventname))
    past = [row for row in rows if row.timecreated < cut]
    for place in range(LATE_WRITER_EVERY, len(past), LATE_WRITER_EVERY):
        past[place - 3], past[place] = past[place], past[place - 3]
    return past, [row for row in rows if row.timecreated >= cut]


def _with_noise(rows: list[LogRow], bot: int) -> list[LogRow]:
    """Number the rows and put those between them that must not leave the site: the bot's, anonymous, nobody's."""
    numbered: list[LogRow] = []
    for place, row in enumerate(rows):
        numbered.append(row._replace(id=len(numbered) + 1))
        if place % 50 == 0:
            noise = (
                row._replace(eventname=IGNORED_EVENT, userid=bot, courseid=0, cmid=0, origin="ws", edulevel=0),
                row._replace(eventname="\\mod_feedback\\event\\course_module_viewed", anonymous=1),
                row._replace(userid=0),
            )[place // 50 % 3]
            numbered.append(noise._replace(id=len(numbered) + 1))
    return numbered


def _personas(courses: dict[int, Course], staff: dict[str, User]) -> tuple[Persona, ...]:
    def of(user_id: int) -> tuple[int, ...]:
        return tuple(number for number, course in courses.items() if user_id in course.members)

    def persona(key: str, user_id: int, title: str, story: str, course_ids: tuple[int, ...] = ()) -> Persona:
        return Persona(key, user_id, title, story, course_ids or of(user_id))

    every, home = tuple(courses), (FRONT_PAGE,)
    editor = staff["editor11"].id
    return (
        persona("tutor", staff["tutor"].id, "Tutor", "teaches a large and a very small module without editing rights"),
        persona("editor", editor, "Module organiser", "runs a module and sees all of its learners"),
        persona(
            "seminar_tutor",
            staff["seminar_tutor"].id,
            "Seminar tutor",
            "teaches two of four separate seminar groups and sees only those",
        ),
        persona("learner", RETURNING, "Learner", "stopped for two weeks and came back"),
        persona("steady_learner", STEADY, "Learner", "has worked steadily all term"),
        persona("late_learner", LATE, "Learner", "enrolled in week 4"),
        persona("unseen_learner", UNSEEN, "Learner", "has not opened anything yet"),
        persona("adviser", staff["adviser"].id, "Adviser", "advises thirty learners, over all their courses", home),
        persona("lead", staff["lead"].id, "Engagement lead", "leads a school, and sees nobody of it by name", home),
        persona("maths_lead", staff["maths_lead"].id, "Engagement lead", "leads the other school", home),
        persona(
            "officer",
            staff["officer"].id,
            "Support officer",
            "works with the learners of a school, and tells other schools what its courses see",
            home,
        ),
        persona("faculty", staff["faculty"].id, "Faculty staff", "sees figures without names", home),
        persona("admin", staff["admin"].id, "Site administrator", "runs the site and teaches nothing", every),
        persona("manager", staff["manager"].id, "Category manager", "manages the courses and teaches nothing", every),
    )
