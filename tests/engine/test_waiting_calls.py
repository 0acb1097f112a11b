"""Stories of handlers that call functions and wait: spans, time-outs, SDKs, errors, loops, cost."""

import pytest
from hypothesis import strategies as st

import sim
from tests.support.laws import law
from tests.support.stories import delivery_of, function, spans_of

SYNC = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"
AT_ONCE_AGAIN = sim.Caller(max_attempts=3, read_timeout=60)


def calling(*names, **settings):
    """Calls of these functions, in this order."""
    return tuple(sim.Output(to=f"call-{name}", **settings) for name in names)


def chain(*functions, at=(0,), kinds=None, more=(), seconds=1000, **settings):
    """Functions with a trigger for each; the first is called at these instants."""
    kinds = {} if kinds is None else kinds
    triggers = [
        sim.trigger(
            kinds.get(one.name, "invoke"),
            function=one.name,
            name=f"call-{one.name}",
        )
        for one in functions
    ]
    first = triggers[0].name if not more else more[0].entry
    return sim.Scenario(
        functions=functions,
        triggers=[*triggers, *more],
        traffic=[sim.Traffic(into=first, arrivals=sim.Recorded(at))],
        seconds=seconds,
        **settings,
    )


def run_of(*functions, drain=True, **settings):
    return sim.simulate(chain(*functions, **settings), drain=drain)


def calls_of(run, event=0):
    """The calls of dependencies and functions by one event: what is called, from, to, outcome."""
    spans = run.spans[(run.spans.event == event) & (run.spans.stage == "call")]
    columns = ["resource", "start_s", "end_s", "outcome"]
    return list(spans[columns].itertuples(index=False, name=None))


def test_a_handler_that_calls_a_function_waits_for_its_answer():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = run_of(
        function("a", 0.1, init=0.1, timeout=300, sends=calling("b")),
        function("b", 20, init=0.1, timeout=60),
    )
    assert spans_of(run, 0) == [
        ("init", 0, 0.1, ""),
        ("call", 0.2, 20.3, "succeeded"),
        ("handler", 0.1, 20.3, "succeeded"),
    ] or spans_of(run, 0) == [
        ("init", 0, 0.1, ""),
        ("handler", 0.1, 20.3, "succeeded"),
        ("call", 0.2, 20.3, "succeeded"),
    ]
    assert calls_of(run) == [("call-b", 0.2, 20.3, "succeeded")]
    assert spans_of(run, 1) == [
        ("init", 0.2, 0.3, ""),
        ("handler", 0.3, 20.3, "succeeded"),
    ]
    assert run.deliveries.told.tolist() == ["200", "200"]
    assert "waits for 20.1 s" in run.story(0)


def test_the_wait_is_billed():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = run_of(
        function("a", 0.5, memory_size=1024, timeout=300, sends=calling("b")),
        function("b", 20, memory_size=1024, timeout=60),
    )
    bill = run.cost().set_index("item").quantity
    assert bill["Lambda duration (x86_64)"] == pytest.approx(20.5 + 20)
    assert bill["Lambda requests"] == 2


def test_calls_follow_the_handlers_own_work_one_after_another():
    """The order is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    of_b, of_c = calling("b", per_event=2) + calling("c")
    run = run_of(
        function("a", 1, timeout=60, sends=(of_b, of_c)),
        function("b", 2),
        function("c", 3),
    )
    assert calls_of(run) == [
        ("call-b", 1, 3, "succeeded"),
        ("call-b", 3, 5, "succeeded"),
        ("call-c", 5, 8, "succeeded"),
    ]
    assert delivery_of(run, 0, "latency_s") == (8,)


def test_what_is_sent_before_a_call_leaves_before_it_and_stays_sent():
    """The order is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    before, after = sim.Output(to="before"), sim.Output(to="after")
    run = run_of(
        function("a", 1, timeout=60, sends=(before, *calling("b"), after)),
        function("b", 2, error_rate=1.0),
        function("c"),
        more=[
            sim.trigger("invoke", function="a", name="in"),
            sim.trigger("invoke_event", function="c", name="before"),
            sim.trigger("invoke_event", function="c", name="after"),
        ],
    )
    assert run.deliveries.trigger.tolist() == ["in", "before", "call-b"]
    assert run.deliveries.arrived_s.tolist() == [0, 1, 1]
    assert run.deliveries.fate.tolist() == ["failed", "succeeded", "failed"]


