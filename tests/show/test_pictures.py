"""Laws of the pictures: what a reader may rely on, whatever the run."""

import ast
import io
import itertools
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

import sim
from sim.phrases import spoken
from sim.results.run import Run
from sim.show.drawing.frame import TEXT_SIZE
from sim.show.drawing.marks import PixelSize
from sim.show.drawing.span_layout import (
    END,
    START,
    layout_by_environment,
    layout_by_event,
)
from sim.show.drawing.theme import MARKS, RUN_COLOURS, THEMES, WAITING
from sim.show.drawing.time_units import axis_end, axis_unit, log_label, ticks
from sim.show.drawing.words import shortened
from sim.show.pictures import captions, titles
from sim.show.pictures.latency import NAME_WIDTH
from sim.show.pictures.timeline import told_at_run
from tests.support.paths import ROOT

MODELS = {
    "Synchronous": "invoke",
    "Asynchronous": "sns",
    "Queue": "sqs_standard",
}


def simulated(
    kind,
    events=40,
    seconds=60,
    reserved=None,
    error_rate=0.3,
    keep=True,
    timeout=10,
):
    destination = sim.DestinationConfig(on_failure="failures" if keep else None)
    function = sim.Function(
        name="listener",
        timeout=timeout,
        reserved_concurrent_executions=reserved,
        event_invoke_config=sim.EventInvokeConfig(
            destination_config=destination
        ),
        dead_letter_config=sim.DeadLetterConfig(target_arn="letters")
        if keep
        else None,
        behaviour=sim.Behaviour(
            handler=sim.LogNormal(median=1.2, p99=9), error_rate=error_rate
        ),
    )
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="letters", max_receive_count=3
    )
    arrivals = sim.Poisson(
        per_second=2 * max(events, 1) / seconds, events=max(events, 1)
    )
    scenario = sim.Scenario(
        functions=[function],
        triggers=[sim.trigger(kind, function="listener")],
        queues=[
            sim.Queue(name="letters"),
            sim.Queue(name="failures"),
            sim.Queue(name="sqs_standard", redrive_policy=redrive),
        ],
        traffic=[sim.Traffic(name="people", into=kind, arrivals=arrivals)]
        if events
        else [],
        seconds=seconds,
    )
    return sim.simulate(scenario, seed=1)


@pytest.fixture(scope="module")
def three() -> dict[str, Run]:
    return {name: simulated(kind) for name, kind in MODELS.items()}


@pytest.fixture(scope="module")
def throttled() -> dict[str, Run]:
    return {
        name: simulated(kind, reserved=1, timeout=4)
        for name, kind in MODELS.items()
    }


@pytest.fixture(scope="module")
def nothing() -> Run:
    return simulated("invoke", events=0)


@pytest.fixture(scope="module")
def many() -> dict[str, Run]:
    return {
        name: simulated(kind, events=600, seconds=900, reserved=4)
        for name, kind in MODELS.items()
    }


