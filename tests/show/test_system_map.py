"""The map of a system: where its places stand, and what waits, works and flows there."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim.show.stage.message import decode
from sim.show.stage.scene import scene
from sim.show.stage.system_layout import layout
from tests.support.state_machines import executions, way
from tests.support.strategies import scenarios


class Read:
    """The map in the scene of a run, its numbers by the names of places and ways."""

    def __init__(self, run: sim.Run) -> None:
        header, columns = decode(scene({"all": run}, None, True))
        self.nodes = {node["name"]: node for node in header["system"]["nodes"]}
        names = list(self.nodes)
        self.ways = {
            (names[begin], names[end]): label
            for begin, end, label in header["system"]["edges"]
        }
        times = header["system"]["times"]
        self.flow = dict(
            zip(self.ways, columns["edge_flow"].reshape(-1, times), strict=True)
        )
        self.levels = {
            what: dict(
                zip(
                    names,
                    columns[f"node_{what}"].reshape(-1, times),
                    strict=True,
                )
            )
            for what in ("waiting", "running", "failing", "done")
        }
        self.grid = columns["grid"]


def shop(**settings) -> sim.Scenario:
    """Orders through a topic to a queue, whose worker fails often and has a dead-letter queue."""
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="letters", max_receive_count=2
    )
    behaviour = sim.Behaviour(
        handler=0.3, error_rate=0.5, depends_on=["database"], sends=[sim.Output("bills")]
    )  # fmt: skip
    return sim.Scenario(
        functions=[sim.Function("worker", behaviour=behaviour)],
        triggers=[sim.trigger("sqs_standard", "worker", source="jobs")],
        topics=[sim.Topic("orders", queues=["jobs"])],
        queues=[
            sim.Queue("jobs", redrive_policy=policy),
            sim.Queue("letters"),
            sim.Queue("bills"),
        ],
        dependencies=[
            sim.Dependency("database", latency=0.1, maximum_connections=2)
        ],
        traffic=[sim.Traffic("orders", arrivals=sim.Poisson(2, events=60))],
        seconds=600,
        **settings,
    )


def test_a_map_goes_from_left_to_right_as_events_do():
    read = Read(sim.simulate(shop(), seed=1))
    assert {
        name: (node["kind"], node["role"]) for name, node in read.nodes.items()
    } == {
        "orders (traffic)": ("traffic", "source"),
        "orders": ("SNS topic", "topic"),
        "jobs": ("SQS queue", "queue"),
        "worker": ("Lambda function", "function"),
        "bills": ("SQS queue", "queue"),
        "database": ("dependency", "dependency"),
        "letters": ("SQS queue", "failure store"),
    }
    for begin, end in read.ways:
        assert read.nodes[begin]["column"] < read.nodes[end]["column"]


def test_what_flows_is_what_the_tables_count():
    run = sim.simulate(shop(), seed=1)
    read = Read(run)
    passed = {way: int(flow.sum()) for way, flow in read.flow.items()}
    parked = int(run.summary().parked)
    succeeded = int(run.deliveries.successes.sum())
    assert passed == {
        ("orders (traffic)", "orders"): 60,
        ("orders", "jobs"): 60,
        ("jobs", "worker"): run.deliveries.runs.sum(),
        ("jobs", "letters"): parked,
        ("worker", "bills"): succeeded,
        ("worker", "database"): run.deliveries.runs.sum(),
    }
    assert parked > 0


def test_an_event_passes_each_way_once_and_goes_on_from_task_to_task():
    first = sim.Transition(next=("a", "b"), parallel="both")
    following = sim.Transition(after="both", next=("c",))
    scenario = sim.Scenario(
        functions=[sim.Function("worker")],
        triggers=[sim.trigger("sfn_sync", "worker", name=n) for n in "abc"],
        state_machines=[
            sim.StateMachine(name="orders", transitions=[first, following])
        ],
        event_buses=[sim.EventBus(name="bus", targets=["orders"])],
        traffic=[sim.Traffic("bus", sim.Burst(5))],
    )
    read = Read(sim.simulate(scenario, seed=1))
    passed = {way: int(flow.sum()) for way, flow in read.flow.items()}
    assert passed["bus", "orders"] == 5
    assert passed["orders", "a"] == passed["orders", "b"] == 5
    assert passed["a", "c"] + passed["b", "c"] == 5


def test_a_store_keeps_what_has_come_until_it_moves_back():
    run = sim.simulate(shop(), seed=1)
    kept = Read(run).levels["waiting"]
    assert kept["letters"][-1] == run.summary().parked > 0
    assert kept["bills"][-1] == run.deliveries.successes.sum()
    moved = shop(redrives=[sim.Redrive(queue="letters", at=500.0)])
    read = Read(sim.simulate(moved, seed=1))
    assert read.ways["letters", "jobs"] == "moves back"
    kept = read.levels["waiting"]["letters"]
    assert kept[read.grid.searchsorted(505.0)] == 0
    assert read.flow["letters", "jobs"].sum() == kept.max() > 0


def test_what_a_filter_keeps_out_does_not_pass_it():
    policy = sim.FilterPolicy("jobs", '{"size": ["large"]}')
    topic = sim.Topic("orders", queues=["jobs"], filter_policies=[policy])
    sizes = {"size": sim.OneOf(["large", "small"])}
    scenario = shop().replace(topics=[topic])
    sized = scenario.traffic[0].replace(message_attributes=sizes)
    run = sim.simulate(scenario.replace(traffic=[sized]), seed=1)
    filtered = (run.deliveries.end == "filtered").sum()
    assert 0 < Read(run).flow["orders", "jobs"].sum() == 60 - filtered < 60


def test_what_lambda_keeps_waits_at_its_function():
    trigger = sim.trigger("sns", "worker", source="orders")
    run = sim.simulate(shop().replace(triggers=[trigger]), seed=1)
    waiting = Read(run).levels["waiting"]
    assert waiting["worker"].max() > 0
    assert waiting["orders"].max() == 0


def test_a_dependency_that_is_down_fails():
    outage = sim.Outage(of="database", at=0.0, seconds=20.0)
    failing = Read(sim.simulate(shop(outages=[outage]), seed=1)).levels[
        "failing"
    ]
    assert failing["database"].max() > 0


def test_what_a_wait_state_holds_waits_before_its_task():
    ways = [way(None, "a"), way("a", "b", wait_seconds=100)]
    shown = Read(executions(ways, at=range(50)))
    waiting, grid = shown.levels["waiting"]["b"], shown.grid
    assert waiting[grid < 1].max() == 0
    assert set(waiting[(grid > 60) & (grid < 100)]) == {50}
    assert waiting[-1] == 0


def test_a_dependency_shows_its_calls_and_who_waits_for_it():
    scenario = shop().with_setting("traffic.orders.arrivals", sim.Burst(40))
    read = Read(sim.simulate(scenario, seed=1))
    assert read.levels["running"]["database"].max() == 2
    assert read.levels["waiting"]["database"].max() > 0
    assert read.levels["running"]["worker"].max() > 2
    assert read.levels["failing"]["worker"].max() > 0


def test_the_reference_system_can_be_read():
    read = Read(sim.simulate(sim.course.reference_system(seconds=60), seed=1))
    columns = {name: node["column"] for name, node in read.nodes.items()}
    order = [
        "customers", "orders-http", "orders-api", "orders-table", "order-publisher",
        "order-events", "fulfilment-queue", "fulfilment-worker", "warehouse-db",
    ]  # fmt: skip
    assert [columns[name] for name in order] == list(range(9))


@given(scenarios())
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_every_run_of_a_function_has_come_along_a_way(scenario):
    run = sim.simulate(scenario, drain_seconds=3600)
    read = Read(run)
    for function in scenario.functions:
        ways = [way for way in read.flow if way[1] == function.name]
        entered = sum(
            read.flow[begin, end].sum()
            for begin, end in ways
            if begin in {trigger.entry for trigger in run.triggers}
        )
        mine = run.spans[
            (run.spans.resource == function.name)
            & (run.spans.stage == "handler")
        ]
        direct = {
            t.name
            for t in run.triggers
            if t.entry == t.function == function.name
        }
        is_direct = run.deliveries.trigger.isin(direct).to_numpy()[
            mine.delivery
        ]
        runs = mine[~is_direct & (mine.outcome != "not reached").to_numpy()]
        assert entered == len(runs)


ways = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(ways)
def test_no_two_places_stand_in_one_and_ways_lead_right_unless_they_go_round(
    pairs,
):
    places = layout(8, pairs)
    assert len(set(places)) == 8
    assert min(column for column, _ in places) >= 0
    onward = [(begin, end) for begin, end in pairs if begin < end]
    places = layout(8, onward)
    assert all(places[begin][0] < places[end][0] for begin, end in onward)


@pytest.mark.parametrize("count", [0, 1])
def test_few_places_have_a_layout(count):
    assert layout(count, []) == [(0, 0)] * count


def test_a_long_chain_has_a_layout():
    chain = [(place, place + 1) for place in range(1999)]
    columns = [column for column, _ in layout(2000, chain)]
    assert columns == np.arange(2000).tolist()
