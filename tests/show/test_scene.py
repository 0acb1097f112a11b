"""The scene of the stage: what its columns hold for any run, compared by value and not by pixel."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import sim
from sim.results.tables import INIT_STAGES
from sim.show.stage.drawn_lane import MOST_DELIVERIES
from sim.show.stage.lane_columns import ranks
from sim.show.stage.lanes import lanes_of
from sim.show.stage.message import LENGTH, decode, encode
from sim.show.stage.scene import scene
from sim.show.stage.spans import MARK_CODES, MARKS, NOT_DRAWN
from sim.trace import Outcome, Stage
from tests.support.rows import holds_for_each
from tests.support.strategies import scenarios

NOTHING = 65535
ANSWERS = ("succeeded", "failed", "crashed", "timeout", "in flight")


def system(kind: str = "sns", events: int = 40, **settings) -> sim.Scenario:
    """Orders to a function that fails one time in four."""
    behaviour = sim.Behaviour(handler=0.3, error_rate=0.25)
    trigger = {"function": "worker", "source": "orders"}
    if kind == "invoke":
        trigger = {"function": "worker", "name": "orders"}
    return sim.Scenario(
        functions=[sim.Function("worker", behaviour=behaviour, **settings)],
        triggers=[sim.trigger(kind, **trigger)],
        traffic=[sim.Traffic("orders", arrivals=sim.Poisson(2, events=events))],
        queues=[sim.Queue("kept")],
        seconds=600,
    )


def read(runs, by=None):
    if isinstance(runs, sim.Run):
        runs = {"all": runs}
    return decode(scene(runs, by))


def lane_spans(header, columns, lane):
    """Columns of a lane's spans, with absolute times."""
    first, count = lane["first"], lane["count"]
    offsets = columns["first_span"][first : first + count + 1].astype(int)
    spans = slice(offsets[0], offsets[-1])
    arrived = np.repeat(
        columns["arrived"][first : first + count], np.diff(offsets)
    )
    names = ("mark", "environment", "attempt", "batch")
    return {
        **{name: columns[name][spans] for name in names},
        "start": arrived + columns["start"][spans],
        "stop": arrived + columns["stop"][spans],
    }


def test_a_message_gives_back_what_it_was_made_of():
    columns = {
        "a": np.array([1, 2, 3], np.uint8),
        "b": np.array([0.5, np.nan]),
        "none": np.zeros(0, np.int32),
    }
    message = encode({"title": "é"}, columns)
    header, read_back = decode(message)
    assert header["title"] == "é"
    assert header["columns"] == [
        ["a", "u1", 3],
        ["b", "f8", 2],
        ["none", "i4", 0],
    ]
    for name, values in columns.items():
        np.testing.assert_array_equal(read_back[name], values)
    assert len(message) % 8 == 0
    for title in ("", "a", "ab", "é"):
        (length,) = LENGTH.unpack_from(encode({"title": title}, columns))
        assert (LENGTH.size + length) % 8 == 0


def test_the_same_trace_gives_the_same_bytes():
    made = [scene({"a": sim.simulate(system(), seed=3)}) for _ in range(2)]
    assert made[0] == made[1]


@given(scenarios())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_every_delivery_is_in_exactly_one_lane_and_counts_are_the_tables(
    scenario,
):
    run = sim.simulate(scenario, drain_seconds=3600)
    table = run.deliveries
    for by in (None, "function", "trigger", "message group"):
        header, columns = read(run, by)
        lanes = header["lanes"]
        assert sum(lane["events"] for lane in lanes) == len(table)
        assert sorted(columns.get("event", [])) == sorted(table.event)
        total = {
            name: sum(lane["counts"][name] for lane in lanes)
            for name in lanes[0]["counts"]
        }
        ends = {
            **table.end.value_counts(),
            "under way": (table.end == "in flight").sum(),
        }
        for name in header["ends"]:
            assert total[name] == ends[name]
        assert total["runs"] == table.runs.sum()
        assert total["throttles"] == table.throttles.sum()


@given(scenarios())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_spans_lie_within_the_run_and_environments_never_share_a_row_at_once(
    scenario,
):
    run = sim.simulate(scenario, drain_seconds=3600)
    header, columns = read(run)
    assert not (columns["start"] < 0).any()
    assert not (columns["start"] > columns["stop"]).any()
    ends = [
        span["stop"].max(initial=0)
        for span in (
            lane_spans(header, columns, lane) for lane in header["lanes"]
        )
    ]
    assert max(ends) <= header["seconds"] + 1e-2
    assert 0 <= header["first_moment"] <= header["seconds"]
    for lane in header["lanes"]:
        assert_no_row_is_shared(lane, lane_spans(header, columns, lane))


