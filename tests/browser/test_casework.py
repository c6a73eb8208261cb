"""In a real Chromium: a case of a learner of two schools up to a proposal, a dispute answered, a complaint answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analytics.policy.process import Process
from bridge.schema.casework import Concern
from bridge.schema.engagement import LearnerState
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, Relationship, School, StudentRecord
from bridge.schema.teaching import Course
from bridge.store.database import make_engine, make_sessions, writing
from bridge.store.processes import load_process, publish_process
from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser, free_port
from tests.browser.frames import LEARNER_COURSE, click, enter, heading, who_am_i
from tests.browser.test_voice import COMPLAIN, MY_SIDE, look
from tests.demo_vle.demo import Demo, running
from tests.demo_vle.worlds.term_people import RETURNING

pytestmark = pytest.mark.browser

ADVISER, LEAD = "/enter/adviser/1", "/enter/lead/1"
HOME, CONTRIBUTING = "SBBS", "MATH"
PERIOD_DAYS = 20
SENTENCE = "In weeks 6–9 you opened 1 of 16 expected activities; average 6 %."
WHO_DECIDES = "Dr Fay Fitness"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what other walks write about the same learners would change what these begin with."""
    demo = Demo(tmp_path_factory.mktemp("casework") / "data", free_port(), free_port())
    with running(demo):
        yield demo


@contextmanager
def database(demo: Demo) -> Iterator[Session]:
    """Open the running demo's own database, to let a rule raise what only weeks of waiting would."""
    engine = make_engine(demo.environment()["LEA_DATABASE_URL"])
    with writing(make_sessions(engine)) as db:
        yield db
    engine.dispose()


def find_two_school_learner(db: Session, place: int) -> Person:
    """Find a learner of one school, with an adviser, who learns in courses of two."""
    learns = [
        select(Enrolment.person_id)
        .join(CourseSchool, CourseSchool.course_id == Enrolment.course_id)
        .join(School, School.id == CourseSchool.school_id)
        .where(School.code == code, Enrolment.is_learner, Enrolment.is_active)
        for code in (HOME, CONTRIBUTING)
    ]
    found = db.scalars(
        select(Person)
        .join(StudentRecord, StudentRecord.person_id == Person.id)
        .join(School, School.id == StudentRecord.school_id)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(School.code == HOME, Relationship.kind == "adviser", Person.moodle_user_id != RETURNING)
        .where(*(Person.id.in_(one) for one in learns))
        .order_by(Person.id)
    ).all()
    return found[place]


def raise_concerns(demo: Demo, place: int) -> str:
    """Let the home school publish its process, and a concern be open in a course of each school; return the name."""
    with database(demo) as db:
        person, now = find_two_school_learner(db, place), datetime.now(UTC)
        school_id = db.scalars(select(School.id).where(School.code == HOME)).one()
        process = load_process(db, school_id)
        if process is None:
            made = Process("the learner’s adviser", PERIOD_DAYS, 15, WHO_DECIDES, 5, {})
            process = publish_process(db, school_id, made, published_by="Dr Helen Marsh", now=now)
        for moodle_course_id in (11, 13):
            course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == moodle_course_id)).one()
            db.add(
                Concern(
                    platform_id=person.platform_id,
                    course_id=course_id,
                    person_id=person.id,
                    week_no=9,
                    as_of=date(2026, 11, 15),
                    level_version="site-1",
                    rule_version="default-1",
                    process_id=process.process_id,
                    reasons=["no evidence for 12 counted days"],
                    evidence={"sentence": SENTENCE, "percent": 6, "band": "well below the published level"},
                    opened_at=now,
                    is_beyond_budget=False,
                )
            )
        return person.full_name


def be_away(demo: Demo, name: str) -> None:
    """Let the learner have been without evidence for longer than the school's period, in every course."""
    with database(demo) as db:
        person_id = db.scalars(select(Person.id).where(Person.full_name == name)).one()
        away = update(LearnerState).where(LearnerState.person_id == person_id)
        db.execute(away.values(clock_days=PERIOD_DAYS + 5))


def open_case(frame: Frame, name: str) -> None:
    """Go from one's start page over the work-list to a learner's case."""
    if heading(frame) == "My learners":
        click(frame, "What to do first")
    assert frame.locator("#first .who", has_text=name).count() == 1  # once, though two courses raised a concern
    click(frame, name)
    assert heading(frame) == name


