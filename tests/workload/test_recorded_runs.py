"""Recordings: their clocks, and what they say of each event: work, key, body and outcome."""

from datetime import UTC, datetime

import pandas as pd
import pytest

import sim

FN = sim.Function(name="f", behaviour=sim.Behaviour(init=sim.Constant(1)))


def queue_run(recorded, function=FN, seconds=100, **mapping):
    policy = sim.RedrivePolicy(dead_letter_target_arn="d", max_receive_count=3)
    mapping = {"batch_size": 1, "latency": None, **mapping}
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            queues=[
                sim.Queue(
                    name="q", visibility_timeout=30, redrive_policy=policy
                ),
                sim.Queue(name="d"),
            ],
            triggers=[
                sim.trigger("sqs_standard", function="f", source="q", **mapping)
            ],
            traffic=[sim.Traffic(into="q", arrivals=recorded)],
            seconds=seconds,
        )
    )


def handler_spans(run, event):
    spans = run.spans[
        (run.spans.event == event) & (run.spans.stage == "handler")
    ]
    return [
        (span.start_s, span.end_s, str(span.outcome))
        for span in spans.itertuples()
    ]


def test_a_recorded_outcome_says_how_the_tries_of_its_event_end():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    recorded = sim.Recorded(
        (0, 10, 20, 30),
        outcomes=("succeeds", "fails on its first try", "always fails", 2),
    )
    run = queue_run(recorded)
    assert run.deliveries.fate.tolist() == [
        "succeeded",
        "succeeded",
        "dead-lettered",
        "succeeded",
    ]
    assert run.deliveries.runs.tolist() == [1, 2, 3, 3]
    assert handler_spans(run, 1) == [
        (10, 10.1, "failed"),
        (40, 40.1, "succeeded"),
    ]
    assert [outcome for *_, outcome in handler_spans(run, 2)] == ["failed"] * 3


def test_what_is_recorded_is_not_drawn_and_the_rest_is():
    luckless = FN.replace(behaviour=FN.behaviour.replace(error_rate=1.0))
    recorded = sim.Recorded((0, 50), outcomes=("succeeds", None))
    run = queue_run(recorded, luckless, seconds=200)
    assert run.deliveries.fate.tolist() == ["succeeded", "dead-lettered"]
    plain = queue_run(sim.Recorded((0, 50)), luckless, seconds=200)
    assert handler_spans(run, 1) == handler_spans(plain, 1)


def test_an_outcome_holds_for_every_model():
    for kind in ("invoke", "invoke_event", "kinesis"):
        run = sim.simulate(
            sim.Scenario(
                functions=[FN],
                triggers=[sim.trigger(kind, function="f", name="t")],
                traffic=[
                    sim.Traffic(
                        into="t",
                        arrivals=sim.Recorded(
                            (0, 20), outcomes=("succeeds", "always fails")
                        ),
                    )
                ],
                seconds=60,
            ),
            drain=False,
        )
        attempts = run.spans[run.spans.stage == "handler"]
        assert set(attempts[attempts.event == 0].outcome) == {"succeeded"}
        assert set(attempts[attempts.event == 1].outcome) == {"failed"}, kind


def test_recorded_work_is_what_each_try_takes():
    recorded = sim.Recorded((0, 10, 20), work_seconds=(2, None, 0.5))
    run = queue_run(recorded)
    spans = [handler_spans(run, event)[0][:2] for event in range(3)]
    assert spans == [(1, 3), (10, 10.1), (20, 20.5)]


def test_recorded_work_stretches_as_the_handlers_does():
    slow = FN.replace(
        memory_size=885, behaviour=FN.behaviour.replace(cpu_bound_share=1.0)
    )
    run = queue_run(sim.Recorded((0, 10), work_seconds=(1, 1)), slow)
    start, end, _ = handler_spans(run, 1)[0]
    assert end - start == pytest.approx(1769 / 885, abs=1e-6)


@pytest.mark.parametrize(
    "instants",
    [
        (1.7e9, 1.7e9 + 0.25, 1.7e9 + 60),
        (1_700_000_000_000, 1_700_000_000_250, 1_700_000_060_000),
        (
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.25",
            "2026-01-01T01:01:00+01:00",
        ),
        (
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1, microsecond=250_000),
            datetime(2026, 1, 1, 0, 1, tzinfo=UTC),
        ),
        pd.Series(pd.to_datetime([1.7e9, 1.7e9 + 0.25, 1.7e9 + 60], unit="s")),
        (0, 0.25, 60),
    ],
)
def test_a_log_counts_from_its_first_instant(instants):
    assert sim.Recorded(instants).instants == (0, 0.25, 60)


