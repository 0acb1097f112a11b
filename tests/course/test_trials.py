"""The same orders through every kind of trigger become what the catalogue says."""

import pytest

import sim
from sim.course.trial_systems import STORE, TRIES, TROUBLES
from sim.scenario.source_kinds import ONLY, QUEUES
from sim.scenario.subscriber import SUBSCRIBERS
from sim.scenario.trigger_catalogue import catalogue

ROWS = catalogue()
KEEPS = {
    kind
    for kind, row in ROWS.items()
    if row.model == "asynchronous"
    or kind in (*ONLY["on_failure"], *QUEUES, *SUBSCRIBERS)
}


@pytest.fixture(scope="module")
def outcomes():
    return {trouble: sim.course.trials(trouble) for trouble in TROUBLES}


def told(table) -> dict[str, str]:
    return table.told[table.fate.isin(["failed", "rejected"])].to_dict()


def test_every_kind_gets_the_same_orders():
    runs = [
        sim.simulate(sim.course.trial(kind))
        for kind in ("invoke", "sns", "sqs_fifo", "kinesis", "stripe_webhook")
    ]
    for run in runs:
        assert len(run.workload.time) == 12
        assert (run.workload.time == runs[0].workload.time).all()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_kind_has_its_row_in_every_trouble(outcomes, trouble):
    assert outcomes[trouble].index.to_list() == list(ROWS)
    assert set(outcomes[trouble].model) == {
        "synchronous",
        "asynchronous",
        "polling",
    }


def test_what_fails_again_and_again_is_kept_where_the_kind_can_keep_it(
    outcomes,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    stores = outcomes["always fails"].stores
    assert set(stores.index[stores == STORE]) == KEEPS
    assert stores["firehose"] == "processing-failed/"


def test_without_a_failure_store_an_asynchronous_event_is_lost():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    failing = sim.course.trial("sns", failure_store=False).with_setting(
        "functions.worker.behaviour.error_rate", 1.0
    )
    deliveries = sim.simulate(failing).deliveries
    assert set(deliveries.fate) == {"dropped"}
    assert set(deliveries.runs) == {TRIES}


def test_callers_are_told_of_a_failed_run_as_the_catalogue_says(outcomes):
    answers = told(outcomes["always fails"])
    assert answers == {kind: ROWS[kind].told_on_error for kind in answers}
    assert len(answers) > 15


def test_callers_are_told_of_a_throttle_as_the_catalogue_says(outcomes):
    answers = told(outcomes["throttled"])
    assert answers == {kind: ROWS[kind].told_on_throttle for kind in answers}
    assert len(answers) > 15


def test_who_waits_less_than_40_s_is_told_of_the_limit_though_the_work_is_done(
    outcomes,
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""
    slow = outcomes["takes 40 s"]
    answers = told(slow)
    impatient = {
        kind
        for kind, row in ROWS.items()
        if row.model == "synchronous"
        and row.wait_limit_seconds is not None
        and row.wait_limit_seconds < 40
        and kind not in SUBSCRIBERS  # they call again, and keep it in the end
    }
    assert answers.keys() == impatient
    for kind in impatient:
        order = slow.loc[kind]
        calls = 3 if kind == "cognito_trigger" else 1
        assert order.latency_s == calls * ROWS[kind].wait_limit_seconds
        assert order.successes == calls
        assert order.told in (
            ROWS[kind].told_on_limit,
            ROWS[kind].told_on_function_timeout,
        )


def test_who_delivers_although_lambda_was_down_has_waited_for_it(outcomes):
    down = outcomes["Lambda is down"]
    (outage,) = TROUBLES["Lambda is down"]["outages"]
    delivered = down[down.fate == "succeeded"]
    assert (delivered.latency_s > outage.seconds).all()
    assert {"sns", "eventbridge_rule", "kinesis", "stripe_webhook"} <= set(
        delivered.index
    )


def test_an_unknown_trouble_is_a_sentence():
    with pytest.raises(
        sim.ScenarioError,
        match="no trouble 'rain'; choose always fails, throttled",
    ):
        sim.course.trials("rain")
