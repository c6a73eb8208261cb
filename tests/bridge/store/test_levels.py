"""Levels: which one a course is measured by, what publishing needs, and that what was published stays as it was."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import DatabaseError

from analytics.level_terms import LevelTerms, make_rule, suggested_terms
from analytics.levels import LevelError, find_level_in_force
from analytics.rules import Condition, Fact, Reason
from bridge.schema.engagement import StaleLearner
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import CourseSchool, Programme, School
from bridge.schema.teaching import Course, PublishedLevel
from bridge.store.database import Sessions, reading, writing
from bridge.store.level_reach import find_reached_courses
from bridge.store.level_scopes import (
    LevelRefused,
    LevelScope,
    ScopeKind,
    find_level_scope,
    load_level_scopes,
    site_scope,
)
from bridge.store.levels import (
    Proposal,
    Version,
    discard_draft,
    find_version,
    load_draft,
    load_versions,
    publish_level,
    save_draft,
)
from bridge.store.levels_in_force import load_levels
from bridge.store.platforms import save_platform
from tests.levels import publish

NOW = datetime(2026, 9, 22, 9, tzinfo=UTC)
TODAY = date(2026, 9, 22)
MONDAY, NEXT, LAST = date(2026, 9, 28), date(2026, 10, 5), date(2026, 10, 12)
GOOD = Proposal(suggested_terms(), MONDAY, "Dr Helen Marsh", date(2026, 9, 14))


@dataclass(frozen=True, slots=True)
class University:
    """One platform: course 2 of the school's programme, 3 of the school alone, 4 of nobody."""

    sessions: Sessions
    platform_id: int
    course_ids: tuple[int, ...]
    school_id: int

    def scope(self, kind: ScopeKind, code: str = "") -> LevelScope:
        """Find a scope."""
        with reading(self.sessions) as db:
            return find_level_scope(db, self.platform_id, kind, code)

    def publish(self, kind: ScopeKind, code: str, start: date, level: int = 4) -> Version:
        """Publish a level."""
        scope = self.scope(kind, code)
        with writing(self.sessions) as db:
            return publish(db, self.platform_id, suggested_terms(level), scope=scope, effective_from=start)

    def versions_at(self, day: date) -> list[str | None]:
        """Give what each course is measured by on a day."""
        with reading(self.sessions) as db:
            levels = load_levels(db, self.platform_id, self.course_ids)
        found: list[str | None] = []
        for course_id in self.course_ids:
            try:
                found.append(find_level_in_force([one.level for one in levels[course_id]], day).version)
            except LevelError:
                found.append(None)
        return found


@pytest.fixture
def university(sessions: Sessions) -> University:
    with writing(sessions) as db:
        platform_id = save_platform(
            db, name="Demo", moodle_url="https://moodle.example.ac.uk", encrypted_token=None, now=NOW
        )
        school = School(platform_id=platform_id, code="SBBS", name="Biological Sciences")
        db.add(school)
        db.flush()
        programme = Programme(platform_id=platform_id, school_id=school.id, code="C100", name="Biology")
        courses = [
            Course(
                platform_id=platform_id,
                moodle_course_id=number,
                shortname=f"B{number}",
                fullname=f"Biology {number}",
                starts_on=MONDAY,
                switched_on_at=NOW,
            )
            for number in (2, 3, 4)
        ]
        person = Person(platform_id=platform_id, moodle_user_id=7, given_name="A", family_name="B", full_name="A B")
        db.add_all([programme, person, *courses])
        db.flush()
        db.add(CourseSchool(course_id=courses[0].id, school_id=school.id, programme_id=programme.id))
        db.add(CourseSchool(course_id=courses[1].id, school_id=school.id))
        for course in courses:
            db.add(
                Enrolment(course_id=course.id, person_id=person.id, is_learner=True, is_active=True, enrolled_on=MONDAY)
            )
        ids, school_id = tuple(course.id for course in courses), school.id
    return University(sessions, platform_id, ids, school_id)


def test_before_anything_is_published_nothing_is_in_force(university: University) -> None:
    assert university.versions_at(LAST) == [None, None, None]


def test_the_narrowest_scope_with_a_level_in_force_wins(university: University) -> None:
    university.publish(ScopeKind.SITE, "", MONDAY)
    university.publish(ScopeKind.SCHOOL, "SBBS", NEXT)
    university.publish(ScopeKind.PROGRAMME, "C100", LAST)
    university.publish(ScopeKind.COURSE, "3", LAST)

    assert university.versions_at(date(2026, 9, 27)) == [None, None, None]
    assert university.versions_at(MONDAY) == ["site-1", "site-1", "site-1"]
    assert university.versions_at(NEXT) == ["school-SBBS-1", "school-SBBS-1", "site-1"]
    assert university.versions_at(LAST) == ["programme-C100-1", "course-3-1", "site-1"]