def assert_no_row_is_shared(lane, spans):
    """Inits and runs of one row follow each other, but for records that share a batch."""
    placed = spans["environment"] != NOTHING
    assert len(set(spans["environment"][placed])) == lane["environments"]
    alone = placed & (spans["batch"] == 0)
    alone &= np.isin(
        spans["mark"],
        [MARKS.index(m) for m in ("success", "failure", "timeout")],
    )
    for row in set(spans["environment"][alone]):
        mine = alone & (spans["environment"] == row)
        order = np.argsort(spans["start"][mine])
        start, stop = spans["start"][mine][order], spans["stop"][mine][order]
        assert (start[1:] >= stop[:-1] - 1e-2).all()


def test_marks_are_what_spans_mean():
    run = sim.simulate(system("sqs_standard", 60, timeout=1), seed=1)
    _, columns = read(run)
    spans = run.spans
    found = np.bincount(columns["mark"], minlength=len(MARKS))
    handled = spans[spans.stage == "handler"].outcome.value_counts()
    assert found[MARKS.index("success")] == handled["succeeded"] > 0
    assert found[MARKS.index("failure")] == handled["failed"] > 0
    assert found[MARKS.index("init")] == spans.stage.isin(INIT_STAGES).sum()
    assert found[MARKS.index("wait")] == (spans.stage == "visibility").sum()


def test_every_stage_has_one_mark_and_a_handler_that_of_its_outcome():
    def mark(stage, outcome=Outcome.NONE):
        code = MARK_CODES[stage, outcome]
        return None if code == NOT_DRAWN else MARKS[code]

    inits = (Stage.INIT, Stage.SUPPRESSED_INIT, Stage.RESTORE)
    assert {mark(stage) for stage in inits} == {"init"}
    assert {mark(stage) for stage in (Stage.RETRY, Stage.VISIBILITY)} == {
        "wait"
    }
    for outcome, name in {
        Outcome.SUCCEEDED: "success",
        Outcome.FAILED: "failure",
        Outcome.CRASHED: "failure",
        Outcome.TIMEOUT: "timeout",
        Outcome.IN_FLIGHT: "running",
        Outcome.NOT_REACHED: "not reached",
    }.items():
        assert mark(Stage.HANDLER, outcome) == name
    within = (Stage.CONNECTION, Stage.CALL)
    assert {mark(stage) for stage in within} == {None}
    others = set(Stage) - {*within, Stage.HANDLER}
    assert all(mark(stage, outcome) for stage in others for outcome in Outcome)


def test_a_run_under_way_at_the_end_still_runs():
    run = sim.simulate(system().replace(seconds=5.0), seed=1, drain=False)
    header, columns = read(run)
    running = (run.spans.outcome == "in flight") & (
        run.spans.stage == "handler"
    )
    assert (columns["mark"] == MARKS.index("running")).sum() == running.sum()
    assert header["lanes"][0]["counts"]["under way"] > 0
    assert (
        np.isnan(columns["settled"]).sum()
        == header["lanes"][0]["counts"]["under way"]
    )
    assert header["seconds"] == run.ended_s
    (lane,) = lanes_of({"run": run}, None)
    under_way = columns["end"] == header["ends"].index("under way")
    # who came first has waited longest
    assert (np.diff(ranks(lane)[under_way]) < 0).all()


def test_what_nobody_has_taken_yet_is_under_way_until_the_end():
    off = sim.trigger("kinesis", "worker", source="orders", enabled=False)
    scenario = system("kinesis").replace(triggers=[off])
    run = sim.simulate(scenario, seed=1, drain_seconds=60)
    header, _ = read(run)
    assert header["lanes"][0]["counts"]["under way"] == 40
    assert header["seconds"] == run.ended_s


def test_who_waits_for_a_call_under_way_is_told_nothing():
    slow = system("invoke", timeout=60).with_setting(
        "functions.worker.behaviour.handler", 30.0
    )
    _, columns = read(
        sim.simulate(slow.replace(seconds=5.0), seed=1, drain=False)
    )
    assert np.isnan(columns["told"]).all()
    assert not columns["told_error"].any()


