"""Order, as the work was done.

Whose handler first succeeded after that of a later event with the same key.
"""

import sim
from tests.support.queues import jobs, poll, seed_for, worker


def first_one_fails(keys, **queue) -> sim.Run:
    """Three messages, five seconds apart; only the first one's first run fails."""
    function = worker(error_rate=0.3)
    seed = seed_for(function, [True, False, False], [False, False, False])
    run = poll(
        function, jobs(30, **queue), instants=[0, 5, 10], keys=keys, seed=seed
    )
    assert run.deliveries.fate.eq("succeeded").all()
    return run


def test_an_event_that_is_tried_again_is_overtaken_by_a_later_one_with_its_key():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html"""
    assert first_one_fails([4, 7, 4]).overtaken.event.tolist() == [0]


def test_an_event_with_another_key_overtakes_nobody():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html"""
    assert first_one_fails([4, 7, 8]).overtaken.empty


def test_in_a_fifo_queue_nobody_is_overtaken():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    assert first_one_fails([4, 7, 4], fifo_queue=True).overtaken.empty
