"""What lines of Lambda's say together, which none of them says alone."""

import json

import numpy as np
import pytest

import sim
from sim.calibration.fits import fit_times
from sim.calibration.message_lines import read_message
from sim.calibration.messages import CRASH, TIMEOUT, Failed
from tests.calibration.test_read_logs import (
    REQUEST,
    STREAM,
    counted,
    event,
    platform,
)

IMPORT_ERROR = "Status: error\tError Type: Runtime.ImportModuleError"


@pytest.fixture
def read(tmp_path):
    """Calibrates lines of one stream; each is a time in seconds and a message."""

    def calibrate(*lines, stream=STREAM, **named):
        events = [
            event(text, 1_782_900_000_000 + round(1000 * at), stream)
            for at, text in lines
        ]
        path = tmp_path / "log.json"
        path.write_text(json.dumps({"events": events}))
        return sim.calibrate(path, **named)

    return calibrate


def report(number, duration, *more, billed=None):
    return "\t".join(
        [
            f"REPORT RequestId: {number}{REQUEST[1:]}",
            f"Duration: {duration:.2f} ms",
            f"Billed Duration: {billed or duration:.0f} ms",
            "Memory Size: 512 MB",
            "Max Memory Used: 91 MB",
            *more,
        ]
    )


def row(found, part, what):
    return found.report.set_index(["part", "what"]).loc[(part, what)]


def test_an_init_that_fails_is_no_error_of_the_handler(read):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    failed = "INIT_REPORT Init Duration: 101.82 ms\tPhase: {}\t" + IMPORT_ERROR
    found = read(
        (0, failed.format("init")),
        (1, failed.format("invoke")),
        (1, report(1, 113.64, IMPORT_ERROR)),
        (9, report(2, 20)),
    )
    assert found.behaviour.init_error_rate == 1, "both lines are of one init"
    assert found.behaviour.error_rate == 0
    assert found.behaviour.handler.median == pytest.approx(0.02)


def test_an_init_that_was_cut_takes_longer_and_runs_again_in_the_run(read):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    found = read(
        (
            10,
            "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout",
        ),
        (40, report(1, 30_000)),
        (50, report(2, 20)),
    )
    assert found.behaviour.init_error_rate == 0
    assert found.behaviour.init.seconds >= 9.99
    assert found.behaviour.handler.median == pytest.approx(0.02)


def test_an_init_that_is_billed_but_not_printed_is_a_cold_start(read):
    """A run that was cut shows no Init Duration, and is billed for it."""
    found = read(
        (11, report(1, 10_000, "Status: timeout", billed=10_938)),
        (12, report(2, 20.5, billed=21)),
    )
    assert found.runs.init_s.round(3).tolist()[0] == 0.938
    assert found.runs.init_s.notna().tolist() == [True, False]


@pytest.mark.parametrize(
    "begun",
    [
        "INIT_START Runtime Version: python:3.13.v39",
        platform(
            "platform.initStart", initializationType="provisioned-concurrency"
        ),
    ],
)
def test_an_init_that_ended_long_before_is_nobodys_wait(begun, read):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    found = read(
        (0, begun),
        (60, report(1, 20, "Init Duration: 500.00 ms")),
        (61, report(2, 20)),
    )
    assert found.runs.init_s.isna().all()
    assert found.behaviour.init.median == pytest.approx(0.5)
    assert row(found, "environments", "inits ahead").number == 1


def test_an_init_right_before_its_run_is_a_cold_start(read):
    found = read(
        (0, "INIT_START Runtime Version: python:3.13.v39"),
        (0.6, report(1, 20, "Init Duration: 500.00 ms")),
    )
    assert found.runs.init_s.tolist() == [0.5]


def test_a_timeout_is_told_a_little_late(read):
    """A function with a timeout of 3 s: "Task timed out after 3.05 seconds"."""
    request = f"1{REQUEST[1:]}"
    found = read(
        (
            3,
            f"2024-04-14T01:17:35.426Z {request} Task timed out after 3.05 seconds",
        ),
        (3, report(1, 3045.79, billed=3000)),
    )
    assert found.runs.status.tolist() == ["timeout"]
    assert found.timeout == 3


def test_where_every_run_was_cut_the_handler_takes_longer(read):
    found = read(
        *((4 * n, report(n, 3000, "Status: timeout")) for n in range(1, 6))
    )
    told = row(found, "handler", "median")
    assert (told.low, told.high) == (3, float("inf"))
    run = sim.simulate(found.scenario())
    assert set(run.attempts.outcome) == {"timeout"}


def test_one_run_that_ended_does_not_outweigh_nineteen_that_were_cut():
    """https://en.wikipedia.org/wiki/Tobit_model"""
    found = fit_times(np.array([0.9]), np.full(19, 3.0))
    assert found.median.value > 3


def test_where_most_runs_were_cut_times_are_taken_as_observed(read):
    """A distribution with a median of a million years would fit, and say nothing."""
    found = read(
        (1, report(0, 3)), (901, report(1, 900_000, "Status: timeout"))
    )
    seconds = found.behaviour.handler.seconds
    assert seconds[0] == 0.003
    assert seconds[-1] > 900
    assert "as observed" in row(found, "handler", "at 512 MB: median").note