def test_a_throttle_is_an_instant_without_an_environment():
    run = sim.simulate(
        system("sns", 40, reserved_concurrent_executions=1), seed=1
    )
    header, columns = read(run)
    is_throttle = columns["mark"] == MARKS.index("throttle")
    assert is_throttle.sum() == header["lanes"][0]["counts"]["throttles"] > 0
    assert (columns["start"] == columns["stop"])[is_throttle].all()
    assert set(columns["environment"][is_throttle]) == {NOTHING}
    assert header["lanes"][0]["limit"] == 1


def test_what_waits_knows_the_try_it_waits_for():
    _, columns = read(sim.simulate(system("sqs_standard"), seed=1))
    offsets = columns["first_span"].astype(int)
    waits = np.flatnonzero(columns["mark"] == MARKS.index("wait"))
    inner = [place for place in waits if place + 1 not in offsets]
    assert inner
    assert (
        columns["attempt"][inner] == columns["attempt"][np.add(inner, 1)]
    ).all()


def test_what_waits_at_the_end_waits_for_one_try_more():
    run = sim.simulate(system().replace(seconds=8.0), seed=1, drain=False)
    _, columns = read(run)
    last = columns["first_span"][1:].astype(int) - 1
    waits = last[columns["mark"][last] == MARKS.index("wait")]
    assert len(waits)
    assert (
        columns["attempt"][waits] == columns["attempt"][waits - 1] + 1
    ).all()


def test_a_wait_of_no_length_is_not_drawn():
    run = sim.simulate(system("sqs_standard"), seed=1)
    _, columns = read(run)
    waits = run.spans[run.spans.stage.isin(["queue", "visibility", "retry"])]
    lasting = (waits.end_s > waits.start_s).sum()
    is_wait = np.isin(
        columns["mark"], [MARKS.index("queue"), MARKS.index("wait")]
    )
    assert is_wait.sum() == lasting < len(waits)


def test_only_who_waits_is_told():
    """A pipe hears an answer, but nobody reads it; a topic's sender hears none."""
    for kind in ("pipes_target", "sns"):
        way = sim.trigger(kind, "worker", name="orders")
        run = sim.simulate(system("invoke").replace(triggers=[way]), seed=1)
        _, columns = read(run)
        assert np.isnan(columns["told"]).all()
        assert not columns["told_error"].any()
    run = sim.simulate(system("invoke"), seed=1)
    _, columns = read(run)
    assert columns["told_error"].sum() == run.summary().told > 0
    assert not np.isnan(columns["told"]).any()


def test_a_limit_is_the_lowest_that_binds():
    queue = system("sqs_standard")
    assert limit_of(queue) is None
    capped = sim.trigger(
        "sqs_standard", "worker", source="orders", scaling_config=sim.ScalingConfig(2)
    )  # fmt: skip
    assert limit_of(queue.replace(triggers=[capped])) == 2
    stream = system("kinesis").replace(
        streams=[sim.Stream("orders", shard_count=1)]
    )
    wide = sim.trigger(
        "kinesis", "worker", source="orders", parallelization_factor=3
    )
    assert limit_of(stream.replace(triggers=[wide])) == 3
    burst = system("invoke").with_setting(
        "traffic.orders.arrivals", sim.Burst(9)
    )
    small = burst.replace(account=sim.Account(5))
    assert (limit_of(burst), limit_of(small)) == (None, 5)
    change = sim.Change(of="worker", at=5.0, reserved_concurrent_executions=7)
    limited = system("sns", reserved_concurrent_executions=4)
    assert limit_of(limited.replace(changes=[change])) == 7


def limit_of(scenario):
    """The limit of the only lane."""
    return read(sim.simulate(scenario, seed=1))[0]["lanes"][0]["limit"]


def test_the_first_moment_has_a_failure_under_way_and_somebody_who_waits():
    run = sim.simulate(system(), seed=1)
    moment = read(run)[0]["first_moment"]
    failed = run.spans[run.spans.outcome == "failed"]
    waits = run.spans[run.spans.stage == "retry"]
    assert ((failed.start_s < moment) & (moment < failed.end_s)).any()
    assert ((waits.start_s <= moment) & (moment < waits.end_s)).any()
    two = system().with_settings(
        {
            "traffic.orders.arrivals": sim.Recorded([0.0, 10.0]),
            "functions.worker.behaviour.error_rate": 1.0,
        }
    )
    assert 10 < read(sim.simulate(two, seed=1))[0]["first_moment"] < 11
    flawless = system().with_setting(
        "functions.worker.behaviour.error_rate", 0.0
    )
    run = sim.simulate(flawless, seed=1)
    moment = read(run)[0]["first_moment"]
    works = run.spans[run.spans.stage == "handler"]
    assert ((works.start_s < moment) & (moment < works.end_s)).any()