def test_a_wider_level_that_comes_later_does_not_take_the_place_of_a_narrower_one(university: University) -> None:
    university.publish(ScopeKind.COURSE, "2", MONDAY)
    university.publish(ScopeKind.SITE, "", NEXT)
    university.publish(ScopeKind.SITE, "", LAST, 2)

    assert university.versions_at(LAST) == ["course-2-1", "site-2", "site-2"]


def test_of_two_from_one_monday_the_narrower_counts_and_within_a_scope_the_later_one(university: University) -> None:
    university.publish(ScopeKind.SCHOOL, "SBBS", MONDAY)
    university.publish(ScopeKind.SITE, "", MONDAY)
    university.publish(ScopeKind.SITE, "", MONDAY, 2)

    assert university.versions_at(MONDAY) == ["school-SBBS-1", "school-SBBS-1", "site-2"]


def test_a_scope_without_a_level_of_its_own_shows_the_next_wider_ones(university: University) -> None:
    university.publish(ScopeKind.SCHOOL, "SBBS", MONDAY)
    courses = [university.scope(ScopeKind.COURSE, code) for code in ("2", "4")]
    with reading(university.sessions) as db:
        found = [find_version(db, course, LAST) for course in courses]

    assert [one and one.version for one in found] == ["school-SBBS-1", None]


def test_a_level_reaches_the_courses_without_a_narrower_one(university: University) -> None:
    university.publish(ScopeKind.PROGRAMME, "C100", NEXT)
    scopes = [site_scope(university.platform_id), university.scope(ScopeKind.SCHOOL, "SBBS")]
    two, three, four = university.course_ids
    with reading(university.sessions) as db:
        before = [find_reached_courses(db, scope, MONDAY) for scope in scopes]
        after = [find_reached_courses(db, scope, NEXT) for scope in scopes]

    assert before == [(two, three, four), (two, three)]
    assert after == [(three, four), (three,)]


def test_a_lead_finds_the_scopes_of_their_schools_alone(university: University) -> None:
    with reading(university.sessions) as db:
        everything = load_level_scopes(db, university.platform_id)
        own = load_level_scopes(db, university.platform_id, [university.school_id])
        nothing = load_level_scopes(db, university.platform_id, [])

    assert [scope.label for scope in everything] == [
        "site",
        "school-SBBS",
        "programme-C100",
        "course-2",
        "course-3",
        "course-4",
    ]
    assert [scope.label for scope in own] == ["school-SBBS", "programme-C100", "course-2", "course-3"]
    assert nothing == ()


@pytest.mark.parametrize("code", ["", "sbbs", "5"])
def test_a_scope_that_is_not_known_is_refused(university: University, code: str) -> None:
    with pytest.raises(LevelRefused, match="Nothing was changed"):
        university.scope(ScopeKind.SCHOOL, code)


def test_a_draft_is_kept_replaced_and_measures_nobody(university: University) -> None:
    course = university.scope(ScopeKind.COURSE, "2")
    with writing(university.sessions) as db:
        save_draft(db, course, Proposal(suggested_terms(2)), "Dr Helen Marsh", NOW)
        save_draft(db, course, GOOD, "Dr Priya Nair", NOW)
    with writing(university.sessions) as db:
        kept, elsewhere = load_draft(db, course), load_draft(db, site_scope(university.platform_id))
        discard_draft(db, course)
        gone = load_draft(db, course)

    assert kept is not None
    assert (kept.proposal, kept.saved_by) == (GOOD, "Dr Priya Nair")
    assert elsewhere is gone is None
    assert university.versions_at(LAST) == [None, None, None]


def test_publishing_takes_the_draft_away_and_measures_the_scopes_courses_again(university: University) -> None:
    school = university.scope(ScopeKind.SCHOOL, "SBBS")
    with writing(university.sessions) as db:
        save_draft(db, school, GOOD, "Dr Helen Marsh", NOW)
        db.execute(delete(StaleLearner))
        version = publish_level(db, school, GOOD, published_by="Dr Helen Marsh", now=NOW, today=TODAY)
    with reading(university.sessions) as db:
        assert load_draft(db, school) is None
        stale = set(db.scalars(select(StaleLearner.course_id)))
        (stored,) = load_versions(db, school)

    assert stale == set(university.course_ids[:2])
    assert stored == version
    assert (stored.version, stored.terms, stored.effective_from) == ("school-SBBS-1", GOOD.terms, MONDAY)
    assert (stored.agreed_by, stored.published_by, stored.past_run) == ("Dr Helen Marsh", "Dr Helen Marsh", "")
    assert stored.published_at == NOW
    assert stored.is_proved


