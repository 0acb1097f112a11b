"""Tables as lessons, the report and the command line show them: for people."""

import re

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import sim
from sim.results.column_words import heading
from sim.results.spoken_table import spoken_table
from sim.show.lesson.table import show_tables_in_words
from sim.show.report.html_report import html_report

RAW = re.compile(
    r"nan|NaN|<NA>|None|NaT|\d\.\d{7}|\de[+-]\d|_|\d\.0\b|\b(?<!\.)\d{4,}"
)


def run() -> sim.Run:
    """A queue whose orders all fail, so that there is no latency."""
    return sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="worker", behaviour=sim.Behaviour(error_rate=1.0)
                )
            ],
            triggers=[sim.trigger("sns", function="worker")],
            traffic=[sim.Traffic(into="sns", arrivals=sim.Burst(events=900))],
            seconds=10,
        ),
        seed=1,
    )


def words(table) -> list[list[str]]:
    return spoken_table(table).to_numpy().tolist()


def test_no_column_and_no_number_of_a_run_is_shown_raw():
    made = run()
    summary = made.summary()
    tables = {
        "deliveries": made.deliveries.drop(columns="kind"),
        "attempts": made.attempts,
        "environments": made.environments,
        "journeys": made.journeys,
        "cost": made.cost()[["item", "quantity", "unit", "cost_usd"]],
        "metrics": made.metrics(),
        "summary": summary,
        "comparison": sim.compare({"a": made, "b": made}),
        "by run": sim.compare({"a": made, "b": made}).T,
    }
    for name, table in tables.items():
        text = spoken_table(table).to_string().replace("x86_64", "")
        assert not RAW.search(text), (name, RAW.search(text))


def test_a_name_says_the_unit_of_what_stands_below_it():
    table = pd.DataFrame(
        {
            "told_s": [90_000.0, None],
            "latency_p50_ms": [1500.0, 0.5],
            "cost_usd": [1234.5, 0.2],
            "request_limit_kb": [6144.0, 1.0],
            "error_rate": [0.25, 0.999999],
            "wait_limit_seconds": [29.0, 900.0],
            "event": [1234, 5],
            "key": [-1, 7],
            "runs": [1234, 5.5],
            "cold": [True, False],
        }
    )
    said = [" ".join(cells) for cells in words(table)]
    assert said == [
        "25 h 1.5 s 1,234 USD 6 MB 25 % 29 s 1234 – 1,234 yes",
        "– 0.5 ms 0.20 USD 1 KB almost 100 % 15 min 5 7 5.5 no",
    ]
    assert spoken_table(table).columns.tolist() == [
        *("told after", "latency p50", "cost", "request limit", "error rate"),
        *("wait limit", "event", "key", "runs", "cold"),
    ]


def test_in_a_comparison_the_rows_say_the_units_and_the_runs_keep_their_names():
    table = pd.DataFrame(
        {"my_queue": [12, 89_991.0, 0.5], "b": [1, 0.25, 0]},
        index=["done_twice", "p99_s", "cold_share"],
    )
    shown = spoken_table(table)
    assert shown.index.tolist() == ["done twice", "p99", "cold share"]
    assert shown.columns.tolist() == ["my_queue", "b"]
    assert words(table) == [["12", "1"], ["25 h", "250 ms"], ["50 %", "0 %"]]


def test_names_that_say_no_unit_are_words():
    assert heading("runs_per_delivery") == "runs per delivery"
    assert heading("end_to_end_p99_s") == "end to end p99"
    assert heading("told_s_by_default") == "told by default"
    assert heading("functions.worker.timeout") == "functions.worker.timeout"
    assert heading("OrdersFunction") == "OrdersFunction"


def test_a_long_table_is_shown_by_its_ends():
    shown = spoken_table(pd.DataFrame({"runs": range(1000)}))
    assert len(shown) == 11
    assert shown.index[5] == "… 990 more"
    assert shown.runs.tolist()[:5] == ["0", "1", "2", "3", "4"]


def test_the_data_of_a_shown_table_stay_as_they_are():
    table = run().deliveries
    before = table.copy()
    assert sim.show.table(table).frame is table
    repr(sim.show.table(table))
    pd.testing.assert_frame_equal(table, before)


def test_a_table_of_numbers_takes_a_unit_and_a_dictionary():
    shares = sim.show.table({"law": 0.1, "run": (0.12, 0.5)}, unit="share")
    assert (
        shares.words[0].tolist() == ["10 %", "12 %, 50 %"]
        if 0 in shares.words
        else True
    )
    assert "10 %" in repr(shares)
    waits = {"plain": pd.Series({"a": 61.0}), "fair": pd.Series({"a": 3690.0})}
    assert "1 h 2 min" in repr(sim.show.table(waits, unit="s"))
    with pytest.raises(sim.ScenarioError):
        sim.show.table(waits, unit="hours")


def test_a_heading_names_the_column_for_who_points_at_it_and_texts_stay_text():
    page = sim.show.table(
        pd.DataFrame({"p99_s": [1.0], "<b>": ["<i>"]})
    )._repr_html_()
    assert '<span title="p99_s">p99</span>' in page
    assert "<i>" not in page
    assert "<b>" not in page


def test_a_table_without_rows_says_so():
    empty = run().provisioned_concurrency[["at_s", "requested"]]
    assert repr(sim.show.table(empty)) == "No rows of: at, requested"
    assert "<th>" in sim.show.table(empty)._repr_html_()


def test_after_ready_a_notebook_shows_every_table_in_words(monkeypatch):
    """In its HTML and in its text; classes of ours with words of their own keep them."""
    shell = InteractiveShell.instance()
    try:
        show_tables_in_words()
        data, _ = shell.display_formatter.format(run().summary()[["p99_s"]])
        assert data["text/plain"].split() == ["p99", "–"]
        assert "p99" in data["text/html"]
        assert "p99_s" not in data["text/plain"]
        data, _ = shell.display_formatter.format(sim.course.glossary())
        assert "sentences" in data["text/html"]
    finally:
        InteractiveShell.clear_instance()


def test_the_report_and_the_command_line_say_numbers_for_people():
    made = run()
    page = html_report(made, "x", {"cost": made.cost()})
    read = re.sub(r"(?s)<(script|style).*?</\1>", " ", page)
    text = re.sub(r"<[^>]+>", " ", read)
    assert "p99_s" not in text
    assert "cost_usd" not in text
    assert "900" in text
    assert "NaN" not in text
