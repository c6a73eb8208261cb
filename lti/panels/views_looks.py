"""Answer a learner who asks who has looked. The guard has decided already; that the learner asks is not recorded."""

from flask import render_template, request

from analytics.policy.retention import find_rule
from bridge.store.looks import LookedAt, count_all_looks, load_all_looks
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.own_advisers import say_own_advisers
from lti.panels.pages import say_tabs
from lti.panels.values_looks import PAGE_SIZE, cut_looks, make_look_lines, say_counts
from lti.panels.words import Moment, full_date, instant
from lti.services import services

LONGEST_NUMBER = 9


def looks_panel(asked: GuardedRequest) -> str:
    """Answer with everybody who looked at the learner's data in any course, the latest first.

    Raises:
        NotFound: the viewer is in no roster.
    """
    if asked.viewer.person_id is None:
        raise NotFound
    settings = services().settings
    moment, who = Moment(asked.now, settings.zone), LookedAt(asked.platform_id, asked.viewer.person_id, settings.zone)
    counts = count_all_looks(asked.db, who)
    first, pager = cut_looks(counts.total, _number("to_page") or 1)
    rule = find_rule(settings.retention, "access_log")
    course = _number("course")
    page: dict[str, object] = {
        "page_token": asked.page_token,
        "carried": {"course": str(course) if course else ""},
        "tabs": say_tabs(),
        "advisers": say_own_advisers(asked),
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
        "counted": say_counts(counts),
        "lines": make_look_lines(load_all_looks(asked.db, who, first, PAGE_SIZE), moment),
        "pager": pager,
        "kept": rule.period_words if rule is not None else "",
        "contact": settings.privacy_contact,
    }
    return render_template("panels/learner_looks.html.jinja", **page)


def _number(name: str) -> int:
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER else 0