def test_a_caller_that_times_out_leaves_the_called_function_working():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    run = run_of(
        function("a", 1, timeout=10, sends=calling("b", "c")),
        function("b", 20, timeout=60),
        function("c"),
    )
    assert calls_of(run) == [("call-b", 1, 10, "timeout")]
    assert delivery_of(run, 0, "fate", "latency_s") == ("failed", 10)
    assert spans_of(run, 1) == [("handler", 1, 21, "succeeded")]
    assert delivery_of(run, 1, "told", "told_s", "successes") == (
        "caller timed out",
        10,
        1,
    )
    assert len(run.deliveries) == 2
    assert "nobody hears it" in run.story(1)


def test_an_answer_at_the_very_instant_of_the_timeout_is_in_time():
    """A choice, as for a run: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    run = run_of(
        function("a", 1, timeout=10, sends=calling("b")),
        function("b", 9, timeout=60),
    )
    assert delivery_of(run, 0, "fate", "latency_s") == ("succeeded", 10)


def test_the_sdk_of_a_caller_calls_again_after_its_read_timeout():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = run_of(
        function("a", 1, timeout=900, sends=calling("b", caller=AT_ONCE_AGAIN)),
        function("b", 100, timeout=300),
    )
    assert spans_of(run, 1) == [
        ("handler", 1, 101, "succeeded"),
        ("handler", 61, 161, "succeeded"),
        ("handler", 121, 221, "succeeded"),
    ]
    assert calls_of(run) == [("call-b", 1, 181, "failed")]
    assert delivery_of(run, 0, "fate", "latency_s") == ("failed", 181)
    assert delivery_of(run, 1, "told") == ("ReadTimeoutError",)


def test_by_default_the_sdk_has_three_attempts_of_sixty_seconds():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = run_of(
        function("a", 0, timeout=900, sends=calling("b")),
        function("b", 100, timeout=300),
    )
    assert delivery_of(run, 1, "runs", "successes") == (3, 3)
    assert 180 < delivery_of(run, 0, "latency_s")[0] < 180.15


@pytest.mark.parametrize(
    ("on_error", "fate", "sent"),
    [("raise", "failed", 0), ("ignore", "succeeded", 1)],
)
def test_a_function_error_is_no_error_for_the_sdk_but_the_handler_may_raise_it(
    on_error, fate, sent
):
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    outputs = (
        *calling("b", on_error=on_error),
        *calling("c"),
        sim.Output(to="done"),
    )
    run = run_of(
        function("a", 1, timeout=60, sends=outputs),
        function("b", 2, error_rate=1.0),
        function("c", 4, timeout=60),
        queues=[sim.Queue(name="done")],
    )
    table = run.deliveries.set_index("function")
    assert table.loc["b", ["runs", "told"]].tolist() == [1, "200 FunctionError"]
    assert table.loc["a", "fate"] == fate
    assert ("c" in table.index) == bool(sent)
    assert len(run.trace.children) == 1 + 2 * sent
    assert run.deliveries.latency_s[0] == (7 if sent else 3)


def test_a_throttled_call_is_sent_again_by_the_sdk_until_its_attempts_are_used_up():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = run_of(
        function("a", 1, timeout=60, sends=calling("b")),
        function("b", reserved_concurrent_executions=0),
    )
    assert delivery_of(run, 1, "fate", "throttles") == ("rejected", 3)
    waited = delivery_of(run, 1, "latency_s")[0]
    assert 0 < waited < 1 + 2
    assert delivery_of(run, 0, "fate", "latency_s") == ("failed", 1 + waited)


def test_a_caller_that_times_out_ends_the_back_off_of_its_sdk():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    client = sim.Caller(retry_mode="standard", max_attempts=10)
    run = run_of(
        function("a", 1, timeout=4, sends=calling("b", caller=client)),
        function("b", reserved_concurrent_executions=0),
    )
    assert delivery_of(run, 0, "fate", "latency_s") == ("failed", 4)
    assert delivery_of(run, 1, "told", "told_s") == ("caller timed out", 4)
    assert run.spans.end_s.max() == 4
    assert "calls again. " not in run.story(1).splitlines()[-3]


def test_a_front_door_ends_the_wait_and_a_client_over_http_calls_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"""
    run = run_of(
        function("a", 1, timeout=60, sends=calling("b")),
        function("b", 40, timeout=60),
        kinds={"b": "apigw_rest"},
    )
    assert delivery_of(run, 1, "told", "runs") == ("504 Gateway Timeout", 1)
    assert delivery_of(run, 0, "fate", "latency_s") == ("failed", 30)