def texts(figure) -> str:
    figure.canvas.draw()
    return " ".join(
        text.get_text()
        for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


def flat(figure) -> str:
    return texts(figure).replace("\n", " ")


def legend_of(figure) -> list[str]:
    return [
        text.get_text()
        for legend in figure.legends
        for text in legend.get_texts()
    ]


def marks(axes) -> list:
    return [
        artist
        for artist in axes.get_children()
        if isinstance(artist, PathPatch | Line2D | PathCollection)
    ]


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = np.array(
        [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    )
    linear = np.where(
        channels <= 0.04045,
        channels / 12.92,
        ((channels + 0.055) / 1.055) ** 2.4,
    )
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_gives_the_standards_own_extremes():
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_from_the_paper_by_3_to_1(name):
    """https://www.w3.org/TR/WCAG22/#non-text-contrast"""
    theme = THEMES[name]
    for meaning, mark in MARKS.items():
        assert contrast(mark.edge[theme.number], theme.background) >= 3, meaning
    for colour in (*RUN_COLOURS, WAITING):
        assert contrast(colour[theme.number], theme.background) >= 3
    assert contrast(theme.pinned, theme.background) >= 3
    assert len({colour[theme.number] for colour in RUN_COLOURS}) == 6


@pytest.mark.parametrize("name", THEMES)
def test_texts_stand_out_from_the_paper_by_4_5_to_1(name):
    """https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    theme = THEMES[name]
    assert contrast(theme.text, theme.background) >= 4.5
    assert contrast(theme.secondary, theme.background) >= 4.5


def test_marks_that_differ_in_colour_only_differ_in_brightness_too():
    """https://www.w3.org/TR/WCAG22/#use-of-color"""
    for one, mark in MARKS.items():
        for other, its in MARKS.items():
            if one < other and silhouette(mark) == silhouette(its):
                assert contrast(mark.face[0], its.face[0]) >= 1.4, (one, other)


def silhouette(mark):
    return (
        mark.shape,
        mark.hatched,
        mark.hollow,
        mark.height,
        mark.width,
        mark.marker.vertices.tobytes(),
    )


def test_each_event_is_a_row_and_the_same_row_in_every_model(three):
    for run in three.values():
        layout = layout_by_event(run)
        assert layout.rows == len(run.workload.time) == 40
        worked = np.concatenate(
            [
                layout.places[m]
                for m in ("success", "failure")
                if m in layout.places
            ]
        )
        spans = run.spans[
            run.spans.stage.eq("handler")
            & run.spans.outcome.isin(["succeeded", "failed"])
        ]
        rows = {(row, round(start, 6)) for start, _, row, _ in worked}
        assert rows == {
            (event, round(start, 6))
            for event, start in zip(spans.event, spans.start_s, strict=True)
        }


def test_every_span_is_drawn_once_and_under_one_meaning(throttled):
    for run in throttled.values():
        stages = run.spans.stage.value_counts()
        places = {
            meaning: len(place)
            for meaning, place in layout_by_event(run).places.items()
        }
        handled = sum(
            places.get(meaning, 0)
            for meaning in ("success", "failure", "timeout", "running")
        )
        unreached = (run.spans.outcome == "not reached").sum()
        assert handled == stages["handler"] - unreached
        assert places.get("throttle", 0) == stages["throttle"] > 0
        assert places.get("wait", 0) == stages["retry"] + stages["visibility"]


def test_each_caller_that_was_told_has_a_stroke_of_the_right_kind(three):
    run = three["Synchronous"]
    places, fate = layout_by_event(run).places, run.deliveries.fate
    assert len(places["told success"]) == (fate == "succeeded").sum()
    assert len(places["told error"]) == (fate == "failed").sum() > 0
    assert "told success" not in layout_by_event(three["Asynchronous"]).places


def test_who_is_told_nothing_has_no_stroke():
    """A pipe only hands events on; the data say what it is told."""
    places = layout_by_event(
        sim.simulate(sim.course.trial("pipes_target"))
    ).places
    assert "success" in places
    assert not {"told success", "told error"} & {
        meaning for meaning, place in places.items() if len(place)
    }


def test_dead_letter_queues_and_destinations_are_told_apart(three):
    places = layout_by_event(three["Asynchronous"]).places
    kept = three["Asynchronous"].deliveries.fate.eq("dead-lettered").sum()
    assert len(places["dead letter"]) == len(places["destination"]) == kept > 0
    assert "destination" not in layout_by_event(three["Queue"]).places
    assert "lost" in layout_by_event(simulated("sns", keep=False)).places


def test_environments_are_rows_with_the_gaps_between_their_runs(three):
    layout = layout_by_environment(three["Synchronous"])
    spans = three["Synchronous"].spans
    assert layout.rows == spans.environment[spans.environment >= 0].nunique()
    for start, end, row, _ in layout.places["idle"]:
        assert end > start
        busy = spans[
            (spans.environment == row + 1)
            & (spans.start_s < end)
            & (spans.end_s > start)
        ]
        assert busy.empty


ONE = sim.ProvisionedConcurrencyConfig(provisioned_concurrent_executions=1)


def served(
    provisioned: sim.ProvisionedConcurrencyConfig | None, *functions: str
) -> sim.Run:
    """A burst that needs three environments of each function."""
    made = [
        sim.Function(
            name,
            auto_publish_alias="live",
            provisioned_concurrency_config=provisioned,
        )
        for name in functions
    ]
    scenario = sim.Scenario(
        functions=made,
        triggers=[
            sim.trigger("invoke", name, name=f"of {name}") for name in functions
        ],
        traffic=[
            sim.Traffic(into=f"of {name}", arrivals=sim.Burst(3, within=0.01))
            for name in functions
        ],
        seconds=10,
    )
    return sim.simulate(scenario)


def test_environments_that_are_provisioned_are_told_apart():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    kinds = layout_by_environment(served(ONE, "f")).kinds
    assert sorted(kinds) == ["on demand", "on demand", "provisioned"]
    (axes,) = sim.show.timeline(served(ONE, "f"), by="environment").axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [kinds[0], kinds[-1]]


def test_rows_of_one_kind_have_no_names_and_those_of_functions_have():
    assert layout_by_environment(served(None, "f")).kinds == ()
    kinds = layout_by_environment(served(None, "f", "g")).kinds
    assert kinds == ("f", "f", "f", "g", "g", "g")
    kinds = layout_by_environment(served(ONE, "f", "g")).kinds
    assert {"f: provisioned", "g: on demand"} < set(kinds)


def test_an_event_with_two_consumers_has_two_lanes_in_its_row():
    functions = [sim.Function(name=name) for name in ("one", "two")]
    triggers = [
        sim.trigger("sns", function=f.name, name=f.name, source="topic")
        for f in functions
    ]
    traffic = [
        sim.Traffic(into="topic", arrivals=sim.Burst(events=3, at=0, within=2))
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=functions, triggers=triggers, traffic=traffic, seconds=10
        )
    )
    layout = layout_by_event(run)
    assert layout.rows == 3
    assert sorted(layout.places["success"][:, 2]) == [
        -0.25,
        0.25,
        0.75,
        1.25,
        1.75,
        2.25,
    ]
    title = "All 3 events are delivered, the slowest after"
    assert title in flat(sim.show.timeline(run))


@pytest.mark.parametrize("by", ["event", "environment"])
def test_a_meaning_is_one_artist_however_many_events_there_are(three, many, by):
    for runs in (three, many):
        for axes in sim.show.timeline(runs, by=by).axes:
            assert len(marks(axes)) <= len(MARKS)


def test_all_panels_have_one_time_axis_which_holds_the_longest_run(
    three, throttled
):
    for draw in (
        sim.show.timeline,
        sim.show.environments,
        sim.show.fates,
        sim.show.concurrency,
    ):
        ends = {
            axes.get_xlim()[1] for axes in draw(three, pinned=throttled).axes
        }
        assert len(ends) == 1
    (end,) = {axes.get_xlim()[1] for axes in sim.show.timeline(three).axes}
    last = max(run.spans.end_s.max() for run in three.values())
    assert last <= end <= 1.6 * last


def test_seconds_fix_the_time_axes_whatever_the_runs(three):
    for draw in (sim.show.timeline, sim.show.fates, sim.show.concurrency):
        figure = draw(three, seconds=90)
        assert {axes.get_xlim() for axes in figure.axes} == {(0, 90)}


def test_what_lies_far_beyond_the_traffic_is_told_and_not_drawn():
    """Or the traffic of a minute would be a point on an axis of a day."""
    figure = sim.show.timeline(sim.simulate(stuck()))
    assert figure.axes[0].get_xlim()[1] <= 1200
    assert "beyond this axis" in flat(figure)


@pytest.mark.slow
def test_every_mark_of_work_is_at_least_three_pixels_wide(three, many):
    for runs in (three, many):
        for axes in sim.show.timeline(runs).axes:
            width = axes.get_xlim()[1] / axes.bbox.width
            for patch in marks(axes):
                if isinstance(patch, PathPatch) and patch.get_zorder() >= -46:
                    path = patch.get_path()
                    starts = np.flatnonzero(path.codes == path.MOVETO)
                    shapes = np.split(path.vertices[:, 0], starts[1:])
                    widths = [np.ptp(shape) / width for shape in shapes]
                    assert min(widths) >= 3 - 1e-6


def test_who_is_told_at_the_end_of_a_run_is_told_where_its_bar_ends():
    """Else the stroke beside the bar looks like a second success."""
    pixel = PixelSize(seconds=1.0, rows=0.1)
    places = {
        "success": np.array([[10.0, 10.1, 0, 1], [10.0, 50.0, 1, 1]]),
        "told success": np.array(
            [
                [10.2, 10.2, 0, 1],
                [29.0, 29.0, 1, 1],
                [3.0, 3.0, 2, 1],
            ]
        ),
    }
    told = told_at_run(places, "told success", pixel)
    assert told[:, START].tolist() == [13.0, 29.0, 3.0]
    assert (told[:, START] == told[:, END]).all()


def test_init_and_failure_differ_in_height_where_there_is_no_room_for_a_hatch():
    """https://www.w3.org/TR/WCAG22/#use-of-color"""
    assert MARKS["failure"].hatched
    assert MARKS["init"].height <= 0.7 * MARKS["failure"].height


def test_the_legend_holds_only_what_occurs(three, throttled, nothing):
    calm, stormy = (
        legend_of(sim.show.timeline(three)),
        legend_of(sim.show.timeline(throttled)),
    )
    assert "throttled" not in calm
    assert "throttled" in stormy
    assert "dropped or expired" not in calm + stormy
    assert "pinned run" not in calm
    assert "pinned run" in legend_of(sim.show.timeline(three, pinned=throttled))
    assert legend_of(sim.show.timeline(nothing)) == []


LONG = (
    "32 events fail if the caller waits; Lambda's retries deliver 13 and the queue delivers 23 "
    "of them; 9 in Queue still under way when the simulation ends, 24 h after its traffic"
)


@pytest.mark.slow
def test_legend_and_texts_lie_inside_the_figure(three, throttled):
    for figure in (
        sim.show.timeline(three, title=LONG),
        sim.show.timeline(throttled, pinned=three),
        sim.show.fates(throttled),
        sim.show.latency(three),
    ):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        boxes = [
            legend.get_window_extent(renderer) for legend in figure.legends
        ]
        boxes += [
            text.get_window_extent(renderer)
            for text in figure.texts
            if text.get_text()
        ]
        for box in boxes:
            assert box.x0 >= 0
            assert box.x1 <= figure.bbox.x1
            assert box.y0 >= 0


@pytest.mark.parametrize(
    "draw", [sim.show.fates, sim.show.timeline], ids=["fates", "timeline"]
)
@pytest.mark.parametrize("count", [3, 4, 6])
def test_the_words_over_a_panel_cover_neither_each_other_nor_a_panel(
    three, throttled, draw, count
):
    runs = {
        f"{name}, {kind}": run
        for kind, of in (("calm", three), ("stormy", throttled))
        for name, run in of.items()
    }
    figure = draw(dict(list(runs.items())[:count]))
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    words_there = [
        text.get_window_extent(renderer)
        for text in figure.texts
        if text.get_text()
    ]
    assert len(words_there) == 1 + 2 * count
    boxes = words_there + [
        axes.get_window_extent(renderer) for axes in figure.axes
    ]
    covered = [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if a.shrunk(0.99, 0.9).overlaps(b)
    ]
    assert covered == []
    assert min(text.get_fontsize() for text in figure.texts) >= 9


def test_the_title_is_the_answer_with_the_runs_own_numbers(three):
    fate = {
        name: run.deliveries.fate.astype(str).to_numpy()
        for name, run in three.items()
    }
    failed = fate["Synchronous"] == "failed"
    rescued = int((failed & (fate["Asynchronous"] == "succeeded")).sum())
    title = titles.events_title(
        {name: three[name] for name in ("Synchronous", "Asynchronous")}
    )
    assert title.startswith(f"{failed.sum()} events fail if the caller waits; ")
    assert f"retries deliver {rescued} of them" in title
    assert title in flat(
        sim.show.timeline(
            {name: three[name] for name in ("Synchronous", "Asynchronous")}
        )
    )


def test_the_title_counts_no_queue_for_two(three):
    title = titles.events_title(
        {**three, "Another queue": simulated("sqs_standard", error_rate=0.6)}
    )
    assert "the queue" not in title


def test_a_given_title_stands_instead(three):
    assert "My own words" in texts(
        sim.show.timeline(three, title="My own words")
    )


@pytest.mark.slow
def test_every_picture_has_a_title_and_words(three, throttled, many, nothing):
    for runs in (
        three,
        throttled,
        many,
        nothing,
        three["Queue"],
        {"A": nothing, "B": three["Queue"]},
    ):
        for draw in (
            sim.show.timeline,
            sim.show.environments,
            sim.show.latency,
            sim.show.fates,
        ):
            figure = draw(runs)
            assert figure.texts[0].get_text()
            assert figure.text_alternative == sim.show.describe(runs)


def test_words_agree_with_the_summary(three, throttled):
    for run in (*three.values(), *throttled.values()):
        summary, n = run.summary(), captions.event_numbers(run)
        assert (
            n.events,
            n.delivered,
            n.told,
            n.parked,
            n.lost,
            n.given_up,
            n.in_flight,
            n.unfinished,
            n.throttles,
        ) == tuple(
            summary[
                [
                    "journeys",
                    "delivered",
                    "told",
                    "parked",
                    "lost",
                    "given_up",
                    "in_flight",
                    "unfinished",
                    "throttles",
                ]
            ]
        )
        assert (n.p50, n.p99) == pytest.approx((summary.p50_s, summary.p99_s))
        assert f"{n.delivered} delivered" in sim.show.describe(run)
        assert f"slowest after {spoken(n.slowest)}" in sim.show.describe(run)


def test_the_longest_times_have_room_beside_a_latency_curve():
    words = "p50 {0} · p99 {0}".format(spoken(192.5))
    assert shortened(words, NAME_WIDTH, TEXT_SIZE) == words


def test_latency_curves_end_at_the_share_that_is_delivered(three):
    (axes,) = sim.show.latency(three).axes
    curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
    for run, curve in zip(three.values(), curves, strict=True):
        assert max(curve.get_ydata()) == pytest.approx(
            (run.deliveries.fate == "succeeded").mean()
        )


def test_of_many_runs_the_six_slowest_have_a_colour_of_their_own(
    three, throttled
):
    runs = {
        f"{name} {n}": run
        for n in range(2)
        for kind in (three, throttled)
        for name, run in (*kind.items(),)[1:]
        for n in (f"{n} {kind is three}",)
    }
    assert len(runs) == 8
    figure = sim.show.latency(runs)
    (axes,) = figure.axes
    curves = [line for line in axes.lines if len(line.get_xdata()) > 2]
    colours = [curve.get_color() for curve in curves]
    assert len(colours) == 8
    assert colours.count(WAITING[0]) == 2
    assert len(set(colours)) == 7
    assert "the 6 curves with the greatest p99, 2 more in grey" in flat(figure)


def test_fates_add_up_to_what_has_arrived(throttled):
    for run, axes in zip(
        throttled.values(), sim.show.fates(throttled).axes, strict=True
    ):
        top = max(
            area.get_paths()[0].vertices[:, 1].max()
            for area in axes.collections
        )
        assert top == len(run.deliveries)


def test_a_png_has_two_pixels_for_each_of_a_page_in_both_themes(three):
    for theme in THEMES:
        picture = sim.show.timeline(three, theme=theme)
        size = picture.get_size_inches() * 2 * 96
        height, width = pixels(picture.png()).shape[:2]
        assert (width, height) == tuple(size.round().astype(int))
    with pytest.raises(ValueError, match="light or dark"):
        sim.show.timeline(three, theme="sepia")


def test_a_notebook_gets_one_svg_that_shrinks_with_the_page_and_its_words(
    nothing,
):
    picture = sim.show.timeline(nothing)
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    root = ET.fromstring(bundle["text/html"])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == bundle["text/plain"]
    assert root.get("style") == "max-width: 100%; height: auto"
    assert picture.texts[0].get_text() in "".join(root.itertext())


@pytest.mark.slow
def test_a_light_picture_turns_dark_with_its_page_and_a_dark_one_stays(three):
    """Each colour is a variable whose own value is the light one."""
    light = sim.show.timeline(three)
    shown = light._repr_mimebundle_()["text/html"]
    values = r"var\(--lambda-\w+, (#\w+)\)"
    body, found = re.subn(values, r"\1", shown)
    assert found > 20
    style = re.search(r"<style>(.*?)</style>", body)
    always, like_the_system = style[1].split("@media")
    assert "[data-jp-theme-light='false']" in always
    assert "[data-theme='dark']" in always
    assert "[data-theme='auto']" in like_the_system
    for dark in (always, like_the_system):
        assert "--lambda-ffffff: #20242B;" in dark
    without = body.replace(style[0], "").replace(' class="lambda-picture"', "")
    assert without == light.svg()
    dark = sim.show.timeline(three, theme="dark")
    assert dark._repr_mimebundle_()["text/html"] == dark.svg()


def test_a_picture_can_be_saved_as_svg(three, tmp_path):
    for draw in (sim.show.timeline, sim.show.latency, sim.show.fates):
        draw(three).savefig(tmp_path / "picture.svg")
        assert "<svg" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_axes_have_the_unit_in_which_their_times_read_best():
    assert [
        axis_unit(limit).symbol for limit in (0.5, 250, 600, 60_000, 800_000)
    ] == [
        "ms",
        "s",
        "min",
        "h",
        "days",
    ]
    assert [log_label(s) for s in (0.001, 0.1, 60, 3600, 86_400)] == [
        "1 ms",
        "100 ms",
        "1 min",
        "1 h",
        "1 day",
    ]


@pytest.mark.parametrize(
    "needed", [0.002, 0.7, 3, 59, 61, 299, 301, 4000, 50_000, 900_000]
)
def test_an_axis_holds_its_data_and_a_few_round_ticks(needed):
    end = axis_end(needed, 5)
    positions, labels = ticks(end, 5)
    assert needed < end <= 1.6 * needed
    assert 3 <= len(labels) <= 6
    assert positions[0] == 0
    assert positions[-1] <= end


def test_nothing_imports_pyplot():
    """pyplot has one figure for all threads, and widget callbacks may run in a second thread."""
    sources = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "sim").rglob("*.py")
    ]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [
            "".join(cell["source"])
            for cell in cells
            if cell["cell_type"] == "code"
        ]
        sources += [without_magics(cell) for cell in code]
    imported = [
        name for source in sources for name in imports(ast.parse(source))
    ]
    assert "matplotlib.figure" in imported
    assert not [
        name for name in imported if "pyplot" in name or "pylab" in name
    ]


