"""Prepare the lead's pages about levels: what is in force, the draft, what it changes, and what it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from analytics.bands import TOO_EARLY, Band
from analytics.cohort import FEWEST_LEARNERS
from analytics.coverage import Gap
from analytics.language import gettext, mark, ngettext, numeral
from analytics.level_difference import describe_difference
from analytics.level_words import MARKER_NAMES, say_expectation, say_reason, say_review, say_worth
from analytics.levels import LevelRow, LevelSuggestion, Marker
from bridge.levels.coverage import Coverage
from bridge.levels.errors import LevelFormError
from bridge.levels.preview import CONCERN, NO_CONCERN, LevelPreview
from bridge.store.level_list import ScopeState
from bridge.store.level_scopes import LevelScope, ScopeKind
from bridge.store.levels import Draft, Version
from lti.panels.level_fields import FACT_WORDS
from lti.panels.refusal_words import say_problem
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, instant, percent, plain_date

KIND_WORDS: Mapping[ScopeKind, str] = {
    ScopeKind.SITE: mark("Whole site"),
    ScopeKind.SCHOOL: mark("School"),
    ScopeKind.PROGRAMME: mark("Programme"),
    ScopeKind.COURSE: mark("Course"),
}
ENTRY_WORDS: Mapping[str, str] = {
    "expects": mark("What is expected"),
    "a_week": mark("a week"),
    "a_day": mark("a day"),
    "weight": mark("weight"),
    "concern": mark("The rule"),
    "reasons": mark("reasons"),
    "review_weeks": mark("weeks in which it is asked"),
    "agreed_by": mark("Who agreed it"),
    "agreed_on": mark("Agreed on"),
    "effective_from": mark("From which Monday"),
    "who_intervenes": mark("Who gets in touch"),
    **{marker.value: MARKER_NAMES[marker] for marker in Marker},
    **FACT_WORDS,
}
PREVIEW_WORDS: Mapping[str, str] = {
    Band.MEETING.value: mark("meeting the published level"),
    Band.BELOW.value: mark("below the published level"),
    Band.WELL_BELOW.value: mark("well below the published level"),
    TOO_EARLY: mark("too early to say"),
    CONCERN: mark("a reason to get in touch"),
    NO_CONCERN: mark("no reason to get in touch"),
}
GAP_WORDS: Mapping[Gap, str] = {
    Gap.CORE_NOT_MEASURED: mark("a core course that nothing measures"),
    Gap.FEW_KINDS: mark("fewer than two kinds of evidence"),
}


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One thing that a level can be published for."""

    value: str
    kind: str
    name: str
    version: str
    """In force, by its own level or a wider one; empty: nothing is."""
    is_own: bool
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
    lines = [CoverageLine(clean(gap.fullname), f"{capital(gettext(GAP_WORDS[gap.gap]))}.") for gap in found.gaps]
    if found.thin_count:
        text = ngettext(
            "Less than half of the year’s credits of {number} learner lies in courses that are measured.",
            "Less than half of the year’s credits of {number} learners lies in courses that are measured.",
            found.thin_count,
        )
        lines.append(CoverageLine(gettext("Your learners"), text))
    return tuple(lines)


def name_scope(scope: LevelScope) -> str:
    """Give the value of a scope in a form; a school's own courses and programmes are told apart by kind."""
    return f"{scope.kind.value}-{scope.key or 0}"


def make_scope_line(scope: LevelScope, state: ScopeState, moment: Moment) -> ScopeLine:
    """Put one scope in words."""
    saved = ""
    if state.saved_at is not None:
        by, at = clean(state.saved_by), instant(state.saved_at, moment)
        saved = gettext("draft by {name}, {instant}", name=by, instant=at)
    version = state.version or ""
    return ScopeLine(
        value=name_scope(scope),
        kind=gettext(KIND_WORDS[scope.kind]),
        name=clean(scope.name),
        version=clean(version) if version else "",
        is_own=version.startswith(f"{scope.label}-"),
        draft=saved,
    )


