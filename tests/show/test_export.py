"""Pictures as files: with what they say in words, and the settings they were made of."""

import json

import pytest
from PIL import Image

import sim


@pytest.fixture(scope="module")
def run() -> sim.Run:
    """Orders through a topic to a function that fails now and then; what it gives up is kept."""
    kept = sim.DestinationConfig(on_failure="kept")
    function = sim.Function(
        name="f",
        event_invoke_config=sim.EventInvokeConfig(destination_config=kept),
        reserved_concurrent_executions=5,
        behaviour=sim.Behaviour(error_rate=0.5),
    )
    orders = sim.Poisson(per_second=10, events=40)
    scenario = sim.Scenario(
        functions=[function],
        queues=[sim.Queue(name="kept")],
        triggers=[sim.trigger("sns", function="f", source="orders")],
        traffic=[sim.Traffic(into="orders", arrivals=orders)],
        seconds=600,
    )
    return sim.simulate(scenario, seed=2)


@pytest.mark.parametrize(
    "draw",
    [sim.show.timeline, sim.show.fates, sim.show.latency, sim.show.cloudwatch],
)
def test_every_picture_can_be_saved(run, draw, tmp_path):
    assert draw(run).save(tmp_path / "picture.png").stat().st_size > 5000


@pytest.mark.parametrize("name", ["picture.svg", "picture.pdf"])
def test_a_picture_can_be_saved_for_print(run, name, tmp_path):
    assert sim.show.fates(run).save(tmp_path / name).stat().st_size > 5000


def test_a_png_carries_its_words_and_every_setting(run, tmp_path):
    picture = sim.show.timeline(run)
    with Image.open(picture.save(tmp_path / "picture.png")) as image:
        assert image.info["Title"] == picture.text_alternative
        (told,) = json.loads(image.info["Description"]).values()
    assert sim.Scenario.model_validate(told["scenario"]) == run.scenario
    assert told["seed"] == run.seed


def test_caption_and_settings_stand_below_the_picture(run, tmp_path):
    picture = sim.show.timeline(run)
    svg = picture.save(tmp_path / "picture.svg").read_text()
    width, height = picture.get_size_inches()
    with Image.open(picture.save(tmp_path / "picture.png")) as image:
        assert image.width / image.height < width / height
    assert "reserved_concurrent_executions" in svg
    assert "Date" not in svg, "the same picture is the same file"


def test_saving_leaves_the_picture_as_it_was(run, tmp_path):
    picture = sim.show.timeline(run)
    before = picture.png()
    picture.save(tmp_path / "picture.png")
    assert picture.png() == before


def test_an_unknown_format_is_refused_with_those_there_are(run, tmp_path):
    with pytest.raises(
        sim.ScenarioError,
        match=r"saved as \.png, \.svg, \.pdf, but 'picture\.bmp'",
    ):
        sim.show.timeline(run).save(tmp_path / "picture.bmp")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_words_below_a_picture_have_the_colour_of_its_title(
    run, theme, tmp_path
):
    picture = sim.show.latency(run, theme=theme)
    colours = []
    picture.savefig = lambda *_, **__: colours.extend(
        text.get_color() for text in picture.texts
    )
    picture.save(tmp_path / "picture.png")
    assert colours[-1] == colours[0]