def without_magics(cell: str) -> str:
    return "\n".join(
        line
        for line in cell.splitlines()
        if not line.lstrip().startswith(("%", "!"))
    )


def imports(tree) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [
                node.module or "",
                *(f"{node.module}.{alias.name}" for alias in node.names),
            ]
    return names


def pixels(png: bytes):
    return imread(io.BytesIO(png))


# -- a run that ended at its limit


def stuck(seconds: float = 60) -> sim.Scenario:
    """Three messages whose runs all fail; the queue keeps them for four days."""
    return sim.Scenario(
        functions=[
            sim.Function(
                name="listener",
                timeout=10,
                behaviour=sim.Behaviour(error_rate=1),
            )
        ],
        queues=[sim.Queue(name="sqs_standard", visibility_timeout=3600)],
        triggers=[sim.trigger("sqs_standard", function="listener")],
        traffic=[
            sim.Traffic(
                into="sqs_standard", arrivals=sim.Recorded(instants=(0, 1, 2))
            )
        ],
        seconds=seconds,
    )


def forwarded() -> sim.Scenario:
    """The same messages, sent on by a function that succeeds."""
    sender = sim.Function(
        name="sender",
        behaviour=sim.Behaviour(sends=[sim.Output(to="sqs_standard")]),
    )
    start = sim.Traffic(into="sns", arrivals=sim.Recorded(instants=(0, 1, 2)))
    given = stuck()
    return given.replace(
        functions=[*given.functions, sender],
        triggers=[*given.triggers, sim.trigger("sns", function="sender")],
        traffic=[start],
    )


