"""Learners read and take away every stored row about themselves, in words, and nothing of anybody else."""

import csv
import io
import json

import pytest
from flask import Response

from analytics.policy.access import Action
from analytics.policy.retention import RULES, find_rule
from bridge.store.database import Sessions, reading
from bridge.store.held import count_held, load_held
from bridge.store.held_tables import HELD_TABLES, HeldTable, find_table
from lti.errors import NotFound
from lti.panels.access_words import PAGES
from lti.panels.held_words import WORDS, say_row
from lti.panels.values_held import LINES_SHOWN, NOUNS, PAGE_SIZE, tables_by_rule
from lti.panels.views_held import held_csv, held_json, held_panel
from lti.panels.words import Moment
from tests.bridge.store.held_world import full_world
from tests.lti.panels.conftest import Browser, MakeBrowser, soup_of, text_of
from tests.lti.panels.shapes import ZONE
from tests.lti.panels.world import NOW, make_world

MOMENT = Moment(NOW, ZONE)


def file_of(browser: Browser, person_id: int, ending: str) -> Response:
    view = {"json": held_json, "csv": held_csv}[ending]
    answer: object = browser.as_learner(view, person_id)  # type: ignore[arg-type] # a file, where pages are text
    assert isinstance(answer, Response)
    return answer


