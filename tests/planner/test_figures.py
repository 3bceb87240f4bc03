"""The pictures of a run: something in each, nothing cut off or laid over, the same bytes again."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import matplotlib.figure
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread

from planner.comparison import Verdict
from planner.outcome import Run
from planner.report import figures
from planner.report.figures import PICTURES, Drawing, canvas
from planner.report.figures.differences import BINS, differences

FORTY = "An option with a name of forty letters, "


def of_options(drawn: Drawing, count: int) -> Drawing:
    """The same drawing with so many options, each of a name of forty letters; with one, none to weigh against it."""

    def take(shown: Any, count: int = count) -> tuple[Any, ...]:
        return tuple(replace(shown[n % len(shown)], name=f"{FORTY[:37]} {n:02}") for n in range(count))

    return replace(
        drawn,
        split=replace(drawn.split, bars=take(drawn.split.bars)),
        fans=take(drawn.fans),
        layers=take(drawn.layers),
        draw_downs=take(drawn.draw_downs),
        waits=take(drawn.waits),
        differences=replace(drawn.differences, options=take(drawn.differences.options, count - 1)),
    )


@pytest.fixture(scope="module")
def drawn(east_midlands: Run) -> Drawing:
    return figures.drawing(east_midlands)


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_a_picture_shows_something_and_is_the_same_again(draw: Callable[[Drawing], bytes], drawn: Drawing) -> None:
    picture = draw(drawn)
    assert picture == draw(drawn)
    inked = imread(io.BytesIO(picture))[..., :3].min(axis=-1) < 0.9
    assert 0.01 < inked.mean() < 0.6


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_nothing_is_cut_off_and_the_legend_covers_nothing(
    count: int, drawn: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, draw in PICTURES.items():
        seen: list[matplotlib.figure.Figure] = []
        monkeypatch.setattr(canvas, "png", lambda figure, seen=seen: seen.append(figure) or b"")
        draw(of_options(drawn, count))
        (figure,) = seen
        renderer = FigureCanvasAgg(figure).get_renderer()
        inches, (wide, high) = figure.get_tightbbox(renderer), figure.get_size_inches()
        assert min(inches.x0, inches.y0) > -0.02, (name, inches)
        assert (inches.x1 < wide + 0.02, inches.y1 < high + 0.02) == (True, True), (name, inches, wide, high)
        heading = figure._suptitle.get_window_extent(renderer)  # type: ignore[attr-defined]
        for axis in figure.axes:
            panel = axis.get_tightbbox(renderer)
            assert not panel.overlaps(heading), name
            for legend in figure.legends:
                assert not panel.overlaps(legend.get_window_extent(renderer)), name


def test_the_last_year_end_is_told_within_the_picture(drawn: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is undrawn is returned, the picture ends with the last funded year."""
    seen: list[matplotlib.figure.Figure] = []
    monkeypatch.setattr(canvas, "png", lambda figure: seen.append(figure) or b"")
    funded = slice(4 * len(drawn.draw_downs[0].cash))
    ended = [
        replace(one, drawn=one.drawn[funded], mean=one.mean[funded], committed=one.committed[funded])
        for one in drawn.draw_downs
    ]
    PICTURES["draw-down"](replace(drawn, draw_downs=tuple(ended)))
    renderer = FigureCanvasAgg(seen[0]).get_renderer()
    told = 0
    for axis in seen[0].axes:
        for words in axis.texts:
            if words.get_text().startswith("£"):
                told += 1
                assert words.get_window_extent(renderer).x1 <= axis.get_window_extent(renderer).x1 + 1
    assert told == 3 * len(ended)


def test_minutes_of_waiting_are_not_drawn_as_weeks(drawn: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[matplotlib.figure.Figure] = []
    monkeypatch.setattr(canvas, "png", lambda figure: seen.append(figure) or b"")
    little = [replace(one, mean=one.mean * 0 + 0.001, p90=one.p90 * 0 + 0.001) for one in drawn.waits]
    PICTURES["waiting"](replace(drawn, waits=tuple(little)))
    assert min(axis.get_xlim()[1] for axis in seen[0].axes if axis.axison) >= 1


def test_differences_are_shares_of_all_futures_around_an_edge_at_zero(east_midlands: Run) -> None:
    shown = differences(east_midlands)
    assert [one.name for one in shown.options] == ["even", "optimised", "savings only"]
    assert len(shown.edges) == BINS + 2
    assert np.abs(shown.edges).min() < 1e-9
    for one in shown.options:
        found = east_midlands.against(next(o.key for o in east_midlands.outcomes if o.name == one.name))
        assert 0.97 <= one.shares.sum() <= 1
        assert found is not None
        more = one.shares[shown.edges[:-1] > -1e-9].sum()
        assert more <= found.probability_better <= more + 0.03
        assert (Verdict.TOO_CLOSE in one.said) == (found.verdict is Verdict.TOO_CLOSE)


def test_year_ends_of_the_draw_down_are_those_of_the_spend_table(east_midlands: Run) -> None:
    from planner.report import tables

    spend = {(row[0], row[2]): int(row[3]) for row in tables.spend(east_midlands).rows if "drawn by" in row[1]}
    drawn = figures.drawing(east_midlands)
    for one in drawn.draw_downs:
        for number, year in enumerate(drawn.years):
            assert 1e6 * one.mean[4 * number + 3] == pytest.approx(spend[one.name, year], abs=1)
        assert (one.committed >= one.mean - 1e-9).all()


def test_a_resource_that_nobody_needs_and_options_that_save_nothing_leave_words(drawn: Drawing) -> None:
    bare = replace(drawn, resources=(), fans=(), layers=(), draw_downs=(), waits=())
    for draw in PICTURES.values():
        inked = imread(io.BytesIO(draw(bare)))[..., :3].min(axis=-1) < 0.9
        assert inked.any()
