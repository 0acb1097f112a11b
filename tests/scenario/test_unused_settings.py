"""Settings of traffic that do nothing where it goes: a run says so."""

import warnings

import pytest

import sim
from tests.support.rows import holds_for_each

CALLER = {"caller": sim.Caller(retry_mode="standard")}
GROUPS = {"message_group_id": "key", "keys": sim.Keys(3)}


def sent(kind, into, settings, **system):
    """A function behind a kind of trigger, and three events with these settings."""
    source = {} if into == kind else {"source": into}
    return sim.Scenario(
        functions=[sim.Function("worker", timeout=10)],
        triggers=[sim.trigger(kind, "worker", **source)],
        traffic=[
            sim.Traffic(into=into, arrivals=sim.Burst(3), **settings),
        ],
        seconds=60,
        **system,
    )


UNUSED = {
    "a caller of a topic": (sent("sns", "sns", CALLER), "caller"),
    "a caller of a queue": (sent("sqs_standard", "q", CALLER), "caller"),
    "a caller of a table": (sent("ddb_streams", "t", CALLER), "caller"),
    "a caller of a schedule": (
        sent("eventbridge_scheduler", "eventbridge_scheduler", CALLER),
        "caller",
    ),
    "groups of a stream": (
        sent("kinesis", "s", GROUPS),
        "message_group_id",
    ),
    "groups of a front door": (
        sent("function_url", "function_url", GROUPS),
        "message_group_id",
    ),
}


@holds_for_each(UNUSED)
def test_a_run_says_which_setting_of_a_traffic_does_nothing(row):
    scenario, name = row
    with pytest.warns(UserWarning, match=f"Traffic '.+': {name} does nothing"):
        sim.simulate(scenario)


USED = {
    "a caller of a function": sent("invoke", "invoke", CALLER),
    "a caller of a front door": sent("apigw_rest", "apigw_rest", CALLER),
    "a producer of a Kinesis stream": sent("kinesis", "s", CALLER),
    "groups of a queue": sent("sqs_standard", "q", GROUPS),
    "groups of a FIFO queue": sent("sqs_fifo", "q", GROUPS),
    "groups of a queue behind a topic": sent(
        "sqs_standard",
        "q",
        {},
        topics=[sim.Topic(name="topic", queues=["q"])],
    ).with_setting(
        "traffic",
        [sim.Traffic(into="topic", arrivals=sim.Burst(3), **GROUPS)],
    ),
}


@holds_for_each(USED)
def test_a_run_says_nothing_of_a_setting_that_does_something(scenario):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.simulate(scenario)
