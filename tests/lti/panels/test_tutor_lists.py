"""How the tutor's two lists stay short on a page without leaving anybody out."""

from bridge.store.database import Sessions
from lti.panels.pages_tutor import FOLDS_AFTER
from lti.panels.values_tutor import WORK_LISTED, WORK_SHOWN
from lti.panels.views import course_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.test_tutor_panel import names_listed, names_to_talk_to
from tests.lti.panels.world import Shape, make_world


def test_everybody_with_a_reason_is_on_the_page_and_those_after_the_eighth_are_folded(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    page = open_as(make_world(sessions, Shape(learner_count=60))).as_tutor(course_panel)

    soup = soup_of(page)
    folded = soup.select("#first details ol.work .who button")
    assert "13 people" in soup.select(".say b")[0].get_text()
    assert len(names_to_talk_to(page)) == 13
    assert len(names_to_talk_to(page)) - len(folded) == WORK_SHOWN
    assert soup.select("#first details summary")[0].get_text() == "5 more people with a reason"
    assert str(soup.select("#first details ol")[0]["start"]) == "9"


def test_of_very_many_with_a_reason_the_page_counts_the_rest_and_leads_to_the_list(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    browser = open_as(make_world(sessions, Shape(learner_count=160)))
    page = browser.as_tutor(course_panel)

    way = soup_of(page).select_one('#first button[name="reason"]')
    assert way is not None
    listed = browser.as_tutor(course_panel, {str(way["name"]): str(way["value"]), "size": "50"})
    count = int(soup_of(page).select(".say b")[0].get_text().split()[0])
    assert len(names_to_talk_to(page)) == WORK_LISTED < count
    assert f"{count - WORK_LISTED} more learners have a reason." in text_of(page)
    assert f"{count} of 160 learners fit." in text_of(listed)


def test_a_narrowed_list_says_how_many_fit_and_offers_a_way_back(sessions: Sessions, open_as: MakeBrowser) -> None:
    browser = open_as(make_world(sessions))

    narrowed = browser.as_tutor(course_panel, {"q": "zoe cLAR"})

    assert "1 of 24 learners fits. Clear the filter" in text_of(narrowed)
    assert "Clear the filter" not in text_of(browser.as_tutor(course_panel))


def test_a_long_list_says_which_page_it_is(sessions: Sessions, open_as: MakeBrowser) -> None:
    browser = open_as(make_world(sessions, Shape(learner_count=60)))

    assert "26–50 of 60 · page 2 of 3" in text_of(browser.as_tutor(course_panel, {"to_page": "2"}))
    assert "· page" not in text_of(browser.as_tutor(course_panel, {"q": "Zoë"}))


def test_a_phones_fold_stands_after_the_eighth_learner_and_only_where_there_is_a_ninth(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    browser = open_as(make_world(sessions))

    rows = soup_of(browser.as_tutor(course_panel)).select("#all tbody tr")

    assert ["fold" in str(row.get("class")) for row in rows].index(True) == FOLDS_AFTER
    assert rows[FOLDS_AFTER].get_text(strip=True) == "The other 16 on this page"
    few = browser.as_tutor(course_panel, {"q": "Zoë"})
    assert names_listed(few)
    assert soup_of(few).select("#all .fold") == []


def test_a_brief_line_leaves_out_the_figure_together_with_the_markers_behind_it(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    rows = soup_of(open_as(make_world(sessions)).as_tutor(course_panel)).select("#all tbody tr:has(th)")

    for row in rows:
        for hidden in row.select(".more"):
            hidden.decompose()
        assert "%" not in row.get_text()
        assert {"Activities, week 5", "Tasks so far"}.isdisjoint(str(cell.get("data-l")) for cell in row.select("td"))
