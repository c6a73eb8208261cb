"""Draw how far the people of a school have come with each learner: a sentence, bars side by side, and a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.language import gettext, mark, ngettext
from analytics.policy.case_stage import CaseStage
from bridge.store.school_start import CaseFlow
from lti.panels.charts import Bar, Chart, Label

STAGE_NAMES: Mapping[CaseStage, str] = {
    CaseStage.WAITING: mark("Not discussed yet"),
    CaseStage.DISCUSSED: mark("Discussed, to be decided"),
    CaseStage.IN_CONTACT: mark("Decided, or in contact"),
    CaseStage.SUPPORTED: mark("With support"),
}
PITCH, THICKNESS, TEXT_Y, BAR_Y = 38, 10, 12, 18
"""Px from one bar to the next, of a bar, and from the top to the first text and bar."""


@dataclass(frozen=True, slots=True)
class StageChart:
    """The chart with its sentence; positions across are per cent, downwards px."""

    sentence: str
    chart: Chart
    tracks: tuple[Bar, ...]
    """The whole width behind each bar."""
    height: int


def draw_stages(flow: CaseFlow) -> StageChart:
    """Draw the learners of a school by stage; without any the bars are empty and the sentence says so."""
    total = sum(flow.stages.values())
    names = {stage: gettext(STAGE_NAMES[stage]) for stage in CaseStage}
    rows = tuple((names[stage], str(flow.stages.get(stage, 0))) for stage in CaseStage)
    most = max([1, *flow.stages.values()])
    bars, tracks, labels = [], [], []
    for index, stage in enumerate(CaseStage):
        number = flow.stages.get(stage, 0)
        top = BAR_Y + PITCH * index
        tracks.append(Bar("track", 0, top, 100, THICKNESS))
        if number:
            bars.append(Bar("met", 0, top, round(100 * number / most, 2), THICKNESS))
        labels.append(Label(names[stage], 0, TEXT_Y + PITCH * index, "lab", "start"))
        labels.append(Label(str(number), 100, TEXT_Y + PITCH * index, "lab", "end"))
    chart = Chart(
        title=gettext("Learners with an open concern or case, by step"),
        description="; ".join(f"{name}: {number}" for name, number in rows) + ".",
        bars=tuple(bars),
        labels=tuple(labels),
        symbols=(),
        lines=(),
        points=(),
        head=(gettext("Step"), gettext("Learners")),
        rows=rows,
    )
    return StageChart(_say(flow, total), chart, tuple(tracks), PITCH * len(CaseStage) - 6)


def _say(flow: CaseFlow, total: int) -> str:
    if not total:
        return gettext("No concern or case is open about a learner of the school.")
    whole = ngettext(
        "{number} learner of the school has an open concern or case.",
        "{number} learners of the school have an open concern or case.",
        total,
    )
    waiting = flow.stages.get(CaseStage.WAITING, 0)
    if not waiting:
        talked = gettext("Each of them was talked about with a colleague.")
        return f"{whole} {talked}"
    rest = ngettext("{number} waits for a first talk.", "{number} wait for a first talk.", waiting)
    return f"{whole} {rest}"
