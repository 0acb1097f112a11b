"""Every number has unit, evidence, source and date, and the readers give it back unchanged."""

import csv
import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from sim import facts
from tests.support.rows import holds_for_each

EVIDENCE = re.compile(r"AWS|HashiCorp|choice|measured 20\d\d(-20\d\d)?")
COMPILED = date(2026, 11, 30)  # the last day on which AWS's text was read
TABLES = {
    "quotas.csv": facts.quotas,
    "prices.csv": facts.prices,
    "cold_starts.csv": facts.cold_starts,
    "restores.csv": facts.restores,
    "latencies.csv": facts.latencies,
}
ROWS = {
    f"{file}:{number}": row
    for file, read in TABLES.items()
    for number, row in enumerate(read(), 2)
}


def by_name(*tables):
    return {row.name: row for table in tables for row in table}


@holds_for_each(ROWS)
def test_every_row_has_unit_evidence_source_and_date(row):
    assert re.fullmatch(r"[A-Za-z][A-Za-z /-]*", row.unit), (
        "a unit is a word, not 1 and not empty"
    )
    assert EVIDENCE.fullmatch(row.evidence)
    assert re.fullmatch(r"https://[^\s;]+\.[^\s;]+", row.source)
    assert date(2015, 1, 1) <= date.fromisoformat(row.date) <= COMPILED


def test_a_measurement_is_dated_by_its_last_year():
    measured = [
        row
        for read in TABLES.values()
        for row in read()
        if row.evidence.startswith("measured")
    ]
    assert measured
    assert [row.evidence[-4:] for row in measured] == [
        row.date[:4] for row in measured
    ]


@pytest.mark.parametrize("read", [facts.cold_starts, facts.restores])
def test_a_table_of_starts_is_of_one_year_and_one_method(read):
    """https://github.com/maxday/lambda-perf"""
    methods = {(row.evidence, row.source, row.date) for row in read()}
    assert len(methods) == 1


def test_a_quota_of_awss_stands_on_a_page_of_awss():
    sources = {row.source for row in facts.quotas() if row.evidence == "AWS"}
    assert sources
    assert all(
        source.startswith("https://docs.aws.amazon.com/") for source in sources
    )


@holds_for_each(by_name(facts.quotas(), facts.prices(), facts.latencies()))
def test_help_is_one_short_sentence(row):
    assert re.fullmatch(r"[A-Z][^.]*(\.\d[^.]*)*\.", row.help)
    assert len(row.help) <= 110


@pytest.mark.parametrize("file", TABLES)
def test_every_line_has_every_cell(file):
    with (facts.DATA / file).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_no_name_stands_twice():
    names = [row.name for row in (*facts.quotas(), *facts.prices())]
    runtimes = [(row.runtime, row.package_type) for row in facts.cold_starts()]
    kinds = [row.name for row in facts.latencies()]
    assert max(Counter([*names, *runtimes, *kinds]).values()) == 1


@holds_for_each(by_name(facts.quotas()))
def test_a_default_lies_in_its_range(row):
    in_order = [
        number
        for number in (row.minimum, row.value, row.maximum)
        if number is not None
    ]
    assert in_order
    assert in_order == sorted(in_order)


@holds_for_each(by_name(facts.prices()))
def test_a_price_is_a_positive_number_without_a_range(row):
    assert row.value > 0
    assert (row.minimum, row.maximum) == (None, None)


@holds_for_each(
    {f"{row.runtime}-{row.package_type}": row for row in facts.cold_starts()}
)
def test_the_percentiles_of_a_cold_start_rise(row):
    assert 0 < row.median <= row.p95 <= row.p99
    assert row.unit == "ms"
    assert row.samples > 1000
    assert 0 < row.handler_512_mb <= row.handler_128_mb


@holds_for_each(by_name(facts.latencies()))
def test_the_percentiles_of_a_latency_rise(row):
    assert 0 < row.p10 <= row.p50 <= row.p90 <= row.p99
    assert row.unit == "ms"


@pytest.mark.parametrize("arch", ["x86_64", "arm64"])
def test_duration_grows_cheaper_by_tier(arch):
    """https://aws.amazon.com/lambda/pricing/"""
    rates = [
        facts.fact(f"lambda.{arch}_duration_tier_{tier}").value
        for tier in (1, 2, 3)
    ]
    assert all(dear > cheap for dear, cheap in pairwise(rates))


