"""Curves and heat maps: what they draw is in the table, and titles say no more than is sure."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

import sim
from sim.show.drawing.theme import THEMES, WAITING
from sim.show.pictures.latency import apart
from sim.show.pictures.sweep_table import (
    labels_with_room,
    setting_text,
)
from tests.show.test_pictures import contrast, flat

TIMEOUT, RETRIES = (
    "functions.*.timeout",
    "functions.*.event_invoke_config.maximum_retry_attempts",
)

PATHS = {"timeout": TIMEOUT, "retries": RETRIES}


def table(
    lost, seeds: int = 3, spread: float = 1.0, **parameters
) -> pd.DataFrame:
    """A sweep's table without runs: `lost` at each combination, `spread` more or less by seed."""
    paths = {
        PATHS.get(name, name): values for name, values in parameters.items()
    }
    rows = [
        {
            **dict(zip(paths, values, strict=True)),
            "seed": seed,
            "lost": lost(*values) + spread * (seed - (seeds - 1) / 2),
        }
        for values in product(*paths.values())
        for seed in range(seeds)
    ]
    found = pd.DataFrame(rows).assign(error=None)
    found.attrs["units"] = {TIMEOUT: "s"}
    return found


@pytest.fixture
def falling() -> pd.DataFrame:
    return table(
        lambda timeout, retries: 60 / timeout - 10 * retries,
        timeout=[10, 1, 3],
        retries=[0, 2],
    )


def bands(figure) -> list[np.ndarray]:
    return [
        band.get_paths()[0].vertices
        for band in figure.axes[0].collections
        if isinstance(band, PolyCollection)
    ]


def numbers(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].findobj(Annotation)]


def test_a_curve_is_the_mean_and_its_band_the_confidence_interval(falling):
    rows = falling[falling[RETRIES] == 0]
    figure = sim.show.curve(rows, x="timeout", value="lost", level=0.9)
    (line,) = figure.axes[0].lines
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == (
        [1, 3, 10],
        [60, 20, 6],
    )
    interval = sim.confidence(rows, level=0.9)["lost"]
    (band,) = bands(figure)
    heights = {x: band[band[:, 0] == x, 1] for x in (1, 3, 10)}
    for x, found in heights.items():
        low, high = interval.loc[(x, 0), ["low", "high"]]
        assert (found.min(), found.max()) == pytest.approx((low, high))
    assert "band: 90 % confidence interval of the mean (Student's t)" in flat(
        figure
    )


def test_a_band_ends_at_nothing_and_one_seed_has_none():
    figure = sim.show.curve(
        table(lambda timeout: 0.1, timeout=[1, 2]), x="timeout", value="lost"
    )
    assert bands(figure)[0][:, 1].min() == 0
    alone = sim.show.curve(
        table(lambda timeout: 5, seeds=1, timeout=[1, 2]),
        x="timeout",
        value="lost",
    )
    assert "one run a point" in flat(alone)
    assert "confidence" not in flat(alone)


@pytest.mark.parametrize(
    ("lost", "answer"),
    [
        (
            lambda timeout: 60 / timeout,
            "Lost events: 60 (timeout 1 s), 6 (10 s)",
        ),
        (
            lambda timeout: 50 + 10 * timeout,
            "Lost events: 60 (timeout 1 s), 150 (10 s)",
        ),
        (
            lambda timeout: 5 + 20 * abs(timeout - 3),
            "Lost events: least at timeout 3 s, 5",
        ),
        (
            lambda timeout: 500 - 20 * abs(timeout - 3),
            "Lost events: most at timeout 3 s, 500",
        ),
        (
            lambda timeout: 60 + 0.1 * timeout,
            "Lost events: no sure difference by timeout, about 60.1",
        ),
    ],
)
def test_the_title_of_one_curve_is_its_answer(lost, answer):
    figure = sim.show.curve(
        table(lost, timeout=[1, 3, 10]), x="timeout", value="lost"
    )
    assert figure.text_alternative.startswith(f"{answer}. timeout 1 s: ")
    assert answer in flat(figure)


def test_the_title_of_several_curves_is_where_they_differ_most(falling):
    falling.loc[falling[RETRIES].eq(2) & falling[TIMEOUT].eq(3), "lost"] -= 5
    figure = sim.show.curve(
        falling, x="timeout", value="lost", by="maximum_retry_attempts"
    )
    assert (
        "Lost events at timeout 3 s: −5 (maximum_retry_attempts 2), 20 (0)"
        in flat(figure)
    )
    unsure = table(
        lambda timeout, retries: timeout - 0.1 * retries / timeout,
        timeout=[1, 2],
        retries=[0, 2],
    )
    figure = sim.show.curve(
        unsure, x="timeout", value="lost", by="maximum_retry_attempts"
    )
    assert (
        "no sure difference by maximum_retry_attempts; at most 0.8 to 1, at timeout 1 s"
        in flat(figure)
    )


