"""Relationships begin and end at an instant, are found by Moodle user id or staff number, and switch schools on."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from analytics.policy.relationships import Kind, Relationship
from bridge.store.database import Sessions, reading, writing
from bridge.store.holders import Holder
from bridge.store.relationships import (
    NewRelationship,
    RelationshipRefused,
    add_relationship,
    end_relationship,
    load_held,
    load_relationships,
    load_training_day,
    save_training,
)
from bridge.store.schools import (
    SchoolRefused,
    find_school_id,
    load_schools,
    save_school,
    switch_school_off,
    switch_school_on,
)
from tests.bridge.feed.files import LENA_ID, NOW, NUMBERS, PLATFORM, add_person, add_site

LATER = NOW + timedelta(hours=1)
ANNA = Holder(None, "STAFF1")
ADVISES_LENA = NewRelationship(
    Kind.ADVISER, ANNA, "Anna Adviser", NOW, None, school_code=None, student_number=NUMBERS[LENA_ID]
)
LEADS_EMS = NewRelationship(Kind.LEAD, Holder(77, None), "Lee Lead", NOW, None, school_code="EMS")


@pytest.fixture
def site(sessions: Sessions) -> Sessions:
    """A platform with two learners and a school."""
    with writing(sessions) as db:
        add_site(db)
        save_school(db, PLATFORM, "EMS", "Mathematics")
    return sessions


def add(sessions: Sessions, *new: NewRelationship) -> None:
    """Add relationships."""
    with writing(sessions) as db:
        for one in new:
            add_relationship(db, PLATFORM, one)


def held(sessions: Sessions, holder: Holder, now: datetime) -> frozenset[Relationship]:
    """Load what somebody holds."""
    with reading(sessions) as db:
        return load_held(db, PLATFORM, holder, now)


def first_id(sessions: Sessions) -> int:
    """Give the id of the first relationship that is listed."""
    with reading(sessions) as db:
        return load_relationships(db, PLATFORM, LATER)[0].relationship_id


def test_a_relationship_holds_from_its_first_instant_until_before_its_last(site: Sessions) -> None:
    add(site, replace(ADVISES_LENA, ends_at=LATER))
    advises = frozenset({Relationship(Kind.ADVISER, LENA_ID)})
    assert held(site, ANNA, NOW - timedelta(seconds=1)) == frozenset()
    assert held(site, ANNA, NOW) == advises
    assert held(site, ANNA, LATER - timedelta(seconds=1)) == advises
    assert held(site, ANNA, LATER) == frozenset()


@pytest.mark.parametrize("holder", [Holder(5, "STAFF1"), Holder(5, None), Holder(6, "STAFF2"), Holder(None, None)])
def test_a_holder_is_found_by_number_or_id_and_nobody_else_is(site: Sessions, holder: Holder) -> None:
    add(site, ADVISES_LENA, replace(LEADS_EMS, holder=Holder(5, None)))
    kinds = {one.kind for one in held(site, holder, LATER)}
    expected = {Kind.ADVISER} if holder.idnumber == "STAFF1" else set()
    assert kinds == expected | ({Kind.LEAD} if holder.moodle_user_id == 5 else set())


def test_somebody_without_a_number_holds_no_relationship_that_has_none(site: Sessions) -> None:
    add(site, LEADS_EMS)
    assert held(site, Holder(5, ""), LATER) == frozenset()


def test_another_platforms_numbers_are_other_people(site: Sessions) -> None:
    add(site, ADVISES_LENA)
    with reading(site) as db:
        assert load_held(db, PLATFORM + 1, ANNA, LATER) == frozenset()


def test_an_ended_relationship_gives_nothing_and_stays_listed(site: Sessions) -> None:
    add(site, ADVISES_LENA)
    with writing(site) as db:
        end_relationship(db, PLATFORM, first_id(site), LATER)
    assert held(site, ANNA, LATER) == frozenset()
    with reading(site) as db:
        assert load_relationships(db, PLATFORM, LATER) == ()
        (listed,) = load_relationships(db, PLATFORM, LATER, with_ended=True)
    assert (listed.holder_name, listed.ends_at) == ("Anna Adviser", LATER)
    with pytest.raises(RelationshipRefused, match="No relationship"), writing(site) as db:
        end_relationship(db, PLATFORM, listed.relationship_id, LATER)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(ADVISES_LENA, student_number=None), "needs a learner"),
        (replace(ADVISES_LENA, student_number="404"), "No one learner"),
        (replace(ADVISES_LENA, student_number="TWIN"), "No one learner"),
        (replace(ADVISES_LENA, school_code="EMS"), "need a school"),
        (replace(LEADS_EMS, school_code=None), "need a school"),
        (replace(LEADS_EMS, kind=Kind.MAINTAINER), "need a school"),
        (replace(LEADS_EMS, student_number="260000001"), "needs a learner"),
        (replace(ADVISES_LENA, kind=Kind.BREAK_GLASS), "with a reason"),
        (replace(ADVISES_LENA, ends_at=NOW), "ends before it begins"),
    ],
)
def test_a_relationship_that_does_not_fit_its_kind_is_refused(site: Sessions, new: NewRelationship, said: str) -> None:
    with writing(site) as db:
        add_person(db, 201, "TWIN")
        add_person(db, 202, "TWIN")
    with pytest.raises(RelationshipRefused, match=said):
        add(site, new)
    with reading(site) as db:
        assert load_relationships(db, PLATFORM, NOW, with_ended=True) == ()


def test_the_same_relationship_does_not_hold_twice(site: Sessions) -> None:
    add(site, ADVISES_LENA, LEADS_EMS)
    for again in (ADVISES_LENA, LEADS_EMS):
        with pytest.raises(RelationshipRefused, match="holds already"):
            add(site, again)


def test_the_last_training_up_to_today_counts(site: Sessions) -> None:
    with writing(site) as db:
        for day in (date(2025, 9, 1), date(2026, 9, 1), date(2026, 12, 1)):
            save_training(db, PLATFORM, ANNA, day, NOW)
    with reading(site) as db:
        assert load_training_day(db, PLATFORM, ANNA, date(2026, 11, 2)) == date(2026, 9, 1)
        assert load_training_day(db, PLATFORM, Holder(5, "STAFF2"), date(2026, 11, 2)) is None


def switch_on(sessions: Sessions) -> None:
    """Switch the school on."""
    with writing(sessions) as db:
        switch_school_on(db, PLATFORM, "EMS", LATER)


def train(sessions: Sessions, holder: Holder, day: date) -> None:
    """Record a training."""
    with writing(sessions) as db:
        save_training(db, PLATFORM, holder, day, NOW)


def test_a_school_goes_on_only_with_a_lead_who_has_a_training_date(site: Sessions) -> None:
    with pytest.raises(SchoolRefused, match="no learner engagement lead"):
        switch_on(site)
    add(site, LEADS_EMS)
    train(site, Holder(78, "STAFF1"), date(2026, 9, 1))
    with pytest.raises(SchoolRefused, match="no learner engagement lead"):
        switch_on(site)
    train(site, Holder(77, None), date(2026, 11, 30))
    with pytest.raises(SchoolRefused, match="no learner engagement lead"):
        switch_on(site)
    train(site, Holder(77, None), date(2026, 9, 1))
    switch_on(site)
    with reading(site) as db:
        (school,) = load_schools(db, PLATFORM, LATER)
        assert find_school_id(db, PLATFORM, "EMS")
    assert school.is_on
    assert school.leads == (("Lee Lead", date(2026, 11, 30)),)


def test_a_school_that_is_on_keeps_its_last_trained_lead_until_it_is_off(site: Sessions) -> None:
    add(site, LEADS_EMS)
    train(site, Holder(77, None), date(2026, 9, 1))
    switch_on(site)
    lead_id = first_id(site)
    with pytest.raises(RelationshipRefused, match="lea school off"), writing(site) as db:
        end_relationship(db, PLATFORM, lead_id, LATER)
    assert held(site, Holder(77, None), LATER)
    with writing(site) as db:
        switch_school_off(db, PLATFORM, "EMS")
        end_relationship(db, PLATFORM, lead_id, LATER)
    assert not held(site, Holder(77, None), LATER)
