"""The templates in tests/template/templates, and a scenario as short as it can be written down."""

import json

import sim
from tests.support.paths import ROOT

FOLDER = ROOT / "tests" / "template" / "templates"
FAULTS = ROOT / "data" / "deploy" / "orders-with-faults" / "template.yaml"
"""A system that AWS deploys and that loses orders: what lesson 08 reads, runs and repairs."""
FILES = sorted(
    path for path in FOLDER.iterdir() if path.name != "reads_as.json"
)
GROUPS = (
    *(
        "functions",
        "queues",
        "topics",
        "buckets",
        "event_buses",
        "streams",
        "tables",
        "kafka_topics",
        "brokers",
    ),
    *("document_db_clusters", "triggers", "traffic"),
)


def said(scenario: sim.Scenario) -> dict:
    """Every resource with the settings that are not defaults, without what is measured."""
    groups = {
        group: {item.name: _settings(item) for item in getattr(scenario, group)}
        for group in GROUPS
    }
    return json.loads(
        json.dumps({group: items for group, items in groups.items() if items})
    )


def _settings(item) -> dict:
    return item.model_dump(
        exclude_defaults=True, exclude={"name", "latency", "behaviour"}
    )


def write() -> None:
    """Write down anew what the templates read as: only after reading the difference by line."""
    reads = {
        path.name: said(sim.read_template(path).scenario) for path in FILES
    }
    lines = [
        f'  "{name}": {json.dumps(groups)}' for name, groups in reads.items()
    ]
    (FOLDER / "reads_as.json").write_text(
        "{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8"
    )


if __name__ == "__main__":
    write()
