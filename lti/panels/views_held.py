"""Answer what learners ask about their data: what is held, as a page and as files, and how it is used here."""

from collections.abc import Sequence

from flask import Response, render_template, request

from analytics.language import gettext
from analytics.policy.retention import RetentionRule, find_rule
from bridge.store.data_use import load_supporters, load_teachers
from bridge.store.held import HeldRow, count_held, load_held, load_who
from bridge.store.held_tables import HELD_TABLES, Who, find_table
from bridge.store.panel_learners import load_my_courses
from bridge.store.sources import load_imported_kinds
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.audiences import list_audiences
from lti.panels.downloads import make_csv, make_download, make_json
from lti.panels.held_files import HEAD, list_rows, make_document
from lti.panels.own_advisers import say_own_advisers
from lti.panels.pages import say_tabs
from lti.panels.values_data_use import (
    list_courses,
    list_kept,
    list_sources,
    list_supporters,
    say_bands,
    say_evidence_rule,
)
from lti.panels.values_export import make_export_form
from lti.panels.values_held import (
    LINES_SHOWN,
    PAGE_SIZE,
    make_kinds,
    make_list,
    say_left_out,
    say_nothing_held,
)
from lti.panels.words import Moment, full_date, instant
from lti.services import services


def held_panel(asked: GuardedRequest) -> str:
    """Answer with every stored row about the learner, by kind; with one table's rows where the form names one.

    Raises:
        NotFound: the form names no table of the registry.
    """
    if request.form.get("table"):
        return _table_panel(asked, request.form["table"])
    who, moment, rules = who_of(asked), moment_of(asked), rules_in_force()
    counts = count_held(asked.db, who)
    latest = {
        held.name: load_held(asked.db, who, held, limit=LINES_SHOWN) if counts[held.name] else ()
        for held in HELD_TABLES
    }
    return render_template(
        "panels/learner_held.html.jinja",
        **common_values(asked),
        kinds=make_kinds(rules, counts, latest, moment),
        nothing=say_nothing_held(rules, counts),
        left_out=say_left_out(),
        contact=services().settings.privacy_contact,
    )


def _table_panel(asked: GuardedRequest, name: str) -> str:
    held, rules = find_table(name), rules_in_force()
    rule = find_rule(rules, name)
    given = request.form.get("page", "1")
    page = int(given) if given.isascii() and given.isdigit() and len(given) <= 6 else 0
    if held is None or rule is None or page < 1:
        raise NotFound
    who = who_of(asked)
    rows = load_held(asked.db, who, held, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    listed = make_list(rule, held, rows, page, count_held(asked.db, who)[name], moment_of(asked))
    return render_template("panels/learner_held_rows.html.jinja", **common_values(asked), listed=listed)


def held_json(asked: GuardedRequest) -> Response:
    """Answer with every stored row as JSON."""
    document = make_document(rules_in_force(), load_everything(asked), moment_of(asked))
    return make_download(make_json(document), "application/json; charset=utf-8", _file_name(asked, "json"))


def held_csv(asked: GuardedRequest) -> Response:
    """Answer with every stored row as a table for a spreadsheet."""
    rows = list_rows(rules_in_force(), load_everything(asked), moment_of(asked))
    return make_download(
        make_csv([gettext(head) for head in HEAD], rows), "text/csv; charset=utf-8", _file_name(asked, "csv")
    )


def data_use_panel(asked: GuardedRequest) -> str:
    """Answer with how the learner's data is used: sources, fields, rules, who may see it, freshness, periods."""
    who, moment = who_of(asked), moment_of(asked)
    courses = load_my_courses(asked.db, who.person_id)
    supporters = load_supporters(asked.db, who.person_id, asked.now)
    teachers = load_teachers(asked.db, [course.head.course_id for course in courses])
    return render_template(
        "panels/learner_data_use.html.jinja",
        **common_values(asked),
        audiences=list_audiences(),
        supporters=list_supporters(supporters),
        courses=list_courses(courses, teachers, moment),
        evidence=say_evidence_rule(),
        bands=say_bands(),
        sources=list_sources(load_imported_kinds(asked.db, who.platform_id), moment),
        kept=list_kept(rules_in_force()),
        export_form=make_export_form(),
        contact=services().settings.privacy_contact,
    )


def load_everything(asked: GuardedRequest) -> dict[str, Sequence[HeldRow]]:
    """Return every stored row about the learner, by table."""
    who = who_of(asked)
    return {held.name: load_held(asked.db, who, held) for held in HELD_TABLES}


def rules_in_force() -> Sequence[RetentionRule]:
    """Return how long each kind of data is kept here, the institution's own periods included."""
    return services().settings.retention


def moment_of(asked: GuardedRequest) -> Moment:
    """Return the instant of the request, where the institution is."""
    return Moment(asked.now, services().settings.zone)


def common_values(asked: GuardedRequest) -> dict[str, object]:
    """Return what the heads of these pages show."""
    moment = moment_of(asked)
    return {
        "page_token": asked.page_token,
        "tabs": say_tabs(),
        "advisers": say_own_advisers(asked),
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
    }


def who_of(asked: GuardedRequest) -> Who:
    """Return the viewer as stored rows name them.

    Raises:
        NotFound: the platform's lists do not have them.
    """
    person_id = asked.viewer.person_id
    secret_key = services().settings.secret_key
    who = None if person_id is None else load_who(asked.db, asked.platform_id, person_id, secret_key)
    if who is None:
        raise NotFound
    return who


def _file_name(asked: GuardedRequest, ending: str) -> str:
    return f"my-engagement-data-{moment_of(asked).today:%Y-%m-%d}.{ending}"
