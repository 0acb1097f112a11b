"""Journeys: an event until its last consequence, and what of its work was done."""

import numpy as np
import pytest
from hypothesis import strategies as st

import sim
from sim.results.ends import End
from sim.show.pictures import captions, titles
from tests.support.laws import law
from tests.support.strategies import scenarios, streams

SEEDS = st.integers(0, 2**32 - 1)
AT_ONCE = sim.Constant(seconds=0)


def function(name, work=1.0, init=0.0, timeout=60, **settings):
    behaviour = {
        key: settings.pop(key)
        for key in ("error_rate", "poison_share", "sends", "depends_on")
        if key in settings
    }
    return sim.Function(
        name=name,
        timeout=timeout,
        behaviour=sim.Behaviour(
            handler=sim.Constant(seconds=work),
            init=sim.Constant(seconds=init),
            **behaviour,
        ),
        **settings,
    )


def shop(
    error_rate=0.0, dead_letters=True, triggers=(), functions=(), seconds=60
):
    """An API that puts each order into a queue, before a worker of 2 s."""
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="letters", max_receive_count=2
    )
    return sim.Scenario(
        functions=[
            function("api", sends=(sim.Output(to="orders"),)),
            function("worker", 2, timeout=5, error_rate=error_rate),
            *functions,
        ],
        queues=[
            sim.Queue(
                name="orders",
                visibility_timeout=30,
                message_retention_period=100,
                redrive_policy=policy if dead_letters else None,
            ),
            sim.Queue(name="letters"),
        ],
        triggers=[
            sim.trigger("invoke", function="api", name="door"),
            sim.trigger(
                "sqs_standard",
                function="worker",
                source="orders",
                latency=AT_ONCE,
                batch_size=1,
            ),
            *triggers,
        ],
        traffic=[
            sim.Traffic(into="door", arrivals=sim.Recorded(instants=(0, 10)))
        ],
        seconds=seconds,
    )


def title(run):
    return titles.events_title({"": run})


# What a journey is


def test_an_order_is_done_when_the_worker_has_done_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = sim.simulate(shop())
    assert run.journeys.end.tolist() == ["delivered"] * 2
    assert run.journeys.end_to_end_s.tolist() == [3, 3]
    found = run.summary()
    assert (found.journeys, found.deliveries, found.delivered) == (2, 4, 2)
    assert (found.p50_s, found.p99_s) == (3, 3)
    assert title(run) == "All 2 events are delivered, the slowest after 3 s"


def test_a_worker_that_always_fails_delivers_no_order():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    run = sim.simulate(shop(error_rate=1.0))
    found = run.summary()
    assert (found.journeys, found.delivered, found.parked) == (2, 0, 2)
    assert run.journeys.fate.tolist() == ["dead-lettered"] * 2
    assert title(run) == (
        "2 of 2 events end up in a failure store; 0 are delivered"
    )
    assert "0 delivered and 2 parked" in sim.show.describe(run)


def test_a_function_is_summed_up_alone_where_it_is_asked_for():
    run = sim.simulate(shop(error_rate=1.0))
    api = run.summary(function="api")
    worker = run.summary(function="worker")
    assert (api.deliveries, api.delivered, api.p50_s) == (2, 2, 1)
    assert (worker.deliveries, worker.parked, worker.runs_per_delivery) == (
        2,
        2,
        2,
    )
    assert run.summary(after=5, function="api").deliveries == 1
    with pytest.raises(sim.ScenarioError, match="no function 'clerk'"):
        run.summary(function="clerk")


def test_hops_of_journeys_that_began_later_count_with_them():
    run = sim.simulate(shop())
    found = run.summary(after=5)
    assert (found.journeys, found.deliveries, found.delivered) == (1, 2, 1)


def test_what_a_dead_letter_queue_hands_on_goes_on_as_that_branch():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    clerk = sim.trigger(
        "sqs_standard",
        function="clerk",
        name="clerk",
        source="letters",
        latency=AT_ONCE,
    )
    run = sim.simulate(
        shop(1.0, triggers=[clerk], functions=[function("clerk", timeout=20)])
    )
    assert run.journeys.end.tolist() == ["delivered"] * 2
    assert run.summary().parked == 0
    assert run.summary(function="worker").parked == 2