@pytest.mark.parametrize(
    ("name", "value", "minimum", "maximum", "unit"),
    [
        ("EventInvokeConfig.maximum_retry_attempts", 2, 0, 2, "attempts"),
        (
            "EventInvokeConfig.maximum_event_age_in_seconds",
            6 * 3600,
            60,
            6 * 3600,
            "s",
        ),
        ("Function.memory_size", 128, 128, 10240, "MB"),
        ("Function.timeout", 3, 1, 15 * 60, "s"),
        (
            "Function.reserved_concurrent_executions",
            None,
            0,
            None,
            "environments",
        ),
        ("Queue.visibility_timeout", 30, 0, 12 * 3600, "s"),
        ("Queue.message_retention_period", 4 * 86400, 60, 14 * 86400, "s"),
        ("Queue.delay_seconds", 0, 0, 15 * 60, "s"),
        ("EventSourceMapping.batch_size", 10, 1, 10_000, "messages"),
        (
            "EventSourceMapping.maximum_batching_window_in_seconds",
            0,
            0,
            5 * 60,
            "s",
        ),
        ("ApiGateway.timeout_in_millis", 29_000, 50, None, "ms"),
    ],
)
def test_settings_have_awss_default_and_range(
    name, value, minimum, maximum, unit
):
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    row = facts.fact(name)
    assert (row.value, row.minimum, row.maximum, row.unit) == (
        value,
        minimum,
        maximum,
        unit,
    )
    assert row.evidence == "AWS"


def test_the_scaling_rate_is_a_thousand_environments_in_ten_seconds():
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html"""
    burst, refill = (
        facts.fact("function.scaling_burst").value,
        facts.fact("function.scaling_refill").value,
    )
    assert burst == refill * 10 == 1000


def test_throttled_events_wait_from_one_second_to_five_minutes():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    start, cap = (
        facts.fact(f"Choices.throttle_backoff_{end}_seconds").value
        for end in ("start", "cap")
    )
    assert (start, cap) == (1, 5 * 60)


@pytest.mark.parametrize(("which", "nominal"), [("first", 60), ("second", 120)])
def test_the_measured_waits_lie_around_awss_minutes(which, nominal):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    low, high = (
        facts.fact(f"asynchronous.measured_{which}_retry_{end}").value
        for end in ("low", "high")
    )
    assert (
        low
        <= facts.fact(f"Choices.{which}_retry_wait_seconds").value
        == nominal
        <= high
    )


def test_a_million_runs_of_a_second_at_one_gigabyte_cost_under_17_dollars():
    """https://aws.amazon.com/lambda/pricing/"""
    per_second = facts.fact("lambda.x86_64_duration_tier_1").value
    assert facts.fact(
        "lambda.requests"
    ).value + 1_000_000 * per_second == pytest.approx(16.8667)


@pytest.mark.parametrize(
    ("runtime", "package_type", "median"),
    [
        ("python3.13", "zip", 99.9),
        ("nodejs22.x", "zip", 142.4),
        ("java21", "zip", 251.8),
        ("go (provided.al2023)", "zip", 50.9),
        ("python3.12", "image", 155.8),
    ],
)
def test_cold_starts_are_those_of_lambda_perf(runtime, package_type, median):
    """https://github.com/maxday/lambda-perf"""
    assert facts.cold_start(runtime, package_type).median == median


def test_sqs_reaches_the_function_in_16_milliseconds():
    """https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/"""
    assert facts.latency("sqs_standard").p50 == 16.2


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda: facts.fact("Function.timout"),
            "There is no fact 'Function.timout'; did you mean 'Function.timeout'?",
        ),
        (
            lambda: facts.cold_start("python3.113"),
            "There is no zip cold start for 'python3.113'; did you mean 'python3.13'?",
        ),
        (
            lambda: facts.cold_start("java21", "jar"),
            "There is no jar cold start for 'java21'; none is known.",
        ),
        (
            lambda: facts.latency("sqs_standart"),
            "There is no latency for 'sqs_standart'; did you mean 'sqs_standard'?",
        ),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest_one(ask, sentence):
    with pytest.raises(KeyError) as told:
        ask()
    assert told.value.args == (sentence,)


def test_a_name_like_no_other_is_told_with_at_most_three():
    with pytest.raises(
        KeyError,
        match=r"There is no fact 'zzz'; did you mean '\S+' or '\S+' or '\S+'\?",
    ):
        facts.fact("zzz")


def test_whole_numbers_stay_whole():
    assert isinstance(facts.fact("Function.timeout").value, int)
    assert isinstance(facts.fact("Behaviour.handler_seconds").value, float)


def test_each_file_is_read_once():
    assert facts.quotas() is facts.quotas()
    assert facts.fact("Function.timeout") is facts.fact("Function.timeout")
