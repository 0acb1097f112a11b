"""Services that wait for a function which has several events in one call, or a whole job."""

import pytest

import sim

KB = 1.0


def transform(at=(0,), payload_kb=KB, stream=None, seconds=300, **behaviour):
    """Records that Data Firehose has a function transform, which works 1 s on each."""
    settings = {"handler": sim.Constant(1), "init": sim.Constant(0)}
    return sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f",
                    timeout=60,
                    behaviour=sim.Behaviour(**{**settings, **behaviour}),
                )
            ],
            triggers=[sim.trigger("firehose", "f", name="h", **(stream or {}))],
            traffic=[
                sim.Traffic(
                    into="h",
                    arrivals=sim.Recorded(instants=at),
                    payload_kb=payload_kb,
                )
            ],
            seconds=seconds,
        ),
        seed=1,
    )


def batches(run):
    """When each invocation began, and with how many records."""
    tries = run.attempts
    return [
        (float(group.start_s.min()), len(group))
        for _, group in tries.groupby(
            tries.invocation.where(tries.invocation >= 0, -1 - tries.delivery),
            sort=False,
        )
    ]


def test_firehose_gathers_records_for_60_seconds_by_default():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    assert batches(transform(at=(0, 10, 59, 61))) == [(60, 3), (121, 1)]


def test_firehose_gathers_1_mb_at_most_by_default():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    assert batches(transform(at=(0, 1, 2), payload_kb=512)) == [(1, 2), (62, 1)]
    # the third record does not fit into the buffer of the first two
    run = transform(at=(0, 1, 2), payload_kb=400)
    assert batches(run) == [(2, 2), (62, 1)]


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"buffer_interval_in_seconds": 5}, [(5, 2), (13, 1)]),
        ({"buffer_interval_in_seconds": 0}, [(0, 1), (1, 1), (8, 1)]),
        ({"buffer_size_in_mbs": 0.2}, [(0, 1), (1, 1), (8, 1)]),
        ({"buffer_size_in_mbs": 3}, [(60, 3)]),
    ],
)
def test_the_buffering_hints_say_when_a_batch_goes_off(hints, expected):
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    assert batches(transform((0, 1, 8), 205, hints)) == expected


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("buffer_size_in_mbs", 0.1, "0.2 to 3"),
        ("buffer_size_in_mbs", 4, "0.2 to 3"),
        ("buffer_interval_in_seconds", 901, "0 to 900"),
    ],
)
def test_buffering_hints_have_firehoses_range(name, value, allowed):
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    with pytest.raises(sim.ScenarioError, match=allowed) as refusal:
        sim.trigger("firehose", "f", **{name: value})
    assert "/firehose/latest/dev/data-transformation.html" in str(refusal.value)
    with pytest.raises(sim.ScenarioError, match="a setting of Data Firehose"):
        sim.trigger("alb", "f", **{name: 1})


def test_a_failed_run_is_repeated_with_the_whole_batch_which_then_is_skipped():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    run = transform(at=(0, 1, 2), poison_share=0.5)
    assert run.deliveries.runs.max() == 4
    assert len(batches(run)) == 4
    fates = run.deliveries[["fate", "stores", "told"]].drop_duplicates()
    assert fates.to_numpy().tolist() == [
        ["dead-lettered", "processing-failed/", "Lambda.FunctionError"]
    ]


def test_each_record_of_a_batch_has_a_result_of_its_own():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    run = transform(
        at=tuple(range(8)), poison_share=0.5, batch_response="failed items"
    )
    assert batches(run) == [(60, 8)]
    told = dict(zip(run.deliveries.told, run.deliveries.fate, strict=True))
    assert told == {
        "Ok": "succeeded",
        "Lambda.ProcessingFailedStatus": "dead-lettered",
    }
    wrong = run.deliveries[run.deliveries.fate == "dead-lettered"]
    assert set(wrong.stores) == {"processing-failed/"}
    assert set(wrong.side_effects) == {0}


def test_a_record_that_the_answer_does_not_name_has_failed():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    run = transform(at=(0, 1), poison_share=1, batch_response="empty list")
    assert set(run.deliveries.told) == {"Lambda.ProcessingFailedStatus"}