def test_a_waiting_caller_holds_its_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = run_of(
        function(
            "a",
            1,
            timeout=60,
            reserved_concurrent_executions=1,
            sends=calling("b"),
        ),
        function("b", 20, timeout=60),
        at=(0, 20.999999, 21),
    )
    assert run.deliveries.fate[:3].tolist() == [
        "succeeded",
        "rejected",
        "succeeded",
    ]


def test_two_functions_that_wait_for_each_other_end_with_their_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    one = {"reserved_concurrent_executions": 1, "timeout": 60}
    client = sim.Caller()
    run = run_of(
        function("a", 1, sends=calling("b", caller=client), **one),
        function("b", 1, sends=calling("a", caller=client), **one),
    )
    assert run.deliveries.fate.tolist() == ["failed", "failed", "rejected"]
    assert run.deliveries.latency_s.tolist() == [2, 1, 0]


def test_a_loop_of_waiting_functions_is_stopped_after_sixteen_runs():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    run = run_of(
        function("a", 1, timeout=600, sends=calling("b")),
        function("b", 1, timeout=600, sends=calling("a")),
    )
    table = run.deliveries
    assert table.told.iloc[-1] == "400 RecursiveInvocationException"
    assert table.runs.sum() == 32
    assert set(table.fate) == {"failed"}
    assert table.latency_s.iloc[0] == 32


def test_a_loop_of_waiting_functions_is_left_by_their_timeouts():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    run = run_of(
        function("a", 1, timeout=4, sends=calling("b")),
        function("b", 1, timeout=3, sends=calling("a")),
    )
    assert delivery_of(run, 0, "latency_s") == (4,)
    assert run.spans.end_s.max() < 40
    assert (run.deliveries.fate == "failed").all()


def test_each_record_of_a_batch_has_its_own_calls():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    mapping = sim.trigger(
        "sqs_standard",
        function="a",
        source="q",
        batch_size=3,
        maximum_batching_window_in_seconds=1,
        latency=0,
        function_response_types=("ReportBatchItemFailures",),
    )
    poison = function("b", 2, error_rate=1.0)
    for called, fate in (
        (function("b", 2), "succeeded"),
        (poison, "in flight"),
    ):
        run = run_of(
            function("a", 1, timeout=20, sends=calling("b")),
            called,
            at=(0, 0, 0),
            more=[mapping],
            queues=[sim.Queue(name="q", visibility_timeout=900)],
            drain=False,
            seconds=100,
        )
        handled = run.spans[run.spans.resource == "a"]
        handled = handled[handled.stage == "handler"]
        assert handled.start_s.tolist() == [0, 3, 6]
        assert handled.end_s.tolist() == [3, 6, 9]
        mine = run.deliveries[run.deliveries.function == "a"]
        assert set(mine.fate) == {fate}
    assert calls_of(run, 1) == [("call-b", 4, 6, "failed")]


def test_an_idempotent_handler_calls_once():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    run = run_of(
        function(
            "a",
            1,
            timeout=20,
            idempotency=sim.Idempotency(),
            sends=calling("b"),
        ),
        function("b", 1),
        more=[sim.trigger("invoke_event", function="a", name="e")],
        choices=sim.Choices(duplicate_share=1.0, first_dispatch_seconds=0),
    )
    table = run.deliveries.set_index("function")
    assert table.loc["a", "runs"] == 2
    assert table.index.tolist() == ["a", "b"]


def test_the_clients_of_environments_have_retry_quotas_of_their_own():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    ignoring = calling("b", per_event=60, on_error="ignore")
    run = run_of(
        function("a", 1, timeout=900, sends=ignoring),
        function("b", reserved_concurrent_executions=0),
        at=(0, 0),
    )
    called = run.deliveries[run.deliveries.function == "b"]
    # 500 tokens, 5 a retry: 50 calls with three attempts, in each of two environments
    for parent in (0, 1):
        throttles = called.throttles[called.parent == parent].tolist()
        assert throttles == [3] * 50 + [1] * 10