AT_ITS_LIMIT = (
    "still under way when the simulation ends, 24 h after its traffic"
)


@pytest.mark.parametrize(
    ("end", "title"),
    [
        ({}, f"3 of 3 events are {AT_ITS_LIMIT}"),
        (
            {"drain_seconds": 7200},
            "3 of 3 events are still under way when the simulation ends, 2 h after its traffic",
        ),
        ({"drain": False}, "3 of 3 events are still under way at the end"),
    ],
)
def test_the_title_says_when_the_limit_ended_the_run(end, title):
    run = sim.simulate(stuck(), **end)
    assert titles.events_title({"": run}) == title
    words = sim.show.describe(run)
    assert ("the simulation ends" in words) == ("the simulation ends" in title)


@pytest.mark.parametrize(
    "draw", ["timeline", "environments", "fates", "latency"]
)
def test_every_picture_of_events_says_when_the_limit_ended_the_run(draw):
    picture = getattr(sim.show, draw)
    stuck_run, done = sim.simulate(stuck()), simulated("sns")
    assert AT_ITS_LIMIT in flat(picture(stuck_run))
    assert f"; 3 of 3 in Stuck {AT_ITS_LIMIT}" in flat(
        picture({"Stuck": stuck_run, "Done": done})
    )
    assert "the simulation ends" not in flat(picture(done))


def test_events_that_were_caused_may_be_what_is_under_way():
    run = sim.simulate(forwarded())
    title = titles.events_title({"": run})
    assert title == f"3 of 3 events are {AT_ITS_LIMIT}"