def test_the_worst_of_a_topics_copies_is_the_events_end():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
    names = ("good", "bad")
    run = sim.simulate(
        sim.Scenario(
            functions=[
                function(name, error_rate=float(name == "bad"))
                for name in names
            ],
            triggers=[
                sim.trigger("sns", function=name, name=name, source="topic")
                for name in names
            ],
            traffic=[sim.Traffic(into="topic", arrivals=sim.Burst(events=3))],
            seconds=10,
        )
    )
    found = run.summary()
    assert (found.journeys, found.deliveries) == (3, 6)
    assert (found.delivered, found.lost) == (0, 3)
    assert title(run) == "3 of 3 events are lost, and nobody is told"


@pytest.mark.parametrize(
    ("on_error", "end"), [("raise", "told"), ("ignore", "delivered")]
)
def test_a_failure_that_a_handler_waits_for_is_its_own_to_raise(on_error, end):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    call = sim.Output(to="call-b", on_error=on_error)
    run = sim.simulate(
        sim.Scenario(
            functions=[
                function("a", sends=(call,)),
                function("b", error_rate=1.0),
            ],
            triggers=[
                sim.trigger("invoke", function=name, name=f"call-{name}")
                for name in "ab"
            ],
            traffic=[
                sim.Traffic(into="call-a", arrivals=sim.Recorded(instants=(0,)))
            ],
            seconds=60,
        )
    )
    assert run.journeys.end.tolist() == [end]
    assert run.summary(function="b").told == len(run.deliveries) - 1


def test_what_is_unfinished_is_always_in_the_headline():
    run = sim.simulate(shop(error_rate=1.0, seconds=65), drain=False)
    assert run.journeys.end.tolist() == ["parked", "in flight"]
    assert run.summary().unfinished == 1
    assert title(run) == (
        "1 of 2 events ends up in a failure store; 0 are delivered; "
        "1 of 2 still under way at the end"
    )
    assert "1 still under way" in sim.show.describe(run)


def test_a_journey_whose_branch_is_under_way_is_unfinished_whatever_its_end():
    outage = sim.Outage(of="db", at=0, seconds=10_000)
    functions = [
        function("bad", error_rate=1.0),
        function("slow", depends_on=("db",), work=500, timeout=900),
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=functions,
            dependencies=[sim.Dependency(name="db")],
            outages=[outage.replace(slower_by=50)],
            triggers=[
                sim.trigger("sns", function=f.name, name=f.name, source="topic")
                for f in functions
            ],
            traffic=[sim.Traffic(into="topic", arrivals=sim.Burst(events=1))],
            seconds=250,
        ),
        drain=False,
    )
    assert run.journeys.end.tolist() == ["lost"]
    assert np.isnan(run.journeys.ended_s[0])
    assert (run.summary().lost, run.summary().unfinished) == (1, 1)
    assert title(run).endswith("; 1 of 1 still under way at the end")


# What of the work was done


def given_up():
    return sim.simulate(
        sim.Scenario(
            functions=[function("f", 0.05, 0.2, poison_share=0.05)],
            triggers=[
                sim.trigger(
                    "ddb_streams",
                    function="f",
                    source="t",
                    maximum_retry_attempts=3,
                    function_response_types=("ReportBatchItemFailures",),
                )
            ],
            traffic=[
                sim.Traffic(
                    into="t", arrivals=sim.Burst(events=100, within=100)
                )
            ],
            seconds=600,
        )
    )


def test_records_handled_before_their_batch_was_given_up_are_not_lost():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    run = given_up()
    dropped = run.deliveries[run.deliveries.fate == "dropped"]
    handled = dropped[dropped.successes > 0]
    found = run.summary()
    assert 0 < len(handled) < len(dropped)
    assert (found.lost, found.given_up) == (
        len(dropped) - len(handled),
        len(handled),
    )
    assert set(handled.end) == {"given up"}
    assert title(run) == (
        f"{found.lost} of 100 events are lost, and nobody is told; "
        f"{found.given_up} are handled and then given up with their batch"
    )
    assert (
        f"{found.lost} lost and {found.given_up} handled and then given up"
        in sim.show.describe(run)
    )


