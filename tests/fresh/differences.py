"""What AWS's models have that `data/` has not, and the reverse: a sentence for each difference."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.fresh.models import Models

Row = Mapping[str, str]
DAYS = {
    "deprecated": "deprecated",
    "create_blocked": "create-block",
    "update_blocked": "update-block",
}
"""The columns of `runtimes.csv`, and what cfn-lint calls them."""


ENDS = ("minimum", "maximum")


def of_runtimes(rows: Iterable[Row], models: Models) -> Iterator[str]:
    """Runtimes that came or went, and days that were moved."""
    known = {row["runtime"]: row for row in rows}
    yield from _of_sets("runtimes.csv", set(known), models.runtimes())
    for runtime, days in sorted(models.lifecycles().items()):
        row = known.get(runtime, {})
        for column, word in DAYS.items():
            here, there = row.get(column), days.get(word) or ""
            if row and here != there:
                yield _differs(
                    f"runtimes.csv: {runtime}, {column}", here, there
                )


def of_ranges(rows: Iterable[Row], models: Models) -> Iterator[str]:
    """Fields whose smallest or largest value has changed."""
    for row in rows:
        field = row["model_field"]
        where = f"models/fields.csv: {row['fact']}, {field}"
        found = models.range(field)
        if found is None:
            yield f"{where}: AWS has no such field any more"
            continue
        for bound, there in found._asdict().items():
            here = float(row[bound]) if row[bound] else None
            if here != there:
                yield _differs(f"{where}, {bound}", here, there)


def of_quotas(
    rows: Iterable[Row], quotas: Iterable[Row], models: Models
) -> Iterator[str]:
    """Facts with another range than their field has, where no reason is given."""
    known = {quota["name"]: quota for quota in quotas}
    for row in rows:
        found = models.range(row["model_field"])
        if row["reason"] or found is None:
            continue
        for bound, there in found._asdict().items():
            text = known[row["fact"]][bound]
            here = float(text) if text else None
            if here != there:
                where = f"quotas.csv: {row['fact']}, {bound}"
                yield _differs(where, here, there)


def of_values(rows: Iterable[Row], models: Models) -> Iterator[str]:
    """Enumerations with values that came or went."""
    for row in rows:
        field = row["model_field"]
        where = f"models/values.csv: {field}"
        found = models.values(field)
        if found is None:
            yield f"{where}: AWS has no such field any more"
        else:
            yield from _of_sets(where, set(row["values"].split()), found)


def of_services(rows: Iterable[Row], models: Models) -> Iterator[str]:
    """Services whose API names Lambda since, or no more."""
    known = {row["service"] for row in rows}
    yield from _of_sets("models/services.csv", known, models.lambda_services())


def of_events(before: Models, after: Models) -> Iterator[str]:
    """Events that the newest Powertools has a model of, and the project's has not."""
    here, there = before.event_models(), after.event_models()
    yield from _of_sets("Powertools' event models", here, there)


def _of_sets(where: str, here: set[str], there: set[str]) -> Iterator[str]:
    for name in sorted(there - here):
        yield f"{where}: {name} is new"
    for name in sorted(here - there):
        yield f"{where}: {name} is gone"


def _differs(where: str, here: Any, there: Any) -> str:
    return f"{where}: {_shown(here)} here, {_shown(there)} at AWS"


def _shown(value: Any) -> str:
    if value in ("", None):
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