def csv_rows(answer: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("held", HELD_TABLES, ids=lambda held: held.name)
def test_every_table_has_words_a_noun_and_a_rule_of_retention(held: HeldTable) -> None:
    assert held.name in WORDS
    assert held.name in NOUNS
    assert find_rule(RULES, held.name) is not None


def test_no_words_are_left_of_a_table_that_is_gone() -> None:
    names = {held.name for held in HELD_TABLES}

    assert set(WORDS) == set(NOUNS) == names


def test_every_page_that_an_access_row_can_be_about_has_its_words() -> None:
    assert set(PAGES) == {action.value for action in Action}


SAID = {
    "person": "Adam Achebe (given name Adam, family name Achebe), Moodle’s number 100, ID number ID-",
    "exemption": "Monday 5 October 2026 to Friday 9 October 2026: these days do not count for you.",
    "enrolment": "Cell Biology: enrolled as a learner from Monday 28 September 2026 on; active.",
    "course_role": "Cell Biology: role student, a kind of student.",
    "group_member": "Cell Biology: you are in the group Group A.",
    "student_record": "Home school School of Biology: BSc Biology, 120 credits, full-time, taught student, active",
    "relationship": "Dr Ann Adviser: your adviser, from Fri 6 November 2026, 14:20 on; entered by feed.",
    "evaluation": "Cell Biology: week 5, closed on Sunday 1 November 2026, was shown as ",
    "figure_member": "Cell Biology: in figures without names you are counted with at least nine others (pool 1).",
    "learner_week": "Cell Biology, week 6: ",
    "learner_state": "Cell Biology: latest evidence ",
    "stale_learner": "Cell Biology: something new arrived",
    "learner_task": "Cell Biology, Problem sheet: due for you Fri 20 November 2026, 17:00, not seen handed in.",
    "register_mark": "Monday 12 October 2026, Cell Biology: a session of the register (attendance): you attended.",
    "presence": ", Cell Biology: you opened Worksheet ",
    "log_event": "Fri 6 November 2026, 14:20, Cell Biology, Worksheet 1: \\mod_page\\event\\course_module_viewed",
    "concern": "Cell Biology, week 3: a concern was opened 6 November 2026, 14:20 by your school’s published rule R1; "
    "reasons: no evidence for 15 counted days; it is open. Percent: 20.",
    "support_case": "School of Biology: a case opened 6 November 2026, 14:20 by Dr Ann Adviser; it is open.",
    "case_entry": "Dr Ann Adviser (adviser): discussed with a colleague. Named: Dr Priya Nair.",
    "hand_over": "School of Biology told School of Biology about you; to be acknowledged by Monday 9 November 2026.",
    "dispute": "you said 6 November 2026, 14:20 that it isn’t right: I read the book."
    " No concern is raised about you, and nobody is asked to get in touch, until",
    "self_declared": "Wednesday 14 October 2026, Cell Biology: Read chapter 3. (declared by you 6 November",
    "learner_choice": "Cell Biology: the comparison is off; your goal: Two chapters; 2 a week; chosen 6 November 2026",
    "complaint": "informal: Week 3 is not mine. (to be acknowledged by Wednesday 2 December 2026.)",
    "quarantine": "the list of learners could not be read for you (course 2104 100): firstname: Not a valid string.",
    "access_log": "Dr Priya Nair (tutor) opened the page about you in Cell Biology. They teach this course.",
    "training": "You did the training about learners’ data on Tuesday 1 September 2026 (entered by own).",
    "alert": "the data-protection contact was alerted to your use. too-many-views: 121 pages in an hour",
    "viewer_session": "Visit from Cell Biology as Adam Achebe, Learner, language en: began Fri 6 November 2026, 13:20",
    "viewer_access": "Cell Biology: Moodle’s answer on your rights, asked Fri 6 November 2026, 13:20: roles student",
    "continue_code": "A page asks Adam Achebe to continue, until Fri 6 November 2026, 15:20.",
    "restriction": "You objected to the use of your data: not used from Fri 6 November 2026, 13:20 on; decided by Dr",
    "erasure_decision": "refused Fri 6 November 2026, 13:20 by Dr Helen Marsh. An appeal is open.",
    "tombstone": "Your data of all courses was erased Fri 6 November 2026, 13:20; it will not come back.",
}


def test_every_table_is_said_in_words(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)

    with reading(sessions) as db:
        said = {held.name: [say_row(row, MOMENT) for row in load_held(db, mine, held)] for held in HELD_TABLES}

    assert [name for name, part in SAID.items() if not any(part in line for line in said[name])] == []
    assert set(SAID) == set(said)


def test_the_page_has_each_kind_with_its_source_and_period(sessions: Sessions, open_as: MakeBrowser) -> None:
    world, mine, _ = full_world(sessions)

    page = open_as(world).as_learner(held_panel, mine.person_id)

    titles = [head.get_text() for head in soup_of(page).select("section > header > h2")]
    rules = [rule for rule, _ in tables_by_rule(RULES)]
    assert {name for rule in rules for name in rule.tables} >= {held.name for held in HELD_TABLES}
    assert titles[0] == "Your name and numbers"
    assert titles == [rule.title for rule in rules]
    text = text_of(page)
    assert [rule.title for rule in rules if rule.period_words not in text] == []


def test_the_page_shows_the_latest_rows_of_each_table_and_how_to_see_all(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world, mine, _ = full_world(sessions)
    with reading(sessions) as db:
        counts = count_held(db, mine)

    soup = soup_of(open_as(world).as_learner(held_panel, mine.person_id))

    buttons = {str(button["value"]): button.get_text() for button in soup.select("button[name=table]")}
    assert set(buttons) == {name for name, total in counts.items() if total > LINES_SHOWN}
    assert buttons["presence"] == f"All {counts['presence']} days and activities"
    assert len(soup.select("section header ~ ul li")) == sum(min(total, LINES_SHOWN) for total in counts.values())


def test_kinds_of_which_nothing_is_held_are_named(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = text_of(open_as(world).as_learner(held_panel, world.learner_ids[0]))

    nothing = page[page.index("Nothing is held about you of:") :]
    assert "Pauses you asked for" in nothing
    assert "Moodle's log rows" in nothing
    assert "Evidence of engagement" not in nothing


def test_a_tables_rows_are_all_there_page_by_page(
    sessions: Sessions, open_as: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, mine, _ = full_world(sessions)
    with reading(sessions) as db:
        held = find_table("presence")
        assert held is not None
        expected = [" ".join(say_row(row, MOMENT).split()) for row in load_held(db, mine, held)]
    for module in ("values_held", "views_held"):
        monkeypatch.setattr(f"lti.panels.{module}.PAGE_SIZE", 5)
    browser, shown, page_no = open_as(world), [], "1"

    while page_no:
        soup = soup_of(browser.as_learner(held_panel, mine.person_id, {"table": "presence", "page": page_no}))
        shown += [" ".join(line.get_text().split()) for line in soup.select("main li")]
        later = soup.find("button", string="Earlier ones")
        page_no = str(later["value"]) if later is not None else ""

    assert PAGE_SIZE == 100
    assert shown == expected
    assert len(expected) > 10


@pytest.mark.parametrize(
    "form",
    [{"table": "platform"}, {"table": "retention_run"}, {"table": "x"}]
    + [{"table": "presence", "page": page} for page in ("0", "-1", "x", "", "1234567")],
)
def test_a_table_or_page_that_is_none_is_not_found(
    sessions: Sessions, open_as: MakeBrowser, form: dict[str, str]
) -> None:
    world = make_world(sessions)

    with pytest.raises(NotFound):
        open_as(world).as_learner(held_panel, world.learner_ids[0], form)


def test_a_page_beyond_the_last_says_so(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(held_panel, world.learner_ids[0], {"table": "presence", "page": "99"})

    assert "There is no row here any more." in text_of(page)


def test_no_other_learner_is_on_the_page_or_in_the_files(sessions: Sessions, open_as: MakeBrowser) -> None:
    world, mine, theirs = full_world(sessions)
    browser = open_as(world)

    texts = [
        browser.as_learner(held_panel, mine.person_id),
        *(browser.as_learner(held_panel, mine.person_id, {"table": held.name}) for held in HELD_TABLES),
        file_of(browser, mine.person_id, "json").get_data(as_text=True),
        file_of(browser, mine.person_id, "csv").get_data(as_text=True),
    ]

    others = ("Osei", "Adeyemi", "Ahmed", "Group B", str(theirs.idnumber), theirs.user_key)
    assert not [name for text in texts for name in others if name in text]


def test_both_files_hold_every_row_with_its_words(sessions: Sessions, open_as: MakeBrowser) -> None:
    world, mine, _ = full_world(sessions)
    browser = open_as(world)
    with reading(sessions) as db:
        counts = count_held(db, mine)

    document = json.loads(file_of(browser, mine.person_id, "json").get_data())
    lines = csv_rows(file_of(browser, mine.person_id, "csv"))

    tables = {name: rows for kind in document["kinds"] for name, rows in kind["tables"].items()}
    assert {name: len(rows) for name, rows in tables.items()} == counts
    assert len(lines) == sum(counts.values())
    in_json = [(name, row["in_words"], row["stored"]) for name, rows in tables.items() for row in rows]
    assert in_json == [
        (line["Table"], line["In words"].removeprefix("'"), json.loads(line["Stored values"])) for line in lines
    ]


def test_a_secret_of_a_visit_is_in_no_file(sessions: Sessions, open_as: MakeBrowser) -> None:
    world, mine, _ = full_world(sessions)

    for ending in ("json", "csv"):
        content = file_of(open_as(world), mine.person_id, ending).get_data(as_text=True)
        assert not [secret for secret in ("hash0", "code0", "pepper") if secret in content]


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_file_is_saved_under_a_name_that_names_nobody(sessions: Sessions, open_as: MakeBrowser, ending: str) -> None:
    world = make_world(sessions)

    answer = file_of(open_as(world), world.learner_ids[0], ending)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="my-engagement-data-2026-11-06.{ending}"'
    assert answer.headers["Content-Type"].endswith("; charset=utf-8")