def test_a_story_says_how_often_the_work_of_a_given_up_record_was_done():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    run = given_up()
    dropped = run.deliveries[run.deliveries.fate == "dropped"]
    for row in dropped.itertuples():
        story = run.story(row.event)
        if row.successes:
            assert "it is lost" not in story
            assert f"its work was done {row.successes} times" in story
        else:
            assert "Nothing keeps it: it is lost." in story


def batches_with_poison():
    """Ten messages at once; one in five of all messages fail each time."""
    return sim.Scenario(
        functions=[function("f", timeout=5, poison_share=0.2)],
        queues=[
            sim.Queue(
                name="q",
                visibility_timeout=30,
                redrive_policy=sim.RedrivePolicy(
                    dead_letter_target_arn="letters", max_receive_count=2
                ),
            ),
            sim.Queue(name="letters"),
        ],
        triggers=[
            sim.trigger(
                "sqs_standard", function="f", source="q", latency=AT_ONCE
            )
        ],
        traffic=[sim.Traffic(into="q", arrivals=sim.Burst(events=10))],
        seconds=10,
    )


def test_a_message_is_parked_although_its_work_was_done_each_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = sim.simulate(batches_with_poison(), seed=3)
    table = run.deliveries
    handled = table[(table.fate == "dead-lettered") & (table.successes > 0)]
    found = run.summary()
    assert 0 < found.parked_done < found.parked
    assert found.parked_done == len(handled)
    assert f"the work of {len(handled)} was done" in title(run)
    row = handled.iloc[0]
    times = {1: "once", 2: "twice"}[row.side_effects]
    assert f"Yet its work was done {times}." in run.story(row.event)


def test_work_that_aws_takes_for_done_but_is_not_is_lost_in_the_headline():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    scenario = (
        batches_with_poison()
        .with_setting("functions.f.behaviour.batch_response", "failed items")
        .with_setting("functions.f.behaviour.handler", 0.1)
        .with_setting("traffic.q.arrivals", sim.Burst(events=100))
    )
    run = sim.simulate(scenario, seed=2)
    table = run.deliveries
    undone = int((~table.work_done).sum())
    assert set(table.fate) == {"succeeded"}
    assert 0 < undone < 100
    assert run.summary().lost == undone == run.journeys.lost.sum()
    assert run.summary().delivered == 100 - undone
    assert title(run) == (
        f"{undone} of 100 events are lost, and nobody is told"
    )


def test_a_caller_may_be_told_of_a_failure_of_work_that_is_done():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    run = sim.simulate(
        sim.Scenario(
            functions=[function("f", 40)],
            triggers=[sim.trigger("apigw_http", function="f", name="api")],
            traffic=[
                sim.Traffic(into="api", arrivals=sim.Recorded(instants=(0, 1)))
            ],
            seconds=60,
        )
    )
    found = run.summary()
    assert (found.told, found.told_done) == (2, 2)
    assert title(run) == (
        "2 of 2 events end with an error for the caller, "
        "although the work of 2 was done"
    )


# Who is told


def custom_resource(seconds):
    return sim.Scenario(
        functions=[function("f", error_rate=1.0)],
        triggers=[
            sim.trigger(
                "cfn_custom_resource", function="f", name="c", latency=AT_ONCE
            )
        ],
        traffic=[sim.Traffic(into="c", arrivals=sim.Recorded(instants=(0,)))],
        seconds=seconds,
    )


@pytest.mark.parametrize("seconds", [60, 8000])
def test_a_stack_operation_is_told_of_the_failure_after_an_hour(seconds):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"""
    run = sim.simulate(custom_resource(seconds))
    row = run.deliveries.iloc[0]
    assert (row.fate, row.end, row.told) == (
        "dropped",
        "told",
        "operation fails",
    )
    assert row.told_s == 3600
    assert run.journeys.ended_s[0] == row.told_s
    assert (run.summary().told, run.summary().lost) == (1, 0)
    assert "1 h  No report has come within 1 h" in run.story(0)
    assert "is told: operation fails" in run.story(0)


def test_a_stack_operation_fails_too_where_lambda_never_had_the_event():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"""
    down = sim.Outage(of="lambda", at=0, seconds=60)
    run = sim.simulate(custom_resource(60).replace(outages=[down]))
    row = run.deliveries.iloc[0]
    assert (row.fate, row.end, row.told_s) == ("dropped", "told", 3600)
    assert "No report has come within 1 h" in run.story(0)


