"""What holds for every Custom Event Bus, whatever its subscribers are set to."""

import sim
from sim.trace import Outcome
from tests.support.buses import buses
from tests.support.laws import law


def simulated(system: sim.Scenario) -> sim.Run:
    return sim.simulate(system, drain_seconds=100_000)


@law(buses())
def test_every_event_has_one_fate_and_its_story(system):
    run = simulated(system)
    table = run.deliveries
    assert (table.fate != "in flight").all()
    assert ((table.fate == "dead-lettered") == (table.stores != "")).all()
    assert (table.settled_s >= table.arrived_s).all()
    for event in sorted(set(table.event))[:6]:
        assert run.story(event)
    run.metrics()
    run.cost()


@law(buses())
def test_no_delivery_is_tried_more_often_or_longer_than_its_policy_says(system):
    run = simulated(system)
    policies = {one.name: one.retry_policy for one in system.subscribers}
    arrived = run.trace.deliveries.arrived
    for call in run.trace.target_calls:
        policy = policies[call.subscriber]
        assert call.tries <= 1 + policy.max_retry_attempts
        oldest = min(arrived[one] for one in call.deliveries)
        age = (call.start - oldest) / 1_000_000
        was_stopped = any(one.of == call.subscriber for one in system.changes)
        if call.tries > 1 and not was_stopped:
            assert age < policy.max_event_age_in_seconds


@law(buses())
def test_the_calls_of_an_event_group_follow_one_another_in_a_fifo_subscriber(
    system,
):
    run = simulated(system)
    key = run.deliveries.key.to_numpy()
    for subscriber in system.subscribers:
        ended: dict[int, int] = {}
        last: dict[int, int] = {}
        for call in run.trace.target_calls:
            if call.subscriber != subscriber.name or subscriber.type != "FIFO":
                continue
            for delivery in call.deliveries:
                group = int(key[delivery])
                if group < 0:
                    continue
                assert call.start >= ended.get(group, 0)
                is_new = delivery > last.get(group, -1)
                assert is_new == (call.tries == 1)
                last[group] = max(delivery, last.get(group, -1))
            for delivery in call.deliveries:
                ended[int(key[delivery])] = call.end


@law(buses())
def test_a_batch_is_no_larger_than_it_may_be(system):
    run = simulated(system)
    sizes = {
        one.name: one.batch_configuration.max_batch_size
        for one in system.subscribers
    }
    for call in run.trace.target_calls:
        assert 1 <= len(call.deliveries) <= sizes[call.subscriber]


@law(buses())
def test_each_event_is_delivered_by_a_subscriber_at_most_once(system):
    run = simulated(system)
    done = [
        delivery
        for call in run.trace.target_calls
        if call.outcome == int(Outcome.SUCCEEDED)
        for delivery in call.deliveries
    ]
    assert len(done) == len(set(done))
