"""What a decision rests on: its reason, the part in the course, where a viewer begins, and what no viewer ever gets."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.policy.access import (
    Action,
    CourseRole,
    Reason,
    Subject,
    Viewer,
    decide,
    find_course_role,
)
from analytics.policy.starting import start_action

COURSE, OTHER_COURSE = 1, 2
LEARNER, OTHER_LEARNER = 11, 12
GROUP_A, GROUP_B = 101, 102

TUTOR = Viewer(
    moodle_user_id=900,
    person_id=90,
    course_id=COURSE,
    course_role=CourseRole.TUTOR,
    is_admin=False,
    group_ids=frozenset(),
    sees_all_groups=True,
    is_trained=True,
)
NOBODY = replace(TUTOR, course_role=None, is_trained=False)
VIEWERS = {
    "tutor": TUTOR,
    "tutor of group A only": replace(TUTOR, group_ids=frozenset({GROUP_A}), sees_all_groups=False),
    "tutor of no group": replace(TUTOR, sees_all_groups=False),
    "tutor, not trained": replace(TUTOR, is_trained=False),
    "tutor, Moodle silent": replace(TUTOR, is_live=False),
    "tutor who administers": replace(TUTOR, is_admin=True),
    "tutor who learns elsewhere": replace(TUTOR, own_course_ids=frozenset({OTHER_COURSE})),
    "learner": replace(
        NOBODY, person_id=LEARNER, course_role=CourseRole.LEARNER, own_course_ids=frozenset({COURSE, OTHER_COURSE})
    ),
    "learner, Moodle silent": replace(
        NOBODY,
        person_id=LEARNER,
        course_role=CourseRole.LEARNER,
        own_course_ids=frozenset({COURSE, OTHER_COURSE}),
        is_live=False,
    ),
    "learner of one course": replace(
        NOBODY, person_id=LEARNER, course_role=CourseRole.LEARNER, own_course_ids=frozenset({COURSE})
    ),
    "administrator": replace(NOBODY, person_id=None, is_admin=True, manages_tool=True),
    "administrator, Moodle silent": replace(NOBODY, person_id=None, is_admin=True, manages_tool=True, is_live=False),
    "category manager": replace(NOBODY, person_id=None, is_admin=True),
    "nobody": NOBODY,
    "stranger": replace(NOBODY, person_id=None, course_id=None),
}

REQUESTS = {
    "course": (Action.COURSE_VIEW, Subject(COURSE)),
    "other course": (Action.COURSE_VIEW, Subject(OTHER_COURSE)),
    "learner in A": (Action.LEARNER_VIEW, Subject(COURSE, LEARNER, frozenset({GROUP_A}))),
    "learner in B": (Action.LEARNER_VIEW, Subject(COURSE, OTHER_LEARNER, frozenset({GROUP_B}))),
    "unknown learner": (Action.LEARNER_VIEW, Subject(COURSE, None)),
    "learner elsewhere": (Action.LEARNER_VIEW, Subject(OTHER_COURSE, LEARNER, frozenset({GROUP_A}))),
    "own": (Action.OWN_VIEW, Subject(COURSE, LEARNER)),
    "own elsewhere": (Action.OWN_VIEW, Subject(OTHER_COURSE, LEARNER)),
    "another's own": (Action.OWN_VIEW, Subject(COURSE, OTHER_LEARNER)),
    "own courses": (Action.OWN_COURSES_VIEW, Subject(None, LEARNER)),
    "another's courses": (Action.OWN_COURSES_VIEW, Subject(None, OTHER_LEARNER)),
    "own rows": (Action.OWN_HELD_VIEW, Subject(None, LEARNER)),
    "another's rows": (Action.OWN_HELD_VIEW, Subject(None, OTHER_LEARNER)),
    "own rows as a file": (Action.OWN_HELD_EXPORT, Subject(None, LEARNER)),
    "another's rows as a file": (Action.OWN_HELD_EXPORT, Subject(None, OTHER_LEARNER)),
    "admin": (Action.ADMIN_VIEW, Subject(None)),
    "admin change": (Action.ADMIN_CHANGE, Subject(None)),
}


@pytest.mark.parametrize(
    ("viewer_name", "request_name", "reason"),
    [
        ("tutor", "course", Reason.TEACHES_COURSE),
        ("tutor of group A only", "learner in A", Reason.SHARES_GROUP),
        ("tutor of group A only", "learner in B", Reason.OTHER_GROUP),
        ("tutor", "other course", Reason.OTHER_COURSE),
        ("tutor", "unknown learner", Reason.NO_SUBJECT),
        ("tutor, not trained", "course", Reason.TRAINING_NEEDED),
        ("tutor, not trained", "learner in A", Reason.TRAINING_NEEDED),
        ("tutor, Moodle silent", "course", Reason.RIGHTS_UNCHECKED),
        ("learner", "course", Reason.NO_ROLE),
        ("learner", "another's own", Reason.NOT_OWN),
        ("learner of one course", "own elsewhere", Reason.OTHER_COURSE),
        ("administrator", "learner in A", Reason.NO_ROLE),
        ("administrator", "admin", Reason.ADMINISTERS_TOOL),
        ("tutor", "admin", Reason.NO_RULE),
        ("category manager", "admin change", Reason.NO_RULE),
    ],
)
def test_a_decision_names_its_reason(viewer_name: str, request_name: str, reason: Reason) -> None:
    assert decide(VIEWERS[viewer_name], *REQUESTS[request_name]).reason is reason


IDS = st.one_of(st.none(), st.integers(1, 4))
VIEWERS_OF_ANY_KIND = st.builds(
    Viewer,
    moodle_user_id=st.integers(1, 4),
    person_id=IDS,
    course_id=IDS,
    course_role=st.sampled_from([None, *CourseRole]),
    is_admin=st.booleans(),
    group_ids=st.frozensets(st.integers(1, 4)),
    sees_all_groups=st.booleans(),
    is_live=st.booleans(),
    own_course_ids=st.frozensets(st.integers(1, 4)),
    is_trained=st.booleans(),
)
SUBJECTS = st.builds(Subject, course_id=IDS, person_id=IDS, group_ids=st.frozensets(st.integers(1, 4)))


@given(VIEWERS_OF_ANY_KIND, SUBJECTS)
def test_nobody_but_a_live_and_trained_tutor_of_the_course_and_group_sees_another_person(
    viewer: Viewer, subject: Subject
) -> None:
    if decide(viewer, Action.LEARNER_VIEW, subject).is_allowed:
        assert viewer.course_role is CourseRole.TUTOR
        assert viewer.is_live
        assert viewer.is_trained
        assert subject.course_id == viewer.course_id
        assert viewer.sees_all_groups or viewer.group_ids & subject.group_ids
    for action in (Action.OWN_VIEW, Action.OWN_COURSES_VIEW):
        if decide(viewer, action, subject).is_allowed:
            assert subject.person_id == viewer.person_id is not None


@given(VIEWERS_OF_ANY_KIND, SUBJECTS)
def test_administering_the_tool_adds_nothing_but_the_admin_page(viewer: Viewer, subject: Subject) -> None:
    for action in set(Action) - {Action.ADMIN_VIEW}:
        with_power = decide(replace(viewer, is_admin=True), action, subject)
        assert with_power == decide(replace(viewer, is_admin=False), action, subject)


@pytest.mark.parametrize(
    ("instructor", "archetypes", "enrolled", "active", "role"),
    [
        (True, {"editingteacher"}, True, True, CourseRole.TUTOR),
        (True, {"teacher"}, True, True, CourseRole.TUTOR),
        (True, {"teacher"}, False, False, CourseRole.TUTOR),
        (True, {"teacher"}, True, False, None),
        (False, {"teacher"}, True, True, None),
        (True, {"manager"}, True, True, None),
        (True, set(), False, False, None),
        (True, {"student"}, True, True, CourseRole.LEARNER),
        (False, {"student"}, True, True, CourseRole.LEARNER),
        (False, {"student"}, True, False, None),
        (False, {"student"}, False, False, None),
        (True, {"student", "teacher"}, True, True, CourseRole.TUTOR),
        (False, {"student", "teacher"}, True, True, None),
        (False, {"guest"}, True, True, None),
    ],
)
def test_a_part_in_the_course_needs_the_launch_and_moodles_live_word(
    instructor: bool, archetypes: set[str], enrolled: bool, active: bool, role: CourseRole | None
) -> None:
    found = find_course_role(
        launched_as_instructor=instructor, archetypes=archetypes, is_enrolled=enrolled, is_active=active
    )

    assert found is role


@pytest.mark.parametrize(
    ("viewer_name", "action"),
    [
        ("tutor", Action.COURSE_VIEW),
        ("tutor, not trained", Action.TRAINING),
        ("tutor who administers", Action.COURSE_VIEW),
        ("learner", Action.OWN_VIEW),
        ("administrator", Action.ADMIN_VIEW),
    ],
)
def test_the_start_page_follows_the_part_in_the_course(viewer_name: str, action: Action) -> None:
    assert start_action(VIEWERS[viewer_name]) is action


def test_a_viewer_without_a_part_starts_with_something_that_is_refused() -> None:
    viewer = VIEWERS["nobody"]

    assert not decide(viewer, start_action(viewer), Subject(COURSE, viewer.person_id)).is_allowed


WISHES = {
    "tutor": {Action.COURSE_VIEW, Action.TRAINING},
    "tutor, not trained": {Action.TRAINING},
    "tutor of no group": {Action.COURSE_VIEW, Action.TRAINING},
    "tutor who administers": {Action.COURSE_VIEW, Action.TRAINING, Action.ADMIN_VIEW},
    "tutor who learns elsewhere": {Action.COURSE_VIEW, Action.TRAINING, Action.OWN_COURSES_VIEW},
    "learner": {Action.OWN_VIEW, Action.OWN_COURSES_VIEW},
    "category manager": {Action.ADMIN_VIEW},
    "stranger": set(),
}


@pytest.mark.parametrize("wished", [None, *Action])
@pytest.mark.parametrize("viewer_name", WISHES)
def test_a_wish_is_granted_to_whoever_may_begin_there_and_left_alone_otherwise(
    viewer_name: str, wished: Action | None
) -> None:
    viewer = VIEWERS[viewer_name]

    action = start_action(viewer, wished)

    assert action == (wished if wished in WISHES[viewer_name] else start_action(viewer))
