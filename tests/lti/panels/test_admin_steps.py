"""The administrator's first page leads to a published level: before one, nothing is measured."""

from bridge.store.database import writing
from tests.levels import publish
from tests.lti.panels.admin_browser import AdminBrowser
from tests.lti.served import Tool


def steps(tool: Tool) -> str:
    """Open the first page and read what there is to do; empty when nothing is."""
    admin = AdminBrowser.enter(tool)
    return " ".join(" ".join(step.get_text(" ").split()) for step in admin.soup.select(".steps > li"))


def test_a_level_is_among_what_there_is_to_do_until_every_course_has_one(tool: Tool) -> None:
    before = steps(tool)
    with writing(tool.sessions) as db:
        publish(db, tool.platform_id)
    after = steps(tool)

    assert "Publish what is expected" in before
    assert "courses have no published level" in before
    assert "lea level publish" in before
    assert "no published level" not in after