def test_what_still_waits_at_the_end_is_in_flight():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = run_of(
        function("a", 1, timeout=60, sends=calling("b")),
        function("b", 20, timeout=60),
        seconds=10,
        drain=False,
    )
    assert run.deliveries.fate.tolist() == ["in flight", "in flight"]
    assert "waits for the answer." in run.story(0)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            sim.Output(to="q", on_error="ignore"),
            "has on_error, but nobody waits",
        ),
        (
            sim.Output(to="q", caller=sim.Caller()),
            "has caller, but nobody waits",
        ),
        (
            sim.Output(to="call-b", caller=sim.Caller(clients=2)),
            "has 2 clients, but each execution environment",
        ),
    ],
)
def test_settings_of_a_call_that_do_nothing_are_refused(output, words):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    with pytest.raises(sim.ScenarioError, match=words):
        chain(
            function("a", sends=(output,)),
            function("b"),
            queues=[sim.Queue(name="q")],
        )


def test_a_call_survives_json():
    """The scenario and its JSON give the same run."""
    output = calling("b", on_error="ignore", caller=AT_ONCE_AGAIN)
    scenario = chain(
        function("a", 1, timeout=60, sends=output),
        function("b", 2, error_rate=1.0),
    )
    again = sim.Scenario.model_validate_json(scenario.model_dump_json())
    assert again == scenario
    pairs = zip(
        sim.simulate(scenario).spans.itertuples(),
        sim.simulate(again).spans.itertuples(),
        strict=True,
    )
    assert all(one == other for one, other in pairs)


@st.composite
def callers(draw):
    """Chains of functions that wait for the next: with errors, throttles, short timeouts."""
    count = draw(st.integers(2, 4))
    names = "abcd"[:count]
    functions = []
    for name, following in zip(names, [*names[1:], None], strict=True):
        output = {
            "per_event": draw(st.sampled_from([1, 1, 2, 0.5])),
            "on_error": draw(st.sampled_from(["raise", "ignore"])),
            "caller": draw(
                st.sampled_from(
                    [None, sim.Caller(max_attempts=2, read_timeout=2.5)]
                )
            ),
        }
        functions.append(
            function(
                name,
                draw(st.sampled_from([0, 0.5, 2, 3])),
                init=draw(st.sampled_from([0, 1])),
                timeout=draw(st.sampled_from([2, 5, 30])),
                error_rate=draw(st.sampled_from([0, 0, 0.3])),
                reserved_concurrent_executions=draw(
                    st.sampled_from([None, None, 1, 3])
                ),
                sends=() if following is None else calling(following, **output),
            )
        )
    at = draw(st.lists(st.integers(0, 9), min_size=1, max_size=8).map(sorted))
    kind = draw(st.sampled_from(["invoke", "apigw_http", "function_url"]))
    return chain(*functions, at=at, kinds={names[1]: kind})


@law(callers(), st.integers(1, 99))
def test_a_waiting_caller_ends_after_whom_it_waits_for(scenario, seed):
    """Unless it times out, or its client gives up: then that is what it has been told."""
    run = sim.simulate(scenario, seed)
    handlers = run.spans[run.spans.stage == "handler"]
    waits = run.spans[run.spans.stage == "call"]
    table = run.deliveries.set_index("delivery")
    unread = {
        answer.delivery
        for answer in run.trace.earlier_answers
        if run.trace.answers[answer.told] == "ReadTimeoutError"
    }
    unread.update(table.index[table.told == "ReadTimeoutError"])
    caller_of = dict(zip(table.event, table.index, strict=True))
    called = []
    for child in table[table.parent >= 0].itertuples():
        ending = "succeeded" if child.fate == "succeeded" else "failed"
        if child.told == "caller timed out":
            ending = "timeout"
        caller = caller_of[child.parent]
        called.append((caller, child.arrived_s, child.settled_s, ending))
        last = handlers[handlers.delivery == child.Index].end_s.max()
        if child.told != "caller timed out" and child.Index not in unread:
            door = child.kind == "apigw_http" and child.latency_s >= 30
            assert child.runs == 0 or last <= child.settled_s or door
    columns = ["delivery", "start_s", "end_s", "outcome"]
    waited = waits[columns].itertuples(index=False, name=None)
    assert sorted(waited) == sorted(called)
    assert (table.fate != "in flight").all()
    for event in table.event:
        assert run.story(int(event))
