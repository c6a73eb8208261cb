"""Prepare the lead's pages about levels: what is in force, the draft, what it changes, and what it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.cohort import FEWEST_LEARNERS
from analytics.level_difference import describe_difference
from analytics.level_words import MARKER_NAMES, say_expectation, say_reason, say_review, say_worth
from analytics.levels import LevelRow, LevelSuggestion, Marker
from bridge.levels.coverage import Coverage
from bridge.levels.errors import LevelFormError
from bridge.levels.preview import LevelPreview
from bridge.store.level_list import ScopeState
from bridge.store.level_scopes import LevelScope, ScopeKind
from bridge.store.levels import Draft, Version
from lti.panels.level_fields import FACT_WORDS
from lti.panels.words import Moment, capital, clean, clean_whole, count, full_date, instant, percent, plain_date

KIND_WORDS: Mapping[ScopeKind, str] = {
    ScopeKind.SITE: "Whole site",
    ScopeKind.SCHOOL: "School",
    ScopeKind.PROGRAMME: "Programme",
    ScopeKind.COURSE: "Course",
}
ENTRY_WORDS: Mapping[str, str] = {
    "expects": "What is expected",
    "a_week": "a week",
    "a_day": "a day",
    "weight": "weight",
    "concern": "The rule",
    "reasons": "reasons",
    "review_weeks": "weeks in which it is asked",
    "agreed_by": "Who agreed it",
    "agreed_on": "Agreed on",
    "effective_from": "From which Monday",
    "who_intervenes": "Who gets in touch",
    **{marker.value: MARKER_NAMES[marker] for marker in Marker},
    **FACT_WORDS,
}


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One thing that a level can be published for."""

    value: str
    kind: str
    name: str
    in_force: str
    draft: str
    """Empty: there is none."""


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One warning that too little is measured."""

    whose: str
    text: str


@dataclass(frozen=True, slots=True)
class InForce:
    """A published version in words."""

    title: str
    expected: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    reviewed: str
    worth: str
    proof: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What the draft would do, by counts alone."""

    intro: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggested level with its table."""

    text: str
    rows: tuple[tuple[str, ...], ...]
    """(a week, a day, of weeks with any visit, of all weeks, learners at 70 %); empty without a past run."""


def list_warnings(found: Coverage) -> tuple[CoverageLine, ...]:
    """Say where too little is measured: by course, and for how many learners (policy paragraph 10)."""
    lines = [CoverageLine(clean(gap.fullname), f"{capital(gap.gap.value)}.") for gap in found.gaps]
    if found.thin_count:
        learners = count(found.thin_count, "learner")
        text = f"Less than half of the year’s credits of {learners} lies in courses that are measured."
        lines.append(CoverageLine("Your learners", text))
    return tuple(lines)


def name_scope(scope: LevelScope) -> str:
    """Give the value of a scope in a form; a school's own courses and programmes are told apart by kind."""
    return f"{scope.kind.value}-{scope.key or 0}"


def make_scope_line(scope: LevelScope, state: ScopeState, moment: Moment) -> ScopeLine:
    """Put one scope in words."""
    in_force = "nothing is published: nothing is measured" if state.version is None else _say(scope, state.version)
    saved = "" if state.saved_at is None else f"draft by {clean(state.saved_by)}, {instant(state.saved_at, moment)}"
    return ScopeLine(name_scope(scope), KIND_WORDS[scope.kind], clean(scope.name), in_force, saved)


def _say(scope: LevelScope, version: str) -> str:
    own = version.startswith(f"{scope.label}-")
    return f"{'' if own else 'by a wider one: '}{clean(version)}"


def make_in_force(version: Version, moment: Moment) -> InForce:
    """Put a version in words."""
    terms = version.terms
    agreed = f"agreed by {clean(version.agreed_by)} on {plain_date(version.agreed_on, moment.today)}"
    return InForce(
        title=f"{clean(version.version)}, from {full_date(version.effective_from)}, {agreed}",
        expected=tuple((MARKER_NAMES[one.marker], say_expectation(one)) for one in terms.expectations),
        reasons=tuple(f"{capital(say_reason(reason))}." for reason in terms.rule.reasons),
        reviewed=say_review(terms.rule),
        worth=say_worth(terms.rule.worth),
        proof=f"Published by {clean(version.published_by)}, {instant(version.published_at, moment)}; proof "
        + (version.digest[:16] if version.is_proved else "DOES NOT HOLD: tell whoever runs the tool"),
    )


def list_changes(version: Version | None, draft: Draft) -> tuple[tuple[str, str, str], ...]:
    """List what a draft changes: (what, before, after). Empty when it says the same."""
    changes = describe_difference(None if version is None else version.terms, draft.proposal.terms)
    return tuple((capital(one.what), clean_whole(one.before), clean_whole(one.after)) for one in changes)


def make_preview(found: LevelPreview) -> PreviewView:
    """Put a preview in words and a table; small counts stay hidden."""
    courses = count(found.course_count, "course")
    if found.learner_count is None or found.as_of is None:
        text = f"It was tried on {courses}. Fewer than 10 learners have a closed week there, so no count is shown."
        return PreviewView(text, (), ())
    intro = (
        f"It was tried on {courses} with {count(found.learner_count, 'learner')}, as of {full_date(found.as_of)}, as if"
        " it had been in force so far. Nobody is named, numbers are rounded to five, small ones hidden, and nothing was"
        " stored."
    )
    if found.left_out_count:
        intro += f" {capital(count(found.left_out_count, 'course'))} more would be measured by it and was not tried."
    heads = ("Shown as", *(("By what is in force",) if found.has_level else ()), "By the draft")
    rows = tuple(
        (capital(line.name), *((_number(line.before),) if found.has_level else ()), _number(line.after))
        for line in (*found.bands, *found.concerns)
    )
    return PreviewView(intro, heads, rows)


def _number(value: int | None) -> str:
    return "hidden" if value is None else f"{value:,}"


def make_suggestion(found: LevelSuggestion) -> SuggestionView:
    """Put a suggestion in words and its table in rows; a lead sees no learner, so shares are rounded to five."""
    rows = tuple(
        (
            str(row.level),
            str(row.a_day),
            _share(row.share_of_active_weeks),
            _share(row.share_of_all_weeks),
            _share_of_learners(row),
        )
        for row in found.rows
    )
    text = f"Suggested: {found.level} a week, of which up to {found.a_day} a day count. The school decides."
    if not rows:
        text += " There is no past run of 10 learners here; this is what courses of this kind begin with."
    return SuggestionView(text, rows)


def _share(share: Fraction) -> str:
    return percent(5 * round(20 * share))


def _share_of_learners(row: LevelRow) -> str:
    """Say a share of learners; where it, or the rest, is of fewer than ten, not even which of the two."""
    fewer = min(row.learners_meeting, row.learner_count - row.learners_meeting)
    return "hidden" if fewer < FEWEST_LEARNERS else _share(row.share_of_learners)


def list_problems(error: LevelFormError) -> tuple[str, ...]:
    """Say each problem of a form with the field's own name."""
    return tuple(_say_problem(path, text) for path, text in error.problems.items())


def _say_problem(path: str, text: str) -> str:
    steps: Sequence[str] = [ENTRY_WORDS.get(step, step) for step in path.split(".") if step]
    return f"{clean(' › '.join(steps))} {clean(text)}." if steps else f"{capital(clean(text))}."
