"""Who looks after the tool sees one learner for an hour, with a reason that the learner reads."""

from sqlalchemy import select, update

from analytics.policy.relationships import Kind
from bridge.schema.access import Alert
from bridge.schema.people import Person
from bridge.schema.records import Relationship
from bridge.store.database import reading, writing
from bridge.viewer_access import SITE_COURSE_ID
from tests.lti.panels.test_people_panel import hold, records, train
from tests.lti.served import Tool, page_token
from tests.lti.small_world import ADMIN, LEARNER, OPEN, TUTOR

__all__ = ["records"]
REASON = "Her weeks are counted twice since the restore."


def start(tool: Tool, who: int = TUTOR) -> tuple[str, str]:
    """Let a trained maintainer launch; return the page's token and its one-time form token."""
    hold(tool, who, Kind.MAINTAINER)
    train(tool, who)
    with writing(tool.sessions) as db:
        db.execute(update(Person).where(Person.moodle_user_id == LEARNER).values(idnumber="26001"))
    answer = tool.launch(who, SITE_COURSE_ID)
    assert "Give your reason first" in answer.text, answer.text
    return page_token(answer), answer.text.split('name="once" value="')[1].split('"')[0]


def look(tool: Tool, token: str) -> int:
    """Ask for the learner's page; return the answer's status."""
    return tool.post("/panel/people/learner", token, learner=str(tool.person_id(LEARNER))).status_code


def test_the_page_opens_with_a_reason_for_an_hour_and_the_learner_reads_all_of_it(records: Tool) -> None:
    token, once = start(records)
    assert look(records, token) == 404
    told = records.post("/panel/people/glass/break", token, None, once=once, number="26001", reason=REASON)
    assert "It is open for an hour." in told.text
    assert "Lena" not in told.text
    assert look(records, token) == 200
    (change,) = [row for row in records.accesses() if row.action == "break_glass:open"]
    assert (change.viewer_role, change.is_allowed, change.detail) == ("maintainer", True, "break-glass: opened")
    (row,) = [row for row in records.accesses() if row.action == "person:view" and row.is_allowed]
    assert (row.viewer_role, row.reason, row.subject_person_id) == (
        "maintainer",
        "break-glass",
        records.person_id(LEARNER),
    )
    own = records.open(LEARNER, OPEN)
    assert "They look after this tool, had to look" in records.post("/panel/learner/looks", own).text
    with reading(records.sessions) as db:
        assert db.scalars(select(Relationship.reason).where(Relationship.kind == "break-glass")).one() == REASON
        assert db.scalars(select(Alert.kind)).all() == ["break-glass"]
    with writing(records.sessions) as db:
        over = records.clock()
        db.execute(update(Relationship).where(Relationship.kind == "break-glass").values(ends_at=over))
    assert look(records, token) == 404


def test_it_ends_by_itself_after_60_minutes(records: Tool) -> None:
    token, once = start(records)
    records.post("/panel/people/glass/break", token, None, once=once, number="26001", reason=REASON)
    records.clock.move(minutes=29)
    assert look(records, token) == 200
    records.clock.move(minutes=29)
    assert look(records, token) == 200
    records.clock.move(minutes=3)
    assert look(records, token) == 404


def test_without_a_reason_or_a_learner_nothing_opens(records: Tool) -> None:
    token, once = start(records)
    short = records.post("/panel/people/glass/break", token, None, once=once, number="26001", reason="because")
    assert "Nothing was opened." in short.text
    again = short.text.split('name="once" value="')[1].split('"')[0]
    unknown = records.post("/panel/people/glass/break", token, None, once=again, number="4", reason=REASON)
    assert "No one learner has this number." in unknown.text
    assert look(records, token) == 404
    with reading(records.sessions) as db:
        assert db.scalars(select(Relationship).where(Relationship.kind == "break-glass")).all() == []


def test_an_administrator_who_is_no_maintainer_breaks_no_glass(records: Tool) -> None:
    token = records.open(ADMIN, SITE_COURSE_ID)
    assert records.post("/panel/people/glass", token).status_code == 404
    answer = records.post("/panel/people/glass/break", token, None, once="x", number="26001", reason=REASON)
    assert answer.status_code == 404
