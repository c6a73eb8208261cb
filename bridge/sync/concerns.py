"""Step 14: open the concerns that a school's published rule raises, once its people said what they do with them.

Nothing is raised in a course before its school is switched on and has published its process (policy paragraph 13), nor
about a learner whom no home school looks after. What is beyond a school's weekly budget stands in its digest.
"""

from collections.abc import Sequence

from bridge.store.concerns import Raised, find_raising_school, load_raised, load_within_budget, save_concerns
from bridge.store.database import reading, writing
from bridge.store.processes import PublishedProcess, load_process
from bridge.sync.context import Sync
from bridge.sync.report import Tally


def open_concerns(sync: Sync, tally: Tally) -> None:
    """Open the concerns of the last closed week in every switched-on course, school by school."""
    by_school: dict[int, list[Raised]] = {}
    with reading(sync.sessions) as db:
        for course in sync.courses():
            school_id = find_raising_school(db, course.course_id)
            if school_id is not None:
                by_school.setdefault(school_id, []).extend(load_raised(db, course.course_id, sync.today))
        processes = {school_id: load_process(db, school_id) for school_id in by_school}
    for school_id, raised in by_school.items():
        process = processes[school_id]
        if process is not None and raised:
            _open(sync, tally, process, raised)


def _open(sync: Sync, tally: Tally, process: PublishedProcess, raised: Sequence[Raised]) -> None:
    with writing(sync.sessions) as db:
        beyond = set()
        for as_of in {one.as_of for one in raised}:
            of_week = [one for one in raised if one.as_of == as_of]
            within = load_within_budget(db, process.school_id, as_of)
            beyond |= find_beyond(of_week, within, process.process.weekly_budget)
        save_concerns(db, raised, process.process_id, sync.platform_id, beyond, sync.now())
    tally.notes.append(f"{len(raised)} concerns were opened in a school, {len(beyond)} of them for its digest")


def find_beyond(raised: Sequence[Raised], within: frozenset[int], budget: int) -> set[tuple[int, int]]:
    """Return (person, course) of those whom a week's budget does not reach; the longest without evidence come first.

    A learner counts once, however many courses raise a concern: `within` are those counted already.
    """
    counted = set(within)
    beyond = set()
    for one in sorted(raised, key=lambda one: -int(one.evidence["clock_days"])):
        if one.person_id not in counted and len(counted) >= budget:
            beyond.add((one.person_id, one.course_id))
        else:
            counted.add(one.person_id)
    return beyond
