"""The numbers that lessons 07 to 10 tell in sentences are those of the runs that they are about."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sim
from sim.course.trial_systems import TROUBLES
from tests.support.lessons import names_of
from tests.support.told import told, told_by

pytestmark = pytest.mark.slow  # each lesson is simulated once

Names = dict[str, Any]


def compare(names: Names) -> Iterator[str]:
    calm, failing, burst = (
        sim.compare(names[f"{day}_runs"])
        for day in ("calm", "failing", "burst")
    )
    good = calm.loc["delivered", "HTTP API"]
    yield f"{good} are good"
    failed = calm.loc["told", "HTTP API"]
    yield f"{failed} of {good + failed} orders fail in their first run"
    others = [name for name in calm if name != "Kinesis"]
    assert calm.loc["p50_s", others].between(0.2, 0.3).all()
    yield f"Kinesis needs {calm.loc['p50_s', 'Kinesis']:.1f} s"
    yield f"{failing.loc['told', 'HTTP API']} callers of the HTTP API were told"
    yield f"SQS delivers all {failing.loc['delivered', 'SQS']}"
    parked = failing.loc["parked", ["Direct", "SNS", "SQS FIFO", "Kinesis"]]
    yield f"The others park {parked.min()} to {parked.max()} orders"
    yield f"the run parks {parked.SNS}"
    late = {
        name: len(run.overtaken) for name, run in names["failing_runs"].items()
    }
    yield f"{late['SNS']} orders of SNS and {late['SQS']} of SQS were overtaken"
    assert late["SQS FIFO"] == late["Kinesis"] == 0
    row = sim.confidence(names["table"])["parked"].loc[60, 3]
    half = (row["high"] - row["low"]) / 2
    yield f"the runs say {row['mean']:.0f} ± {half:.0f}"
    refused = burst.loc[["throttles", "told"], "HTTP API"]
    yield f"{refused.throttles} are throttled, and {refused.told} callers"
    assert burst.loc["throttles", ["Direct", "SNS"]].between(400, 499).all()
    yield f"{burst.loc['throttles', 'SQS FIFO']} throttles"
    yield f"{burst.loc['done_twice', 'Kinesis']} orders are packed twice"
    pair = sim.compare(names["pair_runs"])
    assert 25 < pair.loc["p50_s", "once a minute"] < 40
    flooded = sim.simulate(names["broken"], seed=1).summary()
    assert 0.18 < flooded.lost / flooded.journeys < 0.2
    yield "nearly a fifth of them"


def template(names: Names) -> Iterator[str]:
    parked = names["run"].summary().parked
    assert parked == 8
    yield "Eight orders go to the dead-letter queue"
    sizes = given_up_together(names["run"])
    assert sizes == [3, 5]
    changed = sim.compare(names["runs"])
    assert changed.loc["parked", "five receives"] == 0
    assert changed.loc["done_twice", "five receives"] > 0
    yield "save the eight orders"
    reported = changed.loc[["parked", "done_twice"], "batch answers"]
    assert reported.tolist() == [0, 0]
    yield "No order is packed twice, and none is parked"
    report = names["reading"].report
    assert not (report.status == "not supported").any()
    yield "This template has no such line"


def given_up_together(run: sim.Run) -> list[int]:
    """How many orders were given up in the same instant, with their batch."""
    parked = run.deliveries.query("fate == 'dead-lettered'")
    return sorted(parked.settled_s.value_counts())


def shop(names: Names) -> Iterator[str]:
    story = str(names["calm"].story(4))
    for time in re.findall(
        r"after (\d+ ms)", told("09-the-reference-system.ipynb")
    ):
        assert time in story
    score = sim.course.score(names["down"]).iloc[0]
    yield f"{score.late:.0f} orders were late, and {score.parked:.0f} of them"
    recovery = score.recovery_seconds
    yield f"The run said {score.late:.0f}, {score.parked:.0f} and {recovery:.1f} s"
    poison = sim.course.score(names["poison"]).iloc[0]
    yield f"of {len(names['stuck'].journeys)} journeys"
    assert poison.worst_delay_s == pytest.approx(86400, rel=0.01)
    noisy = sim.course.score(names["noisy"]).iloc[0]
    yield f"{noisy.told:.0f} customers saw that"
    yield f"its {noisy.late:.0f} events are late"
    bill = names["calm"].cost("million events").set_index("item").cost_usd
    yield f"about {bill.sum():.0f} USD"
    assert bill["Lambda duration (x86_64)"] > bill.sum() / 2


def catalogue(names: Names) -> Iterator[str]:
    del names
    run = sim.simulate(_trial("sns", "always fails"), seed=16)
    assert run.deliveries.latency_s.max() == pytest.approx(180, abs=5)
    yield "After three minutes"
    rate = {"functions.worker.behaviour.error_rate": 0.6}
    delivered = {
        kind: sim.simulate(sim.course.trial(kind).with_settings(rate), seed=16)
        for kind in ("sqs_standard", "kinesis")
    }
    counts = {kind: run.summary().delivered for kind, run in delivered.items()}
    assert counts == {"sqs_standard": 10, "kinesis": 1}
    yield "SQS delivers ten, Kinesis one"
    late = sim.course.trials("Lambda is down").latency_s.eventbridge_rule
    yield f"A rule needs {late / 60:.0f} minutes"


def _trial(kind: str, trouble: str) -> sim.Scenario:
    return sim.course.trial(kind).with_settings(TROUBLES[trouble])


LESSONS: dict[str, Callable[[Names], Iterator[str]]] = {
    "07-compare.ipynb": compare,
    "08-your-own-template.ipynb": template,
    "09-the-reference-system.ipynb": shop,
    "10-the-catalogue.ipynb": catalogue,
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_numbers_in_sentences_are_read_out_of_their_runs(lesson):
    told_by(lesson, *LESSONS[lesson](names_of(lesson)))