def test_an_unsorted_log_is_refused_with_its_own_instants():
    with pytest.raises(sim.ScenarioError, match="must be in order"):
        sim.Recorded((1.7e9 + 5, 1.7e9))


def test_recorded_events_after_the_end_are_said():
    recorded = sim.Recorded((0, 50, 100, 200))
    with pytest.warns(UserWarning, match="2 of its 4 recorded events") as told:
        run = queue_run(recorded, seconds=100)
    assert "the last one comes at 200 s" in str(told[0].message)
    assert told[0].filename == __file__
    assert len(run.deliveries) == 2


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ({"outcomes": ("fine", 1)}, "an outcome is 'fine', but 'succeeds'"),
        ({"outcomes": (-1, 1)}, "an outcome is -1"),
        ({"outcomes": (True, 1)}, "an outcome is True"),
        ({"outcomes": (1,)}, "outcomes must be one for each of the 2"),
        ({"work_seconds": (-1, 1)}, "work_seconds"),
        ({"work_seconds": (1,)}, "work_seconds must be one for each of the 2"),
        ({"bodies": ({}, "x")}, "'x' is no JSON"),
        ({"bodies": ({},)}, "bodies must be one for each of the 2"),
    ],
)
def test_a_column_that_says_nothing_is_refused_in_one_sentence(column, what):
    with pytest.raises(sim.ScenarioError) as error:
        sim.Recorded((0, 1), **column)
    assert what in str(error.value)
    assert "\n" not in str(error.value)


CSV = """time,customer,order,ms,end
1700000000,ann,"{""code"": ""A""}",0.5,succeeds
1700000060,bob,,,always fails
1700000090,ann,"{""code"": ""B""}",2,1
"""
READ = sim.Recorded(
    (0, 60, 90),
    keys=(0, 1, 0),
    bodies=('{"code": "A"}', None, '{"code": "B"}'),
    work_seconds=(0.5, None, 2),
    outcomes=("succeeds", "always fails", 1),
)
COLUMNS = {
    "key_column": "customer",
    "body_column": "order",
    "work_column": "ms",
    "outcome_column": "end",
}


def test_a_file_and_a_table_bring_work_key_body_and_outcome(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(CSV, encoding="utf-8")
    assert sim.read_arrivals(path, **COLUMNS) == READ
    assert sim.read_arrivals(pd.read_csv(path), **COLUMNS) == READ
    assert sim.Recorded.model_validate_json(READ.model_dump_json()) == READ


def test_a_table_of_moments_and_of_counts():
    moments = pd.to_datetime(["2026-01-01", "2026-01-02"])
    table = pd.DataFrame({"at": moments, "count": [1, 2], "end": ["", "1"]})
    assert sim.read_arrivals(table, "at").instants == (0, 86400)
    counted = sim.read_arrivals(table, "count", period=60, outcome_column="end")
    assert counted == sim.Recorded((30, 75, 105), outcomes=(None, 1, 1))


@pytest.mark.parametrize(
    ("cell", "column", "what"),
    [
        ("x", "outcome_column", "line 2: 'x' is no outcome"),
        ("1.5", "outcome_column", "line 2: '1.5' is not a number of tries"),
        ("{", "body_column", "line 2: '{' is no JSON"),
        ("soon", "work_column", "line 2: 'soon' is not a number of seconds"),
    ],
)
def test_a_cell_that_says_nothing_is_named_with_its_line(
    cell, column, what, tmp_path
):
    path = tmp_path / "log.csv"
    path.write_text(f"time,told\n0,{cell}\n", encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match=r"log\.csv") as error:
        sim.read_arrivals(path, **{column: "told"})
    assert what in str(error.value)


def test_an_empty_table_is_refused():
    with pytest.raises(sim.ScenarioError, match="holds no arrivals"):
        sim.read_arrivals(pd.DataFrame({"at": []}))
    with pytest.raises(
        sim.ScenarioError,
        match="not from None",
    ):
        sim.read_arrivals(None)
