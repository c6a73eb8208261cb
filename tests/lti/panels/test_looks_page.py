"""The learner's page of everybody who looked: name, role, date, what and why, and nothing that is somebody else's."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from analytics.policy.access import Action, Reason
from bridge.schema.access import AccessRow
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import Relationship
from bridge.store import login_as
from bridge.store.access_log import purge_accesses
from bridge.store.database import Sessions, writing
from bridge.store.login_as import LoginAsRefusal, save_login_as_refusals
from lti.commands.actions import note_access
from lti.panels.values_looks import PAGE_SIZE, WHY
from lti.panels.views import learner_panel
from lti.panels.views_looks import looks_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.world import NOW, Shape, World, add_course, add_look, make_world
from tests.lti.served import Tool
from tests.lti.small_world import CLASSMATE, LEARNER, OPEN, TUTOR

SHOWS_NOBODY_ELSE = {
    Reason.OWN_DATA,
    Reason.HOLDS_RELATIONSHIP,
    Reason.MAINTAINS_TOOL,
    Reason.ADMINISTERS_TOOL,
    Reason.RIGHTS_UNCHECKED,
    Reason.NO_ROLE,
    Reason.OTHER_COURSE,
    Reason.IS_FACULTY,
    Reason.TAKES_COURSE,
    Reason.OTHER_GROUP,
    Reason.OTHER_SCHOOL,
    Reason.NOT_OWN,
    Reason.NO_SUBJECT,
    Reason.NO_RELATIONSHIP,
    Reason.TRAINING_NEEDED,
    Reason.SCHOOL_OFF,
    Reason.LEFT_OUT,
    Reason.NO_RULE,
}
"""Reasons of a refusal, and of pages without anybody else's name; whatever comes new needs words or a place here."""


