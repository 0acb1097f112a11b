"""Fair queues: a noisy tenant waits behind the others, and only while it is noisy."""

import numpy as np

import sim
from tests.support.queues import batches, jobs, poll, worker

NOISY, QUIET = 0, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)


def crowded(fair: bool) -> sim.Run:
    """A tenant sends a thousand messages at once; twelve others take turns, two a second."""
    burst = sim.Traffic(
        name="noisy", into="jobs", arrivals=sim.Recorded(instants=[1] * 1000, keys=[NOISY] * 1000),
        message_group_id="key" if fair else None,
    )  # fmt: skip
    steady = sim.Traffic(
        name="quiet",
        into="jobs",
        arrivals=sim.Recorded(
            instants=[n / 2 for n in range(240)], keys=[*QUIET] * 20
        ),
        message_group_id="key" if fair else None,
    )
    return poll(
        worker(work=1),
        pollers=40,
        batch_size=1,
        until=300,
        system={"traffic": [burst, steady]},
    )


def dwell(run: sim.Run, traffic: str) -> float:
    """The mean time from send to success."""
    return float(
        run.deliveries.latency_s[run.deliveries.traffic == traffic].mean()
    )


def test_a_noisy_tenant_does_not_hold_the_others_up():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    before, after = crowded(fair=False), crowded(fair=True)
    assert dwell(before, "quiet") > 3
    assert dwell(after, "quiet") < 1.2
    assert np.isclose(
        dwell(after, "noisy"), dwell(before, "noisy"), rtol=0.05
    ), "it loses little by that"


def tenants(run: sim.Run) -> list[int]:
    """The tenants in the order in which their messages ran."""
    keys = run.deliveries.set_index("event").key
    return [int(keys[event]) for _, events in batches(run) for event in events]


def fair(keys, instants, function=None, **settings):
    """A fair queue with one message a batch."""
    settings = {
        "pollers": 1,
        "batch_size": 1,
        "sent": {"message_group_id": "key"},
        **settings,
    }
    return poll(function, keys=keys, instants=instants, **settings)


def test_without_group_ids_the_first_message_comes_first():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    keys, instants = [0] * 120 + [1], [0] * 120 + [0.5]
    assert tenants(fair(keys, instants, pollers=40, sent={}, until=50))[-1] == 1
    assert tenants(fair(keys, instants, pollers=40, until=50))[40] == 1


def test_less_than_thirty_messages_in_flight_make_nobody_noisy():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    keys, instants = [0] * 60 + [1], [0] * 60 + [1]
    assert tenants(fair(keys, instants, pollers=29, until=50))[-1] == 1


def test_a_tenant_that_took_a_tenth_of_the_recent_time_is_noisy():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    keys, instants = [0] * 80 + [1], [0] * 80 + [62]
    run = fair(keys, instants, until=200)
    assert tenants(run)[63] == 1, (
        "one poller, one second each: it is received as soon as the run under way has ended"
    )


def test_a_tenant_without_messages_in_flight_is_quiet_after_five_minutes():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    steady = [float(n) for n in range(62, 700)]
    keys, instants = (
        [0] * 80 + [n % 50 + 1 for n in range(len(steady))],
        [0] * 80 + steady,
    )
    run = fair(keys, instants, until=700)
    order = tenants(run)
    waited = [
        number
        for number, tenant in enumerate(order)
        if tenant == 0 and number > 63
    ]
    assert 63 + 300 - 2 <= waited[0] <= 63 + 300 + 2, (
        "others come before it for five minutes"
    )


def test_messages_without_a_key_are_tenants_of_their_own():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    run = poll(
        instants=[0] * 60 + [1],
        pollers=40,
        batch_size=1,
        sent={"message_group_id": "key"},
    )
    assert [event for _, events in batches(run) for event in events] == [
        *range(61)
    ]


def test_a_fair_queue_loses_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    run = crowded(fair=True)
    assert (run.deliveries.fate == "succeeded").all()


def test_a_message_that_fails_keeps_its_tenant():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html"""
    run = fair(
        [0, 1],
        [0, 0],
        worker(poison_share=1),
        queue=jobs(visibility=10, most=2),
        pollers=2,
    )
    assert run.deliveries.fate.tolist() == ["dead-lettered"] * 2
