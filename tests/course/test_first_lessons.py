"""What lessons 00 and 02 tell: each number of their prose is read out of the run it is about."""

import pytest

import sim
from sim.course.glossary_tables import glossary
from tests.support.documents import prose
from tests.support.lessons import FOLDER, names_of
from tests.support.told import told_by, walked_in

START = "00-start-here.ipynb"
ASYNCHRONOUS = "02-asynchronous.ipynb"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def start() -> dict[str, object]:
    return names_of(START)


@pytest.fixture(scope="module")
def asynchronous() -> dict[str, object]:
    return names_of(ASYNCHRONOUS)


def test_terms_that_link_to_the_glossary_are_there():
    terms = set(glossary().term)
    linked = {
        START: {"execution environment", "dead-letter queue"},
        "01-synchronous.ipynb": {"front door", "execution environment"},
        ASYNCHRONOUS: {"on-failure destination", "dead-letter queue"},
    }
    for lesson, words in linked.items():
        assert words <= terms
        for word in words:
            assert f"{word}*](../docs/glossary.md)" in prose(
                FOLDER / lesson
            ) or f"[{word}](../docs/glossary.md)" in prose(FOLDER / lesson)


# -- lesson 00


def test_lesson_00_tells_what_becomes_of_its_40_orders(start):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    found = sim.compare(start["runs"]).T
    delivered = found.delivered
    assert found.loc["Synchronous"].told == 8
    assert found.loc["Asynchronous"].lost == 1
    told_by(
        START,
        f"the function handles {delivered['Synchronous']} orders. The other eight callers",
        f"after two more. It handles {delivered['Asynchronous']}. One order fails three times",
        f"All {delivered['Queue']} are handled",
    )


def test_lesson_00_tells_how_long_the_slowest_order_takes(start):
    slowest = {
        name: run.deliveries.query("end == 'delivered'").latency_s.max()
        for name, run in start["runs"].items()
    }
    assert round(slowest["Synchronous"]) == 2
    assert 175 < slowest["Asynchronous"] < 190
    assert round(slowest["Queue"]) == 90
    told_by(
        START,
        "took 2 s as a call, 3 minutes through the topic, and 90 s through the queue",
    )


def test_lesson_00_tells_the_story_of_the_order_that_is_lost(start):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    lost = start["lost"]
    called, queued = (
        start["runs"][name].deliveries.loc[lost]
        for name in ("Synchronous", "Queue")
    )
    told_by(
        START,
        f"told of an error after {1000 * called.told_s - 1000 * called.arrived_s:.0f} ms",
    )
    assert (queued.runs, queued.end) == (4, "delivered")
    assert start["runs"]["Asynchronous"].deliveries.loc[lost].runs == 3


def test_lesson_00_s_bug_hunt_loses_the_six_orders_that_it_tells_of(start):
    lost = start["failed"].deliveries.query("fate == 'dropped'").event.tolist()
    assert len(lost) == 6
    assert 16 in lost


def test_lesson_00_s_stack_parks_and_loses_nothing(start):
    summary = start["kept"].summary()
    assert summary.parked > 0
    assert summary.lost == 0


# -- lesson 01


def test_lesson_01_shows_that_cognito_calls_again_while_a_run_goes_on():
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    names = names_of("01-synchronous.ipynb")
    (one,) = names["sign_in"].deliveries.itertuples()
    starts = names["sign_in"].attempts.start_s
    assert (one.runs, one.successes, one.end) == (3, 3, "told")
    assert starts.diff().dropna().between(5, 5.1).all()
    told_by(
        "01-synchronous.ipynb",
        "After 5 s Cognito calls again",
        "One sign-in makes three runs. All of them succeed",
    )


# -- lesson 02


def test_lesson_02_walks_through_four_sources_and_tells_of_each():
    kinds = walked_in(ASYNCHRONOUS)
    assert len(kinds) == 4
    told_by(ASYNCHRONOUS, *(f"({kind})" for kind in kinds))


def test_lesson_02_tells_how_many_orders_its_first_run_gives_up(asynchronous):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = sim.simulate(asynchronous["system"], seed=3)
    given_up = run.deliveries.query("end == 'parked'")
    assert (len(given_up), len(run.deliveries)) == (3, 24)
    told_by(ASYNCHRONOUS, "Three of the 24 orders end there")
    waited = given_up.settled_s - given_up.accepted_s
    assert waited.between(175, 190).all()


