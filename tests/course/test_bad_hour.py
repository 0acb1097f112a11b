"""The bad hour of lesson 01: every synchronous kind has one, and the sentences tell its runs."""

import csv

import pytest

import sim
from tests.support.lessons import FOLDER, cells, names_of, read

LESSON = "01-synchronous.ipynb"
LATER = {
    "stripe_webhook",
    "eventbridge_bus_sync",
}  # lessons 05 and 10 have them

IN_PAIRS = {
    "authorizer_rest",
    "authorizer_http",
    "authorizer_ws",
    "pipes_enrichment",
}  # their function is called beside another, in one call


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    return names_of(LESSON)


@pytest.fixture(scope="module")
def prose() -> str:
    return "\n".join(
        cell.source for cell in cells(read(FOLDER / LESSON), "markdown")
    )


def synchronous() -> set[str]:
    return set(sim.triggers().query("model == 'synchronous'").kind) - LATER


def test_every_synchronous_kind_has_its_section(prose):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    with (FOLDER.parent / "data" / "lessons.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        assert {
            row["kind"]
            for row in csv.DictReader(file)
            if row["lesson"] == LESSON
        } == synchronous()
    assert [kind for kind in synchronous() if f"(`{kind}`)" not in prose] == []


@pytest.mark.slow
def test_the_bad_hour_has_one_order_of_each_sort(names):
    """One is delivered, one fails, one is stopped by the function's timeout, one is throttled."""
    assert names["runs"].keys() == synchronous() - IN_PAIRS
    for kind, run in names["runs"].items():
        first = run.attempts.groupby("event").outcome.first().tolist()
        assert first == [
            "succeeded",
            "failed",
            "timeout",
            "ReservedFunctionConcurrentInvocationLimitExceeded",
        ], kind


@pytest.mark.slow
def test_the_lesson_tells_the_numbers_of_its_retry_storm(names, prose):
    """Whoever changes how clients retry learns here that the lesson must be read again."""
    storm = sim.compare(names["outcomes"])
    more = storm["at once"].throttles - storm["never"].throttles
    assert f"{more} more of them, and deliver not one order" in prose
    assert (
        storm["at once"].delivered
        == storm["never"].delivered
        > storm["hasty"].delivered
    )
    more = storm["legacy"].delivered - storm["never"].delivered
    assert f"get {more} more orders through" in prose


@pytest.mark.slow
def test_only_the_functions_own_clock_stops_its_work(names):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    worked = {
        who: run.attempts.handler_s.sum() for who, run in names["rung"].items()
    }
    assert worked == {
        "nobody": 20,
        "client, 5 s": 20,
        "API, 10 s": 20,
        "function, 10 s": 10,
    }
