"""In a real Chromium: a case of a learner of two schools up to a proposal, a dispute answered, a complaint answered."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, expect

from tests.browser.casework import PROCESS, SENTENCE, be_away, be_late, climb, open_case, raise_concerns
from tests.browser.chromium import DESKTOP, FRAME, PHONE
from tests.browser.conftest import NewBrowser, free_port
from tests.browser.frames import LEARNER_COURSE, click, enter, heading, who_am_i
from tests.browser.test_voice import COMPLAIN, MY_SIDE, look
from tests.demo_vle.demo import Demo, running

pytestmark = pytest.mark.browser

ADVISER, LEAD, OFFICER = "/enter/adviser/1", "/enter/lead/1", "/enter/officer/1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: what other walks write about the same learners would change what these begin with."""
    demo = Demo(tmp_path_factory.mktemp("casework") / "data", free_port(), free_port())
    with running(demo):
        yield demo


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_case_of_a_two_school_learner_goes_step_by_step_to_a_proposal_to_a_named_person(
    demo: Demo, new_browser: NewBrowser, size: tuple[int, int]
) -> None:
    name = raise_concerns(demo)
    page, frame = enter(new_browser(size=size), demo, ADVISER)
    open_case(frame, name)
    expect(frame.locator("#concerns").get_by_text(SENTENCE)).to_have_count(2)
    assert "Get in touch" in frame.locator("#not-yet").inner_text()
    look(page, frame, f"case-begins-{size[0]}")

    frame.locator("#named-discussed").fill("Dr Priya Nair")
    frame.locator("#text-discussed").fill("Neither of us has heard from them.")
    click(frame, "Write the discussion down")
    frame.get_by_label("get in touch", exact=True).check()
    frame.locator("#text-decided").fill("Twelve days are long.")
    click(frame, "Decide in my name")
    climb(frame)
    assert "Propose a look" in frame.locator("#not-yet").inner_text()
    look(page, frame, f"ladder-exhausted-{size[0]}")

    be_away(demo, name)
    click(frame, "← What to do first")
    open_case(frame, name)
    frame.locator("#named-proposal").fill(PROCESS.proposal_to)
    frame.locator("#text-proposal").fill("Nobody could be reached in four ways.")
    click(frame, "Write the proposal down")
    expect(frame.locator("#history").get_by_text(f"To {PROCESS.proposal_to}.")).to_be_visible()
    look(page, frame, f"proposal-{size[0]}")


def find_faults(frame: Frame) -> str:
    """Return what axe finds on a page; empty: nothing."""
    found = Axe().run(frame)  # a frame evaluates as a page does
    return found.generate_report() if found.violations_count else ""


def test_axe_finds_nothing_on_the_work_list_and_a_case(demo: Demo, new_browser: NewBrowser) -> None:
    name = raise_concerns(demo)
    page, frame = enter(new_browser(size=FRAME), demo, ADVISER)
    look(page, frame, "work-list-768")
    assert find_faults(frame) == ""
    open_case(frame, name)
    assert find_faults(frame) == ""


def test_a_hand_over_is_told_gets_late_and_is_acknowledged(demo: Demo, new_browser: NewBrowser) -> None:
    name = raise_concerns(demo)
    page, officer = enter(new_browser(size=FRAME), demo, OFFICER)
    line = officer.locator("#contributed li", has_text=name)
    if not line.is_visible():  # the later ones stand folded
        officer.locator("#contributed details.rest > summary").click()
    line.locator("summary").click()
    line.locator("textarea").fill("Two worksheets are open; the tutor has not seen them.")
    look(page, officer, "hand-over-768")
    assert find_faults(officer) == ""
    line.get_by_role("button", name="Tell the home school in my name").click()
    expect(officer.get_by_text("The home school was told in your name.")).to_be_visible()
    expect(officer.locator("#contributed li", has_text=name)).to_contain_text("to be acknowledged by")

    be_late(demo, 2)
    page, home = enter(new_browser(size=PHONE), demo, ADVISER)
    first = home.locator("#first li").first  # what is past its day comes before everything else
    expect(first).to_contain_text(name)
    expect(first).to_contain_text("Acknowledge what School of Mathematical Sciences told you: it was due by")
    look(page, home, "hand-over-late-320")
    click(home, name)
    expect(home.locator("#hand-overs")).to_contain_text("2 days late")
    look(page, home, "hand-over-case-320")
    assert find_faults(home) == ""
    home.get_by_role("button", name="Acknowledge it in my name").click()
    expect(home.get_by_text("It is acknowledged.")).to_be_visible()

    page, officer = enter(new_browser(size=DESKTOP), demo, OFFICER)
    expect(officer.locator("#contributed li", has_text=name)).to_contain_text("acknowledged it today.")
    look(page, officer, "hand-over-acknowledged-1280")


def decide_to_get_in_touch(frame: Frame, name: str) -> None:
    """Discuss a learner and decide to get in touch, from the adviser's start page on."""
    open_case(frame, name)
    frame.locator("#named-discussed").fill("Dr Priya Nair")
    frame.locator("#text-discussed").fill("Neither of us has heard from them.")
    click(frame, "Write the discussion down")
    frame.get_by_label("get in touch", exact=True).check()
    frame.locator("#text-decided").fill("Twelve days are long.")
    click(frame, "Decide in my name")


