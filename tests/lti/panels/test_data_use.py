"""How my data is used here: what the page says is what is in force."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from analytics.bands import BAND_FLOORS, percent_of
from analytics.policy import access
from analytics.policy.access import Action, Decision, Reason, Subject, Viewer
from analytics.policy.retention import RULES, DataKind
from analytics.rules import DEFAULT_RULE, ConcernRule, Condition, Fact
from bridge.moodle.fields import OTHER_KEYS
from bridge.moodle.wire import WireUser
from bridge.schema import people, records
from bridge.store.data_use import load_teachers
from bridge.store.database import Sessions, reading, writing
from bridge.store.sources import ImportRecord, save_import
from bridge.store.viewer_sessions import NewSession
from lti.app import create_app
from lti.panels import audiences
from lti.panels.audiences import list_audiences
from lti.panels.values_data_use import LAUNCH_WORDS, list_sources, say_bands, say_concern_rule
from lti.panels.values_held import tables_by_rule
from lti.panels.views_held import data_use_panel, held_panel
from lti.panels.words import Moment
from tests.bridge.store.held_world import full_world
from tests.lti.panels.conftest import SETTINGS, Browser, MakeBrowser, soup_of, text_of
from tests.lti.panels.world import NOW, Shape, World, add_course, make_world


def add_teacher(
    sessions: Sessions, world: World, number: int, name: str, archetype: str = "teacher", **person: object
) -> None:
    """Add somebody with a role in the course."""
    with writing(sessions) as db:
        row = people.Person(
            platform_id=world.platform_id,
            moodle_user_id=number,
            given_name="",
            family_name="",
            full_name=name,
            **person,
        )
        db.add(row)
        db.flush()
        db.add(people.CourseRole(course_id=world.course_id, person_id=row.id, shortname="r", archetype=archetype))


def test_who_may_see_is_asked_of_the_rules_of_access() -> None:
    seen = {who: what for who, what in list_audiences() if what != "Nothing about you by name"}

    assert seen == {
        "You": "Your own pages and every stored row about you",
        "Teachers of your course in Moodle, once trained": "The page about you in a course",
        "Teachers of your group, where the course keeps its groups separate": "The page about you in a course",
        "Your adviser, once trained": "The page about you over your courses",
        "Student support officers of your home school, once trained": "The page about you over your courses",
        "Learner engagement leads of your home school": (
            "What you wrote to your school’s lead, with your name and what is stored behind it"
        ),
        "A maintainer who gave a reason to look at you, for an hour": "The page about you over your courses",
    }


def test_another_rule_of_access_changes_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(viewer: Viewer, action: Action, subject: Subject) -> Decision:
        decision = access.decide(viewer, action, subject)
        return (
            Decision(True, Reason.ADMINISTERS_TOOL) if viewer.is_admin and action is Action.LEARNER_VIEW else decision
        )

    monkeypatch.setattr(audiences, "decide", decide)

    assert dict(list_audiences())["Administrators of Moodle and of this tool"] == "The page about you in a course"


def test_every_field_that_is_read_about_people_is_on_the_page(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    soup = soup_of(open_as(world).as_learner(data_use_panel, world.learner_ids[0]))

    named = {term.get_text() for term in soup.select("details dt[translate]")}
    assert named >= {field.encode_name for field in msgspec.structs.fields(WireUser)} | set(OTHER_KEYS)
    moment = Moment(NOW, SETTINGS.zone)
    assert named == {name for source in list_sources({}, moment) for name, _ in source.fields}


def test_the_files_that_came_are_on_the_page_with_their_columns(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for kind in ("attendance", "courses"):
            save_import(db, world.platform_id, ImportRecord(kind, "0" * 64, NOW, 1, 1, 0))

    soup = soup_of(open_as(world).as_learner(data_use_panel, world.learner_ids[0]))

    titles = [" ".join(one.get_text().split()) for one in soup.select("details summary")]
    said = "Registers of attendance, from a file of the institution, the last one on Friday 6 November 2026"
    assert [title for title in titles if title.startswith(said)]
    assert {"session", "held_on", "status"} <= {term.get_text() for term in soup.select("details dt")}
    assert not [title for title in titles if title.startswith(("Courses", "Recordings"))]


def test_every_part_of_a_launch_that_is_kept_has_its_words() -> None:
    assert set(LAUNCH_WORDS) == set(NewSession.__dataclass_fields__)


def test_the_bands_are_those_that_figures_are_shown_by() -> None:
    said = say_bands()

    assert said[:-1] == tuple(f"{percent_of(floor)}\u00a0% or more: {band.value}" for band, floor in BAND_FLOORS)


def test_the_rule_of_a_course_is_said_reason_by_reason() -> None:
    stricter = tuple(
        replace(reason, conditions=tuple(Condition(part.fact, part.threshold + 1) for part in reason.conditions))
        for reason in DEFAULT_RULE.reasons
        if Fact.E_BELOW not in {part.fact for part in reason.conditions}
    )

    assert say_concern_rule(DEFAULT_RULE) == (
        "10 or more counted days without evidence and a figure below 40\u00a0%.",
        "A task that has not arrived 7 counted days or more after your own date for it.",
    )
    assert say_concern_rule(ConcernRule("stricter", stricter)) == (
        "A task that has not arrived 8 counted days or more after your own date for it.",
    )


def test_each_kind_of_data_has_its_period_and_its_lawful_basis(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    text = text_of(open_as(world).as_learner(data_use_panel, world.learner_ids[0]))

    for rule, _ in tables_by_rule(RULES):
        assert f"{rule.title} Comes from {rule.source[:1].upper()}{rule.source[1:]} Kept {rule.period_words}" in text


def test_the_periods_are_the_institutions_own(sessions: Sessions) -> None:
    world = make_world(sessions)
    settings = replace(SETTINGS, retention_days={DataKind.EVIDENCE: 99})
    browser = Browser(create_app(settings, sessions=sessions, now=lambda: NOW), sessions, world)

    for view in (data_use_panel, held_panel):
        text = text_of(browser.as_learner(view, world.learner_ids[0]))
        assert "Kept for 99 days after the last teaching week" in text


def test_each_course_is_there_with_its_level_its_teachers_and_its_last_sync(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)
    add_teacher(sessions, world, 9500, "Dr Tom Teacher")
    with writing(sessions) as db:
        add_course(
            db,
            world.platform_id,
            Shape(moodle_course_id=77, course_name="Genetics", has_level=False),
            world.learner_ids,
        )

    text = text_of(open_as(world).as_learner(data_use_panel, world.learner_ids[0]))

    biology = text[text.index("Cell Biology What is expected") : text.index("Genetics No level is published yet")]
    assert "4 activities opened in a counted week; up to 2 a day count" in biology
    assert "agreed by Dr Helen Marsh on 14 September" in biology
    assert "Who teaches it, says Moodle Dr Tom Teacher How fresh it is Moodle activity : today, 13:45" in biology
    assert "nobody that Moodle has told of" in text


def test_only_those_who_teach_the_course_now_are_named(sessions: Sessions) -> None:
    world = make_world(sessions)
    add_teacher(sessions, world, 9501, "Zoë Editing", "editingteacher")
    add_teacher(sessions, world, 9502, "Anna Non-editing")
    add_teacher(sessions, world, 9503, "Sam Student", "student")
    add_teacher(sessions, world, 9504, "Max Manager", "manager")
    add_teacher(sessions, world, 9505, "Sue Suspended", is_suspended=True)
    add_teacher(sessions, world, 9506, "Del Deleted", deleted_at=NOW)

    with reading(sessions) as db:
        assert load_teachers(db, [world.course_id]) == {world.course_id: ("Anna Non-editing", "Zoë Editing")}
        assert load_teachers(db, []) == {}


def test_a_teacher_whose_enrolment_is_over_is_not_named(sessions: Sessions) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        db.add(
            people.CourseRole(
                course_id=world.course_id, person_id=world.learner_ids[0], shortname="r", archetype="teacher"
            )
        )
        db.get_one(people.Enrolment, (world.course_id, world.learner_ids[0])).is_active = False

    with reading(sessions) as db:
        assert load_teachers(db, [world.course_id]) == {}


def test_adviser_and_support_officers_are_named_while_they_are(sessions: Sessions, open_as: MakeBrowser) -> None:
    world, mine, _ = full_world(sessions)
    with writing(sessions) as db:
        home = db.get_one(records.StudentRecord, mine.person_id).school_id
        other = records.School(platform_id=world.platform_id, code="LAW", name="School of Law")
        db.add(other)
        db.flush()
        for name, kind, school_id, ends_at in (
            ("Sam Support", "support-officer", home, None),
            ("Sue Elsewhere", "support-officer", other.id, None),
            ("Lea Lead", "lead", home, None),
            ("Fay Former", "support-officer", home, NOW),
        ):
            db.add(
                records.Relationship(
                    platform_id=world.platform_id,
                    kind=kind,
                    holder_moodle_user_id=9200,
                    holder_name=name,
                    school_id=school_id,
                    starts_at=NOW - timedelta(days=1),
                    ends_at=ends_at,
                    source="command",
                )
            )

    text = text_of(open_as(world).as_learner(data_use_panel, mine.person_id))

    named = text[text.index("Who works with you besides your teachers") : text.index("Each look at your page")]
    assert "Your adviser Dr Ann Adviser" in named
    assert "Student support officer of School of Biology Sam Support" in named
    assert not [name for name in ("Sue", "Lea Lead", "Fay") if name in named]


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("dp@example.ac.uk", "Contact: dp@example.ac.uk"),
        ("", "Contact: the data protection officer of your institution"),
    ],
)
def test_the_contact_is_the_settings(sessions: Sessions, contact: str, expected: str) -> None:
    world = make_world(sessions)
    app = create_app(replace(SETTINGS, privacy_contact=contact), sessions=sessions, now=lambda: NOW)

    assert expected in text_of(Browser(app, sessions, world).as_learner(data_use_panel, world.learner_ids[0]))