REFUSED = [
    ({"agreed_by": "  "}, {}, "who agreed"),
    ({"agreed_on": None}, {}, "who agreed"),
    ({"agreed_on": date(2026, 9, 23)}, {}, "still to come"),
    ({}, {"published_by": ""}, "who publishes"),
    ({"effective_from": None}, {}, "from a Monday. Name one"),
    ({"effective_from": date(2026, 9, 29)}, {}, "2026-09-29 is none"),
    ({"effective_from": date(2026, 9, 21)}, {}, "is over"),
    ({"terms": replace(suggested_terms(), who_intervenes=())}, {}, "who intervenes"),
    ({"terms": replace(suggested_terms(), who_intervenes=("x" * 501,))}, {}, "more than 500"),
    ({"agreed_by": "x" * 201}, {}, "more than 200"),
]


@pytest.mark.parametrize(("wrong", "said", "why"), REFUSED)
def test_a_level_is_published_only_with_everything_that_it_needs(
    university: University, wrong: dict[str, object], said: dict[str, str], why: str
) -> None:
    site = site_scope(university.platform_id)
    proposal = replace(GOOD, **wrong)  # type: ignore[arg-type]  # one field each, of its type
    with writing(university.sessions) as db:
        with pytest.raises(LevelRefused, match=why):
            publish_level(db, site, proposal, published_by=said.get("published_by", "H"), now=NOW, today=TODAY)
        assert load_versions(db, site) == ()


def test_only_a_reason_lets_a_level_take_effect_before_it_was_published(university: University) -> None:
    past = replace(GOOD, effective_from=date(2026, 1, 5))
    with writing(university.sessions) as db:
        version = publish_level(
            db,
            site_scope(university.platform_id),
            past,
            published_by="H",
            now=NOW,
            today=TODAY,
            past_run="Last spring.",
        )

    assert version.past_run == "Last spring."


def test_a_version_cannot_begin_before_the_one_it_follows(university: University) -> None:
    university.publish(ScopeKind.SITE, "", LAST)

    with writing(university.sessions) as db, pytest.raises(LevelRefused, match="A later version takes effect"):
        publish_level(db, site_scope(university.platform_id), GOOD, published_by="H", now=NOW, today=TODAY)


def test_what_was_published_cannot_be_changed_and_its_proof_tells(university: University) -> None:
    university.publish(ScopeKind.SITE, "", MONDAY)
    with writing(university.sessions) as db, pytest.raises(DatabaseError, match="immutable"):
        db.execute(update(PublishedLevel).values(agreed_by="Somebody else"))


@pytest.mark.parametrize("column", ["agreed_by", "published_by", "document"])
def test_a_change_around_the_database_shows_in_the_proof(university: University, column: str) -> None:
    university.publish(ScopeKind.SITE, "", MONDAY)
    with writing(university.sessions) as db:
        if db.get_bind().dialect.name == "postgresql":
            db.execute(text("ALTER TABLE published_level DISABLE TRIGGER ALL"))
        else:
            db.execute(text("DROP TRIGGER published_level_is_immutable"))
        row = db.scalars(select(PublishedLevel)).one()
        changed = {**row.document, "who_intervenes": ["Nobody."]} if column == "document" else "Somebody else"
        db.execute(update(PublishedLevel).values({column: changed}))
    with reading(university.sessions) as db:
        (version,) = load_versions(db, site_scope(university.platform_id))

    assert not version.is_proved


def test_a_schools_own_rule_is_published_with_its_level_and_named_by_it(university: University) -> None:
    rule = make_rule([Reason("missed", (Condition(Fact.SESSIONS_MISSED, Fraction(3)),))])
    terms = LevelTerms(suggested_terms().expectations, rule, ("The adviser.",))
    with writing(university.sessions) as db:
        publish(db, university.platform_id, terms)
    with reading(university.sessions) as db:
        levels = load_levels(db, university.platform_id, university.course_ids)

    (agreed,) = levels[university.course_ids[0]]
    assert (agreed.level.rule.version, agreed.level.rule.reasons) == ("site-1", rule.reasons)
    assert agreed.who_intervenes == ("The adviser.",)


def test_the_levels_of_many_courses_are_read_in_two_statements(university: University) -> None:
    university.publish(ScopeKind.SCHOOL, "SBBS", MONDAY)
    with reading(university.sessions) as db:
        seen: list[str] = []
        event.listen(db.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        load_levels(db, university.platform_id, university.course_ids)

    assert sum(statement.startswith("SELECT") for statement in seen) == 2