def test_a_mapping_that_listens_to_reports_has_its_rule():
    reports = sim.trigger(
        "sqs_standard", "worker", source="orders",
        function_response_types=("ReportBatchItemFailures",),
    )  # fmt: skip
    plain = system("sqs_standard")
    heard = [
        read(sim.simulate(one, seed=1))[0]["lanes"][0]["rules"]["failure"]
        for one in (plain, plain.replace(triggers=[reports]))
    ]
    assert "all messages of its batch" in heard[0]
    assert "only the messages that the function names" in heard[1]


def test_records_of_one_batch_share_its_number():
    burst = system("sqs_standard", 25).with_setting(
        "traffic.orders.arrivals", sim.Burst(25)
    )
    run = sim.simulate(burst, seed=1)
    _, columns = read(run)
    handled = run.spans[run.spans.stage == "handler"]
    sizes = handled.groupby("invocation").delivery.nunique()
    runs = np.isin(
        columns["mark"],
        [MARKS.index(m) for m in ("success", "failure", "not reached")],
    )
    shared = columns["batch"][runs & (columns["batch"] > 0)]
    assert sorted(np.bincount(shared)[1:]) == sorted(sizes[sizes > 1])


def test_what_is_kept_knows_in_which_store():
    once = sim.EventInvokeConfig(maximum_retry_attempts=0)
    kept = sim.DestinationConfig(on_failure="kept")
    letters = system(
        event_invoke_config=once,
        dead_letter_config=sim.DeadLetterConfig("kept"),
    )
    destination = system(
        event_invoke_config=once.replace(destination_config=kept)
    )
    mapping = sim.trigger(
        "kinesis", function="worker", source="orders", maximum_retry_attempts=0, on_failure="kept",
    )  # fmt: skip
    stream = system("kinesis").replace(triggers=[mapping])
    for scenario, store in ((letters, 1), (destination, 2), (stream, 2)):
        _, columns = read(sim.simulate(scenario, seed=1))
        assert set(columns["store"]) == {0, store}


def test_a_small_run_is_known_to_the_last_number():
    """Two calls at once and one environment: the second one is refused."""
    function = sim.Function(
        "worker",
        reserved_concurrent_executions=1,
        behaviour=sim.Behaviour(handler=2.0, init=1.0),
    )
    scenario = system("invoke").replace(
        functions=[function],
        traffic=[sim.Traffic("orders", arrivals=sim.Recorded([1.0, 1.5]))],
        seconds=10.0,
    )
    header, columns = read(sim.simulate(scenario, seed=1))
    assert header["seconds"] == 4.0
    assert header["first_moment"] == 1.5
    known = {
        "event": [0, 1], "row": [0, 1], "arrived": [1.0, 1.5], "settled": [3.0, 0.0],
        "told": [3.0, 0.0], "told_error": [0, 1], "end": [0, 2], "store": [0, 0],
        "first_span": [0, 2, 3], "start": [0.0, 1.0, 0.0],
        "stop": [1.0, 3.0, 0.0], "mark": [3, 4, 8], "environment": [0, 0, NOTHING],
        "attempt": [1, 1, 1], "batch": [0, 0, 0],
    }  # fmt: skip
    assert {name: values.tolist() for name, values in columns.items()} == known


def test_ranks_go_from_the_fastest_delivered_to_the_lost():
    run = sim.simulate(system(), seed=1)
    header, columns = read(run)
    (lane,) = lanes_of({"run": run}, None)
    order = np.argsort(ranks(lane))
    end, settled = columns["end"][order], columns["settled"][order]
    assert (np.diff(end.astype(int)) >= 0).all()
    delivered = settled[end == header["ends"].index("delivered")]
    assert (np.diff(delivered) >= 0).all()


