"""How long messages stay hidden while runs last: too short, or changed by the handler."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from tests.support.queues import (
    REPORTS,
    batches,
    ends,
    jobs,
    poll,
    spans,
    worker,
)

PAGE = (
    "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
)
SHORT = pytest.mark.filterwarnings("ignore:Queue 'jobs'")


def changing(work=1.0, timeout=300, poison_share=0, init=0, **changes):
    """A worker whose handler changes the visibility of its messages."""
    return worker(
        work,
        timeout,
        poison_share=poison_share,
        init=sim.Constant(seconds=init),
        change_message_visibility=sim.ChangeMessageVisibility(**changes),
    )


# A visibility timeout below the function's timeout


def test_a_message_that_is_visible_again_during_its_run_is_received_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    with pytest.warns(UserWarning, match="visibility_timeout is 30 s"):
        run = poll(worker(100, 300), jobs(30, most=3), batch_size=1)
    assert spans(run) == [
        (1, "queue", 0, 0, ""),
        (1, "handler", 0, 100, "succeeded"),
        (2, "queue", 30, 30, ""),
        (2, "handler", 30, 130, "succeeded"),
        (3, "queue", 60, 60, ""),
        (3, "handler", 60, 160, "succeeded"),
        (3, "queue", 90, 90, ""),
    ]
    assert ends(run) == [("dead-lettered", 90, 3, 3)]
    assert run.deliveries.successes.tolist() == [3]


def slow_at_first(**settings):
    """A run of 40 s, and those after it of 10 s."""
    slow = sim.Outage(of="database", seconds=20, slower_by=30)
    return poll(
        worker(10, 60, depends_on=["database"]),
        jobs(30),
        system={"outages": [slow]},
        batch_size=1,
        **settings,
    )


@SHORT
def test_the_receipt_of_an_earlier_receive_deletes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"""
    slow = sim.Outage(of="database", seconds=20, slower_by=25)
    run = poll(
        worker(10, 60, depends_on=["database"]),
        jobs(30),
        system={"outages": [slow]},
        batch_size=1,
    )
    assert ends(run) == [("succeeded", 40, 2, 2)], (
        "the first run ended at 35, the second deletes at 40"
    )


@SHORT
def test_the_latest_receipt_deletes_even_when_the_message_is_visible_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html

    That a receipt is good until the next receive is a choice.
    """
    assert ends(slow_at_first(pollers=1)) == [("succeeded", 40, 1, 1)]


@SHORT
def test_what_was_deleted_while_visible_again_is_received_only_as_a_copy():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html"""
    run = poll(
        worker(40, 60),
        jobs(30),
        pollers=1,
        duplicate_share=1,
        system={"choices": sim.Choices(duplicate_delay_seconds=100)},
    )
    assert batches(run) == [(0, [0]), (140, [0])], (
        "visible at 30, deleted at 40"
    )


@SHORT
def test_a_group_of_a_fifo_queue_is_free_when_its_visibility_ends_and_keeps_its_order():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = poll(
        worker(40, 60),
        jobs(30, most=2, fifo_queue=True),
        instants=[0, 0],
        batch_size=1,
    )
    assert ends(run)[0] == ("dead-lettered", 60, 2, 2), "40 s is too late"
    assert batches(run)[:3] == [(0, [0]), (30, [0]), (60, [1])]


def test_no_warning_where_messages_stay_hidden_as_long_as_a_run_may_last():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        poll(worker(1, 30), jobs(30))


def test_the_warning_names_the_line_that_simulates_and_the_source():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    with pytest.warns(UserWarning, match="'jobs'.*'worker', 31 s") as told:
        poll(worker(1, 31), jobs(30))
    (warning,) = told
    assert PAGE in str(warning.message)
    assert warning.filename.endswith("support/queues.py")


# A heartbeat


@SHORT
def test_with_a_heartbeat_a_short_visibility_timeout_is_enough():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(changing(100, heartbeat_seconds=20), jobs(30))
    assert ends(run) == [("succeeded", 100, 1, 1)]


@SHORT
def test_a_heartbeat_ends_with_its_run():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(
        changing(100, timeout=50, heartbeat_seconds=20), jobs(30), until=75
    )
    assert spans(run)[:4] == [
        (1, "queue", 0, 0, ""),
        (1, "handler", 0, 50, "timeout"),
        (1, "visibility", 50, 70, ""),
        (2, "queue", 70, 70, ""),
    ], "the last beat was at 40"


