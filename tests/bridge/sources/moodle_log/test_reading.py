"""Moodle's log download says the same of learners as the log table it was made from."""

from collections import Counter
from pathlib import Path

import pytest

from analytics.evidence import Kind
from bridge.sources.moodle_log.reading import Act, LeftOut, Omission, survey_log
from tests.analytics.presence import find_presence
from tests.bridge.sources.moodle_log.files import (
    COURSE,
    COURSE_VIEWED,
    CSV_OF_COURSE_2,
    JSON_OF_COURSE_3,
    LONDON,
    VIEWED,
    read_log,
    recorded_events,
    unpack,
    write_log,
)


def reasons(found: list[Act | Omission]) -> Counter[LeftOut]:
    return Counter(one.reason for one in found if isinstance(one, Omission))


def acts(found: list[Act | Omission]) -> list[Act]:
    return [one for one in found if isinstance(one, Act)]


def last_of(path: Path, *rows: dict[str, str]) -> Act | Omission:
    return read_log(write_log(path, COURSE_VIEWED, *rows))[-1]


def test_the_recorded_download_gives_exactly_the_facts_of_the_recorded_log(tmp_path: Path) -> None:
    found = read_log(unpack(CSV_OF_COURSE_2, tmp_path))
    ours = find_presence([act.event for act in acts(found)], LONDON)
    assert ours == find_presence(recorded_events(2), LONDON)
    assert Counter(fact.kind for fact in ours) == {Kind.COURSE_PAGE: 47, Kind.VISIT: 613, Kind.SUBMISSION: 64}


def test_the_only_rows_of_the_download_that_the_plugin_would_not_send_are_the_19_anonymous_ones(tmp_path: Path) -> None:
    found = read_log(unpack(CSV_OF_COURSE_2, tmp_path))
    sent = recorded_events(2)
    assert len(found) - len(sent) == 19
    assert reasons(found)[LeftOut.MAY_BE_ANONYMOUS] == 19
    assert reasons(found).keys() == {LeftOut.NO_EVIDENCE, LeftOut.MAY_BE_ANONYMOUS}


def test_the_json_download_of_another_course_gives_exactly_its_facts(tmp_path: Path) -> None:
    found = read_log(unpack(JSON_OF_COURSE_3, tmp_path))
    assert find_presence([act.event for act in acts(found)], LONDON) == find_presence(recorded_events(3), LONDON)
    assert reasons(found).keys() == {LeftOut.NO_EVIDENCE, LeftOut.MAY_BE_ANONYMOUS}


def test_a_survey_counts_addresses_and_names_what_was_opened(tmp_path: Path) -> None:
    path = unpack(CSV_OF_COURSE_2, tmp_path)
    survey = survey_log(path)
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert survey.row_count == len(rows) - 1 == 2_542
    assert survey.address_count == sum("127.0.0.1" in row for row in rows)
    assert survey.course_ids == {2}
    assert survey.activities[18] == ("url", "Week 6 lecture recording")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"User full name": "Admin User as Ada Learner"}, LeftOut.LOGGED_IN_AS),
        (
            {"User full name": "-", "Description": "The user with id '0' viewed the 'url' activity."},
            LeftOut.NO_EVIDENCE,
        ),
        ({"Origin": "cli"}, LeftOut.NO_EVIDENCE),
        ({"Origin": "restore"}, LeftOut.NO_EVIDENCE),
        ({"Component": "Feedback", "Event context": "Feedback: Survey"}, LeftOut.MAY_BE_ANONYMOUS),
        ({"Component": "Crystal ball", "Event name": "Ball seen", "Description": "-"}, LeftOut.UNKNOWN_EVENT),
        ({"Time": "yesterday"}, LeftOut.BAD_TIME),
        ({"Time": "24/12/26, 10:00:00"}, LeftOut.FUTURE),
        ({"Time": "31/11/26, 10:00:00"}, LeftOut.BAD_TIME),
    ],
)
def test_a_row_that_is_no_act_of_a_learner_is_left_out_with_its_reason(
    tmp_path: Path, changes: dict[str, str], reason: LeftOut
) -> None:
    found = last_of(tmp_path / "log.csv", VIEWED | changes)
    assert isinstance(found, Omission)
    assert found.reason is reason
    assert found.line == 3


def test_a_quiz_that_somebody_else_closed_is_no_act_of_the_learner(tmp_path: Path) -> None:
    quiz = {
        "Event context": "Quiz: Quiz 1",
        "Component": "Quiz",
        "Event name": "Quiz attempt submitted",
        "Description": "The user with id '10' has submitted the attempt with id '4' for the quiz with course module"
        " id '28'.",
        "Affected user": "Ada Learner",
    }
    own = last_of(tmp_path / "own.csv", VIEWED | quiz)
    assert isinstance(own, Act)
    assert next(iter(find_presence([own.event], LONDON))).kind is Kind.SUBMISSION
    others = last_of(tmp_path / "others.csv", VIEWED | quiz | {"User full name": "Ed Editor"})
    assert isinstance(others, Omission)
    assert others.reason is LeftOut.BY_ANOTHER


