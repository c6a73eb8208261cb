"""Every page of the demo in a language that nobody speaks: no text of a page is said without its message."""

from collections.abc import Iterator

import pytest
from flask import Flask

from analytics.language import speak
from bridge.config import Settings
from bridge.store.database import Sessions, make_engine, make_sessions
from lti import language
from lti.app import create_app
from lti.panels import ROUTES
from tests.browser.pages import VISITORS
from tests.demo_vle.demo import Demo, fill_database
from tests.demo_vle.living import Life
from tests.demo_vle.platform import DemoVle
from tests.demo_vle.site import utc_now
from tests.demo_vle.worlds.term import term
from tests.demo_vle.worlds.term_dates import ZONE
from tests.lti.crawling import Seen, walk
from tests.lti.pseudo import PSEUDO, find_data, find_untranslated

pytestmark = pytest.mark.timeout(600)

UNSERVED = 9
"""Nothing listens there: pages are asked of the application itself."""
UNCHANGING = frozenset(
    f"/panel{path}" for path, name, view in ROUTES if "changing" not in view.__qualname__ and name != "sign_out"
)
PEOPLE = sorted({tuple(visitor.path.removeprefix("/enter/").split("/")) for visitor in VISITORS})


@pytest.fixture(scope="module")
def vle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoVle, Flask, Sessions]]:
    """The demo's term, read into a database, and the tool on it, in this process."""
    now = utc_now()
    demo = Demo(tmp_path_factory.mktemp("pseudo"), vle_port=0, tool_port=UNSERVED)
    environment = demo.environment()
    world = term(now.astimezone(ZONE).date(), until=now)
    with DemoVle(world, tool_url=demo.tool_url) as vle:
        Life(vle.site).start()
        fill_database(demo, vle, environment)
        settings = Settings.from_environment({k: v for k, v in environment.items() if k.startswith("LEA_")})
        engine = make_engine(settings.database_url)
        sessions = make_sessions(engine)
        yield vle, create_app(settings, sessions=sessions), sessions
        engine.dispose()


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for, the tool speaks the language of nobody."""
    monkeypatch.setattr(language, "_speak", lambda locale: speak(PSEUDO))


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("person", PEOPLE, ids="-".join)
def test_every_text_of_a_page_is_a_message(vle: tuple[DemoVle, Flask, Sessions], person: tuple[str, str]) -> None:
    platform, app, sessions = vle
    data = find_data(sessions) | {course.categoryname for course in platform.world.courses.values()}
    seen: list[Seen] = list(walk(app, platform, person[0], int(person[1]), UNCHANGING))
    found = {page.name: texts for page in seen if (texts := find_untranslated(page.html, data))}

    assert len(seen) > 1
    assert {page.status for page in seen} <= {200, 403}
    assert found == {}
