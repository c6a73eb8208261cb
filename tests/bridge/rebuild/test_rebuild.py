"""What was lost comes back from an archive of the log as the sync had made it, table by table and row by row."""

from tests.bridge.rebuild.conftest import Site
from tests.faults.oracle import Contents, find_differences, read_all


def lost(site: Site, expected: Contents) -> list[str]:
    """Return the rows that are not as expected."""
    return find_differences(expected, read_all(site.bench.sessions))


def test_lost_facts_and_weeks_come_back_from_the_archive_as_the_sync_had_made_them(site: Site) -> None:
    expected = read_all(site.bench.sessions)
    site.forget()
    assert {"presence", "learner_week"} <= {one.partition(":")[0] for one in lost(site, expected)}
    one, report = site.rebuild()
    assert report.failures == ()
    assert lost(site, expected) == []
    assert one.count.facts == one.count.new == expected["presence"].total() > 500
    assert one.count.rows == len(site.bench.vle.world.log)
