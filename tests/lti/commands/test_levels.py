"""`lea level` as a school's lead and an administrator use it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.levels.form import read_level_yaml
from tests.lti.commands.console import Console

FORM = """
agreed_by: Education Committee
agreed_on: 2026-09-14
expects:
  activity:
    a_week: 3
  attendance:
    weight: 2
concern:
  reasons:
    missed:
      sessions_missed: 3
who_intervenes:
  - Your adviser [writes] first.
"""
BY = ("--by", "Dr Helen Marsh")


def next_monday() -> str:
    """The next Monday from today on, where the tests' institution is."""
    today = datetime.now(UTC).date()
    return (today + timedelta(days=(7 - today.weekday()) % 7 + 7)).isoformat()


@pytest.fixture
def form(tmp_path: Path) -> str:
    path = tmp_path / "level.yaml"
    path.write_text(FORM)
    return str(path)


def test_a_form_is_said_in_words_and_nothing_is_stored(connected: Console, form: str) -> None:
    answer = connected.lea("level", "check", form)

    assert answer.exit_code == 0, answer.output
    assert "Activity: 3 activities opened in a counted week; up to 2 a day count" in answer.output
    assert "They weigh: Activity 1, Attendance 2." in answer.output
    assert "missed: 3 or more sessions missed" in answer.output
    assert "was not measured" in answer.output
    assert "Your adviser [writes] first." in answer.output
    assert "Activity: 4 activities" in connected.lea("level", "show", "--draft").output


def test_a_form_that_does_not_fit_is_told_by_line(connected: Console, tmp_path: Path) -> None:
    path = tmp_path / "level.yaml"
    path.write_text(FORM.replace("a_week: 3", "a_week: three"))
    answer = connected.lea("level", "check", str(path))

    assert answer.exit_code == 1
    assert "line 6, expects.activity.a_week: is a whole number from 1 to 50" in answer.output
    assert "Traceback" not in answer.output


def test_a_new_platform_has_a_draft_and_nothing_in_force(connected: Console) -> None:
    answer = connected.lea("level", "show")

    assert "No level is in force for The whole site" in answer.output
    assert "There is a draft" in answer.output


def test_a_draft_is_published_after_its_difference_was_seen(connected: Console, form: str) -> None:
    connected.publish_level()
    assert connected.lea("level", "draft", form, *BY).exit_code == 0
    difference = connected.lea("level", "difference").output
    refused = connected.lea("level", "publish", *BY, "--from", next_monday(), typed="n\n")
    published = connected.lea("level", "publish", *BY, "--from", next_monday(), typed="y\n")

    assert "4 activities opened" in difference
    assert "3 activities opened" in difference
    assert refused.exit_code == 1
    assert "3 activities opened" in refused.output
    assert "No preview" in refused.output
    assert published.exit_code == 0, published.output
    assert f"site-2 is published: in force from {next_monday()}" in published.output
    history = connected.lea("level", "history")
    assert history.exit_code == 0
    assert "site-1" in history.output
    assert "Education Committee" in history.output
    assert "site-1" in connected.lea("level", "show").output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2026-08-31"), "learners must be able to read"),
        (("--from", "2026-09-01"), "from a Monday"),
        ((), "--from YYYY-MM-DD, or effective_from in the form"),
    ],
)
def test_what_cannot_be_published_says_why(connected: Console, form: str, words: tuple[str, ...], why: str) -> None:
    connected.lea("level", "draft", form, *BY)
    answer = connected.lea("level", "publish", *BY, *words, "--yes")

    assert answer.exit_code == 1
    assert why in answer.output
    assert "No level is in force" in connected.lea("level", "show").output


