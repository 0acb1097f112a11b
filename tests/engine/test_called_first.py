"""A function that is called before another one: a Lambda authorizer, a pipe's enrichment."""

import pytest

import sim

REST = ("apigw_rest", "authorizer_rest")
HTTP = ("apigw_http", "authorizer_http")


def function(name, handler, **settings):
    behaviour = {
        key: settings.pop(key)
        for key in ("error_rate", "filtered_share")
        if key in settings
    }
    return sim.Function(
        name=name,
        timeout=60,
        behaviour=sim.Behaviour(
            handler=sim.Constant(handler), init=sim.Constant(0), **behaviour
        ),
        **settings,
    )


def behind(
    kinds=REST, at=(0,), door=None, shop=None, api=None, asked=None, **traffic
):
    """Requests to an API whose authorizer works for 1 s and whose function works for 2 s."""
    api_kind, kind = kinds
    caller = traffic.pop("caller", sim.Caller())
    seconds = traffic.pop("seconds", 600)
    return sim.simulate(
        sim.Scenario(
            functions=[
                function("door", **{"handler": 1, **(door or {})}),
                function("shop", **{"handler": 2, **(shop or {})}),
            ],
            triggers=[
                sim.trigger(kind, "door", name="Door", **(asked or {})),
                sim.trigger(
                    api_kind,
                    "shop",
                    name="Api",
                    authorizer="Door",
                    **(api or {}),
                ),
            ],
            traffic=[
                sim.Traffic(
                    into="Api",
                    arrivals=sim.Recorded(instants=at),
                    caller=caller,
                    **traffic,
                )
            ],
            seconds=seconds,
        ),
        seed=1,
    )


def told(run):
    """What the API's clients were told, and when."""
    mine = run.deliveries[run.deliveries.trigger == "Api"]
    return list(zip(mine.told, mine.told_s, strict=True))


def runs(run, name):
    mine = run.deliveries[run.deliveries.function == name]
    return int(mine.runs.sum())


