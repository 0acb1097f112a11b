"""What each kind of line and of file says, as AWS writes it."""

import gzip
import json

import pytest

import sim
from sim.calibration.message_lines import read_message
from sim.calibration.messages import (
    CRASH,
    ERROR,
    TIMEOUT,
    Initialized,
    Unread,
)

REQUEST = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
OTHER = "57a1b2c3-e9f4-11e8-9739-2dfe598c3fcd"
STREAM = "2026/07/01/[$LATEST]0123456789abcdef0123456789abcdef"
REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 3.10 ms\tBilled Duration: 546 ms\t"
    "Memory Size: 2048 MB\tMax Memory Used: 95 MB\tInit Duration: 542.01 ms\t"
)


@pytest.fixture
def written(tmp_path):
    """Writes a log, and gives its path."""

    def write(text, name="a.log"):
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def counted(calibration, what, part="lines"):
    report = calibration.report
    found = report[(report.part == part) & (report.what == what)]
    return int(found.number.sum())


def event(message, time=1_782_900_000_000, stream=STREAM):
    return {"logStreamName": stream, "timestamp": time, "message": message}


def platform(kind, time="2026-07-01T10:00:01.000Z", **record):
    return json.dumps({"time": time, "type": kind, "record": record})


def platform_report(status="success", **numbers):
    metrics = {"durationMs": 100.0, "memorySizeMB": 512, **numbers}
    return platform(
        "platform.report", requestId=REQUEST, metrics=metrics, status=status
    )


def test_a_report_line_gives_times_and_memory():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html"""
    report = read_message(REPORT)
    assert report.duration == 3.1
    assert report.init == 542.01
    assert (report.memory, report.used, report.billed) == (2048, 95, 546)


def test_a_restored_run_has_a_restore_and_no_init():
    report = read_message(
        REPORT.replace(
            "Init Duration: 542.01 ms", "Restore Duration: 325.93 ms"
        )
        + "Billed Restore Duration: 26 ms"
    )
    assert report.restore == 325.93
    assert report.init != report.init, "NaN"


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        ("Status: timeout", TIMEOUT),
        ("Status: error\tError Type: Runtime.ImportModuleError", ERROR),
        ("Status: error\tError Type: Runtime.ExitError", CRASH),
        ("", None),
    ],
)
def test_a_report_says_how_a_run_ended(ending, status):
    assert read_message(REPORT + ending).status == status


def test_an_init_that_was_cut_has_a_line_of_its_own():
    line = "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout"
    assert read_message(line) == Initialized(
        "init", 9999.79, TIMEOUT, phase="init"
    )
    line = "RESTORE_REPORT Restore Duration: 511.25 ms"
    assert read_message(line) == Initialized("restore", 511.25, 0)


def test_events_in_json_say_the_same():
    """https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"""
    report = read_message(platform_report("timeout", initDurationMs=80.5))
    assert (report.duration, report.init, report.status) == (100, 80.5, TIMEOUT)
    metrics = {"durationMs": 12.5}
    line = platform(
        "platform.initReport",
        metrics=metrics,
        status="success",
        initializationType="provisioned-concurrency",
    )
    assert read_message(line) == Initialized("init", 12.5, 0, True)


@pytest.mark.parametrize(
    "line",
    [
        "REPORT RequestId: ",
        f"REPORT RequestId: {REQUEST}\tDura",
        REPORT.replace("3.10", "3.1.0"),
        REPORT.replace("3.10", "1e400"),
        '{"type": "platform.report", "record"',
        '{"type": "platform.report", "record": 3}',
        platform_report(durationMs="x"),
        platform_report(durationMs=-1),
        "INIT_REPORT Init Dur",
    ],
)
def test_a_broken_line_of_lambdas_is_told_from_one_of_the_functions(line):
    assert isinstance(read_message(line), Unread)
    assert read_message("an order has come") is None


def test_the_output_of_aws_logs_tail_has_time_and_stream(written):
    text = f"2026-07-01T10:00:01.250000+00:00 {STREAM} {REPORT}\n"
    found = sim.calibrate(written(text)).runs
    assert found.end_s.tolist() == pytest.approx([0.54511])
    assert found.environment.tolist() == [0]


def test_so_has_that_of_sam_logs_and_the_next_line_may_be_xray(written):
    text = (
        f"{STREAM} 2026-07-01T10:00:01.250000 {REPORT}\nXRAY TraceId: 1-5\t"
        f"SegmentId: 7\tSampled: true\n{STREAM} 2026-07-01T10:00:05 END\n"
    )
    found = sim.calibrate(written(text)).runs
    assert found.end_s.tolist() == pytest.approx([0.54511])


def test_answers_in_json_are_read_whatever_else_they_hold(written):
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html"""
    document = {"events": [event(REPORT)], "searchedLogStreams": [], "x": {}}
    for text in (json.dumps(document), json.dumps(document, indent=4)):
        assert len(sim.calibrate(written(text)).runs) == 1


def test_a_subscription_names_its_stream_once(written):
    document = {
        "logGroup": "/aws/lambda/orders",
        "logStream": STREAM,
        "logEvents": [
            {"id": "1", "timestamp": 1_782_900_000_000, "message": REPORT}
        ],
    }
    found = sim.calibrate(written(json.dumps(document)))
    assert found.function == "orders"
    assert found.runs.environment.tolist() == [0]


