"""The story beside the stage: the lines of `run.story`, each with its second, as safe HTML."""

import html
import re

import pytest

import sim
from sim.markup import with_code
from sim.show.stage.settings_caption import settings_caption
from sim.show.stage.story_lines import story_lines, story_start


def run() -> sim.Run:
    """Orders to a function that fails one time in four."""
    behaviour = sim.Behaviour(handler=0.3, error_rate=0.25)
    scenario = sim.Scenario(
        functions=[sim.Function("worker", behaviour=behaviour)],
        triggers=[sim.trigger("sns", function="worker", source="orders")],
        traffic=[sim.Traffic("orders", arrivals=sim.Poisson(2, events=20))],
        seconds=600,
    )
    return sim.simulate(scenario, seed=2)


def plain(text: str) -> str:
    """HTML as the text that is read."""
    return html.unescape(re.sub("<[^>]*>", "", text))


def test_lines_say_what_the_story_says_in_its_order():
    one = run()
    event = int(one.deliveries.query("runs > 1").event.iloc[0])
    lines = story_lines(one, event)
    told = [plain(line["text"]) for line in lines if "text" in line]
    text = " ".join(str(one.story(event)).replace("`", "").split())
    for sentences in told:
        assert re.sub(r" \([^()]*\)$", "", sentences) in re.sub(
            r" \[\d+\]", "", text
        )
    headings = [plain(line["heading"]) for line in lines if "heading" in line]
    assert all(heading in text for heading in headings)
    assert len(told) == len(
        re.findall(r"^ {2,}\S+ \S+  \S", str(one.story(event)), re.MULTILINE)
    )


def test_lines_are_in_order_of_time_and_count_from_the_arrival():
    one = run()
    row = one.deliveries.query("runs > 1").iloc[0]
    at = [
        line["at"] for line in story_lines(one, int(row.event)) if "at" in line
    ]
    assert at == sorted(at)
    assert at[0] == 0
    assert at[-1] == pytest.approx(row.latency_s)
    assert story_start(one, int(row.event)) == row.arrived_s


def test_each_rule_is_a_link_to_its_source():
    one = run()
    event = int(one.deliveries.query("runs > 1").event.iloc[0])
    texts = [line["text"] for line in story_lines(one, event) if "text" in line]
    links = re.findall(
        r'<a href="(https://docs[^"]+)" [^>]*title="[^"]+">', "".join(texts)
    )
    assert links
    assert all(link in str(one.story(event)) for link in links)


def test_a_sentence_is_text_and_what_is_between_backticks_is_code():
    made = with_code("`<img src=x>` & <script> `b")
    assert (
        made
        == "<code>&lt;img src=x&gt;</code> &amp; &lt;script&gt; <code>b</code>"
    )


def test_there_is_no_story_of_no_event():
    with pytest.raises(sim.ScenarioError, match="There is no event 20"):
        story_lines(run(), 20)


def test_a_caption_names_functions_events_and_seeds():
    one = run()
    caption = settings_caption({"a": one, "b": one})
    assert caption == (
        "worker: 128 MB, timeout 3 s, 25 % of its runs fail; 20 events in 10 min; seed 2"
    )
    many = sim.simulate(sim.course.reference_system(seconds=10), seed=1)
    assert settings_caption({"shop": many}).split(";")[0] == "6 functions"