def test_work_that_a_teacher_hands_in_for_a_learner_is_the_teachers_visit_only(tmp_path: Path) -> None:
    found = last_of(
        tmp_path / "log.csv",
        VIEWED
        | {
            "Affected user": "Bea Learner",
            "Component": "Assignment",
            "Event name": "A submission has been submitted.",
            "Event context": "Assignment: Report",
            "Description": "The user with id '66' has submitted the submission with id '1' for the assignment with"
            " course module id '26'.",
        },
    )
    assert isinstance(found, Act)
    assert {(fact.moodle_user_id, fact.kind) for fact in find_presence([found.event], LONDON)} == {(66, Kind.VISIT)}


def test_opening_an_activity_of_an_unknown_plugin_is_known_by_its_description(tmp_path: Path) -> None:
    found = last_of(
        tmp_path / "log.csv",
        VIEWED
        | {
            "Component": "Interactive Content",
            "Event context": "Interactive Content: Beams",
            "Description": "The user with id '10' viewed the 'hvp' activity with course module id '77'.",
        },
    )
    assert isinstance(found, Act)
    assert (found.event.event_name, found.event.cmid) == (r"\mod_hvp\event\course_module_viewed", 77)


def test_an_activity_that_a_description_does_not_name_is_known_by_its_context(tmp_path: Path) -> None:
    h5p = VIEWED | {
        "Event context": "H5P: Beams",
        "Component": "H5P Package",
        "Event name": "H5P content viewed",
        "Description": "The user with id '10' has viewed the H5P with the id '3'.",
    }
    opened = h5p | {
        "Component": "H5P",
        "Event name": "Course module viewed",
        "Description": "The user with id '10' viewed the 'h5pactivity' activity with course module id '55'.",
    }
    known = last_of(tmp_path / "known.csv", opened, h5p)
    assert isinstance(known, Act)
    assert known.event.cmid == 55
    unknown = last_of(tmp_path / "unknown.csv", h5p)
    assert isinstance(unknown, Omission)
    assert unknown.reason is LeftOut.NO_ACTIVITY
    two = last_of(
        tmp_path / "two.csv", opened, opened | {"Description": opened["Description"].replace("55", "56")}, h5p
    )
    assert isinstance(two, Omission), "two activities of one name: which was it?"


def test_a_log_of_several_courses_needs_to_know_where_an_activity_is(tmp_path: Path) -> None:
    other = COURSE_VIEWED | {
        "Event context": "Course: Another",
        "Description": "The user with id '10' viewed the course with id '3'.",
    }
    path = write_log(tmp_path / "site.csv", COURSE_VIEWED, other, VIEWED)
    unknown = read_log(path)[-1]
    assert isinstance(unknown, Omission)
    assert unknown.reason is LeftOut.NO_COURSE
    known = read_log(path, known={18: 3})
    assert [act.event.moodle_course_id for act in acts(known)] == [2, 3, 3]


def test_a_row_of_the_course_without_its_number_belongs_to_the_course_of_that_name(tmp_path: Path) -> None:
    report = VIEWED | {
        "Event context": COURSE,
        "Component": "User report",
        "Event name": "Grade user report viewed",
        "Description": "The user with id '10' viewed the user report in the gradebook.",
    }
    found = last_of(tmp_path / "log.csv", report)
    assert isinstance(found, Act)
    assert (found.event.moodle_course_id, found.event.cmid) == (2, None)


def test_words_that_people_wrote_into_a_description_are_not_read_as_ids(tmp_path: Path) -> None:
    search = VIEWED | {
        "Event context": COURSE,
        "Component": "Forum",
        "Event name": "Course searched",
        "Description": "The user with id '10' has searched the course with id '2' for forum posts containing"
        " \"The user with id '11' course module id '18' course with id '9'\".",
    }
    found = last_of(tmp_path / "log.csv", search)
    assert isinstance(found, Act)
    assert (found.event.moodle_user_id, found.event.moodle_course_id, found.event.cmid) == (10, 2, None)


@pytest.mark.parametrize("digits", [19, 30, 5_000])
def test_a_number_that_no_moodle_has_is_no_id(tmp_path: Path, digits: int) -> None:
    number = "9" * digits
    for said in (
        f"The user with id '{number}' viewed the 'url' activity with course module id '18'.",
        f"The user with id '10' viewed the 'url' activity with course module id '{number}'.",
    ):
        found = last_of(tmp_path / "log.csv", COURSE_VIEWED, VIEWED | {"Description": said})
        assert isinstance(found, Omission)


def test_an_omission_names_no_person(tmp_path: Path) -> None:
    found = last_of(tmp_path / "log.csv", VIEWED | {"User full name": "Admin User as Ada Learner"})
    assert "Ada" not in repr(found)
    assert "192.0.2.7" not in repr(found)
