"""A school with a published process, concerns as its rule raised them, and people who walk through the pages."""

from datetime import date

from bs4 import BeautifulSoup, Tag
from requests import Response
from sqlalchemy import select

from analytics.policy.casework import Channel
from analytics.policy.process import Process
from analytics.policy.relationships import Kind
from bridge.schema.casework import Concern
from bridge.schema.records import CourseSchool
from bridge.schema.teaching import Course
from bridge.store.database import reading, writing
from bridge.store.processes import load_process, publish_process
from bridge.viewer_access import SITE_COURSE_ID
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, hold, train
from tests.lti.served import Tool, page_token
from tests.lti.small_world import GROUP_TUTOR, GROUPED, LEARNER, OPEN

OFFICER, COURSE_OFFICER = 77, GROUP_TUTOR
"""77 leads the school that is on; the course officer supports the school that owns the grouped course."""
PROCESS = Process("the learner’s adviser", 20, 15, "Dr Fay Fitness", 5, {Channel.PHONE: "once, by day"})
SENTENCE = "Opened 1 of 4 expected activities."


def publish(tool: Tool, school_id: int = SCHOOL) -> int:
    """Publish a school's process; return its id."""
    with writing(tool.sessions) as db:
        found = load_process(db, school_id)
        made = found or publish_process(db, school_id, PROCESS, published_by="Dr Helen Marsh", now=tool.clock())
        return made.process_id


def own(tool: Tool, moodle_course_id: int, school_id: int) -> int:
    """Give a course to a school; return the course's id."""
    with writing(tool.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == moodle_course_id)).one()
        if db.get(CourseSchool, course_id) is None:
            db.add(CourseSchool(course_id=course_id, school_id=school_id, is_core=True))
        return course_id


def raise_concern(
    tool: Tool, who: int = LEARNER, *, course: int = OPEN, week: int = 4, school_id: int = SCHOOL, beyond: bool = False
) -> int:
    """Let a school's rule raise a concern; return its id."""
    process_id, course_id = publish(tool, school_id), own(tool, course, school_id)
    with writing(tool.sessions) as db:
        concern = Concern(
            platform_id=tool.platform_id,
            course_id=course_id,
            person_id=tool.person_id(who),
            week_no=week,
            as_of=date(2026, 10, 25),
            level_version="site-1",
            rule_version="default-1",
            process_id=process_id,
            reasons=["no evidence for 10 counted days"],
            evidence={"sentence": SENTENCE, "percent": 25, "band": "well below the published level"},
            opened_at=tool.clock(),
            is_beyond_budget=beyond,
        )
        db.add(concern)
        db.flush()
        return concern.id


def find_concern(tool: Tool, concern_id: int) -> Concern:
    """Read a concern as it stands."""
    with reading(tool.sessions) as db:
        found = db.get_one(Concern, concern_id)
        db.expunge(found)
        return found


def officer_of_course(tool: Tool) -> None:
    """Let somebody support the school that owns the grouped course; that school is switched on, with a trained lead."""
    hold(tool, COURSE_OFFICER, Kind.SUPPORT_OFFICER, school_id=OFF_SCHOOL)
    hold(tool, 78, Kind.LEAD, school_id=OFF_SCHOOL)
    train(tool, COURSE_OFFICER)
    train(tool, 78)


class Visitor:
    """Somebody's session, page by page."""

    def __init__(self, tool: Tool, who: int = ADVISER) -> None:
        self.tool = tool
        self.answer: Response = tool.launch(who, SITE_COURSE_ID)
        self.token = page_token(self.answer)

    @property
    def page(self) -> str:
        """The page's text as somebody reads it."""
        return " ".join(BeautifulSoup(self.answer.text, "html.parser").get_text(" ").split())

    def open(self, path: str, **fields: str) -> str:
        """Ask for a page."""
        self.answer = self.tool.post(path, self.token, None, **fields)
        return self.page

    def case(self, who: int = LEARNER) -> str:
        """Open a learner's case page."""
        return self.open("/panel/people/case", learner=str(self.tool.person_id(who)))

    def forms(self, path: str = "/panel/people/case/step") -> dict[str, Tag]:
        """Find the forms of a page that are sent to a path, by the step that each is for."""
        found = BeautifulSoup(self.answer.text, "html.parser").find_all("form", action=path)
        return {read_field(form, "step") or str(at): form for at, form in enumerate(found)}

    def send(self, path: str, form: Tag, **fields: str) -> str:
        """Fill a form in and send it."""
        hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
        hidden.pop("page_token")
        return self.open(path, **(hidden | fields))

    def step(self, step: str, **fields: str) -> str:
        """Write a step of the case that is open on the page down."""
        day = {"day": self.tool.clock().date().isoformat()}
        return self.send("/panel/people/case/step", self.forms()[step], **(day | fields))


def read_field(form: Tag, name: str) -> str:
    """Read what a hidden field of a form holds; empty: it has none of this name."""
    found = form.select_one(f"input[name={name}]")
    return "" if found is None else str(found.get("value", ""))


__all__ = ["ADVISER", "GROUPED", "LEARNER", "OFF_SCHOOL", "OPEN", "SCHOOL"]
