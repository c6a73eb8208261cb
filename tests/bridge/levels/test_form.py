"""The form of a level: what fits is read to the same level again, what does not is named with its line and meaning."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.level_terms import LevelTerms, make_rule
from analytics.levels import Expectation, Marker, default_a_day
from analytics.rules import CLOCK_AND_TASK_RULE, DEFAULT_RULE, PUBLISHED_RULES, Condition, Fact, Reason
from bridge.levels.errors import LevelFormError
from bridge.levels.form import read_level_form, read_level_yaml, write_level_form, write_level_yaml
from bridge.store.levels import Proposal

FULL = """
agreed_by: Education Committee, chair Dr Helen Marsh
agreed_on: 2026-09-14
effective_from: 2026-09-28
expects:
  activity:
    a_week: 4
  tasks:
  attendance:
    weight: 2
concern:
  review_weeks: [5, 3]
  reasons:
    silent:
      days_without_evidence: 10
      below_percent: 40
    missed:
      sessions_missed: 3
who_intervenes:
  - Your adviser writes first.
"""


def test_a_full_form_says_what_it_says() -> None:
    read = read_level_yaml(FULL)

    assert (read.agreed_by, read.agreed_on) == ("Education Committee, chair Dr Helen Marsh", date(2026, 9, 14))
    assert read.effective_from == date(2026, 9, 28)
    assert read.terms.expectations == (
        Expectation(Marker.ACTIVITY, 1, 4, 2),
        Expectation(Marker.TASKS),
        Expectation(Marker.ATTENDANCE, 2),
    )
    assert read.terms.rule.review_weeks == frozenset({3, 5})
    assert read.terms.rule.reasons == (
        Reason("silent", (Condition(Fact.CLOCK_DAYS, Fraction(10)), Condition(Fact.E_BELOW, Fraction(2, 5)))),
        Reason("missed", (Condition(Fact.SESSIONS_MISSED, Fraction(3)),)),
    )
    assert read.terms.who_intervenes == ("Your adviser writes first.",)


def test_a_short_form_takes_the_defaults() -> None:
    read = read_level_yaml("expects: {activity: {a_week: 2}}")

    assert read == Proposal(LevelTerms((Expectation(Marker.ACTIVITY, 1, 2, 1),)))
    assert read.terms.rule is DEFAULT_RULE


def test_a_rule_can_be_chosen_by_its_name() -> None:
    assert read_level_yaml("expects: {tasks: }\nconcern: clock-and-task").terms.rule is CLOCK_AND_TASK_RULE


REFUSED = [
    ("", "", "holds entries. Known are: agreed_by"),
    ("- a", "line 1", "holds entries"),
    ("a: [", "line 1", "cannot be read as YAML"),
    ("concern: default", "expects", "is missing: name at least one marker"),
    ("expects: {}", "line 1, expects", "names no marker"),
    ("expects:\n  activity: {a_week: four}", "line 2, expects.activity.a_week", "is a whole number from 1 to 50"),
    ("expects:\n  activity: {a_week: 0}", "line 2, expects.activity.a_week", "is a whole number from 1 to 50"),
    ("expects:\n  activity: {a_week: true}", "line 2, expects.activity.a_week", "is a whole number from 1 to 50"),
    ("expects:\n  activity: {a_week: 1.5}", "line 2, expects.activity.a_week", "is a whole number from 1 to 50"),
    ("expects:\n  activity: {weight: 2}", "line 2, expects.activity.a_week", "how many activities are expected"),
    ("expects:\n  activity: {a_week: 2, a_day: 2}", "line 2, expects.activity", "one evening fill a week"),
    ("expects:\n  tasks: {a_week: 3}", "line 2, expects.tasks.a_week", "has no place here"),
    ("expects:\n  library: {a_day: 1}", "line 2, expects.library.a_day", "needs a_week beside it"),
    ("expects:\n  task: {}", "line 2, expects.task", "is not known here. Known are: activity, tasks"),
    ("expects:\n  tasks: {wight: 2}", "line 2, expects.tasks.wight", "Known are: a_week, a_day, weight"),
    ("expects: {tasks: }\nfor: us", "line 2, for", "is not known here. Known are: agreed_by"),
    ("expects: {tasks: }\nconcern: strict", "line 2, concern", "is one of default, clock-alone, clock-and-task"),
    ("expects: {tasks: }\nconcern:\n  reasons:\n    x: {}", "line 4, concern.reasons.x", "asks for nothing"),
    (
        "expects: {tasks: }\nconcern:\n  reasons:\n    x: {days: 3}",
        "line 4, concern.reasons.x.days",
        "Known are: days_without_evidence",
    ),
    (
        "expects: {tasks: }\nconcern:\n  reasons:\n    x: {sessions_missed: 1}\n  review_weeks: 3",
        "line 5, concern.review_weeks",
        "is a list of week numbers such as [3, 5, 8]",
    ),
    ("expects: {tasks: }\neffective_from: 2026-09-29", "line 2, effective_from", "is a Monday; 2026-09-29 is none"),
    ("expects: {tasks: }\nagreed_on: 2026-02-30", "line 2, agreed_on", "is a date such as 2026-09-28"),
    ("expects: {tasks: }\nwho_intervenes: me", "line 2, who_intervenes", "is a list of lines"),
    ('expects: {tasks: }\nwho_intervenes:\n  - "  "', "line 3, who_intervenes.0", "is a line of 1 to 500 characters"),
    ("expects: {tasks: }\nagreed_by: |\n  a\n  b", "line 2, agreed_by", "has a character that cannot be shown"),
]


@pytest.mark.parametrize(("text", "where", "meant"), REFUSED)
def test_what_does_not_fit_is_named_with_its_place_and_what_is_meant(text: str, where: str, meant: str) -> None:
    with pytest.raises(LevelFormError) as refused:
        read_level_yaml(text)

    said = str(refused.value)
    assert any(line.strip().startswith(where) and meant in line for line in said.splitlines()[1:-1]), said
    assert "Nothing was changed" in said


UNSAFE = [
    ("a: &x {b: 1}\nexpects: *x", "line 2", "refers to another place (*)"),
    ("expects:\n  tasks: {}\n  tasks: {weight: 2}", "line 3, expects.tasks", "stands here twice"),
    ("<<: {expects: {tasks: {}}}", "line 1, <<", "merges another place in"),
    ("expects: !!python/object/apply:os.system [echo]", "line 1", "could not determine a constructor"),
    ("? [a]\n: 1", "line 1", "has an entry whose name is no word"),
    ("a: " + "[" * 20 + "]" * 20, "line 1", "lies too deep"),
    ("a: " + "x" * 70_000, "", "is larger than 64 kB"),
]


@pytest.mark.parametrize(("text", "where", "meant"), UNSAFE)
def test_yaml_that_does_more_than_hold_values_is_refused(text: str, where: str, meant: str) -> None:
    with pytest.raises(LevelFormError) as refused:
        read_level_yaml(text)

    assert where in str(refused.value)
    assert meant in str(refused.value)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(LevelFormError) as refused:
        read_level_form({"expects": {"activity": {"a_week": 0}, "tasks": {"weight": 0}}, "agreed_on": "soon"})

    assert set(refused.value.problems) == {"expects.activity.a_week", "expects.tasks.weight", "agreed_on"}


@st.composite
def expectations(draw: st.DrawFn) -> tuple[Expectation, ...]:
    chosen = draw(st.sets(st.sampled_from(list(Marker)), min_size=1))
    found = []
    for marker in chosen:
        has_level = marker is Marker.ACTIVITY or (
            marker not in (Marker.TASKS, Marker.ATTENDANCE) and draw(st.booleans())
        )
        level = draw(st.integers(1, 50)) if has_level else None
        found.append(Expectation(marker, draw(st.integers(1, 9)), level, level and default_a_day(level)))
    return tuple(found)


@st.composite
def conditions(draw: st.DrawFn) -> tuple[Condition, ...]:
    facts = draw(st.sets(st.sampled_from(list(Fact)), min_size=1))
    whole = {fact: draw(st.integers(1, 99)) for fact in Fact if fact in facts}
    return tuple(
        Condition(fact, Fraction(n, 100) if fact is Fact.E_BELOW else Fraction(n)) for fact, n in whole.items()
    )


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
WEEKS = st.none() | st.frozensets(st.integers(1, 60), min_size=1)


@given(
    chosen=expectations(),
    asked=st.dictionaries(LINES, conditions(), min_size=1, max_size=4),
    weeks=WEEKS,
    who=st.lists(LINES, max_size=3),
    known=st.sampled_from([None, *PUBLISHED_RULES]),
)
def test_whatever_is_written_is_read_to_the_same_level(
    chosen: tuple[Expectation, ...],
    asked: dict[str, tuple[Condition, ...]],
    weeks: frozenset[int] | None,
    who: list[str],
    known: object,
) -> None:
    rule = make_rule([Reason(name, needed) for name, needed in asked.items()], weeks)
    named = next((one for one in PUBLISHED_RULES if one is known), rule)
    proposal = Proposal(LevelTerms(chosen, named, tuple(who)), date(2026, 9, 28), "The school", date(2026, 9, 1))

    assert read_level_yaml(write_level_yaml(proposal)) == proposal
    assert read_level_form(write_level_form(proposal)) == proposal


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        "{a: " * 10_000,
        'expects: !!int ""',
        "expects: !!bool perhaps",
        "expects: !!timestamp now",
        'agreed_by: "\\UFFFFFFFF"',
        "agreed_by: " + "9" * 5_000,
    ],
)
def test_yaml_that_breaks_a_reader_is_refused_in_words(text: str) -> None:
    with pytest.raises(LevelFormError, match="cannot be read as YAML"):
        read_level_yaml(text)