def make_in_force(version: Version, moment: Moment) -> InForce:
    """Put a version in words."""
    terms = version.terms
    return InForce(
        title=gettext(
            "{version}, from {first}, agreed by {name} on {day}",
            version=clean(version.version),
            first=full_date(version.effective_from),
            name=clean(version.agreed_by),
            day=plain_date(version.agreed_on, moment.today),
        ),
        expected=tuple((gettext(MARKER_NAMES[one.marker]), say_expectation(one)) for one in terms.expectations),
        reasons=tuple(f"{capital(say_reason(reason))}." for reason in terms.rule.reasons),
        reviewed=say_review(terms.rule),
        worth=say_worth(terms.rule.worth),
        proof=_say_proof(version, moment),
    )


def _say_proof(version: Version, moment: Moment) -> str:
    values = {"name": clean(version.published_by), "instant": instant(version.published_at, moment)}
    if not version.is_proved:
        return gettext("Published by {name}, {instant}; proof DOES NOT HOLD: tell whoever runs the tool", **values)
    return gettext("Published by {name}, {instant}; proof {proof}", proof=version.digest[:16], **values)


def list_changes(version: Version | None, draft: Draft) -> tuple[tuple[str, str, str], ...]:
    """List what a draft changes: (what, before, after). Empty when it says the same."""
    changes = describe_difference(None if version is None else version.terms, draft.proposal.terms)
    return tuple((capital(one.what), clean_whole(one.before), clean_whole(one.after)) for one in changes)


def make_preview(found: LevelPreview) -> PreviewView:
    """Put a preview in words and a table; small counts stay hidden."""
    tried = ngettext("It was tried on {number} course.", "It was tried on {number} courses.", found.course_count)
    if found.learner_count is None or found.as_of is None:
        text = gettext("Fewer than 10 learners have a closed week there, so no count is shown.")
        return PreviewView(f"{tried} {text}", (), ())
    heads = [gettext("Shown as"), gettext("By the draft")]
    if found.has_level:
        heads.insert(1, gettext("By what is in force"))
    rows = tuple(
        (
            capital(gettext(PREVIEW_WORDS[line.name])),
            *((_number(line.before),) if found.has_level else ()),
            _number(line.after),
        )
        for line in (*found.bands, *found.concerns)
    )
    intro = _introduce(found.learner_count, found.as_of, found.left_out_count)
    return PreviewView(f"{tried} {intro}", tuple(heads), rows)


def _introduce(learner_count: int, as_of: date, left_out_count: int) -> str:
    said = [
        ngettext(
            "It counts {number} learner, as of {day}, as if it had been in force so far.",
            "It counts {number} learners, as of {day}, as if it had been in force so far.",
            learner_count,
            day=full_date(as_of),
        ),
        gettext("Nobody is named, numbers are rounded to five, small ones hidden, and nothing was stored."),
    ]
    if left_out_count:
        said.append(
            ngettext(
                "{number} course more would be measured by it and was not tried.",
                "{number} courses more would be measured by it and were not tried.",
                left_out_count,
            )
        )
    return " ".join(said)


def _number(value: int | None) -> str:
    return gettext("hidden") if value is None else numeral(value)


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
    text = gettext(
        "Suggested: {level} a week, of which up to {a_day} a day count. The school decides.",
        level=found.level,
        a_day=found.a_day,
    )
    if not rows:
        more = gettext("There is no past run of 10 learners here; this is what courses of this kind begin with.")
        text = f"{text} {more}"
    return SuggestionView(text, rows)


def _share(share: Fraction) -> str:
    return percent(5 * round(20 * share))


def _share_of_learners(row: LevelRow) -> str:
    """Say a share of learners; where it, or the rest, is of fewer than ten, not even which of the two."""
    fewer = min(row.learners_meeting, row.learner_count - row.learners_meeting)
    return gettext("hidden") if fewer < FEWEST_LEARNERS else _share(row.share_of_learners)


def list_problems(error: LevelFormError) -> tuple[str, ...]:
    """Say each problem of a form with the field's own name."""
    return tuple(_say_problem(path, text) for path, text in error.problems.items())


def _say_problem(path: str, text: str) -> str:
    steps: Sequence[str] = [
        gettext(ENTRY_WORDS[step]) if step in ENTRY_WORDS else step for step in path.split(".") if step
    ]
    said = say_problem(clean(text))
    return f"{clean(' › '.join(steps))} {said}." if steps else f"{capital(said)}."
