"""Put Moodle's live list of courses beside what is known here, and narrow it by category, term and state."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from analytics.calendar import local_date
from analytics.language import gettext, mark, numeral
from bridge.records import CourseRecord
from bridge.store.panel_site import CourseState
from lti.panels.words import clean, month_name, sort_key

PAGE_SIZE = 50
QUERY_LIMIT = 100
NO_TERM = "none"
"""The term of a course without a start."""
GONE = "gone"
"""The category of a course that Moodle does not list any more."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One course, as Moodle lists it and as it stands here."""

    moodle_course_id: int
    name: str
    shortname: str
    category: str
    """Its id as text; empty where it is not known."""
    category_name: str
    starts_on: date | None
    state: CourseState | None
    """None: it was never switched on."""
    record: CourseRecord | None
    """None: Moodle does not list it, or did not answer."""

    @property
    def is_on(self) -> bool:
        """Tell whether it is switched on."""
        return self.state is not None and self.state.is_on

    @property
    def term(self) -> str:
        """Give the month it starts in, as a key that sorts."""
        return NO_TERM if self.starts_on is None else f"{self.starts_on:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list in the form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty values do not narrow it."""

    query: str
    category: str
    term: str
    state: str
    page: int


STATES: Mapping[str, tuple[str, Callable[[Listed], bool]]] = MappingProxyType(
    {
        "": (mark("On and off"), lambda listed: True),
        "on": (mark("Switched on"), lambda listed: listed.is_on),
        "off": (mark("Not switched on"), lambda listed: not listed.is_on),
        "waiting": (mark("On, no activity in Moodle"), lambda listed: listed.is_on and not _has_activity(listed)),
    }
)


def _has_activity(listed: Listed) -> bool:
    return listed.state is not None and listed.state.tool_cmid is not None


def merge_courses(
    records: Sequence[CourseRecord] | None, states: Mapping[int, CourseState], zone: ZoneInfo
) -> tuple[Listed, ...]:
    """Give every course by name: Moodle's, and those known here that Moodle does not list.

    `records` None: Moodle did not answer; then it is what is known here alone, and no category is known.
    """
    found = [_from_moodle(record, states.get(record.moodle_course_id), zone) for record in records or ()]
    there = {listed.moodle_course_id for listed in found}
    found += [
        _from_here(state, is_gone=records is not None)
        for state in states.values()
        if state.moodle_course_id not in there and (state.is_on or records is None)
    ]
    return tuple(sorted(found, key=lambda listed: (sort_key(listed.name), listed.moodle_course_id)))


def _from_moodle(record: CourseRecord, state: CourseState | None, zone: ZoneInfo) -> Listed:
    return Listed(
        moodle_course_id=record.moodle_course_id,
        name=clean(record.fullname),
        shortname=clean(record.shortname) if record.shortname else "",
        category=str(record.category_id),
        category_name=clean(record.category_name),
        starts_on=None if record.starts_at is None else local_date(record.starts_at, zone),
        state=state,
        record=record,
    )


def _from_here(state: CourseState, *, is_gone: bool) -> Listed:
    return Listed(
        moodle_course_id=state.moodle_course_id,
        name=clean(state.fullname),
        shortname=clean(state.shortname) if state.shortname else "",
        category=GONE if is_gone else "",
        category_name=gettext("not in Moodle’s list") if is_gone else "",
        starts_on=state.starts_on,
        state=state,
        record=None,
    )


def read_filters(form: Mapping[str, str]) -> Filters:
    """Read the filters from a form; a page that is no number is the first, a choice that nothing fits stays one."""
    page = form.get("to_page", "") or form.get("page", "")
    return Filters(
        query=form.get("q", "")[:QUERY_LIMIT],
        category=form.get("category", "")[:QUERY_LIMIT],
        term=form.get("term", "")[:QUERY_LIMIT],
        state=form.get("state", "") if form.get("state", "") in STATES else "",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) <= 6 and int(page) else 1,
    )


def find_courses(courses: Sequence[Listed], filters: Filters) -> tuple[Listed, ...]:
    """Give the courses that pass every filter, in the list's order."""
    query = sort_key(filters.query) if filters.query.strip() else ""
    _, passes = STATES[filters.state]
    return tuple(
        listed
        for listed in courses
        if passes(listed)
        and filters.category in ("", listed.category)
        and filters.term in ("", listed.term)
        and (not query or query in sort_key(f"{listed.name} {listed.shortname}"))
    )


def make_choices(courses: Sequence[Listed], filters: Filters) -> dict[str, tuple[Choice, ...]]:
    """Give the options of the form's lists, each with how many courses it has; categories by name, terms latest first.

    A choice that no course has any more stays in its list, so that the form says what it narrows to.
    """
    return {
        "category": _options(gettext("All categories"), _categories(courses), filters.category),
        "term": _options(gettext("All terms"), _terms(courses), filters.term),
        "state": tuple(Choice(value, gettext(label), value == filters.state) for value, (label, _) in STATES.items()),
    }


def _options(everything: str, known: Sequence[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    lost = () if not chosen or chosen in {value for value, _ in known} else ((chosen, gettext("no longer there (0)")),)
    return tuple(Choice(value, label, value == chosen) for value, label in (("", everything), *known, *lost))


def _categories(courses: Sequence[Listed]) -> list[tuple[str, str]]:
    counted = Counter(listed.category for listed in courses)
    names = {listed.category: listed.category_name for listed in courses}
    by_name = sorted((sort_key(name), value, name) for value, name in names.items() if value)
    return [(value, _counted(name, counted[value])) for _, value, name in by_name]


def _terms(courses: Sequence[Listed]) -> list[tuple[str, str]]:
    counted = Counter(listed.term for listed in courses)
    starts = {listed.term: listed.starts_on for listed in courses}
    latest_first = sorted(starts, key=lambda term: (term != NO_TERM, term), reverse=True)
    return [(term, _counted(say_term(starts[term]), counted[term])) for term in latest_first]


def _counted(name: str, number: int) -> str:
    return gettext("{name} ({number})", name=name, number=numeral(number))


def say_term(starts_on: date | None) -> str:
    """Say which term a course belongs to, by its start: "starts September 2026"."""
    if starts_on is None:
        return gettext("no start date")
    return gettext("starts {month} {year}", month=month_name(starts_on), year=starts_on.year)
