"""The demo VLE stays on this machine, outside the wheel, and shows its visitors pages they can use."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import requests

from tests.demo_vle.platform import DemoVle
from tests.demo_vle.server import NotLoopback, require_loopback
from tests.demo_vle.worlds.term import term

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vle() -> Iterator[DemoVle]:
    """A generated term, served."""
    with DemoVle(term(date(2026, 11, 21)), tool_url="http://localhost:8100") as served:
        yield served


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "10.0.0.1", "", "example.org", "127.0.0.1.example.org"])  # noqa: S104
def test_it_refuses_addresses_that_others_can_reach(host: str) -> None:
    with pytest.raises(NotLoopback, match="loopback"):
        DemoVle(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1"])
def test_it_takes_loopback_addresses(host: str) -> None:
    assert require_loopback(host) == host


def test_the_wheel_leaves_it_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    included = project["tool"]["setuptools"]["packages"]["find"]["include"]

    assert included
    assert not any("tests".startswith(name.rstrip("*")) for name in included)


def test_its_port_is_free_again_afterwards() -> None:
    with DemoVle() as first:
        port = first.port
    with DemoVle(port=port) as second:
        assert requests.get(second.url, timeout=5).ok


def test_a_port_that_is_taken_is_an_error_of_this_call_alone() -> None:
    with DemoVle() as first, pytest.raises(OSError, match="in use"):
        DemoVle(port=first.port)


def test_the_chooser_offers_each_person_with_each_course_and_says_that_they_are_invented(vle: DemoVle) -> None:
    page = requests.get(vle.url, timeout=5).text

    assert "invented" in page
    for persona in vle.world.personas:
        assert persona.course_ids
        for course_id in persona.course_ids:
            assert f'href="/enter/{persona.key}/{course_id}"' in page


def test_every_choice_opens_the_tab_with_the_tool_in_its_frame(vle: DemoVle) -> None:
    for persona in vle.world.personas:
        for course_id in persona.course_ids:
            with requests.Session() as browser:
                page = browser.get(f"{vle.url}/enter/{persona.key}/{course_id}", timeout=5)
                cmid = vle.world.course(course_id).own_activity.cmid
                launch = browser.get(f"{vle.url}/mod/lti/launch.php?id={cmid}", timeout=5)

            assert page.ok, persona
            assert f'src="/mod/lti/launch.php?id={cmid}&amp;triggerview=0"' in page.text
            assert "sandbox" not in page.text
            assert 'allow="microphone http://localhost:8100; camera http://localhost:8100;' in page.text
            assert 'action="http://localhost:8100/lti/login"' in launch.text
            assert "<button" in launch.text


def test_a_learner_finds_my_engagement_and_a_tutor_engagement(vle: DemoVle) -> None:
    pages = [
        requests.get(f"{vle.url}/course/view.php?id=13&persona={persona}", timeout=5).text
        for persona in ("learner", "tutor")
    ]

    assert ["My engagement" in page for page in pages] == [True, False]


def test_somebody_outside_a_course_does_not_get_in(vle: DemoVle) -> None:
    outside = requests.get(f"{vle.url}/local/lea/view.php?id=12&persona=tutor", timeout=5)
    nowhere = requests.get(f"{vle.url}/local/lea/view.php?id=99&persona=tutor", timeout=5)

    assert (outside.status_code, nowhere.status_code) == (404, 404)
    assert outside.text == nowhere.text


def test_names_are_escaped_in_pages() -> None:
    world = term(date(2026, 11, 21))
    world.courses[13].activities[0] = world.courses[13].activities[0].__class__(1300, "forum", "<script>x</script>", 0)
    with DemoVle(world) as vle:
        page = requests.get(f"{vle.url}/course/view.php?id=13&persona=tutor", timeout=5).text

    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