def test_a_pipe_that_gives_up_tells_nobody():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""
    run = sim.simulate(
        sim.Scenario(
            functions=[function("f", error_rate=1.0)],
            triggers=[sim.trigger("pipes_target", function="f", name="p")],
            traffic=[
                sim.Traffic(into="p", arrivals=sim.Recorded(instants=(0,)))
            ],
            seconds=60,
        ),
        drain_seconds=90_000,
    )
    assert run.deliveries.fate.tolist() == ["dropped"]
    assert (run.summary().told, run.summary().lost) == (0, 1)
    story = run.story(0)
    assert "The pipe gives it up and tells nobody: it is lost." in story
    assert "has waited" not in story


# Inits


def test_a_cold_share_is_of_the_runs_and_at_most_one():
    """Ten messages in five batches; each batch times out in its first message's handler."""
    run = sim.simulate(
        sim.Scenario(
            functions=[function("f", 15, 0.2, timeout=10)],
            queues=[sim.Queue(name="q")],
            triggers=[
                sim.trigger(
                    "sqs_standard",
                    function="f",
                    source="q",
                    batch_size=10,
                    pollers=1,
                )
            ],
            traffic=[sim.Traffic(into="q", arrivals=sim.Burst(events=10))],
            seconds=60,
        )
    )
    table = run.deliveries
    assert run.summary().cold_share == 1.0
    assert not table.cold[table.runs == 0].any()
    assert table.cold.sum() == (table.runs > 0).sum()


def test_an_init_that_uses_up_the_timeout_is_named():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = sim.simulate(
        sim.Scenario(
            functions=[
                function("f", 0.1, 3, timeout=3, depends_on=("x",)),
            ],
            dependencies=[sim.Dependency(name="x")],
            outages=[sim.Outage(of="x", at=50, seconds=1, slower_by=99)],
            triggers=[sim.trigger("function_url", function="f", name="u")],
            traffic=[
                sim.Traffic(
                    into="u", arrivals=sim.Recorded(instants=(0, 50, 80))
                )
            ],
            seconds=200,
        )
    )
    story = run.story(2)
    assert "Its init has used up the function's timeout" in story
    assert "its handler never began" in story
    assert "run begins" not in story


# Laws


def check_journeys(run):
    journeys, table, found = run.journeys, run.deliveries, run.summary()
    assert found.journeys == len(journeys) == len(run.workload.time)
    words = [end.label.replace(" ", "_") for end in End]
    assert sum(found[word] for word in words) == found.journeys
    assert found.unfinished >= found.in_flight
    assert found.told_done <= found.told
    assert found.parked_done <= found.parked
    assert np.isnan(found.cold_share) or 0 <= found.cold_share <= 1
    assert not table.cold[table.runs == 0].any()
    last = table.settled_s.groupby(run.journey_of).max()
    over = journeys.ended_s.dropna()
    assert (over >= last[over.index]).all()
    worst = table.end.cat.codes.groupby(run.journey_of).max()
    assert (journeys.end.cat.codes <= worst).all()
    if not run.trace.stores and not run.scenario.called:
        assert (journeys.end.cat.codes == worst).all()
    counted = captions.event_numbers(run)
    assert counted.events == found.journeys


@law(scenarios(), SEEDS)
def test_each_event_from_outside_is_one_journey_with_one_end(scenario, seed):
    check_journeys(sim.simulate(scenario, seed))
    check_journeys(sim.simulate(scenario, seed, drain=False))


@law(streams(), SEEDS)
def test_each_record_is_one_journey_with_one_end(scenario, seed):
    check_journeys(sim.simulate(scenario, seed))


@law(scenarios(), SEEDS)
def test_where_nothing_is_sent_on_a_journey_is_its_delivery(scenario, seed):
    run = sim.simulate(scenario, seed)
    if len(run.deliveries) > len(run.workload.time):
        return
    table = run.deliveries.set_index("event").sort_index()
    assert run.journeys.end.tolist() == table.end.tolist()
    assert run.journeys.fate.tolist() == table.fate.tolist()
    delivered = (table.end == "delivered").to_numpy()
    assert (
        run.journeys.end_to_end_s[delivered].tolist()
        == table.latency_s[delivered].tolist()
    )