@SHORT
def test_a_heartbeat_that_comes_too_late_changes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    run = poll(changing(100, heartbeat_seconds=40), jobs(30, most=3))
    assert ends(run) == [("dead-lettered", 90, 3, 3)]


@SHORT
def test_a_heartbeat_counts_from_the_begin_of_the_handler():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(changing(60, init=9.5, heartbeat_seconds=25), jobs(30, most=1))
    assert ends(run) == [("dead-lettered", 30, 1, 1)], (
        "the first beat is at 34.5"
    )


def test_a_heartbeat_may_shorten_the_time_too():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    beating = changing(
        100, timeout=12, heartbeat_seconds=5, heartbeat_visibility_timeout=10
    )
    run = poll(beating, jobs(300), until=21)
    assert spans(run)[2:4] == [
        (1, "visibility", 12, 20, ""),
        (2, "queue", 20, 20, ""),
    ]


def test_a_handlers_changes_of_visibility_are_requests():
    """https://aws.amazon.com/sqs/pricing/

    Beats at 25, 50 and 75 s for twelve messages, which take two calls each time; then one call for
    those that have failed.
    """
    beating = changing(
        100 / 12,
        poison_share=0.3,
        heartbeat_seconds=25,
        failure_visibility_timeout=5,
    )
    run = poll(
        beating,
        jobs(300, most=1),
        instants=[0] * 12,
        batch_size=12,
        maximum_batching_window_in_seconds=1,
        **REPORTS,
    )
    assert 0 < (run.deliveries.fate == "dead-lettered").sum() <= 10
    bill = run.cost(free_tier=False).set_index("item")
    assert bill.loc["SQS visibility changes", "quantity"] == 3 * 2 + 1
    quiet = run.scenario.with_setting(
        "functions.worker.behaviour.change_message_visibility", None
    )
    items = sim.simulate(quiet, drain=False).cost(free_tier=False).item
    assert "SQS visibility changes" not in set(items)


# Back-off per message


def test_a_failed_message_is_hidden_longer_with_each_receive():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    failing = changing(poison_share=1, failure_visibility_timeout=10)
    run = poll(failing, jobs(300, most=3))
    assert spans(run) == [
        (1, "queue", 0, 0, ""),
        (1, "handler", 0, 1, "failed"),
        (1, "visibility", 1, 21, ""),
        (2, "queue", 21, 21, ""),
        (2, "handler", 21, 22, "failed"),
        (2, "visibility", 22, 62, ""),
        (3, "queue", 62, 62, ""),
        (3, "handler", 62, 63, "failed"),
        (3, "visibility", 63, 143, ""),
        (3, "queue", 143, 143, ""),
    ]
    assert ends(run) == [("dead-lettered", 143, 3, 3)]


def test_a_failed_message_may_be_visible_at_once():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    failing = changing(poison_share=1, failure_visibility_timeout=0)
    run = poll(failing, jobs(300, most=3))
    assert ends(run) == [("dead-lettered", 3, 3, 3)]


def test_a_message_group_keeps_its_order_when_its_first_message_comes_back_at_once():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    failing = changing(poison_share=1, failure_visibility_timeout=0)
    fifo = jobs(300, most=2, fifo_queue=True)
    run = poll(failing, fifo, instants=[0, 0], batch_size=1)
    assert batches(run) == [(0, [0]), (1, [0]), (2, [1]), (3, [1])]


def test_only_the_messages_that_failed_come_back_earlier():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    outage = {"outages": [sim.Outage(of="database", at=0.5, seconds=1)]}
    failing = changing(
        failure_visibility_timeout=5, failure_backoff_rate=1
    ).with_setting("behaviour.depends_on", ("database",))
    run = poll(
        failing, jobs(300), instants=[0, 0], pollers=1, system=outage, **REPORTS
    )
    assert ends(run) == [("succeeded", 2, 1, 1), ("succeeded", 8, 2, 2)]
    whole = poll(failing, jobs(300), instants=[0, 0], pollers=1, system=outage)
    assert ends(whole) == [("succeeded", 301, 2, 2), ("succeeded", 8, 2, 2)], (
        "the first one has not failed, but its batch has"
    )


