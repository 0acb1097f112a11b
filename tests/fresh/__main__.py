"""`make fresh`: what AWS has changed since `data/` was written, by the newest packages.

`python -m tests.fresh FOLDER` compares with the packages of another environment. Prints a line a
difference; the exit status is 1 if there is one.
"""

import csv
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from tests.fresh import differences, known_properties
from tests.fresh.differences import Row
from tests.fresh.models import Models
from tests.support.paths import ROOT

PACKAGES = ("botocore", "cfn-lint", "aws-lambda-powertools")


def rows_of(table: str) -> list[Row]:
    """The rows of a table in `data/`."""
    file = ROOT / "data" / table
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def found(before: Models, after: Models) -> Iterator[str]:
    """Every difference, table by table."""
    yield from differences.of_runtimes(rows_of("runtimes.csv"), after)
    fields = rows_of("models/fields.csv")
    yield from differences.of_ranges(fields, after)
    yield from differences.of_quotas(fields, rows_of("quotas.csv"), after)
    yield from differences.of_values(rows_of("models/values.csv"), after)
    yield from differences.of_services(rows_of("models/services.csv"), after)
    yield from known_properties.differences(after)
    yield from differences.of_events(before, after)


def versions(packages: Path) -> str:
    """Which versions of the packages are in a folder."""
    known = {
        each.name.replace("_", "-"): each.version
        for each in distributions(path=[str(packages)])
    }
    named = [f"{name} {known[name]}" for name in PACKAGES if name in known]
    return ", ".join(named)


def packages_of(environment: Path) -> Path:
    """The folder of packages of a virtual environment."""
    scheme = sysconfig.get_path(
        "purelib", vars={"base": str(environment), "platbase": str(environment)}
    )
    return Path(scheme)


def main(environment: str) -> int:
    """Print what differs; 1 if something does."""
    here, newest = (
        packages_of(Path(each)) for each in (sys.prefix, environment)
    )
    print(f"data/ and {versions(here)} beside {versions(newest)}")
    lines = list(found(Models(here), Models(newest)))
    print("\n".join(lines) if lines else "Nothing differs.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
