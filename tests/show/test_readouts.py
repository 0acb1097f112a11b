"""The numbers beside a picture: what is counted, how it is written, what is better."""

import math
import re

import pytest
from hypothesis import strategies as st

import sim
from sim.phrases import percent, spoken
from sim.results.cost import source_charges
from sim.show.panel.bills import bill, bills
from sim.show.panel.readout_numbers import ReadoutNumbers
from sim.show.panel.readouts import READOUTS, USUAL, compared, rows
from sim.show.panel.words import words
from tests.support.laws import law
from tests.support.strategies import scenarios, streams

SEEDS = st.integers(0, 9)
CALLED = "functions.worker.behaviour.error_rate"
ENDS = ("delivered", "told", "parked", "lost", "given up", "in flight")


def shop(kind: str = "sns", **settings) -> sim.Scenario:
    """Twelve orders through one trigger, in half a minute."""
    one = sim.Scenario(
        functions=[
            sim.Function(
                name="worker",
                timeout=10,
                behaviour=sim.Behaviour(handler=sim.Constant(seconds=0.4)),
            )
        ],
        triggers=[sim.trigger(kind, function="worker", name="door")],
        traffic=[
            sim.Traffic(
                into="door",
                arrivals=sim.ConstantRate(per_second=0.5, events=12),
            )
        ],
        seconds=30,
    )
    return one.with_settings(settings)


def run_of(*arguments, **settings) -> sim.Run:
    return sim.simulate(shop(*arguments, **settings), seed=1)


def cells(run, pinned=None, names=tuple(READOUTS), before="a") -> dict:
    """The cells of one run, by the name of the readout."""
    old = {} if pinned is None else {before: pinned}
    found = rows({"a": run}, old, names)
    (row,) = found["rows"]
    assert row["run"] == "a"
    return dict(zip(found["names"], row["cells"], strict=True))


def check_numbers(run: sim.Run) -> None:
    """Each number is the one of the tables, which are made in another way."""
    found = ReadoutNumbers(run)
    summary = run.summary()
    journeys = run.journeys
    values = {
        name: readout.value(found)
        for name, readout in READOUTS.items()
        if name != "cost"
    }
    for name in ENDS:
        assert values[name] == summary[name.replace(" ", "_")], name
    for name in ("throttles", "duplicates"):
        assert values[name] == summary[name], name
    assert values["attempts"] == len(run.attempts)
    all_runs = run.deliveries.runs.sum()
    known = {"p50": "p50_s", "p99": "p99_s", "cold share": "cold_share"}
    for name, column in known.items():
        assert same(values[name], summary[column]), name
    if len(journeys):
        assert values["runs per event"] == all_runs / len(journeys)
        open_until = journeys.ended_s.fillna(run.ended_s)
        ages = (open_until - journeys.started_s).clip(0)
        assert values["oldest"] == pytest.approx(ages.max())
    done = journeys[journeys.end == "delivered"].end_to_end_s
    assert same(values["worst"], done.max())


def same(one: float, other: float) -> bool:
    return math.isclose(one, other) or (math.isnan(one) and math.isnan(other))


@law(scenarios(), SEEDS, fast=3)
def test_readouts_are_the_numbers_of_the_tables(scenario, seed):
    check_numbers(sim.simulate(scenario, seed))
    check_numbers(sim.simulate(scenario, seed, drain=False))


@law(streams(), SEEDS, fast=3)
def test_readouts_of_streams_are_the_numbers_of_the_tables(scenario, seed):
    check_numbers(sim.simulate(scenario, seed, drain=False))


def test_the_ends_of_events_add_up_to_all_of_them():
    run = sim.simulate(shop(**{CALLED: 0.5}), seed=3, drain=False)
    found = cells(run)
    assert sum(int(found[name]["text"]) for name in ENDS) == 12


def test_each_readout_says_what_it_is_and_which_way_is_better_and_why():
    for name, readout in READOUTS.items():
        assert readout.explanation.endswith("."), name
        way = {
            "less": "Less is better",
            "more": "More is better",
            "neither": "Neither more nor less is better",
        }[readout.better]
        assert way in readout.explanation, name
    assert set(USUAL) <= set(READOUTS)


def test_only_the_readouts_that_are_asked_for_are_made(monkeypatch):
    def never(_self):
        raise AssertionError("a bill takes long")

    monkeypatch.setattr(sim.Run, "bill_per_million", property(never))
    names = [name for name in READOUTS if name != "cost"]
    assert list(cells(run_of(), names=names)) == names


def test_a_readout_that_is_not_there_is_refused_in_one_sentence():
    with pytest.raises(sim.ScenarioError) as caught:
        rows({}, {}, ["p98"])
    assert str(caught.value) == (
        "There is no readout 'p98'; these are there: "
        + ", ".join(READOUTS)
        + "."
    )


def test_a_difference_keeps_its_unit_and_says_whether_it_is_better():
    fast = run_of("invoke")
    slow = run_of(
        "invoke",
        **{"functions.worker.behaviour.handler": sim.Constant(seconds=2.5)},
    )
    found = cells(slow, pinned=fast)
    assert found["delivered"] == {
        "text": "12",
        "difference": "",
        "better": None,
    }
    assert re.fullmatch(r"\+2\.1 s", found["p50"]["difference"])
    assert found["p50"]["better"] is False
    back = cells(fast, pinned=slow)
    assert back["p50"]["difference"] == "−2.1 s"
    assert back["p50"]["better"] is True
    assert back["cost"]["difference"].startswith("−")
    assert back["cost"]["difference"].endswith(" USD")
    assert back["cost"]["better"] is True


