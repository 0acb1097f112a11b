"""Pictures as SVG: they stand in any page, are small, and keep their letters apart."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib.text import Text

import sim
from tests.show.test_pictures import MODELS, simulated
from tests.show.test_swept_pictures import table

pytestmark = pytest.mark.slow

LONG_NAME = "the run of the second colleague from the other team, after lunch"
DRAWS = ("timeline", "environments", "fates", "latency", "concurrency")


@pytest.fixture(scope="module")
def runs() -> dict[str, sim.Run]:
    calm = {name: simulated(kind) for name, kind in MODELS.items()}
    return {**calm, LONG_NAME: simulated("sns", reserved=1, timeout=4)}


@pytest.fixture(scope="module")
def pictures(runs) -> dict[str, sim.show.drawing.picture.Picture]:
    swept = table(
        lambda timeout, retries: 60 / timeout - retries,
        timeout=[1, 3, 10],
        retries=list(range(9)),
    )
    names = {"x": "timeout", "value": "lost"}
    queue = runs["Queue"]
    first = {name: getattr(sim.show, name)(runs) for name in DRAWS}
    pinned = {
        f"{name} pinned": getattr(sim.show, name)(
            runs["Queue"], pinned=runs[LONG_NAME], theme="dark"
        )
        for name in DRAWS
    }
    return {
        **first,
        **pinned,
        "cloudwatch": sim.show.cloudwatch(queue, pinned=queue),
        "queue": sim.show.cloudwatch(queue, "sqs_standard", theme="dark"),
        "backlog": sim.show.backlog(queue, pinned=queue),
        "curve": sim.show.curve(
            swept, by="maximum_retry_attempts", pinned=swept, **names
        ),
        "heatmap": sim.show.heatmap(
            swept, y="maximum_retry_attempts", pinned=swept, **names
        ),
    }


def test_a_picture_changes_nothing_beside_it_in_a_page(pictures):
    """https://www.w3.org/TR/SVG2/struct.html#IDAttribute"""
    seen: set[str] = set()
    for name, picture in pictures.items():
        svg = picture.svg()
        assert "<style" not in svg, name
        ids = re.findall(r' id="([^"]*)"', svg)
        used = re.findall(r'(?:url\(#|href="#)([^")]*)', svg)
        assert set(used) == set(ids), name
        assert not seen & set(ids), name
        seen |= set(ids)


def test_the_same_picture_is_the_same_text(runs):
    one, other = (sim.show.fates(runs).svg() for _ in range(2))
    assert one == other


def test_letters_stay_letters(pictures):
    for picture in pictures.values():
        words = "".join(ET.fromstring(picture.svg()).itertext())
        first_line = picture.texts[0].get_text().split("\n")[0]
        assert first_line in words


def test_a_picture_of_usual_runs_is_below_300_kilobytes(pictures):
    sizes = {name: len(each.svg()) for name, each in pictures.items()}
    assert max(sizes.values()) < 300_000, sizes


def test_very_many_marks_are_pixels_in_a_small_svg():
    run = simulated("sns", events=600, seconds=900, reserved=4)
    for draw in (sim.show.timeline, sim.show.fates, sim.show.latency):
        assert len(draw(run).svg()) < 300_000
    assert "<image" in sim.show.timeline(run).svg()


def shown_texts(picture) -> list[Text]:
    """The texts with letters, but for those of ticks beyond the axes, which nobody sees."""
    picture.canvas.draw()
    hidden = {
        label
        for axes in picture.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval())
        <= tick.get_loc()
        <= max(axis.get_view_interval())
    }
    return [
        text
        for text in picture.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text not in hidden
    ]


def test_no_letters_are_below_11_pixels_where_a_page_is_1280_wide(pictures):
    """Beside a panel's controls a picture has about 850 of the 1280 pixels."""
    for name, picture in pictures.items():
        shrunk = 850 / (picture.get_figwidth() * 72)
        for text in shown_texts(picture):
            assert text.get_fontsize() * shrunk >= 11, (name, text)


def test_no_letters_cover_others_or_are_cut(pictures):
    for name, picture in pictures.items():
        renderer = picture.canvas.get_renderer()
        boxes = {}
        for text in shown_texts(picture):
            box = text.get_window_extent(renderer)
            if picture.bbox.overlaps(box):
                boxes[text] = box
        for text, box in boxes.items():
            assert box.x0 >= -1, (name, text)
            assert box.x1 <= picture.bbox.x1 + 1, (name, text)
            assert box.y0 >= -1, (name, text)
        for (one, box), (other, its) in itertools.combinations(
            boxes.items(), 2
        ):
            overlap = box.shrunk(0.98, 0.85).overlaps(its.shrunk(0.98, 0.85))
            assert not overlap, (name, one, other)