def test_a_message_that_came_back_early_does_not_come_back_once_more():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    failing = changing(
        20,
        timeout=30,
        poison_share=1,
        failure_visibility_timeout=5,
        failure_backoff_rate=1,
    )
    queue = jobs(30, most=2)
    run = poll(failing, queue, instants=[0, 1], pollers=1, batch_size=1)
    assert batches(run) == [(0, [0]), (20, [1]), (40, [0]), (60, [1])]
    assert ends(run) == [
        ("dead-lettered", 80, 2, 2),
        ("dead-lettered", 85, 2, 2),
    ], "the first is visible since 25, so nothing happens at 30"


def test_a_run_that_is_cut_short_changes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    slow = changing(100, timeout=20, failure_visibility_timeout=0)
    run = poll(slow, jobs(60, most=1))
    assert ends(run) == [("dead-lettered", 60, 1, 1)]


def test_twelve_hours_after_its_receive_a_message_is_visible_in_any_case():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    failing = changing(poison_share=1, failure_visibility_timeout=43200)
    run = poll(failing, jobs(300, most=1))
    assert ends(run) == [("dead-lettered", 43200, 1, 1)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"heartbeat_seconds": 0}, "heartbeat_seconds is 0"),
        ({"failure_visibility_timeout": 43201}, "0 to 43,200 s"),
        ({"failure_backoff_rate": 0.5}, "failure_backoff_rate is 0.5"),
        ({"visibility_timeout": 5}, "visibility_timeout"),
    ],
)
def test_what_cannot_be_asked_of_a_message_is_refused(wrong, message):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    with pytest.raises(sim.ScenarioError, match=message):
        sim.ChangeMessageVisibility(**wrong)


def test_the_story_says_that_the_message_is_visible_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    failing = changing(poison_share=1, failure_visibility_timeout=10)
    story = str(poll(failing, jobs(300, most=2)).story(0))
    assert "The visibility timeout has ended" in story
    assert "stays hidden for another 20 s" in story


# Laws


CHANGES = st.none() | st.builds(
    sim.ChangeMessageVisibility,
    heartbeat_seconds=st.none() | st.integers(1, 20),
    heartbeat_visibility_timeout=st.integers(0, 40),
    failure_visibility_timeout=st.none() | st.integers(0, 40),
    failure_backoff_rate=st.integers(1, 3),
)


@st.composite
def queues_in_trouble(draw):
    """Runs of a small queue: short visibility, throttles, failures, changes by the handler."""
    function = worker(
        draw(st.integers(0, 30)),
        draw(st.integers(1, 40)),
        draw(st.none() | st.integers(0, 8)),
        error_rate=draw(st.sampled_from([0, 0.3, 1])),
        change_message_visibility=draw(CHANGES),
    )
    is_fifo = draw(st.booleans())
    queue = jobs(
        draw(st.integers(5, 40)), draw(st.integers(1, 4)), fifo_queue=is_fifo
    )
    instants = sorted(draw(st.lists(st.integers(0, 60), max_size=30)))
    return poll(
        function,
        queue,
        instants=instants,
        keys=[number % 3 for number in range(len(instants))],
        batch_size=draw(st.integers(1, 10)),
        **draw(st.sampled_from([{}, REPORTS, {"pollers": 3}])),
    )


@SHORT
@given(queues_in_trouble())
def test_each_receive_is_counted_and_no_message_vanishes(run):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    most = run.scenario.queue("jobs").redrive_policy.max_receive_count
    table = run.deliveries
    assert {*table.fate} <= {"succeeded", "dead-lettered"}
    assert (table.runs <= table.receives).all()
    assert (table.receives <= most).all()
    given_up = table[table.fate == "dead-lettered"]
    assert (given_up.receives == most).all()
    waits = run.spans[run.spans.stage == "queue"]
    received = waits.groupby("delivery").attempt.nunique()
    counted = table.set_index("delivery").receives
    assert received.reindex(counted.index).equals(counted.astype("int64"))


@SHORT
@given(queues_in_trouble())
def test_what_nobody_changes_is_received_again_a_visibility_timeout_later(run):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    function = run.scenario.function("worker")
    if function.behaviour.change_message_visibility is not None:
        return
    hidden = run.scenario.queue("jobs").visibility_timeout
    waits = run.spans[run.spans.stage == "queue"]
    first = waits.groupby(["delivery", "attempt"]).end_s.min()
    apart = first.groupby("delivery").diff().dropna()
    assert (apart >= hidden - 1e-6).all()