def climb(frame: Frame) -> None:
    """Try each way of contact in its order, without an answer."""
    for rung in ("1 of 4", "2 of 4", "3 of 4", "4 of 4"):
        expect(frame.locator("#next").get_by_text(f"Way of contact {rung}")).to_be_visible()
        if rung == "4 of 4":
            frame.locator("#next").get_by_label("no", exact=True).check()
        else:
            frame.locator("#text-attempt").fill("No answer.")
        click(frame, "Write the attempt down")
        expect(frame.get_by_text("It is written down.")).to_be_visible()


@pytest.mark.parametrize(("size", "place"), [(PHONE, 0), (DESKTOP, 1)])
def test_a_case_of_a_two_school_learner_goes_step_by_step_to_a_proposal_to_a_named_person(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int], place: int
) -> None:
    name = raise_concerns(demo, place)
    page, frame = enter(new_browser(size=size), demo, ADVISER)
    open_case(frame, name)
    expect(frame.locator("#concerns").get_by_text(SENTENCE)).to_have_count(2)
    assert "Get in touch" in frame.locator("#not-yet").inner_text()
    look(page, frame, f"case-begins-{size[0]}")

    frame.locator("#named-discussed").fill("Dr Priya Nair")
    frame.locator("#text-discussed").fill("Neither of us has heard from them.")
    click(frame, "Write the discussion down")
    frame.get_by_label("get in touch", exact=True).check()
    frame.locator("#text-decided").fill("Twelve days are long.")
    click(frame, "Decide in my name")
    climb(frame)
    assert "Propose a look" in frame.locator("#not-yet").inner_text()
    look(page, frame, f"ladder-exhausted-{size[0]}")

    be_away(demo, name)
    click(frame, "← What to do first")
    open_case(frame, name)
    frame.locator("#named-proposal").fill(WHO_DECIDES)
    frame.locator("#text-proposal").fill("Nobody could be reached in four ways.")
    click(frame, "Write the proposal down")
    expect(frame.locator("#history").get_by_text(f"To {WHO_DECIDES}.")).to_be_visible()
    look(page, frame, f"proposal-{size[0]}")


def test_axe_finds_nothing_on_the_work_list_and_a_case(demo: Demo, new_browser: NewBrowser) -> None:
    name = raise_concerns(demo, 2)
    page, frame = enter(new_browser(size=FRAME), demo, ADVISER)
    click(frame, "What to do first")
    look(page, frame, "work-list-768")
    found = [Axe().run(frame)]
    open_case(frame, name)
    found.append(Axe().run(frame))
    assert [one.violations_count for one in found] == [0, 0], [one.generate_report() for one in found]


def test_a_learner_disputes_a_week_and_reads_what_their_adviser_found(demo: Demo, new_browser: NewBrowser) -> None:
    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    learner = who_am_i(page)
    click(own, MY_SIDE)
    own.locator("#week").select_option("7")
    own.locator("#why").fill("I worked from the printed notes.")
    click(own, "Say that it isn’t right")

    page, staff = enter(new_browser(size=FRAME), demo, ADVISER)
    with_name = staff.get_by_role("button", name=learner, exact=True)
    expect(with_name.first).to_be_visible()
    click(staff, learner)
    said = staff.locator("#voice form", has_text="Your answer about Week 7")
    look(page, staff, "dispute-768")
    said.get_by_label("They are right").check()
    said.locator("textarea").fill("Thank you: the notes are printed, so nothing shows.")
    said.get_by_role("button", name="Answer").click()
    expect(staff.get_by_text("It is answered.")).to_be_visible()

    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    expect(own.get_by_text("Thank you: the notes are printed, so nothing shows.")).to_be_visible()
    look(page, own, "dispute-answered-320")


def test_a_learner_complains_and_the_lead_acknowledges_and_answers(demo: Demo, new_browser: NewBrowser) -> None:
    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    click(own, COMPLAIN)
    own.locator("#text").fill("My attendance is missing.")
    click(own, "Send it")
    expect(own.get_by_text("30 days left")).to_be_visible()
    look(page, own, "complaint-sent-320")

    page, lead = enter(new_browser(size=FRAME), demo, LEAD)
    click(lead, "Queries and complaints")
    look(page, lead, "complaint-lead-768")
    lead.get_by_role("button", name="Acknowledge it").click()
    expect(lead.get_by_text("It is acknowledged.")).to_be_visible()
    lead.locator("textarea").fill("The register came late. It is put right.")
    click(lead, "Answer it")

    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    click(own, COMPLAIN)
    expect(own.get_by_text("The register came late. It is put right.")).to_be_visible()
    expect(own.get_by_role("button", name="Send the formal complaint")).to_be_visible()
    look(page, own, "complaint-answered-320")