def test_lesson_02_tells_how_the_last_throttled_order_fares(asynchronous):
    run = sim.simulate(asynchronous["throttled"], seed=1)
    last = run.deliveries.sort_values("settled_s").iloc[-1]
    tries = run.attempts.query("event == @last.event").start_s
    assert run.summary().delivered == 12
    assert last.throttles == 9
    assert 9.5 * 60 < last.latency_s < 10 * 60
    assert round(tries.diff().iloc[-1] / 60) == 5
    told_by(
        ASYNCHRONOUS,
        "the last one after almost ten minutes",
        "busy nine times, and its ninth wait alone took five minutes",
    )


def test_lesson_02_tells_what_a_maximum_age_of_60_s_gives_up(asynchronous):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    young = asynchronous["throttled"].with_setting(asynchronous["age"], 60)
    conditions = sim.simulate(young, seed=1).deliveries.condition
    assert (conditions == "EventAgeExceeded").sum() == 8
    told_by(ASYNCHRONOUS, "gives up eight of the orders")


def test_at_reserved_concurrency_0_only_two_metrics_of_lambda_s_move(
    asynchronous,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    moved = set(asynchronous["metrics"].metric)
    assert moved == {"AsyncEventsReceived", "AsyncEventsDropped"}
    told_by(
        ASYNCHRONOUS,
        "Invocations, Errors, Duration and Throttles do not move",
    )


def test_lesson_02_tells_what_an_outage_costs_each_source(asynchronous):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""
    found = sim.compare(asynchronous["handed"]).T
    assert found.loc["sns"].delivered == found.loc["eventbridge_rule"].delivered
    assert found.loc["sns"].delivered == 24
    assert (found.parked == 0).all()
    told_by(
        ASYNCHRONOUS, f"The bucket loses {found.loc['s3_notification'].lost}"
    )


def test_lesson_02_tells_how_its_stacks_wait(asynchronous):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"""
    for run, seconds in zip(
        asynchronous["waited"].values(), (300, 3600), strict=True
    ):
        failed = run.deliveries.query("told == 'operation fails'")
        assert failed.told_s.tolist() == [seconds, seconds]
        assert failed.runs.tolist() == [3, 3]
        assert (run.deliveries.told == "SUCCESS").sum() == 10
    told_by(
        ASYNCHRONOUS, "Ten operations succeed", "Two fail in all three runs"
    )


def test_lesson_02_tells_what_an_idempotent_handler_saves(asynchronous):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    found = sim.compare(asynchronous["both"])
    assert found["as it is"].done_twice == 3
    assert found["idempotent"].done_twice == 0
    runs = {f"{found[name].runs_per_delivery:.3g}" for name in found}
    assert runs == {"1.62"}
    told_by(ASYNCHRONOUS, "booked three orders twice", "1.62 times per order")


def test_the_panel_of_lesson_02_has_the_answers_that_its_fold_tells(
    asynchronous,
):
    """Every second order is parked from 80 % on; nobody waits for more than 15 s from 6 on."""
    path = asynchronous["path"]
    for preset in ("system", "down"):
        parked = [
            sim.simulate(
                asynchronous[preset].with_setting(
                    f"{path}behaviour.error_rate", rate
                ),
                seed=3,
            )
            .summary()
            .parked
            for rate in (0.75, 0.8)
        ]
        assert parked[0] < 12 <= parked[1], preset
    reserved = f"{path}reserved_concurrent_executions"
    longest = [
        sim.simulate(
            asynchronous["throttled"].with_setting(reserved, count), seed=3
        ).deliveries.latency_s.max()
        for count in (5, 6)
    ]
    assert longest[0] > 15 > longest[1]
    told_by(ASYNCHRONOUS, "1. At 80 %", "2. From 6 on")


def test_lesson_02_tells_how_often_its_2000_orders_run(asynchronous):
    two = asynchronous["results"].loc["2 retries"]
    assert f"{two.runs_per_delivery:.2f}" == "1.75"
    told_by(ASYNCHRONOUS, "each of the 1.75 runs per order")
