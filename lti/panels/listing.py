"""Filter, sort and cut the tutor's list: by name, group or evidence, never by the figure (policy paragraph 17)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from analytics.bands import TOO_EARLY, Band
from analytics.language import gettext, mark
from bridge.store.panel_records import CourseFigures, Group, ListedLearner
from lti.panels.evidence_words import LONG_AWAY_DAYS, is_active_again
from lti.panels.words import clean, sort_key

SIZES = (25, 50)
QUERY_LIMIT = 100
"""Characters of a name that are searched for."""


class UnknownChoice(ValueError):
    """A filter, an order or a page that the form does not offer; nothing was read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a form."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """What the tutor asked the list for."""

    query: str = ""
    group_id: int | None = None
    reason: str = ""
    sort: str = "name"
    size: int = SIZES[0]
    page: int = 1


def _has_reason(learner: ListedLearner) -> bool:
    return learner.standing is not None and bool(learner.standing.reasons)


def _is_silent(learner: ListedLearner) -> bool:
    return learner.standing is not None and _has_reason(learner) and learner.standing.clock_days >= LONG_AWAY_DAYS


def _has_overdue(learner: ListedLearner) -> bool:
    return learner.standing is not None and _has_reason(learner) and bool(learner.standing.overdue_task_ids)


def _is_shown(*bands: str) -> Callable[[ListedLearner], bool]:
    return lambda learner: (learner.standing.shown_band if learner.standing else TOO_EARLY) in bands


REASONS: Mapping[str, tuple[str, Callable[[ListedLearner], bool]]] = MappingProxyType(
    {
        "": (mark("Everyone"), lambda learner: True),
        "any": (mark("Any reason"), _has_reason),
        "silent": (mark("No evidence for some time"), _is_silent),
        "task": (mark("A task has not arrived"), _has_overdue),
        "below": (mark("Below the level"), _is_shown(Band.BELOW.value, Band.WELL_BELOW.value)),
        "early": (mark("Too early to say"), _is_shown(TOO_EARLY)),
    }
)
"""What the list can be narrowed to: value → label and test."""


def name_key(learner: ListedLearner) -> tuple[str, str, int]:
    """Give the key that sorts learners by family name, then given name."""
    return sort_key(learner.family_name), sort_key(learner.given_name), learner.person_id


def find_work(figures: CourseFigures) -> tuple[ListedLearner, ...]:
    """Find the learners with a reason under the published rule: by reasons and silence, those active since last."""
    with_reason = [learner for learner in figures.learners if _has_reason(learner)]

    def key(learner: ListedLearner) -> tuple[bool, int, int, tuple[str, str, int]]:
        reasons = learner.standing.reasons if learner.standing else ()
        return is_active_again(learner), -len(reasons), -(learner.clock_days or 0), name_key(learner)

    return tuple(sorted(with_reason, key=key))


def count_waiting(work: Sequence[ListedLearner]) -> int:
    """Count whom of `find_work` nothing has come from since: they need a person now, and stand before the others."""
    return sum(not is_active_again(learner) for learner in work)


def _group_key(learner: ListedLearner) -> tuple[bool, str, tuple[str, str, int]]:
    first = min((sort_key(group.name) for group in learner.groups), default="")
    return not learner.groups, first, name_key(learner)


def _evidence_key(learner: ListedLearner) -> tuple[date, tuple[str, str, int]]:
    return learner.last_evidence_on or date.min, name_key(learner)


SORTS: Mapping[str, tuple[str, Callable[[ListedLearner], tuple[object, ...]]]] = MappingProxyType(
    {
        "name": (mark("Name"), name_key),
        "group": (mark("Group"), _group_key),
        "evidence": (mark("Latest evidence, oldest first"), _evidence_key),
    }
)
"""The orders there are: value → label and key. None knows the figure."""


def read_filters(form: Mapping[str, str], groups: Sequence[Group]) -> Filters:
    """Read the filters from a form; what is left out takes its default.

    Raises: UnknownChoice for a value that the form does not offer, a group out of reach included.
    """
    group = form.get("group", "")
    if group and group not in {str(known.group_id) for known in groups}:
        raise UnknownChoice("group")
    filters = Filters(
        query=form.get("q", "")[:QUERY_LIMIT],
        group_id=int(group) if group else None,
        reason=form.get("reason", ""),
        sort=form.get("sort", "") or "name",
        size=_whole_number(form.get("size", "") or str(SIZES[0]), "size"),
        page=_whole_number(form.get("to_page", "") or form.get("page", "") or "1", "page"),
    )
    if filters.reason not in REASONS or filters.sort not in SORTS or filters.size not in SIZES:
        raise UnknownChoice("filter")
    return filters


def _whole_number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text)):
        raise UnknownChoice(name)
    return int(text)


def find_listed(learners: Sequence[ListedLearner], filters: Filters) -> tuple[ListedLearner, ...]:
    """Give all learners that pass the filters, in the order asked for."""
    query = sort_key(filters.query) if filters.query.strip() else ""
    _, passes = REASONS[filters.reason]
    found = [
        learner
        for learner in learners
        if passes(learner)
        and (not query or query in sort_key(learner.full_name))
        and (filters.group_id is None or any(group.group_id == filters.group_id for group in learner.groups))
    ]
    _, key = SORTS[filters.sort]
    return tuple(sorted(found, key=key))


@dataclass(frozen=True, slots=True)
class Cut:
    """One page of a list."""

    learners: tuple[ListedLearner, ...]
    page: int
    page_count: int
    first: int
    """The place of the first one shown, from 1; 0 for an empty list."""
    total: int


def cut_page(found: Sequence[ListedLearner], filters: Filters) -> Cut:
    """Cut the page asked for; a page after the last gives the last."""
    page_count = max(1, -(-len(found) // filters.size))
    page = min(filters.page, page_count)
    start = (page - 1) * filters.size
    shown = tuple(found[start : start + filters.size])
    return Cut(shown, page, page_count, start + 1 if shown else 0, len(found))


def make_choices(filters: Filters, groups: Sequence[Group]) -> dict[str, tuple[Choice, ...]]:
    """Give the options of the form's lists with what is chosen: group, reason, sort, size."""
    everyone = Choice("", gettext("All groups"), filters.group_id is None)
    return {
        "group": (
            everyone,
            *(Choice(str(group.group_id), clean(group.name), group.group_id == filters.group_id) for group in groups),
        ),
        "reason": _choose({value: label for value, (label, _) in REASONS.items()}, filters.reason),
        "sort": _choose({value: label for value, (label, _) in SORTS.items()}, filters.sort),
        "size": tuple(Choice(str(size), gettext("{size} a page", size=size), size == filters.size) for size in SIZES),
    }


def _choose(labels: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, gettext(label), value == chosen) for value, label in labels.items())


def carry_filters(filters: Filters) -> Mapping[str, str]:
    """Give the form fields that carry the filters from page to page."""
    return {
        "q": filters.query,
        "group": "" if filters.group_id is None else str(filters.group_id),
        "reason": filters.reason,
        "sort": filters.sort,
        "size": str(filters.size),
        "page": str(filters.page),
    }
