"""The quotas of EventBridge's Classic buses: invocations are delayed, PutEvents is throttled."""

import pytest

import sim


def ruled(count, within=1, kind="eventbridge_rule", rules=1, **traffic):
    """Events to a bus, evenly, with a quota of 100 invocations a second."""
    account = traffic.pop("account", sim.Account(eventbridge_invocations=100))
    source = traffic.pop("source", "bus")
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(0.01), init=sim.Constant(0)
        ),
    )
    given = {"source": source} if kind == "eventbridge_rule" else {}
    triggers = [
        sim.trigger(kind, "f", name=f"rule{n}", latency=0, **given)
        for n in range(rules)
    ]
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=triggers,
            account=account,
            traffic=[
                sim.Traffic(
                    into=triggers[0].entry,
                    arrivals=sim.Burst(events=count, within=within),
                    **traffic,
                )
            ],
            seconds=60,
        )
    )


def accepted(run, until):
    return int((run.deliveries.accepted_s <= until).sum())


def test_above_the_quota_invocations_are_delayed_and_none_is_lost():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(500, within=0)
    assert (run.deliveries.fate == "succeeded").all()
    assert accepted(run, 0) == 100
    assert accepted(run, 2) == 300
    assert run.deliveries.accepted_s.max() == pytest.approx(4, abs=0.011)


def test_below_the_quota_nothing_waits():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(300, within=3)
    assert (run.deliveries.accepted_s == run.deliveries.arrived_s).all()


def test_all_rules_of_the_region_share_the_quota():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(100, within=0, rules=3)
    assert accepted(run, 0) == 100
    assert run.deliveries.accepted_s.max() == pytest.approx(2, abs=0.011)


def test_a_scheduled_rule_counts_too_and_scheduler_does_not():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    rule = ruled(200, within=0, kind="eventbridge_schedule_rule")
    assert rule.deliveries.accepted_s.max() > 0.9
    scheduler = ruled(200, within=0, kind="eventbridge_scheduler")
    assert scheduler.deliveries.accepted_s.max() == 0


def test_the_story_tells_of_the_delay():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(101, within=0)
    last = int(run.deliveries.accepted_s.idxmax())
    assert "`bus` delays it by 10 ms." in run.story(last)


def test_the_quota_is_the_largest_regions_unless_it_is_set():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    account = sim.Account()
    assert account.eventbridge_invocations == 18_750
    assert account.eventbridge_put_events == 10_000
    with pytest.raises(sim.ScenarioError, match="eventbridge_invocations"):
        sim.Account(eventbridge_invocations=0)


SLOW = sim.Account(eventbridge_put_events=50)


def test_put_events_above_its_quota_is_throttled():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(80, within=0, account=SLOW)
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert len(refused) == 30
    assert set(refused.told) == {"ThrottlingException"}
    number = int(refused.event.iloc[0])
    assert "takes no more requests in this second" in run.story(number)


def test_an_event_is_one_request_however_many_rules_match_it():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html#eb-limits"""
    run = ruled(50, within=0, rules=3, account=SLOW)
    assert (run.deliveries.fate == "succeeded").all()


def test_a_client_with_retries_puts_its_events_again():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    patient = sim.Caller(retry_mode="standard", max_attempts=8)
    run = ruled(55, within=0, account=SLOW, caller=patient)
    assert (run.deliveries.fate == "succeeded").all()


def test_what_aws_itself_sends_to_the_default_bus_is_no_request():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html"""
    run = ruled(80, within=0, account=SLOW, source="default")
    assert (run.deliveries.fate == "succeeded").all()