def test_messages_are_written_from_the_schools_template_and_an_overtaken_step_is_refused(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page, lead = enter(new_browser(size=FRAME), demo, LEAD)
    click(lead, "Messages")
    look(page, lead, "templates-768")
    assert find_faults(lead) == ""
    click(lead, "Keep it")
    expect(lead.get_by_text("The template is kept.")).to_be_visible()

    names = [raise_concerns(demo), raise_concerns(demo)]
    adviser = new_browser(size=PHONE)
    for name in names:
        page, frame = enter(adviser, demo, ADVISER)
        decide_to_get_in_touch(frame, name)
    other_page, other = enter(adviser, demo, ADVISER)
    open_case(other, names[1])
    click(frame, "How to reach them, and a message")
    expect(frame.locator("#contact")).to_contain_text("University e-mail (next)")
    click(frame, "Fill it in")
    expect(frame.locator("#body")).to_have_value(re.compile("Best wishes,"))
    look(page, frame, "message-320")
    assert find_faults(frame) == ""

    click(frame, "← The case")
    click(frame, "← What to do first")
    click(frame, "Write to 2 learners at once")
    click(frame, "Fill it in for each")
    expect(frame.locator(".letter")).to_have_count(2)
    look(page, frame, "messages-320")
    assert find_faults(frame) == ""

    click(frame, "← What to do first")
    open_case(frame, names[1])
    frame.locator("#other summary", has_text="Write down evidence of engagement").click()
    frame.locator("#text-evidence").fill("Handed in a worksheet on paper.")
    click(frame, "Write the evidence down")
    other.locator("#text-attempt").fill("Wrote to them.")
    click(other, "Write the attempt down")
    expect(other.get_by_text("Missing: the learner was reached or engaged again")).to_be_visible()
    look(other_page, other, "step-missing-320")
    assert find_faults(other) == ""


def test_a_lead_sees_a_process_before_it_is_published_and_the_digest_fits_its_window(
    demo: Demo, new_browser: NewBrowser
) -> None:
    page, lead = enter(new_browser(size=FRAME), demo, LEAD)
    click(lead, "Casework")
    look(page, lead, "process-768")
    lead.locator("#rung_days").fill("3")
    click(lead, "See it before it is published")
    expect(lead.locator("#preview")).to_contain_text("3 days or more lie between two ways of contact.")
    look(page, lead, "process-preview-768")
    assert find_faults(lead) == ""

    name = raise_concerns(demo, is_beyond_budget=True)
    page, frame = enter(new_browser(size=PHONE), demo, ADVISER)
    click(frame, "See them")
    assert heading(frame) == "Beyond this week’s budget"
    expect(frame.locator("#first .who", has_text=name)).to_have_count(1)
    look(page, frame, "digest-320")
    assert find_faults(frame) == ""


def test_a_learner_disputes_a_week_and_reads_what_their_adviser_found(demo: Demo, new_browser: NewBrowser) -> None:
    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    learner = who_am_i(page)
    click(own, MY_SIDE)
    own.locator("#week").select_option("7")
    own.locator("#why").fill("I worked from the printed notes.")
    click(own, "Say that it isn’t right")

    page, staff = enter(new_browser(size=FRAME), demo, ADVISER)
    with_name = staff.get_by_role("button", name=learner, exact=True)
    expect(with_name.first).to_be_visible()
    click(staff, learner)
    said = staff.locator("#voice form", has_text="Your answer about Week 7")
    look(page, staff, "dispute-768")
    said.get_by_label("They are right").check()
    said.locator("textarea").fill("Thank you: the notes are printed, so nothing shows.")
    said.get_by_role("button", name="Answer").click()
    expect(staff.get_by_text("It is answered.")).to_be_visible()

    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    expect(own.get_by_text("Thank you: the notes are printed, so nothing shows.")).to_be_visible()
    look(page, own, "dispute-answered-320")


def test_a_learner_complains_and_the_lead_acknowledges_and_answers(demo: Demo, new_browser: NewBrowser) -> None:
    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    click(own, COMPLAIN)
    own.locator("#text").fill("My attendance is missing.")
    click(own, "Send it")
    expect(own.get_by_text("30 days left")).to_be_visible()
    look(page, own, "complaint-sent-320")

    page, lead = enter(new_browser(size=FRAME), demo, LEAD)
    click(lead, "Queries and complaints")
    look(page, lead, "complaint-lead-768")
    lead.get_by_role("button", name="Acknowledge it").click()
    expect(lead.get_by_text("It is acknowledged.")).to_be_visible()
    lead.locator("textarea").fill("The register came late. It is put right.")
    click(lead, "Answer it")

    page, own = enter(new_browser(size=PHONE), demo, LEARNER_COURSE)
    click(own, COMPLAIN)
    expect(own.get_by_text("The register came late. It is put right.")).to_be_visible()
    expect(own.get_by_role("button", name="Send the formal complaint")).to_be_visible()
    look(page, own, "complaint-answered-320")
