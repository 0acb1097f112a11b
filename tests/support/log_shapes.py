"""The same two runs in each of the shapes that people have logs in, as seen in public ones.

Sources: issues, posts and repositories that show logs; AWS's command line, whose formatters write
what `aws logs tail` prints; AWS's pages on subscriptions, exports and Logs Insights.
https://github.com/aws/aws-cli/blob/develop/awscli/customizations/logs/tail.py
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import base64
import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta, timezone

FIRST = "79b5e81f-9cdd-4145-b1f6-7c50ef8a2a36"
SECOND = "f0c9f58b-8ebe-4e84-a656-95eb6eee865a"
STREAM = "2026/07/01/[$LATEST]22be53a8cfde4e68b844f8ec293b2543"
SHARED = "2026/07/01/orders[$LATEST]22be53a8cfde4e68b844f8ec293b2543"
GROUP = "/aws/lambda/orders"
COLD = (
    f"REPORT RequestId: {FIRST}\tDuration: 812.44 ms\tBilled Duration: 1289 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 91 MB\tInit Duration: 476.21 ms\t"
)
LATE = (
    f"REPORT RequestId: {SECOND}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 93 MB\tStatus: timeout"
)
XRAY = "XRAY TraceId: 1-5f92b333-70350ac7708cb2b827d1dd11\tSegmentId: 68798e5d\tSampled: true"
POWERTOOLS = json.dumps(
    {
        "level": "INFO",
        "location": "handler:7",
        "message": "Order taken, Duration: 5 ms",
        "timestamp": "2026-07-01 10:00:00,653+0000",
        "service": "orders",
        "cold_start": True,
        "function_request_id": FIRST,
    }
)
TEXT = [
    (
        0.0,
        "INIT_START Runtime Version: python:3.13.v39\tRuntime Version ARN: arn:aws:lambda",
    ),
    (
        0.478,
        "EXTENSION\tName: datadog-agent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
    ),
    (0.48, f"START RequestId: {FIRST} Version: $LATEST"),
    (0.7, POWERTOOLS),
    (1.29, f"END RequestId: {FIRST}"),
    (1.29, f"{COLD}\n{XRAY}\t"),
    (6.5, f"START RequestId: {SECOND} Version: $LATEST"),
    (
        9.5,
        f"2026-07-01T10:00:09.500Z {SECOND} Task timed out after 3.00 seconds\n",
    ),
    (9.5, f"END RequestId: {SECOND}"),
    (9.5, LATE),
]
BEGUN = datetime(2026, 7, 1, 10, tzinfo=UTC)


def _moment(seconds):
    return BEGUN + timedelta(seconds=seconds)


def _event(seconds, kind, **record):
    time = _moment(seconds).isoformat(timespec="milliseconds")
    return {"time": time.replace("+00:00", "Z"), "type": kind, "record": record}


TRACING = {
    "spanId": "24cd7d",
    "type": "X-Amzn-Trace-Id",
    "value": "Root=1-6352a7",
}
SPANS = [
    {
        "name": "responseLatency",
        "start": "2026-07-01T10:00:00.480Z",
        "durationMs": 800.1,
    }
]
COLD_NUMBERS = {
    "durationMs": 812.44,
    "billedDurationMs": 1289,
    "memorySizeMB": 512,
    "maxMemoryUsedMB": 91,
    "initDurationMs": 476.21,
}
LATE_NUMBERS = {
    "durationMs": 3000,
    "billedDurationMs": 3000,
    "memorySizeMB": 512,
    "maxMemoryUsedMB": 93,
}


def events(version):
    """The two runs as events, by the version of their schema (a date, as AWS names them)."""
    is_first = (
        version == "2020-08-15"
    )  # the Logs API, without a status in its reports
    init = {
        "initializationType": "on-demand",
        "phase": "init",
        "functionName": "orders",
        "functionVersion": "$LATEST",
        "instanceId": SHARED,
    }
    told = [
        _event(0, "platform.initStart", **init),
        _event(
            0.476,
            "platform.initReport",
            initializationType="on-demand",
            phase="init",
            status="success",
            metrics={"durationMs": 476.21},
        ),
        _event(
            0.48,
            "platform.start",
            requestId=FIRST,
            version="$LATEST",
            tracing=TRACING,
        ),
        {
            "time": "2026-07-01T10:00:00.700Z",
            "type": "function",
            "record": "[INFO] an order\n",
        },
        _event(
            1.288,
            "platform.runtimeDone",
            requestId=FIRST,
            status="success",
            spans=SPANS,
        ),
        _event(1.29, "platform.end", requestId=FIRST),
        _event(
            1.29,
            "platform.report",
            requestId=FIRST,
            metrics=COLD_NUMBERS,
            status="success",
        ),
        _event(6.5, "platform.start", requestId=SECOND, version="$LATEST"),
        _event(9.5, "platform.runtimeDone", requestId=SECOND, status="timeout"),
        _event(
            9.5,
            "platform.report",
            requestId=SECOND,
            metrics=LATE_NUMBERS,
            status="timeout",
        ),
    ]
    if not is_first:
        if version == "2025-01-29":
            told[2]["record"]["functionArn"] = (
                "arn:aws:lambda:eu-central-1:123456789012:function:orders"
            )
            told[2]["record"]["tenantId"] = "blue"
        return [one for one in told if one["type"] != "platform.end"]
    for one in told:
        if one["type"] == "platform.report":
            del one["record"]["status"]
    return [one for one in told if "init" not in one["type"]]


JSON = [
    (
        (datetime.fromisoformat(one["time"]) - BEGUN).total_seconds(),
        json.dumps(one, separators=(",", ":")),
    )
    for one in events("2022-12-13")
    if one["type"] != "function"
]
JSON.insert(3, (0.7, POWERTOOLS))


def lines(form, messages=TEXT):
    """A line for each message."""
    return "".join(
        f"{form(_moment(at), text).rstrip()}\n" for at, text in messages
    )


def _iso(moment, digits="microseconds"):
    return moment.isoformat(timespec=digits)


def _detailed(moment, text):
    return f"{_iso(moment)} {STREAM} {text}"


def _coloured(moment, text):
    return f"\x1b[32m{_iso(moment)}\x1b[0m \x1b[36m{STREAM}\x1b[0m {text}"


def _short(moment, text):
    return f"{moment:%Y-%m-%dT%H:%M:%S} {text}"


def _pretty(moment, text):
    if text.startswith("{"):
        text = "\n" + json.dumps(json.loads(text), indent=4)
    return f"{_iso(moment)} {STREAM} {text}"


def _sam(moment, text):
    return f"{STREAM} {moment:%Y-%m-%dT%H:%M:%S.%f} {text}"


def _serverless(moment, text):
    local = moment.astimezone(timezone(timedelta(hours=2)))
    spaced = f"{local:%Y-%m-%d %H:%M:%S.%f}"[:-3]
    return f"{spaced} (+02:00)    {text}"


def _console(moment, text):
    local = moment.astimezone(timezone(timedelta(hours=9)))
    return f"{_iso(local, 'milliseconds')}\t{text}"


def _opened(moment, text):
    """A message that was opened in the console, and is there twice."""
    stamp = _iso(moment, "milliseconds").replace("+00:00", "Z")
    if text.startswith("{"):
        shown = json.dumps(json.loads(text), indent=4)
        return f"{stamp}\n{shown}\n\n{text}"
    return f"{stamp}\n{text}\n\n{text}"


def _export(moment, text):
    return f"{_iso(moment, 'milliseconds').replace('+00:00', 'Z')} {text}"


def _milliseconds(at):
    return round(_moment(at).timestamp() * 1000)


def log_events(messages=TEXT):
    """Events as `filter-log-events` answers."""
    return [
        {
            "logStreamName": STREAM,
            "timestamp": _milliseconds(at),
            "message": f"{text}\n",
            "ingestionTime": _milliseconds(at) + 812,
            "eventId": f"3612{number}",
        }
        for number, (at, text) in enumerate(messages)
    ]


def _pages():
    every = log_events()
    first = {"events": every[:4], "searchedLogStreams": [], "nextToken": "Bxkq"}
    second = {"events": every[4:], "searchedLogStreams": []}
    return (
        json.dumps(first, indent=4) + "\n" + json.dumps(second, indent=4) + "\n"
    )


def _stream_events():
    kept = [
        {name: one[name] for name in ("timestamp", "message", "ingestionTime")}
        for one in log_events()
    ]
    tokens = {"nextForwardToken": "f/36", "nextBackwardToken": "b/36"}
    return json.dumps({"events": kept, **tokens}, indent=4)


def subscription(messages=TEXT):
    """What a subscription sends."""
    kept = [
        {"id": f"3612{number}", "timestamp": _milliseconds(at), "message": text}
        for number, (at, text) in enumerate(messages)
    ]
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": GROUP,
        "logStream": STREAM,
        "subscriptionFilters": ["all"],
        "logEvents": kept,
    }


def packed(document):
    """As a subscription packs it."""
    return base64.b64encode(
        gzip.compress(json.dumps(document).encode())
    ).decode()


def _halves():
    return packed(subscription(TEXT[:4])), packed(subscription(TEXT[4:]))


def _kinesis():
    records = [
        {"kinesis": {"data": data}, "eventSource": "aws:kinesis"}
        for data in _halves()
    ]
    return json.dumps({"Records": records}, indent=2)


def _get_records():
    records = [{"SequenceNumber": "1", "Data": data} for data in _halves()]
    return json.dumps(
        {"Records": records, "NextShardIterator": "AAA"}, indent=4
    )


def _firehose():
    records = [{"recordId": "1", "data": data} for data in _halves()]
    return json.dumps({"invocationId": "1", "records": records})


INSIGHTS = [
    "@timestamp",
    "@requestId",
    "@logStream",
    "@type",
    "@duration",
    "@billedDuration",
    "@initDuration",
    "@memorySize",
    "@maxMemoryUsed",
    "@log",
]


def rows():
    """The rows of Logs Insights, with what it discovered; memory in bytes."""
    common = {
        "@logStream": STREAM,
        "@type": "REPORT",
        "@log": f"123456789012:{GROUP}",
    }
    cold = {
        "@timestamp": "2026-07-01 10:00:01.290",
        "@requestId": FIRST,
        "@duration": "812.44",
        "@billedDuration": "1289.0",
        "@initDuration": "476.21",
        "@memorySize": "5.12E8",
        "@maxMemoryUsed": "9.1E7",
        "@message": f"{COLD}\n",
    }
    late = {
        "@timestamp": "2026-07-01 10:00:09.500",
        "@requestId": SECOND,
        "@duration": "3000.0",
        "@billedDuration": "3000.0",
        "@initDuration": "",
        "@memorySize": "5.12E8",
        "@maxMemoryUsed": "9.3E7",
        "@message": f"{LATE}\n",
    }
    return [
        {**common, **late},
        {**common, **cold},
    ]  # the newest first, as the console sorts


def table(names, separator=","):
    """A table of some of the columns."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[row.get(name, "") for name in names] for row in rows()])
    return text.getvalue()


