"""The two functions that read the log table, with the plugin's filter; source: local_lea's log_reader."""

from collections.abc import Iterator
from itertools import islice

from tests.demo_vle.parameters import Values, ids_of
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import IGNORED_EVENT, LogRow
from tests.demo_vle.ws_errors import invalid_parameter

Json = dict[str, object]
MAX_LIMIT = 5000
COLUMNS = LogRow._fields[:11]
SPOILT: tuple[tuple[str, object], ...] = (
    ("timecreated", "yesterday"),
    ("userid", None),
    ("eventname", 17),
    ("courseid", -3),
    ("edulevel", [2]),
)
"""What a spoiled row holds instead, by log id modulo 5."""


def log_events(site: Site, values: Values) -> Json:
    """Answer local_lea_get_log_events: a page, and the table's maximum id read before it."""
    limit = int(values["limit"])
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid_parameter()
    max_id = site.world.log.max_id()
    after_id, to_id = int(values["afterid"]), int(values["toid"])
    end = min(to_id, max_id) if to_id > 0 else max_id
    page = list(islice(kept_rows(site, after_id, end, ids_of(values, "courseids")), limit))
    events = [served for row in page for served in _served(site, row)]
    site.served.count_page(after_id, to_id, [row.id for row in page])
    return {"maxid": max_id, "events": events}


def log_counts(site: Site, values: Values) -> Json:
    """Answer local_lea_get_log_counts: rows and the sum of their ids by range of ids."""
    size = int(values["bucket"])
    if size < 1:
        raise invalid_parameter()
    found: dict[int, tuple[int, int]] = {}
    for row in kept_rows(site, int(values["fromid"]), int(values["toid"]), ids_of(values, "courseids")):
        count, id_sum = found.get(row.id // size, (0, 0))
        found[row.id // size] = (count + 1, id_sum + row.id)
    buckets = [{"bucket": number, "count": count, "idsum": total} for number, (count, total) in sorted(found.items())]
    return {"maxid": site.world.log.max_id(), "buckets": buckets}


def kept_rows(site: Site, after_id: int, to_id: int, course_ids: frozenset[int]) -> Iterator[LogRow]:
    """Walk through the rows that leave the site: named people's own, in these courses if on, ascending by id."""
    bots = site.world.bot_ids
    course_ids &= site.switched_on
    for row in site.world.log.between(after_id, to_id):
        if row.anonymous or row.userid <= 0 or row.userid in bots or row.eventname == IGNORED_EVENT:
            continue
        if row.courseid in course_ids:
            yield row


def _served(site: Site, row: LogRow) -> list[Json]:
    shaped: Json = dict(zip(COLUMNS, row[:11], strict=True))
    if row.id in site.faults.spoiled:
        key, value = SPOILT[row.id % len(SPOILT)]
        shaped[key] = value
    return [shaped, shaped] if row.id in site.faults.doubled else [shaped]
