"""`make fresh` finds what AWS has changed: here in small models that were made by hand."""

import gzip
import json
import sysconfig
from pathlib import Path

import pytest

from sim import facts
from tests.fresh import differences
from tests.fresh.__main__ import rows_of
from tests.fresh.models import EVENTS, LIFECYCLE, SCHEMAS, Models
from tests.support.rows import holds_for_each

INSTALLED = Models(Path(sysconfig.get_path("purelib")))
FIELDS = {row["fact"]: row for row in rows_of("models/fields.csv")}
OF_THE_API = {
    field: row
    for field, row in FIELDS.items()
    if not row["model_field"].startswith("AWS::")
}
QUOTAS = {row.name: row for row in facts.quotas()}

LAMBDA = {
    "Runtime": {"type": "string", "enum": ["python3.14", "python3.15"]},
    "Timeout": {"type": "integer", "min": 1, "max": 900},
    "PackageType": {"type": "string", "enum": ["Zip", "Image"]},
}
DELAY = "AWS::SQS::Queue/properties/DelaySeconds"
DAYS = {"deprecated": "2029-06-30", "create-block": None, "update-block": None}
QUEUE = {"properties": {"DelaySeconds": {"minimum": 0, "maximum": 900}}}
RUNTIMES = [
    {
        "runtime": "python3.14",
        "deprecated": "2029-06-30",
        "create_blocked": "",
        "update_blocked": "",
    },
    {
        "runtime": "python3.15",
        "deprecated": "",
        "create_blocked": "",
        "update_blocked": "",
    },
]


@pytest.fixture
def models(tmp_path):
    """Writes small models to a folder, and reads them."""

    def written(services=None, days=DAYS, queue=QUEUE, events=("sqs",)):
        for name, shapes in (services or {"lambda": LAMBDA}).items():
            folder = tmp_path / "botocore/data" / name / "2015-03-31"
            folder.mkdir(parents=True)
            text = json.dumps({"shapes": shapes}).encode()
            file = folder / "service-2.json.gz"
            file.write_bytes(gzip.compress(text))
        write(tmp_path / LIFECYCLE, {"python3.14": days})
        types = {"AWS::SQS::Queue": "q", "AWS::Lambda::Url": "u"}
        write(tmp_path / SCHEMAS / "providers/us-east-1.json", types)
        write(tmp_path / SCHEMAS / "resources/q.json", queue)
        for event in ("__init__", *events):
            write(tmp_path / EVENTS / f"{event}.py", {})
        return Models(tmp_path)

    return written


def write(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")


def field(model_field, minimum, maximum):
    bounds = {"minimum": minimum, "maximum": maximum}
    return {"fact": "F", "model_field": model_field, **bounds}


def test_what_is_the_same_is_not_told(models):
    same = models()
    timeout = field("lambda:Timeout", "1", "900")
    delay = field(DELAY, "0", "900")
    packages = {"model_field": "lambda:PackageType", "values": "Zip Image"}
    urls = {"model_field": "AWS::Lambda", "values": "Url"}
    assert [
        *differences.of_runtimes(RUNTIMES, same),
        *differences.of_ranges([timeout, delay], same),
        *differences.of_values([packages, urls], same),
        *differences.of_events(same, same),
    ] == []


def test_a_new_runtime_and_one_that_is_gone_are_told(models):
    old, _ = RUNTIMES
    gone = {**old, "runtime": "cobol1"}
    assert list(differences.of_runtimes([old, gone], models())) == [
        "runtimes.csv: python3.15 is new",
        "runtimes.csv: cobol1 is gone",
    ]


def test_a_day_that_was_moved_is_told(models):
    moved = models(days={**DAYS, "deprecated": "2030-01-31"})
    assert list(differences.of_runtimes(RUNTIMES, moved)) == [
        "runtimes.csv: python3.14, deprecated: 2029-06-30 here, 2030-01-31 at AWS"
    ]


def test_a_range_that_has_changed_is_told(models):
    rows = [
        field("lambda:Timeout", "1", "600"),
        field(DELAY, "", "900"),
        field("lambda:Gone", "1", "2"),
    ]
    assert list(differences.of_ranges(rows, models())) == [
        "models/fields.csv: F, lambda:Timeout, maximum: 600 here, 900 at AWS",
        f"models/fields.csv: F, {DELAY}, minimum: none here, 0 at AWS",
        "models/fields.csv: F, lambda:Gone: AWS has no such field any more",
    ]


def test_a_fact_whose_range_is_another_is_told(models):
    rows = [
        {**field("lambda:Timeout", "1", "900"), "reason": ""},
        {**field(DELAY, "0", "900"), "fact": "D", "reason": "said here"},
        {**field("lambda:Gone", "1", "2"), "reason": ""},
    ]
    quotas = [
        {"name": "F", "minimum": "1", "maximum": "600"},
        {"name": "D", "minimum": "", "maximum": ""},
    ]
    assert list(differences.of_quotas(rows, quotas, models())) == [
        "quotas.csv: F, maximum: 600 here, 900 at AWS"
    ]


def test_values_that_came_or_went_are_told(models):
    rows = [
        {"model_field": "lambda:PackageType", "values": "Zip Tar"},
        {"model_field": "AWS::Lambda", "values": ""},
        {"model_field": "lambda:Gone", "values": "A"},
    ]
    assert list(differences.of_values(rows, models())) == [
        "models/values.csv: lambda:PackageType: Image is new",
        "models/values.csv: lambda:PackageType: Tar is gone",
        "models/values.csv: AWS::Lambda: Url is new",
        "models/values.csv: lambda:Gone: AWS has no such field any more",
    ]


@pytest.mark.parametrize(
    "shapes",
    [
        {"LambdaArn": {"type": "string"}},
        {"Target": {"type": "structure", "members": {"lambdaFunction": {}}}},
        {"Arn": {"type": "string", "pattern": "arn:aws:lambda:.*"}},
        {"Kind": {"type": "string", "enum": ["ip", "lambda"]}},
    ],
)
def test_a_new_service_whose_api_names_lambda_is_told(models, shapes):
    quiet = {"Name": {"type": "string", "documentation": "AWS Lambda"}}
    found = models({"poet": shapes, "quiet": quiet})
    assert list(differences.of_services([], found)) == [
        "models/services.csv: poet is new"
    ]


def test_a_new_model_of_an_event_is_told(models, tmp_path):
    before = models()
    write(tmp_path / "newest" / EVENTS / "sqs.py", {})
    write(tmp_path / "newest" / EVENTS / "poem.py", {})
    after = Models(tmp_path / "newest")
    assert list(differences.of_events(before, after)) == [
        "Powertools' event models: poem is new"
    ]


# The tables


@holds_for_each(FIELDS)
def test_a_fact_has_the_range_of_its_field_or_a_reason(row):
    fact = QUOTAS[row["fact"]]
    assert fact.model_field == row["model_field"]
    here = [fact.minimum, fact.maximum]
    there = [float(row[end]) if row[end] else None for end in differences.ENDS]
    assert (here == there) is not bool(row["reason"])


@holds_for_each(OF_THE_API)
def test_a_field_of_the_api_is_there(row):
    """https://github.com/boto/botocore"""
    assert not list(differences.of_ranges([row], INSTALLED))


def test_each_service_has_its_kinds_or_a_reason():
    kinds = {row["kind"] for row in rows_of("triggers.csv")}
    for row in rows_of("models/services.csv"):
        assert bool(row["kinds"]) is not bool(row["reason"]), row
        assert set(row["kinds"].split()) <= kinds, row