def _markdown(names):
    def line(cells):
        return "| " + " | ".join(cells) + " |\n"

    body = [line([row[name].strip() for name in names]) for row in rows()]
    return line(names) + line(["---"] * len(names)) + "".join(body)


def _results(document):
    return [
        [
            {"field": name, "value": value}
            for name, value in row.items()
            if value
        ]
        + [{"field": "@ptr", "value": "CnAKMwov"}]
        for row in document
    ]


def _answer():
    return json.dumps(
        {
            "results": _results(rows()),
            "statistics": {"recordsMatched": 2.0},
            "status": "Complete",
        },
        indent=4,
    )


def _opened_rows():
    """A message that is JSON comes as an object in what the console downloads as JSON."""
    return json.dumps(
        [
            {
                "@timestamp": datetime.fromisoformat(one["time"])
                .replace(tzinfo=None)
                .isoformat(" ", "milliseconds"),
                "@message": one,
                "@logStream": STREAM,
            }
            for one in events("2022-12-13")
        ]
    )


def _telemetry(version):
    batch = events(version)
    return json.dumps(batch[:4]) + "\n" + json.dumps(batch[4:]) + "\n"


def _downloaded():
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["timestamp", "message"])
    writer.writerows(
        [[_milliseconds(at), f"{message}\n"] for at, message in TEXT]
    )
    return text.getvalue()


