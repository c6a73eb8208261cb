"""Where the parts of a chart are placed, for any course."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lti.panels.charts import BASE, TOP, WeekBands, WeekFigure, draw_bands, draw_weeks
from lti.panels.marks import Mark

counts = st.integers(min_value=0, max_value=400)


@given(
    columns=st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=12).filter(
        lambda columns: all(map(sum, columns))
    )
)
def test_columns_stay_within_the_plot_and_labels_apart(columns: list[tuple[int, int, int, int]]) -> None:
    weeks = [WeekBands(number, *column) for number, column in enumerate(columns, 1)]

    chart = draw_bands(weeks, 12, {})

    assert all(bar.y >= TOP - 1 and bar.y + bar.height <= BASE + 1 for bar in chart.bars)
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)
    places = [label.y for label in chart.labels if label.anchor == "start"]
    assert all(upper <= lower - 14 + 0.11 for lower, upper in pairwise(places))


@given(
    figures=st.lists(
        st.tuples(st.integers(0, 100) | st.none(), st.integers(0, 100) | st.none()), min_size=1, max_size=30
    )
)
def test_bars_and_dots_of_a_learners_weeks_stay_within_the_plot(
    figures: list[tuple[int | None, int | None]],
) -> None:
    weeks = [WeekFigure(number, Mark.MET, own, running, "") for number, (own, running) in enumerate(figures, 1)]

    chart = draw_weeks(weeks)

    assert all(22 <= bar.y <= 138 and bar.x >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)
    assert all(22 <= y <= 138 for _, y in chart.points)
    assert len(chart.lines) == max(len(chart.points) - 1, 0)


def test_the_last_running_figure_stands_above_its_dot_where_a_symbol_would_be_in_its_way() -> None:
    weeks = [WeekFigure(1, Mark.WELL_BELOW, 3, 3, ""), WeekFigure(2, Mark.RUNNING, None, None, "")]

    label = next(label for label in draw_weeks(weeks).labels if label.kind == "halo")

    assert label.anchor == "end"
    assert label.x < 75 - 7  # the next week's symbol stands in the middle of its slot, 14 px wide
