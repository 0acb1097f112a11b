"""What lesson 01 tells: four callers in one bad hour, three clocks, and a retry storm."""

import pytest

import sim
from tests.support.lessons import names_of
from tests.support.told import told_by, walked_in

LESSON = "01-synchronous.ipynb"


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    return names_of(LESSON)


def test_the_lesson_walks_through_four_callers_and_tells_of_each():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    kinds = walked_in(LESSON)
    assert set(names_of(LESSON)["stacks"]) == kinds
    told_by(LESSON, *(f"({kind})" for kind in kinds))


@pytest.mark.slow
def test_the_bad_hour_has_one_order_of_each_sort(names):
    """One is delivered, one fails, one is stopped by the function's timeout, one is throttled."""
    assert names["runs"].keys() == walked_in(LESSON)
    for kind, run in names["runs"].items():
        first = run.attempts.groupby("event").outcome.first().tolist()
        assert first == [
            "succeeded",
            "failed",
            "timeout",
            "ReservedFunctionConcurrentInvocationLimitExceeded",
        ], kind


@pytest.mark.slow
def test_the_lesson_tells_who_tries_again_in_its_bad_hour(names):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    last = {kind: run.deliveries.loc[3] for kind, run in names["runs"].items()}
    words = {3: "three times in all", 6: "tried order 3 six times"}
    told_by(LESSON, words[last["invoke"].throttles])
    workflow = last["sfn_sync"]
    told_by(LESSON, words[workflow.runs + workflow.throttles])
    assert workflow.end == "delivered"
    assert (
        last["apigw_rest"].throttles == last["cognito_trigger"].throttles == 1
    )


@pytest.mark.slow
def test_the_lesson_tells_the_numbers_of_its_retry_storm(names):
    """Whoever changes how clients retry learns here that the lesson must be read again."""
    storm = sim.compare(names["outcomes"])
    more = storm["at once"].throttles - storm["never"].throttles
    done = {name: storm[name].delivered for name in storm}
    assert done["at once"] == done["never"]
    told_by(
        LESSON,
        f"makes {more} more of them than never and does not deliver one order more: "
        f"{done['never']} of {storm['never'].journeys}",
        f"Legacy waits between its tries and delivers {done['legacy']}",
        f"with {storm['standard'].throttles} throttles, and delivers {done['standard']}",
    )
    assert storm.loc["throttles"].drop("never").idxmin() == "standard"


@pytest.mark.slow
def test_a_client_that_hangs_up_delivers_fewer_orders_than_one_that_never_tries_again(
    names,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    hasty = sim.Caller(max_attempts=10, read_timeout=2)
    adaptive = sim.Caller(retry_mode="adaptive")
    found = sim.compare(
        sim.simulate(
            {
                name: names["busy"].with_setting("traffic.*.caller", caller)
                for name, caller in (("hasty", hasty), ("adaptive", adaptive))
            },
            seed=1,
        )
    )
    never = names["outcomes"]["never"].summary()
    assert found["hasty"].delivered < never.delivered
    assert found["adaptive"].delivered == never.journeys


@pytest.mark.slow
def test_the_panel_s_second_question_has_the_answer_that_the_fold_tells(names):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    path = "functions.*.reserved_concurrent_executions"
    told = {
        reserved: sim.simulate(
            names["storms"]["legacy"].with_setting(path, reserved), seed=1
        )
        .summary()
        .told
        for reserved in range(18, 24)
    }
    first = min(reserved for reserved, count in told.items() if not count)
    told_by(LESSON, f"From {first} on.")


@pytest.mark.slow
def test_one_call_runs_the_report_three_times(names):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    reports = names["run"] if "reports" in names else None
    assert reports is not None
    runs = sim.simulate(names["reports"], seed=1).deliveries
    assert (len(runs), runs.runs.sum()) == (4, 12)
    told_by(LESSON, "Four calls made twelve runs")
    assert (runs.end == "told").all()


@pytest.mark.slow
def test_only_the_functions_own_clock_stops_its_work(names):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    worked = {
        who: run.attempts.handler_s.sum() for who, run in names["rung"].items()
    }
    assert worked == {
        "nobody": 20,
        "client, 5 s": 20,
        "API, 10 s": 20,
        "function, 10 s": 10,
    }


@pytest.mark.slow
def test_erlang_s_share_is_every_fifth_order(names):
    """https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_B_formula"""
    assert round(1 / sim.theory.erlang_b(load=4, servers=5)) == 5
    told_by(LESSON, "refuses every fifth order")