def test_a_result_of_logs_insights_is_read_as_csv_and_json(written):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html"""
    row = {
        "@timestamp": "2026-07-01 10:00:01.250",
        "@requestId": REQUEST,
        "@duration": "3.1",
        "@initDuration": "542.01",
        "@memorySize": "1.28E8",
        "@logStream": STREAM,
    }
    rows = [",".join(row), ",".join(row.values())]
    fields = [{"field": name, "value": value} for name, value in row.items()]
    answer = {"results": [fields], "statistics": {}, "status": "Complete"}
    for text in ("\n".join(rows), json.dumps(answer), json.dumps([row])):
        (run,) = sim.calibrate(written(text)).runs.to_dict("records")
        assert run["memory_size"] == 128, "Insights counts bytes"
        assert run["init_s"] == pytest.approx(0.54201)


def test_a_message_in_csv_may_have_several_lines(written):
    text = f'@timestamp,@message\n2026-07-01 10:00:01,"{REPORT}\nXRAY TraceId: 1"\n'
    assert len(sim.calibrate(written(text)).runs) == 1


def test_metrics_tell_what_logs_do_not(written):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
    times = ["2026-07-01T10:01:00+00:00", "2026-07-01T10:00:00+00:00"]
    results = [
        {"Id": name, "Label": label, "Timestamps": times, "Values": values}
        for name, label, values in (
            ("a", "Invocations", [4.0, 2.0]),
            ("b", "Errors", [3.0, 0.0]),
        )
    ]
    path = written(json.dumps({"MetricDataResults": results}))
    found = sim.calibrate(path)
    assert found.behaviour.error_rate == 0.5
    assert found.arrivals.instants == (15, 45, 67.5, 82.5, 97.5, 112.5)


def test_packed_files_and_folders_of_an_export_are_read(written, tmp_path):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html"""
    folder = tmp_path / "export" / STREAM.replace("/", "-")
    folder.mkdir(parents=True)
    packed = gzip.compress(f"2026-07-01T10:00:01.250Z {REPORT}\n".encode())
    (folder / "000000.gz").write_bytes(packed)
    found = sim.calibrate(tmp_path / "export")
    assert found.runs.environment.tolist() == [0], "the folder is the stream"


def test_a_file_of_powershell_is_read(written):
    assert len(sim.calibrate(written(REPORT.encode("utf-16"))).runs) == 1


def test_what_was_read_twice_counts_once(written):
    text = json.dumps({"events": [event(REPORT), event(REPORT)]})
    found = sim.calibrate([written(text), written(text, "b.log")])
    assert len(found.runs) == 1
    assert counted(found, "reports read twice") == 3


def test_a_retry_has_the_request_of_its_event_and_is_a_run_of_its_own(written):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    events = [event(REPORT), event(REPORT, 1_782_900_060_000)]
    found = sim.calibrate(written(json.dumps({"events": events})))
    assert len(found.runs) == 2
    assert found.arrivals.instants == (0,)
    assert counted(found, "requests that ran again") == 1


def test_a_runtime_that_leaves_no_status_tells_of_its_error_before(written):
    other = REPORT.replace(REQUEST, OTHER)
    lines = [
        "[ERROR] KeyError: 'size'\nTraceback (most recent call last):",
        REPORT,
        f"2026-07-01T10:00:01.250Z\t{OTHER}\tERROR\tInvoke Error \t{{}}",
        other,
        other.replace(OTHER, "third"),
        "[ERROR]\t2026-07-01T10:00:01.250Z\tid\ta line that was only logged",
        other.replace(OTHER, "fourth"),
    ]
    found = sim.calibrate(written("\n".join(lines)))
    statuses = dict(zip(found.runs.request, found.runs.status, strict=True))
    assert list(found.runs.status).count("failed") == 2
    assert len(statuses) == 4


def test_a_timeout_may_be_told_after_the_report(written):
    slow = REPORT.replace("Duration: 3.10", "Duration: 3003.17")
    line = (
        f"2026-07-01T10:00:01.250Z {REQUEST} Task timed out after 3.00 seconds"
    )
    found = sim.calibrate(written(f"{slow}\n{line}\n"))
    assert found.runs.status.tolist() == ["timeout"]
    assert found.timeout == 3


def test_a_start_without_a_report_is_counted(written):
    text = f"START RequestId: {OTHER} Version: 1\n{REPORT}\n"
    assert counted(sim.calibrate(written(text)), "starts without a report") == 1


def test_lines_out_of_order_say_the_same(written):
    events = [
        event(REPORT.replace(REQUEST, f"r{n}"), 1_782_900_000_000 + 1000 * n)
        for n in range(5)
    ]
    forth = sim.calibrate(written(json.dumps({"events": events})))
    back = sim.calibrate(written(json.dumps({"events": events[::-1]}), "b"))
    assert forth.runs.equals(back.runs)


def test_logs_of_several_functions_need_a_choice(written):
    text = "@log,@timestamp,@message\n" + "".join(
        f"1:/aws/lambda/{name},2026-07-01 10:00:01,{REPORT.replace(REQUEST, name)}\n"
        for name in ("a", "b")
    )
    with pytest.raises(sim.ScenarioError, match="of 2 functions: say which"):
        sim.calibrate(written(text))
    assert len(sim.calibrate(written(text), function="b").runs) == 1


@pytest.mark.parametrize("text", ["", "hello\n", "{}", "[]", "[[]]", "\0" * 99])
def test_a_file_that_is_no_log_is_refused_in_a_sentence(written, text):
    with pytest.raises(
        sim.ScenarioError, match="has no REPORT line"
    ) as refused:
        sim.calibrate(written(text))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(sim.ScenarioError, match="cannot be read as a log: No "):
        sim.calibrate(tmp_path / "nothing.log")