def test_several_runs_have_a_lane_each_with_the_same_rows():
    runs = {
        name: sim.simulate(system(kind), seed=1)
        for name, kind in {
            "Synchronous": "invoke",
            "Asynchronous": "sns",
            "Queue": "sqs_standard",
        }.items()
    }
    header, columns = read(runs)
    assert [lane["name"] for lane in header["lanes"]] == list(runs)
    assert [lane["keeper"] for lane in header["lanes"]] == [
        None, "Lambda's event queue keeps it", "the SQS standard queue keeps it",
    ]  # fmt: skip
    assert [lane["first"] for lane in header["lanes"]] == [0, 40, 80]
    rows = [
        columns["row"][lane["first"] :][: lane["count"]]
        for lane in header["lanes"]
    ]
    assert set(rows[0]) == set(rows[1]) == set(rows[2])
    for lane, run in zip(header["lanes"], runs.values(), strict=True):
        for end in ("delivered", "told", "parked", "lost"):
            assert lane["counts"][end] == run.summary()[end]


def test_a_stream_has_a_lane_a_shard_and_a_crowd_of_lanes_is_cut():
    stream = system("kinesis", 60).replace(
        streams=[sim.Stream("orders", shard_count=4)]
    )
    stream = stream.with_setting("traffic.orders.keys", sim.Keys(40))
    run = sim.simulate(stream, seed=1)
    header, _ = read(run)
    assert [lane["name"] for lane in header["lanes"]] == [
        f"shard {n}" for n in range(4)
    ]
    assert {lane["limit"] for lane in header["lanes"]} == {1}
    assert {lane["environments"] for lane in header["lanes"]} == {1}
    header, _ = read(run, "message group")
    names = [lane["name"] for lane in header["lanes"]]
    assert (len(names), names[-1]) == (12, "others")
    sizes = run.deliveries.key.value_counts()
    assert (
        min(lane["events"] for lane in header["lanes"][:-1]) == sizes.iloc[10]
    )
    header, _ = read(run, "trigger")
    assert [lane["limit"] for lane in header["lanes"]] == [4]


def test_functions_have_lanes_as_they_are_written():
    run = sim.simulate(sim.course.reference_system(seconds=20), seed=1)
    header, _ = read(run)
    names = [lane["name"] for lane in header["lanes"]]
    assert names == [
        one.name for one in run.scenario.functions if one.name in names
    ]
    assert names != sorted(names)


@pytest.mark.parametrize("events", [0, 1])
def test_no_event_and_one_event_have_a_scene(events):
    scenario = system(events=1)
    if not events:
        scenario = scenario.replace(traffic=[])
    header, columns = read(sim.simulate(scenario, seed=1))
    assert [lane["events"] for lane in header["lanes"]] == [events]
    assert len(columns["event"]) == events
    assert header["first_moment"] <= header["seconds"]


def test_a_run_without_environments_has_a_scene():
    run = sim.simulate(system(reserved_concurrent_executions=0), seed=1)
    header, columns = read(run)
    assert header["lanes"][0]["environments"] == 0
    assert set(columns["environment"]) <= {NOTHING}


def test_600_events_fit_in_60_kilobytes():
    models = ("invoke", "sns", "sqs_standard")
    for kind in models:
        run = sim.simulate(system(kind, MOST_DELIVERIES), seed=1)
        assert len(scene({kind: run})) <= 60 * 1024
    runs = {
        kind: sim.simulate(system(kind, MOST_DELIVERIES // 3), seed=1)
        for kind in models
    }
    message = scene(runs)
    assert len(message) <= 60 * 1024
    assert json.dumps(decode(message)[0]).count("{") < 20


def test_a_crowd_has_no_columns_of_deliveries():
    header, columns = read(
        sim.simulate(system(events=MOST_DELIVERIES + 1), seed=1)
    )
    assert (header["lanes"][0]["count"], header["lanes"][0]["events"]) == (
        0,
        MOST_DELIVERIES + 1,
    )
    assert "event" not in columns


@holds_for_each({kind: kind for kind in sim.triggers().kind})
def test_every_kind_of_trigger_has_its_words_and_its_map(kind):
    """Who sends, who keeps it, what that means, and rules for what occurs."""
    one = system("invoke").replace(
        triggers=[sim.trigger(kind, "worker")], traffic=[]
    )
    arrivals = sim.Poisson(3, events=10)
    traffic = [sim.Traffic(one.triggers[0].entry, arrivals=arrivals)]
    run = sim.simulate(one.replace(traffic=traffic, seconds=30), seed=1)
    header, _ = decode(scene({"all": run}, None, True))
    for lane in header["lanes"]:
        assert lane["sender"]
        assert lane["note"]
        assert lane["keeper"] is None or lane["keeper"].endswith(" keeps it")
        assert lane["rules"]
    kinds = [node["kind"] for node in header["system"]["nodes"]]
    assert "store" not in kinds or kind == "firehose"