def test_a_dropped_record_is_delivered_nowhere_and_is_no_failure():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html"""
    run = transform(at=tuple(range(8)), filtered_share=0.5)
    assert batches(run) == [(60, 8)]
    said = run.deliveries[["told", "fate", "end"]].drop_duplicates()
    assert sorted(said.to_numpy().tolist()) == [
        ["Dropped", "succeeded", "filtered"],
        ["Ok", "succeeded", "delivered"],
    ]
    summary = run.summary()
    dropped = run.deliveries[run.deliveries.told == "Dropped"]
    assert summary.filtered == len(dropped)
    assert set(dropped.stores) == {""}
    story = str(run.story(int(dropped.event.iloc[0])))
    assert "is told Dropped: it delivers the record nowhere" in story


@pytest.mark.parametrize("interval", [0, 60])
def test_what_a_handler_drops_is_the_same_in_every_batch(interval):
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html"""
    hints = {"buffer_interval_in_seconds": interval}
    run = transform(tuple(range(8)), stream=hints, filtered_share=0.5)
    together = transform(tuple(range(8)), filtered_share=0.5)
    assert run.deliveries.told.equals(together.deliveries.told)


def test_a_record_on_which_the_handler_fails_is_not_dropped():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html"""
    run = transform(
        error_rate=1, filtered_share=1, batch_response="failed items"
    )
    assert run.deliveries.end.tolist() == ["parked"]


def test_the_story_of_each_record_tells_of_its_buffer_and_its_batch():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    run = transform(at=(0, 10, 20), error_rate=1)
    stories = [str(run.story(event)) for event in range(3)]
    assert "waits 60 s in the buffer" in stories[0]
    assert "waits 50 s in the buffer" in stories[1]
    assert "not reached" in stories[2]


def test_what_is_in_the_buffer_when_the_simulation_ends_is_in_flight():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""
    scenario = transform().scenario
    run = sim.simulate(scenario.replace(seconds=30), seed=1, drain=False)
    assert run.deliveries.fate.tolist() == ["in flight"]
    assert run.spans.end_s.tolist() == [30]


def test_a_delivery_stream_is_written_and_read_with_its_buffering_hints():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-kinesisfirehose-deliverystream-processorparameter.html"""
    hints = {"buffer_size_in_mbs": 0.5, "buffer_interval_in_seconds": 90}
    scenario = transform(stream=hints).scenario
    again = sim.read_template(sim.write_template(scenario)).scenario
    (stream,) = again.triggers
    assert (stream.buffer_size_in_mbs, stream.buffer_interval_in_seconds) == (
        0.5,
        90,
    )
    python = sim.write_template(scenario, to="cdk-python")
    assert "buffer_size=Size.mebibytes(0.5)" in python
    assert "buffer_interval=Duration.seconds(90)" in python


def job(tasks, **behaviour):
    """A job of S3 Batch Operations, a task every 10 ms."""
    settings = {"handler": sim.Constant(0), "init": sim.Constant(0)}
    return sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f",
                    behaviour=sim.Behaviour(**{**settings, **behaviour}),
                )
            ],
            triggers=[sim.trigger("s3_batch", "f", name="job")],
            traffic=[
                sim.Traffic(
                    into="job",
                    arrivals=sim.Recorded(
                        instants=tuple(n / 100 for n in range(tasks))
                    ),
                )
            ],
            seconds=60,
        ),
        seed=1,
    )


def test_a_job_runs_each_object_as_a_task_of_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-s3-batch.html"""
    run = job(20)
    assert len(run.attempts) == 20
    assert set(run.attempts.invocation) == {-1}


def test_a_job_fails_once_more_than_half_of_over_a_thousand_tasks_have_failed():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html"""
    run = job(1200, error_rate=0.6)
    not_run = run.deliveries[run.deliveries.told == "job failed"]
    assert not_run.event.tolist() == list(range(1001, 1200))
    assert set(not_run.fate) == {"rejected"}
    assert run.deliveries.runs.sum() == 1001


@pytest.mark.parametrize(("tasks", "share"), [(1200, 0.4), (900, 1.0)])
def test_a_job_goes_on_with_half_of_its_tasks_failed_or_few_attempted(
    tasks, share
):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html"""
    assert job(tasks, error_rate=share).deliveries.runs.sum() == tasks


def test_a_task_that_is_answered_temporary_failure_is_redriven():
    """Three times is a choice: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html"""
    run = job(1, error_rate=1, batch_response="failed items")
    assert run.deliveries[["runs", "told", "fate"]].to_numpy().tolist() == [
        [4, "TemporaryFailure", "failed"]
    ]
    assert "answers TemporaryFailure" in str(run.story(0))
    raised = job(1, error_rate=1)
    assert raised.deliveries.runs.tolist() == [1]