def test_each_curve_has_its_name_at_its_end(falling):
    figure = sim.show.curve(
        falling, x="timeout", value="lost", by="maximum_retry_attempts"
    )
    assert numbers(figure) == [
        "maximum_retry_attempts 0\n6",
        "maximum_retry_attempts 2\n−14",
    ]
    assert len({line.get_linestyle() for line in figure.axes[0].lines}) == 2


def test_scenarios_are_points_with_bars_and_their_values():
    found = table(
        lambda scenario: {"calm": 2, "rough": 40}[scenario],
        scenario=["rough", "calm"],
    )
    figure = sim.show.curve(found, x="scenario", value="lost")
    assert numbers(figure) == ["40", "2"]
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "rough",
        "calm",
    ]
    assert any(
        isinstance(bar, LineCollection) for bar in figure.axes[0].collections
    )
    assert "Lost events: 40 (rough), 2 (calm)" in flat(figure)


def test_values_far_apart_stand_on_a_logarithmic_axis():
    wide = sim.show.curve(
        table(lambda memory: memory, memory_size=[128, 1024, 10240]),
        x="memory_size",
        value="lost",
    )
    assert wide.axes[0].get_xscale() == "log"
    assert [label.get_text() for label in wide.axes[0].get_xticklabels()] == [
        "128",
        "1,024",
        "10,240",
    ]
    near = sim.show.curve(
        table(lambda memory: memory, memory_size=[0, 1024]),
        x="memory_size",
        value="lost",
    )
    assert near.axes[0].get_xscale() == "linear"


