"""The demo's style page, /style: every part of the panels in every state, made of the tool's own macros and values."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, render_template, request, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader

from analytics.disclosure.openings import Share, Told
from analytics.policy.case_stage import CaseStage
from bridge.config import Settings
from bridge.store.school_start import CaseFlow
from lti.app import REAPPLIED, create_app
from lti.panels.charts import WeekBands, WeekFigure, draw_bands, draw_weeks
from lti.panels.fresh_words import FreshLine
from lti.panels.marks import KEY, Mark, make_pips, make_strip
from lti.panels.outlook import Fact, Notice
from lti.panels.resources.lines import make_cells
from lti.panels.stage_chart import draw_stages
from lti.panels.values_export import make_export_form
from lti.panels.values_tutor import Saying

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parents[2] / "lti" / "static"
THEMES = ("light", "dark", "auto")
TOKENS = {
    "text": ("ink", "muted", "link", "on"),
    "ground": ("paper", "wash", "metw", "beloww", "infow"),
    "lines": ("line", "edge"),
    "bands": ("met", "below", "well", "off"),
    "heat": ("h0", "h1", "h2", "h3", "h4", "h5"),
}
"""The style sheet's colours, by use."""
SHARES = tuple(Told(Share.SOME, share) for share in (5, 20, 40, 60, 80, 95))
STRIP = (Mark.MET, Mark.BELOW, Mark.WELL_BELOW, Mark.UNCOUNTED, Mark.EARLY, Mark.RUNNING, Mark.TO_COME)
WEEKS = (
    WeekBands(1, 0, 0, 0, 182),
    WeekBands(2, 131, 46, 5, 2),
    WeekBands(3, 142, 38, 2, 2),
    WeekBands(4, 146, 30, 6, 2),
    WeekBands(5, 146, 32, 4, 2),
)
FIGURES = (
    WeekFigure(1, Mark.MET, 100, None, ""),
    WeekFigure(2, Mark.MET, 96, 98, ""),
    WeekFigure(3, Mark.BELOW, 62, 86, ""),
    WeekFigure(4, Mark.WELL_BELOW, 17, 68, ""),
    WeekFigure(5, Mark.MET, 75, 62, ""),
    WeekFigure(6, Mark.RUNNING, None, None, ""),
    WeekFigure(7, Mark.UNCOUNTED, None, None, "Reading week"),
    WeekFigure(8, Mark.TO_COME, None, None, ""),
)


def make_style(tool_url: str) -> Blueprint:
    """Build the page; ``?theme=dark`` and ``?lang=cy`` show it so. It asks nothing of any database."""
    blueprint = Blueprint("style", __name__)

    @blueprint.get("/style")
    def style() -> Response:
        tool = _make_tool(tool_url)
        theme = request.args.get("theme", THEMES[0])
        language = [("Accept-Language", request.args.get("lang", "en"))]
        with tool.test_request_context("/", base_url=f"{request.host_url}style", headers=language):
            tool.preprocess_request()
            return Response(render_template("style.html.jinja", **_gather(theme if theme in THEMES else THEMES[0])))

    @blueprint.get("/style/static/<name>")
    def static_file(name: str) -> Response:
        return send_from_directory(STATIC, name)

    return blueprint


@cache
def _make_tool(tool_url: str) -> Flask:
    """Make a copy of the tool for its macros and addresses alone."""
    tool = create_app(Settings(secret_key="k" * 40, public_url=tool_url, database_url="sqlite://"))
    tool.extensions[REAPPLIED] = True  # there is no database that could have to agree with anything
    tool.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *([tool.jinja_loader] if tool.jinja_loader else [])])
    return tool


def _gather(theme: str) -> Mapping[str, object]:
    half = Fraction(1, 2)
    return {
        "theme": theme,
        "themes": THEMES,
        "page_token": "not-a-token",
        "tokens": TOKENS,
        "strip": make_strip(STRIP, "Every mark"),
        "strip_weeks": len(STRIP),
        "key": [(mark.value, text) for mark, text in KEY],
        "pips": [
            make_pips([Fraction(1), Fraction(1), half, Fraction(0)], "2½ of 4"),
            make_pips([Fraction(0)] * 3, "0 of 3"),
            make_pips([Fraction(1)] * 2, "2 of 2"),
        ],
        "bands": draw_bands(WEEKS, 12, {7: "Reading week"}),
        "weeks": draw_weeks(FIGURES),
        "stages": draw_stages(CaseFlow({CaseStage.WAITING: 11, CaseStage.DISCUSSED: 7, CaseStage.IN_CONTACT: 3})),
        "notices": _notices(),
        "sayings": _sayings(),
        "facts": [
            Fact("Today, 17:00", "Quiz 2", "in 3 hours"),
            Fact("Fri 27 Nov, 12:00", "Essay 1", "extended date", "https://moodle.invalid/mod/assign/view.php?id=3"),
            Fact("9–15 November", "", "Reading week"),
        ],
        "fresh": [
            FreshLine(True, "Moodle activity", "today, 13:45"),
            FreshLine(False, "Lecture capture", "not used today: the last file is 9 days old"),
        ],
        "level": {
            "expected": [("4 activities", "opened in a counted week"), ("each task", "handed in on time")],
            "version": "Version 3, agreed by Dr Helen Marsh on 14 September.",
        },
        "export_form": make_export_form(),
        "heat": make_cells([None, Told(Share.FEW), *SHARES, Told(Share.NEARLY_ALL)]),
        "mistakes": {"f4": "This is a number from 1 to 365."},
        "todo": [
            {"strong": "1 query is overdue", "text": "It was sent 32 days ago.", "tag": "overdue", "is_urgent": True},
            {"strong": "2 colleagues are not trained", "text": "They see nobody by name.", "is_urgent": False},
        ],
        "findings": [
            {
                "mark": mark,
                "name": f"A check: {mark}",
                "result": mark,
                "text": "What was found.",
                "next_step": "Do this.",
            }
            for mark in ("done", "no", "fail")
        ],
        "tone": [
            {"words": "at risk", "advice": "Say what was seen.", "is_refused": True},
            {"words": "", "advice": "Shorter is kinder.", "is_refused": False},
        ],
        "needs": [
            ("Money", [{"name": "Advice service", "how": "Monday to Friday", "url": "", "whose": "of all schools"}])
        ],
        "choices": [
            {"field": "one", "is_chosen": True, "text": "Learning resource"},
            {"field": "other", "is_chosen": False, "text": "Adviser meeting"},
        ],
        "said": {
            "disputes": [_dispute()],
            "declared": [("Mon 9 Nov", "Read chapters 3 and 4 on paper", "10 November")],
        },
    }


def _dispute() -> Mapping[str, object]:
    return {
        "week": "Week 4",
        "said": "2 November",
        "text": "I was on a field trip without a network.",
        "state": "",
        "answer": "They are right: the notes are printed, so nothing shows.",
        "is_open": False,
    }


def _notices() -> tuple[Notice, ...]:
    return (
        Notice("info", "For information.", "Reading week is next; nothing is counted."),
        Notice("warn", "Look here.", "Figures are as of yesterday, 13:20."),
        Notice("good", "Good news.", "Three weeks at the published level again."),
    )


def _sayings() -> tuple[Saying, ...]:
    return (
        Saying("146", "of 184", "meet the published level after week 5: 79 %."),
        Saying("8", "learners", "have a reason to talk about them first.", "#work", "To the list"),
        Saying("too early", "", "to say for 2 learners who enrolled late."),
    )
