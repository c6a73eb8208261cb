"""`lea relationship` and `lea training` on the way to a school that is switched on."""

import pytest

from tests.lti.commands.console import Console


def test_a_school_goes_on_in_four_commands_and_its_lead_cannot_just_leave(connected: Console) -> None:
    assert connected.lea("school", "add", "EMS", "Mathematics").exit_code == 0
    lead = ("relationship", "add", "lead", "--name", "Lee Lead", "--staff-number", "STAFF7", "--school", "EMS")
    added = connected.lea(*lead)
    assert added.exit_code == 0, added.output
    assert connected.lea("school", "on", "EMS").exit_code == 1
    assert connected.lea("training", "record", "2026-09-01", "--staff-number", "STAFF7").exit_code == 0
    assert connected.lea("school", "on", "EMS").exit_code == 0
    assert "Lee Lead (trained 2026-09-01)" in connected.lea("school", "list").output
    refused = connected.lea("relationship", "end", "1")
    assert refused.exit_code == 1
    assert "lea school off" in refused.output
    assert connected.lea("school", "off", "EMS").exit_code == 0
    assert connected.lea("relationship", "end", "1").exit_code == 0
    assert "Lee Lead" not in connected.lea("relationship", "list").output
    assert "Lee Lead" in connected.lea("relationship", "list", "--ended", "--kind", "lead").output


def test_all_who_came_to_a_training_are_recorded_at_once(connected: Console) -> None:
    words = ("training", "record", "2026-09-01", "--moodle-user", "5", "--moodle-user", "6", "--staff-number", "STAFF7")
    assert "3 people" in connected.lea(*words).output
    assert "one person" in connected.lea("training", "record", "2026-09-02", "--moodle-user", "5").output


def test_the_last_day_of_a_relationship_is_part_of_it(connected: Console) -> None:
    words = ("relationship", "add", "maintainer", "--name", "Mo", "--moodle-user", "2", "--until", "2030-07-31")
    assert connected.lea(*words).exit_code == 0
    assert "2030-08-01 00:00" in connected.lea("relationship", "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("relationship", "add", "lead", "--name", "Lee", "--school", "EMS"), "--staff-number or --moodle-user"),
        (("relationship", "add", "lead", "--name", "Lee", "--moodle-user", "5"), "need a school"),
        (("relationship", "add", "break-glass", "--name", "Lee", "--moodle-user", "5"), "Invalid value"),
        (("relationship", "end", "77"), "No relationship with this id"),
        (("training", "record", "2999-01-01", "--moodle-user", "5"), "still to come"),
        (("training", "record", "2026-09-01"), "--staff-number or --moodle-user"),
    ],
)
def test_what_does_not_fit_is_refused_with_words(connected: Console, words: tuple[str, ...], said: str) -> None:
    answer = connected.lea(*words)
    assert answer.exit_code != 0
    assert said in answer.output