def test_a_cell_is_the_mean_and_half_the_interval_and_rows_grow_upwards(
    falling,
):
    figure = sim.show.heatmap(
        falling, x="timeout", y="maximum_retry_attempts", value="lost"
    )
    interval = sim.confidence(falling)["lost"]
    assert interval.loc[(3, 2)].high - interval.loc[
        (3, 2)
    ].low == pytest.approx(2 * 2.4841, abs=0.001)
    assert numbers(figure) == [
        text
        for mean in ("60", "40", "20", "0", "6", "−14")
        for text in (mean, "± 2.48")
    ]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "0",
        "2",
    ]
    assert (
        "Lost events: −14 (timeout 10 s, maximum_retry_attempts 2) to 60 (1 s, 0)"
        in flat(figure)
    )


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_in_cells_can_be_read(theme):
    """https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    figure = sim.show.heatmap(
        table(lambda x, y: 5 * x + y, x=range(10), y=range(5)),
        "x",
        "y",
        "lost",
        theme=theme,
    )
    cells = [
        to_hex(cell.get_facecolor())
        for cell in figure.axes[0].patches
        if isinstance(cell, Rectangle)
    ]
    inks = [
        text.get_color()
        for text in figure.axes[0].findobj(Annotation)
        if "±" not in text.get_text()
    ]
    assert len(cells) == len(inks) == 50
    assert (
        min(contrast(ink, cell) for ink, cell in zip(inks, cells, strict=True))
        >= 4.5
    )
    assert np.all(
        np.diff([contrast(cells[0], cell) for cell in cells[::5]]) > 0
    )


def test_a_combination_that_failed_is_hatched_and_counted():
    found = table(
        lambda timeout, retries: timeout, timeout=[1, 2], retries=[0, 5]
    )
    failed = found[RETRIES] == 5
    found = found.assign(
        lost=found.lost.mask(failed), error=np.where(failed, "refused", None)
    )
    figure = sim.show.heatmap(
        found, x="timeout", y="maximum_retry_attempts", value="lost"
    )
    assert (
        sum(cell.get_hatch() is not None for cell in figure.axes[0].patches)
        == 2
    )
    assert "6 failed and are left out" in flat(figure)
    nothing = found[found[RETRIES] == 5]
    assert "no run has a number" in flat(
        sim.show.heatmap(nothing, TIMEOUT, RETRIES, "lost")
    )
    assert "no run has a number" in flat(
        sim.show.curve(nothing, TIMEOUT, "lost")
    )


def test_many_cells_have_a_scale_instead_of_numbers():
    figure = sim.show.heatmap(
        table(lambda x, y: x + y, x=range(17), y=range(2)), "x", "y", "lost"
    )
    assert not numbers(figure)
    assert len(figure.axes[0].child_axes) == 1


@pytest.mark.parametrize("name", ["curve", "heatmap"])
@pytest.mark.parametrize("theme", THEMES)
def test_pictures_of_sweeps_have_words_a_theme_and_a_png(name, theme, falling):
    chosen = (
        {"by": "maximum_retry_attempts"}
        if name == "curve"
        else {"y": "maximum_retry_attempts"}
    )
    figure = getattr(sim.show, name)(
        falling, x="timeout", value="lost", theme=theme, **chosen
    )
    assert (
        to_hex(figure.get_facecolor(), keep_alpha=False).upper()
        == THEMES[theme].background
    )
    assert "timeout 3 s, maximum_retry_attempts 2: 0" in figure.text_alternative
    assert figure.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"x": "wroker"},
            "There is no parameter 'wroker' in this table; it varies functions",
        ),
        (
            {"value": "p98_s"},
            "There is no number 'p98_s' in this table; it has lost.",
        ),
        (
            {"value": "error"},
            "There is no number 'error' in this table; it has lost.",
        ),
        (
            {},
            f"The table also varies {RETRIES!r}; keep one value: table[table[{RETRIES!r}] == ...].",
        ),
        (
            {"theme": "sepia", "by": RETRIES},
            "There is no theme 'sepia'; choose light or dark.",
        ),
    ],
)
def test_what_a_table_does_not_hold_is_refused(wrong, sentence, falling):
    with pytest.raises(ValueError, match=r"There is no|also varies") as refused:
        sim.show.curve(falling, **{"x": "timeout", "value": "lost", **wrong})
    assert str(refused.value).startswith(sentence)


def test_names_are_as_short_as_they_stay_different():
    found = table(
        lambda a, b: a + b,
        **{"functions.a.timeout": [1, 2], "functions.b.timeout": [1, 2]},
    )
    with pytest.raises(ValueError, match="more than one parameter 'timeout'"):
        sim.show.heatmap(found, x="timeout", y="b.timeout", value="lost")
    figure = sim.show.heatmap(found, x="a.timeout", y="b.timeout", value="lost")
    assert figure.axes[0].get_xlabel() == "a.timeout"


def test_a_setting_of_none_has_its_place():
    found = table(lambda limit: 1 if limit is None else limit, limit=[None, 5])
    figure = sim.show.curve(found, x="limit", value="lost")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == [
        "none",
        "5",
    ]


def test_settings_are_written_as_people_write_them():
    assert [setting_text(value) for value in (1024, np.int64(2048), 0.5, True, None, "sns")] == [
        "1,024", "2,048", "0.5", "true", "none", "sns",
    ]  # fmt: skip


def test_ticks_that_have_no_room_are_left_out():
    assert labels_with_room([0, 0.5, 1], ["1", "2", "3"], inches=5) == [0, 1, 2]
    assert labels_with_room(
        [0, 0.01, 1], ["1,000", "1,010", "2,000"], inches=5
    ) == [
        0,
        2,
    ]


@pytest.mark.parametrize(
    "shares", [[0.0] * 6, [1.0] * 6, [0.5, 0.52, 0.1, 0.9]]
)
def test_names_of_curves_stand_apart_and_above_the_axis(shares):
    heights = sorted(apart(shares, room=0.12))
    assert min(np.diff(heights)) >= 0.12 - 1e-9
    assert heights[0] >= 0


def test_mathematics_is_crosses_over_the_means(falling):
    rows = falling[falling[RETRIES] == 0]
    figure = sim.show.curve(
        rows, "timeout", "lost", theory=lambda timeout: 60 / timeout
    )
    means, crosses = figure.axes[0].lines
    assert crosses.get_marker() == "x"
    assert crosses.get_xydata().tolist() == means.get_xydata().tolist()
    assert "× what mathematics says" in flat(figure)
    both = sim.show.curve(
        falling,
        "timeout",
        "lost",
        "maximum_retry_attempts",
        theory=lambda timeout, retries: 60 / timeout - 10 * retries,
    )
    crossed = [line for line in both.axes[0].lines if line.get_marker() == "x"]
    assert [line.get_ydata()[0] for line in crossed] == [60, 40]


def test_of_many_curves_six_from_the_first_to_the_last_have_a_colour():
    many = table(
        lambda timeout, retries: timeout + retries,
        timeout=[1, 2],
        retries=list(range(11)),
    )
    figure = sim.show.curve(many, "timeout", "lost", "maximum_retry_attempts")
    colours = [line.get_color() for line in figure.axes[0].lines]
    assert len(colours) == 11
    assert colours.count(WAITING[0]) == 5
    assert len(set(colours)) == 7
    named = [text.split("\n")[0] for text in numbers(figure)]
    assert named == [f"maximum_retry_attempts {n}" for n in (0, 2, 4, 6, 8, 10)]
    assert "6 curves in colour, from the first to the last, 5 more" in flat(
        figure
    )


def test_a_pinned_sweep_is_grey_lines_or_what_cells_were(falling):
    before = falling.assign(lost=falling.lost + 7)
    names = {"x": "timeout", "value": "lost", "pinned": before}
    figure = sim.show.curve(falling, by="maximum_retry_attempts", **names)
    grey = [
        line.get_ydata()[0]
        for line in figure.axes[0].lines
        if line.get_color() == THEMES["light"].pinned
    ]
    assert grey == [67, 47]
    cells = sim.show.heatmap(falling, y="maximum_retry_attempts", **names)
    assert {"60", "was 67"} <= set(numbers(cells))
    same = {**names, "pinned": falling}
    unchanged = sim.show.heatmap(falling, y="maximum_retry_attempts", **same)
    assert not any("was" in text for text in numbers(unchanged))
