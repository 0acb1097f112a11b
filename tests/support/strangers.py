"""Strangers: functions with sources and traffic of their own, which share no limit with others."""

from hypothesis import strategies as st

import sim
from tests.support.strategies import arrivals, hundredths
from tests.support.useful import useful

RESERVED = 7
KINDS = (
    "invoke",
    "apigw_rest",
    "invoke_event",
    "sns",
    "eventbridge_rule",
    "sqs_standard",
    "sqs_fifo",
    "kinesis",
    "ddb_streams",
    "msk",
    "mq",
)
LARGE = {"invoke": 6000, "apigw_rest": 6000}  # KB; others 1000
# A name sorts before all others, among them, or after them.
NAMES = ("0 stranger", "function-1 stranger", "m stranger", "zz stranger")
NUMBERS = ["delivery", "event", "parent"]


@st.composite
def strangers(draw):
    """A function with a trigger and traffic of its own, of any kind, as a piece of a scenario."""
    kind, name = draw(st.sampled_from(KINDS)), draw(st.sampled_from(NAMES))
    trigger = sim.trigger(kind, function=name, name=name)
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=draw(hundredths(0, 2))),
        error_rate=draw(st.sampled_from([0, 0.5])),
    )
    traffic = sim.Traffic(
        name=draw(st.sampled_from(NAMES)),
        into=trigger.entry,
        arrivals=draw(arrivals()),
        payload_kb=draw(st.sampled_from([0, 1, LARGE.get(kind, 1000)])),
        keys=draw(st.none() | st.just(sim.Keys(3))),
        caller=sim.Caller(
            retry_mode=draw(st.sampled_from(["at once", "standard"])),
            max_attempts=draw(st.sampled_from([None, 4])),
        ),
        message_group_id="key" if kind == "sqs_standard" else None,
    )
    function = sim.Function(
        name=name,
        reserved_concurrent_executions=RESERVED,
        behaviour=behaviour,
    )
    return function, trigger, traffic


def joined_by(scenario, stranger):
    """The scenario with a stranger, who brings a concurrency of its own to the account.

    A setting of its own changes, too.
    """
    function, *joined = stranger
    trigger, traffic = joined
    together = scenario.account.concurrent_executions + RESERVED
    change = sim.Change(of=function.name, at=1.0, timeout=5)
    system = scenario.replace(
        changes=[*scenario.changes, change],
        functions=[*scenario.functions, function],
        triggers=[*scenario.triggers, trigger],
        traffic=[*scenario.traffic, traffic],
        account=scenario.account.replace(concurrent_executions=together),
    )
    return useful(system)


def rows_of(scenario, run):
    """The deliveries and spans of the scenario's own traffic, without what counts everything."""
    names = [traffic.name for traffic in scenario.traffic]
    deliveries = run.deliveries
    mine = deliveries.traffic.isin(names)
    spans = run.spans
    own = spans.delivery.isin(deliveries.delivery[mine])
    return [
        table.drop(columns=NUMBERS, errors="ignore").reset_index(drop=True)
        for table in (deliveries[mine], spans[own])
    ]