def test_what_is_missing_to_publish_is_said_with_the_option_that_says_it(connected: Console) -> None:
    told = " ".join(connected.lea("level", "publish", *BY).output.split())
    assert all(option in told for option in ("--agreed-by NAME", "--agreed-on YYYY-MM-DD", "--from YYYY-MM-DD"))
    agreed = ("--agreed-by", "Education Committee", "--agreed-on", "2026-09-01")
    past = " ".join(connected.lea("level", "publish", *BY, *agreed, "--from", "2026-08-31").output.split())
    assert "--past-run REASON" in past
    tuesday = " ".join(connected.lea("level", "publish", *BY, *agreed, "--from", "2026-09-01").output.split())
    assert "--from: 2026-09-01 is a Tuesday, and a level holds from a Monday, such as 2026-09-07." in tuesday
    assert "No level is in force" in connected.lea("level", "show").output


def test_yes_shows_difference_and_preview_all_the_same(connected: Console) -> None:
    answer = connected.publish_level()
    assert answer.exit_code == 0
    assert "No preview: there are fewer than 10 learners" in answer.output


def test_coverage_of_nothing_says_what_comes_first_and_draws_no_table(connected: Console) -> None:
    assert connected.lea("school", "add", "BIO", "Biology").exit_code == 0
    for words, whose in ((("level", "coverage"), ""), (("level", "coverage", "--school", "BIO"), " of BIO")):
        told = connected.lea(*words).output
        assert f"No course{whose} is switched on: nothing to look at. Next: lea course on" in told
        assert "│" not in told


def test_publishing_without_a_draft_says_what_comes_first(connected: Console) -> None:
    connected.publish_level()
    answer = connected.lea("level", "publish", *BY, "--yes")

    assert (answer.exit_code, "lea level draft" in answer.output) == (1, True)


def test_the_level_in_force_can_be_edited_as_a_form(connected: Console) -> None:
    connected.publish_level()
    shown = connected.lea("level", "show", "--form").output

    assert read_level_yaml(shown).agreed_by == "The test's school"


def test_a_schools_level_reaches_its_courses_and_not_the_others(connected: Console, form: str) -> None:
    connected.lea("course", "on", "2", "3")
    connected.lea("school", "add", "SBBS", "Biological Sciences")
    given = connected.lea("school", "courses", "SBBS", "2", "--credits", "15", "--core")
    connected.lea("level", "draft", form, *BY, "--school", "SBBS")
    connected.lea("level", "publish", *BY, "--school", "SBBS", "--from", "2026-08-31", "--past-run", "On.", "--yes")

    assert given.exit_code == 0, given.output
    assert "school-SBBS-1" in connected.lea("level", "show", "--course", "2").output
    assert "No level is in force" in connected.lea("level", "show", "--course", "3").output
    coverage = connected.lea("level", "coverage", "--school", "SBBS").output
    assert "fewer than two kinds of evidence" in coverage
    assert "1 of 1 courses" in coverage


def test_a_core_course_that_nothing_measures_is_named(connected: Console) -> None:
    connected.lea("course", "on", "2", "3")
    connected.lea("school", "add", "SBBS", "Biological Sciences")
    connected.lea("school", "courses", "SBBS", "3", "--core")
    answer = connected.lea("level", "coverage").output

    assert "a core course that nothing measures" in answer
    assert "1 of 2 courses" in answer


def test_a_programme_that_is_not_the_schools_is_refused(connected: Console) -> None:
    connected.lea("course", "on", "2")
    connected.lea("school", "add", "SBBS", "Biological Sciences")
    answer = connected.lea("school", "courses", "SBBS", "2", "--programme", "C100")

    assert (answer.exit_code, "no programme C100" in answer.output) == (1, True)


def test_two_scopes_at_once_are_refused(connected: Console, form: str) -> None:
    answer = connected.lea("level", "draft", form, *BY, "--school", "SBBS", "--course", "2")

    assert (answer.exit_code, "Give one of" in answer.output) == (2, True)


def test_a_course_without_a_past_run_gets_what_its_kind_begins_with(connected: Console) -> None:
    connected.lea("course", "on", "2")
    online, campus = (connected.lea("level", "suggest", "--course", "2", *words) for words in ((), ("--campus",)))

    assert "Suggested: 4 a week" in online.output
    assert "Suggested: 2 a week, of which up to 1 a day count" in campus.output