@pytest.mark.parametrize("kinds", [REST, HTTP])
def test_the_authorizer_works_before_the_apis_function_in_one_requests_time(
    kinds,
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    run = behind(kinds)
    assert told(run) == [("200", 3)]
    starts = run.attempts.sort_values("start_s")
    assert starts.start_s.tolist() == [0, 1]
    assert runs(run, "door") == runs(run, "shop") == 1


def test_a_rest_api_keeps_an_answer_for_300_seconds_and_an_http_api_for_none():
    """https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html"""
    at = (0, 10, 300, 302, 310)
    assert runs(behind(REST, at), "door") == 2
    assert runs(behind(HTTP, at), "door") == 5
    asked = {"authorizer_result_ttl_in_seconds": 5}
    assert runs(behind(HTTP, at, asked=asked), "door") == 4


def test_a_kept_answer_costs_the_request_no_time():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    assert told(behind(at=(0, 10))) == [("200", 3), ("200", 12)]


def test_an_answer_is_kept_for_one_identity_the_events_key():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    run = behind(at=tuple(range(0, 40, 4)), keys=sim.Keys(3))
    of_events = run.deliveries[run.deliveries.trigger == "Api"].key
    assert runs(run, "door") == of_events.nunique() > 1


def test_without_keys_each_client_is_an_identity():
    """A choice: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    run = behind(at=tuple(range(0, 40, 4)), caller=sim.Caller(clients=4))
    assert runs(run, "door") == 4


def test_requests_that_come_before_the_first_answer_ask_too():
    """A choice: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    assert runs(behind(at=(0, 0.5, 1.5)), "door") == 2


@pytest.mark.parametrize("kinds", [REST, HTTP])
@pytest.mark.parametrize(
    ("door", "at"),
    [
        ({"error_rate": 1}, 1),
        ({"reserved_concurrent_executions": 0}, 0),
        ({"handler": 70}, None),
    ],
)
def test_an_authorizer_that_fails_is_a_500_and_the_apis_function_is_not_called(
    kinds, door, at
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    run = behind(kinds, door=door)
    longest = 10 if kinds == HTTP else 60
    assert told(run) == [
        ("500 Internal Server Error", longest if at is None else at)
    ]
    assert runs(run, "shop") == 0
    assert run.deliveries.fate[0] == "failed"


def test_a_failure_is_not_kept():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    run = behind(at=(0, 10), door={"error_rate": 1})
    assert runs(run, "door") == 2


def test_deny_is_told_403_and_kept_like_any_answer():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    run = behind(at=(0, 10), asked={"denied_share": 1})
    assert told(run) == [("403 Forbidden", 1), ("403 Forbidden", 10)]
    assert (runs(run, "door"), runs(run, "shop")) == (1, 0)


def test_a_share_of_the_identities_is_denied_each_of_them_always():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    run = behind(
        at=tuple(range(200)), keys=sim.Keys(20), asked={"denied_share": 0.5}
    )
    mine = run.deliveries[run.deliveries.trigger == "Api"]
    answers = mine.groupby("key").told.nunique()
    assert set(answers) == {1}
    assert set(mine.told) == {"200", "403 Forbidden"}


def test_a_request_without_its_identity_is_told_401_and_nobody_is_called():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    run = behind(asked={"unidentified_share": 1})
    assert told(run) == [("401 Unauthorized", 0)]
    assert runs(run, "door") == runs(run, "shop") == 0


def test_the_stages_own_throttle_comes_before_the_authorizer():
    """A choice: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"""
    limits = {"throttle_rate_limit": 1, "throttle_burst_limit": 1}
    run = behind(HTTP, at=(0, 0), api=limits)
    assert told(run)[1] == ("429 Too Many Requests", 0)
    assert runs(run, "door") == 1


def test_the_apis_limit_counts_from_the_call_of_its_own_function():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
    run = behind(shop={"handler": 50}, door={"handler": 5})
    assert told(run) == [("504 Gateway Timeout", 34)]


def test_a_client_waits_for_both_calls_together():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-smart-config-defaults.html"""
    run = behind(caller=sim.Caller(read_timeout=2))
    assert told(run) == [("ReadTimeoutError", 2)]
    assert runs(run, "shop") == 1  # it works on, unheard
    early = behind(caller=sim.Caller(read_timeout=0.5))
    assert told(early) == [("ReadTimeoutError", 0.5)]
    assert runs(early, "shop") == 0


def test_authorizer_and_function_share_the_accounts_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    busy = behind(
        HTTP,
        at=(0, 0, 1),
        shop={"handler": 2, "reserved_concurrent_executions": 1},
    )
    answers = [answer for answer, _ in told(busy)]
    assert answers.count("500 Internal Server Error") == 2


def test_a_client_that_tries_again_asks_again_unless_an_answer_is_kept():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    again = {"caller": sim.Caller(max_attempts=3), "shop": {"error_rate": 1}}
    assert runs(behind(REST, **again), "door") == 1
    assert runs(behind(HTTP, **again), "door") == 3


def test_the_story_tells_of_both_calls():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    story = str(behind().story(0))
    assert "API Gateway calls `Door` first, which takes 1 s." in story
    denied = str(behind(asked={"denied_share": 1}).story(0))
    assert "The HTTP client is told 403 Forbidden. [2]" in denied


def test_a_journey_ends_as_its_client_was_told():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    assert behind().journeys.fate.tolist() == ["succeeded"]
    failed = behind(door={"error_rate": 1}).journeys
    assert failed.end.tolist() == ["told"]


@pytest.mark.parametrize(
    ("kinds", "api", "sentence"),
    [
        (REST, {"authorizer": "Gate"}, "its authorizer is 'Gate', which is no"),
        (("apigw_http", "authorizer_rest"), {}, "kind 'authorizer_http'"),
    ],
)
def test_an_authorizer_that_is_not_there_or_of_another_kind_is_refused(
    kinds, api, sentence
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"""
    door = sim.trigger(kinds[1], "f", name="Door")
    shop = sim.trigger(
        kinds[0], "f", name="Api", **{"authorizer": "Door", **api}
    )
    with pytest.raises(sim.ScenarioError, match=sentence):
        sim.Scenario(functions=[sim.Function("f")], triggers=[door, shop])


@pytest.mark.parametrize(
    ("kind", "setting", "sentence"),
    [
        ("alb", {"authorizer": "Door"}, "alb takes no authorizer; apigw_rest"),
        ("invoke", {"denied_share": 0.5}, "takes no denied_share"),
        ("sns", {"authorizer": "Door"}, "authorizer"),
        (
            "apigw_rest",
            {"enrichment": "E"},
            "takes no enrichment; pipes_target",
        ),
        (
            "authorizer_rest",
            {"authorizer_result_ttl_in_seconds": 3601},
            "3601",
        ),
    ],
)
def test_settings_of_what_is_called_first_are_refused_elsewhere(
    kind, setting, sentence
):
    """https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html"""
    with pytest.raises(sim.ScenarioError, match=sentence):
        sim.trigger(kind, "f", **setting)


def piped(first=None, then=None):
    """One record through a pipe, whose enrichment works for 1 s and whose target works for 2 s."""
    return sim.simulate(
        sim.Scenario(
            functions=[
                function("enrich", **{"handler": 1, **(first or {})}),
                function("target", **{"handler": 2, **(then or {})}),
            ],
            triggers=[
                sim.trigger("pipes_enrichment", "enrich", name="Enrichment"),
                sim.trigger(
                    "pipes_target",
                    "target",
                    name="Pipe",
                    enrichment="Enrichment",
                ),
            ],
            traffic=[
                sim.Traffic(into="Pipe", arrivals=sim.Recorded(instants=(0,)))
            ],
            seconds=60,
        ),
        drain_seconds=30,
    )


def test_a_pipe_waits_for_its_enrichment_before_it_calls_its_target():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = piped()
    assert run.attempts.sort_values("start_s").start_s.tolist() == [0, 1]
    assert run.deliveries.settled_s[0] == 3


def test_a_failed_enrichment_sends_the_record_through_the_pipe_again():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    run = piped(first={"error_rate": 1})
    assert runs(run, "target") == 0
    assert runs(run, "enrich") > 3


def test_an_empty_answer_of_the_enrichment_spares_the_pipe_its_target():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = piped(first={"filtered_share": 1})
    assert (runs(run, "enrich"), runs(run, "target")) == (1, 0)
    pipe = run.deliveries[run.deliveries.trigger == "Pipe"]
    assert pipe[["fate", "end"]].to_numpy().tolist() == [
        ["succeeded", "filtered"]
    ]
    assert "the target is not called" in str(run.story(0))


def test_a_failed_target_calls_the_enrichment_again_too():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    run = piped(then={"error_rate": 1})
    assert abs(runs(run, "enrich") - runs(run, "target")) <= 1
    assert runs(run, "target") > 3


WS = ("apigw_ws", "authorizer_ws")


def test_a_web_socket_api_asks_its_authorizer_for_the_connection_only():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    run = behind(WS, at=(0, 10, 20))
    assert told(run) == [("message", 3), ("message", 12), ("message", 22)]
    assert runs(run, "door") == 1


def test_a_connection_lives_for_two_hours_and_ten_minutes_without_a_message():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html"""

    def asked(*at):
        return runs(behind(WS, at=at, seconds=20_000), "door")

    assert asked(0, 590, 1180, 1790) == 2
    busy = range(0, 7100, 500)
    assert asked(*busy, 7190) == 1
    assert asked(*busy, 7190, 7210) == 2


def test_each_client_of_a_web_socket_api_has_a_connection_of_its_own():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html"""
    caller = sim.Caller(clients=4)
    run = behind(WS, at=tuple(range(0, 40, 4)), caller=caller)
    assert runs(run, "door") == 4


def test_messages_wait_for_the_connection_that_is_being_made():
    """A choice: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    run = behind(WS, at=(0, 0.5))
    assert runs(run, "door") == 1
    assert told(run) == [("message", 3), ("message", 3)]


@pytest.mark.parametrize(
    ("asked", "door", "answer", "calls"),
    [
        ({"denied_share": 1}, {}, "403 Forbidden", 2),
        ({"unidentified_share": 1}, {}, "401 Unauthorized", 0),
        ({}, {"error_rate": 1}, "500 Internal Server Error", 2),
    ],
)
def test_a_refused_connection_is_asked_for_anew_with_the_next_message(
    asked, door, answer, calls
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    run = behind(WS, at=(0, 0.5, 10), asked=asked, door=door)
    assert [text for text, _ in told(run)] == [answer] * 3
    assert (runs(run, "door"), runs(run, "shop")) == (calls, 0)


def test_the_functions_of_a_web_socket_api_share_its_connections():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    scenario = sim.Scenario(
        functions=[function(name, 1) for name in ("door", "a", "b")],
        triggers=[
            sim.trigger("authorizer_ws", "door", name="Door"),
            *(
                sim.trigger("apigw_ws", name, name=name, authorizer="Door")
                for name in ("a", "b")
            ),
        ],
        traffic=[
            sim.Traffic(
                into=name,
                arrivals=sim.Recorded(instants=(at,)),
                keys=sim.Keys(1),
            )
            for name, at in (("a", 0), ("b", 9))
        ],
    )
    assert runs(sim.simulate(scenario, seed=1), "door") == 1


def test_an_answer_for_a_connection_has_no_time_to_live():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    with pytest.raises(sim.ScenarioError, match="takes no authorizer_result"):
        sim.trigger("authorizer_ws", "f", authorizer_result_ttl_in_seconds=60)


def test_a_web_socket_api_takes_no_authorizer_of_requests():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    with pytest.raises(sim.ScenarioError, match="kind 'authorizer_ws'"):
        behind(("apigw_ws", "authorizer_rest"))