def test_times_that_all_end_at_their_limit_have_hardly_a_spread():
    found = fit_times(np.full(3, 0.0031), np.full(2, 0.0031))
    assert found.median.value == pytest.approx(0.0031, rel=0.01)


def test_errors_are_a_share_of_the_runs_that_were_not_cut(read):
    found = read(
        (1, report(1, 20, "Status: error\tError Type: Exception")),
        (2, report(2, 20)),
        (9, report(3, 3000, "Status: timeout")),
        (19, report(4, 3000, "Status: timeout")),
    )
    assert found.behaviour.error_rate == 0.5
    assert row(found, "errors", "timeout share").estimate == 0.5


def test_where_all_runs_failed_their_times_are_the_handlers(read):
    failed = "Status: error\tError Type: Exception"
    found = read(*((n, report(n, 20, failed)) for n in range(1, 9)))
    assert found.behaviour.error_rate == 1
    assert found.behaviour.handler.median == pytest.approx(0.02)
    run = sim.simulate(found.scenario())
    assert run.summary().delivered == 0


def test_a_log_without_errors_says_that_some_runtimes_write_none(read):
    found = read((1, report(1, 20)))
    assert "Some runtimes" in row(found, "errors", "error share").note
    assert "cold start" in row(found, "init", "median").note


def test_a_function_with_snap_start_is_restored_in_its_scenario(read):
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart-monitoring.html"""
    restored = "Restore Duration: 474.37 ms\tBilled Restore Duration: 75 ms"
    found = read((0, report(1, 20, restored)), (9, report(2, 20)))
    (function,) = found.scenario().functions
    assert function.is_restored
    simulated = found.comparison().simulated
    assert simulated.invocations == found.comparison().observed.invocations


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("RequestId: 123 Error: fork/exec /var/task/bootstrap: exec", CRASH),
        ("RequestId: 123 Error: Runtime exited with error: exit", CRASH),
        ("RequestId: 123 Process exited before completing request", CRASH),
        (
            platform("platform.runtimeDone", requestId="123", status="timeout"),
            TIMEOUT,
        ),
        (
            platform("platform.runtimeDone", requestId="123", status="failure"),
            CRASH,
        ),
    ],
)
def test_lines_before_a_report_say_how_its_run_ends(line, status):
    told = read_message(line)
    assert isinstance(told, Failed)
    assert (told.request, told.status) == ("123", status)


def test_a_fault_of_the_first_telemetry_is_a_crash():
    """https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"""
    text = "RequestId: 123 Error: Runtime exited with error: exit status 1"
    line = {"time": "2020-11-12", "type": "platform.fault", "record": text}
    assert read_message(json.dumps(line)) == Failed("123", CRASH)


def shared(name):
    return STREAM.replace("/[", f"/{name}[")


def test_of_several_functions_one_is_chosen_by_name(tmp_path):
    """A log group that functions share has their names in its streams."""
    init = "INIT_REPORT Init Duration: {} ms\tPhase: init\tStatus: timeout"
    late = (
        f"2026-07-01T10:00:01Z 9{REQUEST[1:]} Task timed out after 7.00 seconds"
    )
    events = [
        event(init.format("9000.00"), stream=shared("slow")),
        event(late, stream=shared("slow")),
        event(report(9, 7000), stream=shared("slow")),
        event(report(8, 100), stream=shared("slow")),
        event(report(1, 20), stream=shared("quick")),
        event(f"START RequestId: {REQUEST}", stream=shared("slow")),
    ]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"events": events}))
    with pytest.raises(sim.ScenarioError) as refused:
        sim.calibrate(path)
    assert "slow (2 runs), quick (1 runs)" in str(refused.value)
    found = sim.calibrate(path, function="quick")
    assert found.behaviour.init is None, "the other's init is none of its own"
    assert found.timeout == 900
    assert counted(found, "starts without a report") == 0
    assert sim.calibrate(path, function="slow").timeout == 7


def test_a_start_names_the_function_of_its_run(tmp_path):
    """https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"""
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:{}"
    lines = [
        platform(
            f"platform.{kind}",
            requestId=f"{name}-{kind != 'x'}",
            functionArn=arn.format(name),
            metrics={"durationMs": duration},
        )
        for name, duration in (("a", 10), ("b", 500))
        for kind in ("start", "report")
    ]
    path = tmp_path / "a.log"
    path.write_text("\n".join(lines))
    found = sim.calibrate(path, function="b")
    assert found.runs.duration_s.tolist() == [0.5]


def test_a_report_of_statistics_is_told_from_one_of_runs(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("bin(5m),avg(@duration)\n2026-07-01 10:00:00.000,12.1\n")
    with pytest.raises(sim.ScenarioError, match="table of statistics, not of"):
        sim.calibrate(path)


def test_an_error_in_colour_is_one(tmp_path):
    """https://github.com/aws/aws-cli/blob/develop/awscli/customizations/logs/tail.py"""
    head = f"\x1b[32m2026-07-01T10:00:01.000000+00:00\x1b[0m \x1b[36m{STREAM}\x1b[0m"
    path = tmp_path / "a.log"
    path.write_text(f"{head} [ERROR] KeyError: 'x'\n{head} {report(1, 20)}\n")
    assert sim.calibrate(path).runs.status.tolist() == ["failed"]