def test_more_delivered_is_better_and_more_runs_are_neither():
    """Retries cost runs and save events."""
    failing = run_of(**{CALLED: 0.6})
    found = cells(failing, pinned=run_of())
    assert found["delivered"]["difference"].startswith("−")
    assert found["delivered"]["better"] is False
    assert found["lost"]["better"] is False
    assert found["runs per event"]["difference"].startswith("+")
    assert found["runs per event"]["better"] is None
    assert cells(run_of(), pinned=failing)["lost"]["better"] is True


def test_with_other_events_a_number_is_better_only_where_its_share_is():
    """Twice the orders, all delivered, is no improvement; some lost where none was is worse."""

    def of(events: int, reserved: int | None = None) -> sim.Run:
        crowd = {
            "traffic.*.arrivals": sim.Burst(events=events),
            "functions.worker.reserved_concurrent_executions": reserved,
        }
        return run_of("invoke", **crowd)

    found = cells(of(24), pinned=of(12))
    assert found["delivered"] == {
        "text": "24",
        "difference": "+12",
        "better": None,
    }
    found = cells(of(24, reserved=6), pinned=of(12, reserved=6))
    assert found["told"]["better"] is False
    found = cells(of(13, reserved=6), pinned=of(12, reserved=6))
    assert found["delivered"]["difference"] == ""


def test_nothing_compares_with_what_is_not_known():
    """Where nothing was delivered there is no latency."""
    none = run_of("invoke", **{CALLED: 1.0})
    found = cells(none, pinned=run_of("invoke"))
    assert found["p99"] == {"text": "–", "difference": "", "better": None}
    assert cells(run_of("invoke"), pinned=none)["p99"]["difference"] == ""


def test_runs_compare_by_name_and_single_ones_whatever_their_names():
    a, b, c = (run_of() for _ in range(3))
    assert compared({"one": a}, {"other": b}) == {"one": b}
    assert compared({"x": a, "y": b}, {"y": c}) == {"y": c}
    assert compared({"x": a}, {"y": b, "z": c}) == {}
    assert compared({"x": a, "y": b}, {"z": c}) == {}
    assert compared({"x": a}, {}) == {}


def test_oldest_grows_with_what_is_never_delivered():
    """An order in a queue whose mapping rests gets older until the simulation ends."""
    resting = shop("sqs_standard", **{"triggers.door.enabled": False})
    run = sim.simulate(resting, seed=1, drain=False)
    found = cells(run)
    first = run.journeys.started_s.iloc[0]
    assert found["oldest"]["text"] == spoken(run.ended_s - first)
    assert found["worst"]["text"] == "–"
    assert found["in flight"]["text"] == "12"


def test_cold_share_is_of_the_runs():
    """Twelve calls one after another: the first of them waits for init."""
    found = cells(run_of("invoke"))
    assert found["cold share"]["text"] == percent(1 / 12)


def test_without_an_event_readouts_are_zeros_and_dashes():
    found = cells(run_of(**{"traffic.*.arrivals": sim.Recorded(instants=())}))
    for name, cell in found.items():
        assert cell["text"] in ("0", "–"), name


def test_a_cost_says_what_has_no_price():
    """The share of what costs money that has no price here is not 0 USD."""
    assert cells(run_of("invoke"))["cost"]["text"].endswith(" USD")
    assert cells(run_of("firehose"))["cost"]["text"].endswith(" USD and more")


def test_the_words_are_those_of_the_runs_and_of_the_pinned_ones():
    said = words({"a <b>": run_of()}, {"c": run_of(**{CALLED: 1.0})})
    assert said.startswith("a &lt;b&gt;: of 12 events, 12 delivered")
    assert "Pinned: c: of 12 events, 0 delivered and 12 lost." in said


# -- the bill


def text_of(page: str) -> list[str]:
    """What is read of a page, cell by cell."""
    return [part for part in re.split(r"<[^>]+>", page) if part.strip()]


def test_a_bill_has_its_total_the_shares_of_its_lines_and_a_month():
    run = run_of("sqs_standard")
    said = text_of(bill("the shop", run))
    lines = run.cost(per="million events")
    assert said[0] == "the shop, for a million events"
    total = said.index("Total")
    assert said[total + 1] == f"{lines.cost_usd.sum():.2f} USD"
    assert said[total + 2] == "100 %"
    shares = [
        float(text.removesuffix(" %"))
        for text in said[:total]
        if re.fullmatch(r"[\d.]+ %", text)
    ]
    assert sum(shares) == pytest.approx(100, abs=1)
    assert said[-1].startswith("A month of 30 days at this traffic costs ")


def test_a_bill_without_all_prices_says_so():
    said = text_of(bill("stream", run_of("firehose")))
    assert "not priced" in said
    assert "Total of what is priced" in said
    assert ", and what is not priced here:" in said[-1]


def test_a_bill_without_events_is_a_sentence():
    none = run_of(**{"traffic.*.arrivals": sim.Recorded(instants=())})
    assert "No event came" in text_of(bill("none", none))[-1]


def test_a_pinned_bill_stands_after_the_present_ones():
    said = bills({"a": run_of()}, {"<b>": run_of()})
    assert said.index("<h4>a,") < said.index("<h4>Pinned: &lt;b&gt;,")


def test_what_a_run_is_charged_for_is_counted_once_for_all_its_bills(
    monkeypatch,
):
    counted = []
    of_source = source_charges.charges
    monkeypatch.setattr(
        source_charges,
        "charges",
        lambda run, *rest: counted.append(run) or of_source(run, *rest),
    )
    run = run_of("sqs_standard")
    bill("the shop", run)
    assert run.cost(payload_kb=300).cost_usd.sum() > run.cost().cost_usd.sum()
    assert counted == [run, run]