def _of_columns():
    """`aws logs filter-log-events --query 'events[].[timestamp,message]' --output text`."""
    return "".join(f"{_milliseconds(at)}\t{text}\n" for at, text in TEXT)


def _emulated():
    """As `sam local` and the runtime's emulator write it: init before the duration, spaces."""
    return lines(lambda _, text: text).replace(
        "Duration: 812.44 ms\tBilled Duration: 1289 ms\tMemory Size: 512 MB\tMax Memory Used: 91 MB"
        "\tInit Duration: 476.21 ms\t",
        " Init Duration: 476.21 ms  Duration: 812.44 ms     Billed Duration: 1289 ms Memory Size: "
        "512 MB     Max Memory Used: 91 MB",
    )


DETAILED = lines(_detailed)
SPACED = DETAILED.replace("\t", " ")
SHAPES = {
    "messages alone": (lines(lambda _, text: text), "no time"),
    "as sam local writes them": (_emulated(), "no time"),
    "the console's tail of a test": (
        "Function Logs:\n"
        + lines(lambda _, text: text)
        + f"\nRequest ID: {SECOND}\n",
        "no time",
    ),
    "aws logs tail": (DETAILED, "stream"),
    "aws logs tail, with spaces": (SPACED, "stream"),
    "aws logs tail, in colour": (lines(_coloured), "stream"),
    "aws logs tail --format short": (lines(_short), "seconds"),
    "aws logs tail --format json": (lines(_pretty, JSON), "stream, orders"),
    "aws logs tail of JSON": (lines(_detailed, JSON), "stream, orders"),
    "an event a line": ("\n".join(map(json.dumps, log_events())), "stream"),
    "an event of a subscription a line": (
        "\n".join(
            json.dumps({"logGroup": GROUP, "logStream": STREAM, **one})
            for one in subscription()["logEvents"]
        ),
        "stream, orders",
    ),
    "as YAML": (
        "".join(
            f"- message: {json.dumps(text)}\n  timestamp: {_milliseconds(at)}\n"
            for at, text in TEXT
        ),
        "no time",
    ),
    "behind the names of containers": (
        lines(lambda moment, text: f"orders-1  | {_iso(moment)} {text}"),
        "",
    ),
    "sam logs": (lines(_sam), "stream"),
    "sam logs of JSON": (lines(_sam, JSON), "stream, orders"),
    "sls logs": (lines(_serverless), ""),
    "copied from the console": (lines(_console), ""),
    "copied from the console, opened": (lines(_opened), ""),
    "copied from the console, opened, of JSON": (
        lines(_opened, JSON),
        ", orders",
    ),
    "copied from the console, with a triangle": (
        lines(lambda moment, text: f"\u25b6 {_console(moment, text)}"),
        "",
    ),
    "an export to S3": (gzip.compress(lines(_export).encode()), ""),
    "an export to S3, packed twice": (
        gzip.compress(gzip.compress(lines(_export).encode())),
        "",
    ),
    "several packed files joined": (
        gzip.compress(lines(_export, TEXT[:5]).encode())
        + gzip.compress(lines(_export, TEXT[5:]).encode()),
        "",
    ),
    "filter-log-events": (
        json.dumps({"events": log_events()}, indent=4),
        "stream",
    ),
    "filter-log-events, on one line": (
        json.dumps({"events": log_events()}),
        "stream",
    ),
    "filter-log-events, pages joined": (_pages(), "stream"),
    "filter-log-events, the list alone": (
        json.dumps(log_events(), indent=4),
        "stream",
    ),
    "filter-log-events, messages": (
        json.dumps([one["message"] for one in log_events()], indent=4),
        "no time",
    ),
    "filter-log-events, times and messages": (
        json.dumps(
            [[one["timestamp"], one["message"]] for one in log_events()],
            indent=4,
        ),
        "",
    ),
    "filter-log-events, as text": (_of_columns(), ""),
    "filter-log-events of JSON": (
        json.dumps({"events": log_events(JSON)}),
        "stream, orders",
    ),
    "get-log-events": (_stream_events(), ""),
    "start-live-tail": (lines(lambda _, text: text), "no time"),
    "a subscription's document": (json.dumps(subscription()), "stream, orders"),
    "subscriptions joined by Firehose": (
        json.dumps(subscription(TEXT[:4])) + json.dumps(subscription(TEXT[4:])),
        "stream, orders",
    ),
    "subscriptions, one a line": (
        json.dumps(subscription(TEXT[:4]))
        + "\n"
        + json.dumps(subscription(TEXT[4:]))
        + "\n",
        "stream, orders",
    ),
    "records of Kinesis in an event": (_kinesis(), "stream, orders"),
    "records of Kinesis as get-records answers": (
        _get_records(),
        "stream, orders",
    ),
    "records of Firehose": (_firehose(), "stream, orders"),
    "an event of a subscribed function": (
        json.dumps({"awslogs": {"data": packed(subscription())}}),
        "stream, orders",
    ),
    "Insights, discovered columns": (
        table(INSIGHTS),
        "stream, orders, no status",
    ),
    "Insights, messages": (
        table(["@timestamp", "@message", "@logStream"]),
        "stream",
    ),
    "Insights, columns by tabs": (
        table(INSIGHTS, "\t"),
        "stream, orders, no status",
    ),
    "Insights, columns by semicolons": (
        table(INSIGHTS, ";"),
        "stream, orders, no status",
    ),
    "Insights, as an editor shows it": (
        f"**Logs Insights**\n```\n| filter @type = 1\n```\n---\n{_markdown(INSIGHTS)}---\n",
        "stream, orders, no status",
    ),
    "Insights, as Markdown": (_markdown(INSIGHTS), "stream, orders, no status"),
    "Insights, messages as Markdown": (
        _markdown(["@timestamp", "@message", "@logStream"]),
        "stream",
    ),
    "Insights, downloaded as JSON": (json.dumps(rows()), "stream, orders"),
    "Insights, downloaded as JSON, of JSON": (_opened_rows(), "stream, orders"),
    "get-query-results": (_answer(), "stream, orders"),
    "get-query-results, the list alone": (
        json.dumps(_results(rows())),
        "stream, orders",
    ),
    "the console's CSV of events": (_downloaded(), ""),
    "JSON, one a line": (lines(lambda _, text: text, JSON), ", orders"),
    "telemetry of 2020-08-15": (_telemetry("2020-08-15"), ""),
    "telemetry of 2022-07-01": (_telemetry("2022-07-01"), ", orders"),
    "telemetry of 2022-12-13": (_telemetry("2022-12-13"), ", orders"),
    "telemetry of 2025-01-29": (_telemetry("2025-01-29"), ", orders"),
    "indented JSON, one after another": (
        "\n".join(json.dumps(one, indent=2) for one in events("2022-12-13")),
        ", orders",
    ),
    "a log group that functions share": (
        DETAILED.replace("/01/[", "/01/orders["),
        "stream, orders",
    ),
    "UTF-16 without a mark at the start": (
        DETAILED.encode("utf-16-le"),
        "stream",
    ),
    "UTF-16 of PowerShell": (
        DETAILED.replace("\n", "\r\n").encode("utf-16"),
        "stream",
    ),
    "CRLF and a mark at the start": (
        b"\xef\xbb\xbf" + DETAILED.replace("\n", "\r\n").encode(),
        "stream",
    ),
    "JSON with CRLF and a mark at the start": (
        b"\xef\xbb\xbf"
        + json.dumps({"events": log_events()}, indent=4)
        .replace("\n", "\r\n")
        .encode(),
        "stream",
    ),
    "lines of other things before": (
        f"$ aws logs tail {GROUP}\n\n{DETAILED}",
        "stream",
    ),
    "doubled": (DETAILED * 2, "stream"),
    "backwards": ("\n".join(DETAILED.splitlines()[::-1]), "stream"),
    "text and JSON mixed": (
        lines(_detailed, TEXT[:6]) + lines(_detailed, JSON[6:]),
        "stream",
    ),
    "broken lines between": (
        DETAILED
        + 'REPORT RequestId: \n{"type": "platform.report", "rec\n\x00\x01\n',
        "stream",
    ),
}
"""For each shape its text, and what it has beside durations: "no time" or times in "seconds" only,
the "stream", the function's name, "no status".
"""
