"""Metrics as CloudWatch's commands answer, or as its console exports them."""

import json
from collections import Counter

import pytest

import sim
from sim.calibration.metric_exports import Metrics

TIMES = ["2026-07-01T10:02:00+00:00", "2026-07-01T10:00:00+00:00"]


@pytest.fixture
def read(tmp_path):
    """Calibrates documents, or the text of a table."""

    def calibrate(*documents, **named):
        paths = []
        for number, document in enumerate(documents):
            path = tmp_path / f"{number}"
            is_text = isinstance(document, str)
            path.write_text(document if is_text else json.dumps(document))
            paths.append(path)
        return sim.calibrate(paths, **named)

    return calibrate


def results(*told):
    """What `get-metric-data` answers; each has an id, a label and values."""
    every = [
        {"Id": name, "Label": label, "Timestamps": TIMES, "Values": values}
        for name, label, values in told
    ]
    return {"MetricDataResults": every, "Messages": []}


def total(found, name):
    rows = found.report[found.report.part == "metrics"].set_index("what")
    return rows.estimate[name]


def test_of_several_functions_metrics_are_kept_apart(read):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html"""
    document = results(
        ("m1", "orders Invocations", [10, 10]),
        ("m2", "orders Errors", [1, 0]),
        ("m3", "billing Invocations", [4, 0]),
        ("m4", "billing Errors Sum", [4, 0]),
        ("m5", "billing Duration p99", [1200.5, 900]),
    )
    assert read(document, function="orders").behaviour.error_rate == 0.05
    found = read(document, function="billing")
    assert found.behaviour.error_rate == 1
    assert total(found, "Duration") == 1200.5, "of a level the greatest"
    with pytest.raises(sim.ScenarioError, match="of billing, orders, and no"):
        read(document)


def test_pages_of_one_metric_are_one_and_another_series_is_counted():
    unread = Counter()
    metrics = Metrics(unread)
    for name, values in (("m1", [1, 2]), ("m1", [3, 4]), ("m2", [9, 9])):
        times = TIMES if values != [3, 4] else [1e9, 1e9 + 60]
        metrics.add(
            {
                "Id": name,
                "Label": "Invocations",
                "Timestamps": times,
                "Values": values,
            }
        )
    assert metrics.total("Invocations") == 10
    assert unread == {"metric of several series": 1}


def test_an_average_of_a_count_is_no_sum(read):
    document = results(
        ("m1", "Invocations", [10, 10]), ("m2", "Errors Average", [0.1, 0])
    )
    found = read(document)
    assert found.behaviour.error_rate == 0
    assert "metric that is no sum" in set(found.report.what)


def test_statistics_are_read_in_any_order(read):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html"""
    documents = [
        {
            "Label": label,
            "Datapoints": [
                {"Timestamp": time, "Sum": value, "Unit": "Count"}
                for time, value in zip(TIMES, values, strict=True)
            ],
        }
        for label, values in (("Invocations", [1, 3]), ("Errors", [1, 0]))
    ]
    found = read(*documents)
    assert found.behaviour.error_rate == 0.25
    assert found.arrivals.instants == (20, 60, 100, 180)


def test_the_consoles_table_of_metrics_is_read(read):
    table = (
        "Full label,AWS/Lambda Invocations FunctionName=orders,AWS/Lambda Errors\n"
        "Label,Invocations,Errors\nId,m1,m2\n"
        "2026/07/01 10:00:00,4,\n2026/07/01 10:01:00,6,5\n"
    )
    found = read(table)
    assert total(found, "Invocations") == 10
    assert found.behaviour.error_rate == 0.5


def test_missing_and_broken_values_are_counted(read):
    document = results(
        ("m1", "Invocations", [10, None]),
        ("m2", "Errors", ["x", -1]),
        ("m3", "IteratorAge", [1, 1]),
        ("m4", "Throttles", [1]),
    )
    found = read(document)
    unread = found.report[found.report.part == "unread"].set_index("what")
    assert unread.number.to_dict() == {
        "broken datapoint": 3,
        "unknown metric": 1,
        "broken metric": 1,
    }


def test_the_share_of_the_invocations_that_a_log_has_is_told(read):
    report = (
        "2026-07-01T10:00:01Z REPORT RequestId: a\tDuration: 3.10 ms\t"
        "Billed Duration: 4 ms\tMemory Size: 128 MB\n"
    )
    found = read(report, results(("m1", "Invocations", [3, 1])))
    assert total(found, "share in the logs") == 0.25
