"""One test that says the same of many rows, and names every row of which it does not hold."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest

FAILURES = (Exception, pytest.fail.Exception)


def holds_for_each(rows: Mapping[str, Any]) -> Callable[[Callable], Callable]:
    """Make one test of a check of one row: all rows are checked, those that fail are named.

    `rows` gives each row its name. The check takes the row first, fixtures after it.
    """

    def test_of(check: Callable) -> Callable:
        def test(**fixtures: Any) -> None:
            __tracebackhide__ = True
            assert rows, "no row to check"
            offenders = offending(lambda row: check(row, **fixtures), rows)
            assert not offenders, report(offenders, len(rows))

        # Not functools.wraps: pytest would take the row for a fixture too.
        test.__name__, test.__doc__ = check.__name__, check.__doc__
        _, *fixtures = inspect.signature(check).parameters.values()
        test.__signature__ = inspect.Signature(fixtures)
        return test

    return test_of


def offending(
    check: Callable[[Any], None], rows: Mapping[str, Any]
) -> dict[str, str]:
    """The names of the rows that fail the check, each with the reason."""
    reasons = {}
    for name, row in rows.items():
        try:
            check(row)
        except FAILURES as failure:
            lines = [line for line in str(failure).splitlines() if line.strip()]
            reasons[name] = type(failure).__name__ + ": " + "\n".join(lines)
    return reasons


def report(offenders: Mapping[str, str], rows: int) -> str:
    """All offenders with their reasons, one below the other."""
    lines = [f"{name}: {reason}" for name, reason in offenders.items()]
    return "\n".join([f"{len(offenders)} of {rows} rows:", *lines])