def rows(page: str) -> list[list[str]]:
    """Read the table, cell by cell."""
    found = soup_of(page).select("tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in found]


def open_page(open_as: MakeBrowser, world: World, form: dict[str, str] | None = None) -> str:
    return open_as(world).as_learner(looks_panel, world.learner_ids[0], form)


def test_looks_that_differ_in_their_times_alone_share_a_line_and_each_time_stands_there(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    own, list_view = world.learner_ids[0], "course:view"
    with writing(sessions) as db:
        for minutes in (10, 10, 95):
            add_look(db, world, own, NOW - timedelta(minutes=minutes))
        add_look(db, world, None, NOW - timedelta(minutes=100), list_view)
        add_look(db, world, own, NOW - timedelta(minutes=110))
        for _ in range(2):
            add_look(db, world, own, NOW - timedelta(days=1))

    page = open_page(open_as, world)

    assert [(when, what.split(" in ")[0]) for _, when, what, _ in rows(page)] == [
        (
            "Friday 6 November 2026, 3 times between 12:45 and 14:10 Each time 14:10, 14:10, 12:45",
            "Opened the page about you",
        ),
        ("Friday 6 November 2026, 12:40", "Opened the list of the learners they may see"),
        ("Friday 6 November 2026, 12:30", "Opened the page about you"),
        ("Thursday 5 November 2026, 14:20, twice Each time 14:20, 14:20", "Opened the page about you"),
    ]
    assert "The page about you was opened 6 times" in text_of(page)
    assert "1–7 of 7" in text_of(page)


def test_two_people_without_a_name_here_never_share_a_line(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for viewer in (77, 78, 78):
            add_look(db, world, world.learner_ids[0], NOW, viewer=viewer)

    found = rows(open_page(open_as, world))

    assert {who for who, *_ in found} == {"Somebody who is not on the course’s list tutor"}
    assert [when for _, when, *_ in found] == [
        "Friday 6 November 2026, 14:20, twice Each time 14:20, 14:20",
        "Friday 6 November 2026, 14:20",
    ]


def test_each_look_is_told_with_name_role_date_what_and_why(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[0], NOW - timedelta(hours=3))
        add_look(db, world, None, NOW - timedelta(days=3), "course:view")
        db.flush()
        db.execute(update(AccessRow).where(AccessRow.action == "course:view").values(reason=Reason.SHARES_GROUP))
        add_look(db, world, world.learner_ids[0], NOW - timedelta(days=5), viewer=77)

    assert rows(open_page(open_as, world)) == [
        [
            "Dr Priya Nair tutor",
            "Friday 6 November 2026, 11:20",
            "Opened the page about you in Cell Biology. page about you",
            "They teach this course.",
        ],
        [
            "Dr Priya Nair tutor",
            "Tuesday 3 November 2026, 14:20",
            "Opened the list of the learners they may see in Cell Biology. list",
            "They teach a group of this course that you are in.",
        ],
        [
            "Somebody who is not on the course’s list tutor",
            "Sunday 1 November 2026, 14:20",
            "Opened the page about you in Cell Biology. page about you",
            "They teach this course.",
        ],
    ]


def test_a_refused_log_in_as_is_told_as_such(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        user = db.scalars(select(Person.moodle_user_id).where(Person.id == world.learner_ids[0])).one()
        refusal = LoginAsRefusal(1, NOW - timedelta(hours=3), user, 77, world.moodle_course_id)
        save_login_as_refusals(db, world.platform_id, [refusal])

    page = open_page(open_as, world)

    assert rows(page) == [
        [
            "A Moodle administrator",
            "Friday 6 November 2026, 11:20",
            "Logged in to Moodle as you and asked for this tool’s page of Cell Biology. Nothing was shown. refused",
            "Nobody sees this page as somebody else, so it was refused.",
        ]
    ]
    assert "Once somebody who had logged in to Moodle as you was refused and saw nothing." in text_of(page)


def test_the_page_counts_opened_pages_and_lists_apart(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for hours in range(3):
            add_look(db, world, None, NOW - timedelta(hours=hours), "course:view")
        add_look(db, world, world.learner_ids[0], NOW)

    assert (
        "The page about you was opened once and a list of learners that you may be on was opened 3 times."
        in text_of(open_page(open_as, world))
    )


def test_nobody_has_looked(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_page(open_as, world)

    assert "Nobody has looked so far." in text_of(page)
    assert rows(page) == []


def test_ones_own_visits_and_looks_at_others_and_other_refusals_are_not_there(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[1], NOW)
        add_look(db, world, world.learner_ids[0], NOW, "own:view", viewer=100)
        add_look(db, world, None, NOW, "admin:change")
        add_look(db, world, world.learner_ids[0], NOW)
        db.flush()
        is_last = AccessRow.subject_person_id == world.learner_ids[0], AccessRow.viewer_moodle_user_id == 9000
        db.execute(update(AccessRow).where(*is_last).values(is_allowed=False, reason=Reason.OTHER_COURSE))

    assert rows(open_page(open_as, world)) == []


def test_lists_count_from_the_first_day_in_a_course_to_the_last(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        is_theirs = Enrolment.person_id == world.learner_ids[0]
        days = {"enrolled_on": date(2026, 10, 5), "ends_on": date(2026, 10, 9), "is_active": False}
        db.execute(update(Enrolment).where(is_theirs).values(days))
        for day in (3, 4, 5, 9, 10):
            add_look(db, world, None, NOW.replace(month=10, day=day, hour=12), "course:view")

    assert [row[1] for row in rows(open_page(open_as, world))] == [
        "Friday 9 October 2026, 13:20",
        "Monday 5 October 2026, 13:20",
    ]


def test_lists_of_every_course_are_there_and_of_no_other_course(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        mine = Shape(moodle_course_id=31, course_name="Genetics")
        second = add_course(db, world.platform_id, mine, learner_ids=world.learner_ids[:1])
        others = Shape(moodle_course_id=32, course_name="Ecology")
        third = add_course(db, world.platform_id, others, learner_ids=world.learner_ids[1:2])
        for one in (second, third):
            add_look(db, one, None, NOW, "course:view")

    (row,) = rows(open_page(open_as, world))

    assert "in Genetics" in row[2]


def test_advisers_and_support_officers_are_told_with_their_part(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    me, other = world.learner_ids[:2]
    with writing(sessions) as db:
        for person_id in (me, other):
            add_look(db, world, person_id, NOW - timedelta(hours=1), "people:view")
        db.flush()
        part = {"reason": Reason.SUPPORTS_SCHOOL, "viewer_role": "support officer"}
        db.execute(update(AccessRow).values(part))
        add_look(db, world, me, NOW, "person:view")
        db.flush()
        part = {"reason": Reason.ADVISES, "viewer_role": "adviser"}
        db.execute(update(AccessRow).where(AccessRow.action == "person:view").values(part))

    page = open_page(open_as, world)

    assert [[row[0], *row[2:]] for row in rows(page)] == [
        [
            "Dr Priya Nair adviser",
            "Opened the page about you in all your courses. page about you",
            "They are your adviser.",
        ],
        [
            "Dr Priya Nair support officer",
            "Opened the list of the learners they work with. list",
            "They are a student support officer of your school.",
        ],
    ]
    counts = "The page about you was opened once and a list of learners that you may be on was opened once."
    assert counts in text_of(page)


def test_whoever_broke_glass_is_named_with_what_they_wrote(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    me, other = world.learner_ids[:2]
    given = [(me, NOW - timedelta(hours=5), "An older one."), (me, NOW, "Weeks <b>twice</b>."), (other, NOW, "Hers.")]
    with writing(sessions) as db:
        for person_id, starts_at, reason in given:
            when = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
            who = {"holder_moodle_user_id": 77, "holder_name": "Max Keeper", "source": "page", "reason": reason}
            common = {"platform_id": world.platform_id, "kind": "break-glass", "person_id": person_id}
            db.add(Relationship(**common, **who, **when))
        add_look(db, world, me, NOW + timedelta(minutes=5), "person:view", viewer=77)
        db.flush()
        db.execute(update(AccessRow).values(reason=Reason.BREAK_GLASS, viewer_role="maintainer"))

    (row,) = rows(open_page(open_as, world))

    assert row[0] == "Max Keeper maintainer"
    assert row[3] == f"{WHY[Reason.BREAK_GLASS]} They wrote: “Weeks <b>twice</b>.”"


def test_many_looks_are_cut_into_pages_and_each_is_on_one(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    total = 2 * PAGE_SIZE + 3
    with writing(sessions) as db:
        for number in range(total):
            add_look(db, world, world.learner_ids[0], NOW - timedelta(days=number))

    pages = [open_page(open_as, world, {"to_page": str(number)}) for number in (1, 2, 3)]

    assert [len(rows(page)) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert len({row[1] for page in pages for row in rows(page)}) == total
    assert f"{PAGE_SIZE + 1}–{2 * PAGE_SIZE} of {total}" in text_of(pages[1])
    assert [button.get_text() for button in soup_of(pages[1]).select('button[name="to_page"]')] == [
        "Later ones",
        "Earlier ones",
    ]


@pytest.mark.parametrize(("wished", "shown"), [("99", "26–28 of 28"), ("0", "1–25 of 28"), ("x", "1–25 of 28")])
def test_a_page_that_is_not_there_gives_the_nearest(
    sessions: Sessions, open_as: MakeBrowser, wished: str, shown: str
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for number in range(28):
            add_look(db, world, world.learner_ids[0], NOW - timedelta(minutes=number))

    assert shown in text_of(open_page(open_as, world, {"to_page": wished}))


def test_every_reason_that_shows_somebody_has_words_for_the_learner() -> None:
    assert set(Reason) - SHOWS_NOBODY_ELSE == set(WHY) - {login_as.REASON}


def test_the_page_says_how_long_entries_are_kept_and_whom_to_ask(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = text_of(open_page(open_as, world))

    assert "Entries are kept for 730 days after the look." in page
    assert "Ask the data protection officer of your institution" in page


def test_the_learners_page_shows_the_latest_and_leads_to_all(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for number in range(9):
            add_look(db, world, world.learner_ids[0], NOW - timedelta(days=number))

    page = soup_of(open_as(world).as_learner(learner_panel, world.learner_ids[0]))

    card = next(card for card in page.select("section") if "Who has looked" in card.get_text())
    assert len(card.select("li")) == 5
    assert [button["formaction"] for button in card.select("button")] == ["/panel/learner/looks"]


def test_what_is_asked_over_http_is_the_learners_own_alone_and_leaves_no_row(tool: Tool) -> None:
    tool.launch(TUTOR, OPEN)
    token = tool.open(LEARNER, OPEN)
    before = tool.accesses()

    page = tool.post("/panel/learner/looks", token, learner=str(tool.person_id(CLASSMATE)))

    assert page.status_code == 200
    assert "Opened the list of the learners they may see" in page.text
    assert "Cleo" not in page.text
    assert tool.accesses() == before


def test_staff_have_no_such_page(tool: Tool) -> None:
    token = tool.open(TUTOR, OPEN)

    assert tool.post("/panel/learner/looks", token).status_code == 404


def test_entries_whose_period_is_over_are_not_there(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[0], NOW - timedelta(days=2))
        add_look(db, world, None, NOW - timedelta(days=2), "course:view")
        add_look(db, world, None, NOW, "course:view")
        db.flush()
        assert purge_accesses(db, NOW - timedelta(days=1)) == 2

    assert len(rows(open_page(open_as, world))) == 1


def test_an_erased_persons_looks_at_others_name_nobody(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[0], NOW)
        db.execute(delete(Person).where(Person.moodle_user_id == 9000))

    ((who, *_),) = rows(open_page(open_as, world))

    assert who == "Somebody who is not on the course’s list tutor"


def test_what_a_command_did_is_told_with_who_decided_it(tool: Tool) -> None:
    with writing(tool.sessions) as db:
        note_access(
            db,
            tool.platform_id,
            tool.clock(),
            Action.SUBJECT_EXPORT,
            "Dana Officer, for a request to see what is held",
            tool.person_id(LEARNER),
        )
    page = tool.post("/panel/learner/looks", tool.open(LEARNER, OPEN)).text
    assert "Somebody who runs this tool’s server" in page
    assert "Wrote every stored row about you to a file." in page
    assert "Dana Officer, for a request to see what is held" in page
    assert "Once something was done at the tool’s server." in page
