"""The catalogue and the overview, without a browser: a page made from data/ and from runs."""

import html
import re

import pytest

import sim
from sim.course import glossary_tables
from sim.course.trial_systems import ERRORS, RESERVED, TIMEOUT, TROUBLES, WORK
from sim.scenario.trigger_catalogue import catalogue, trigger_kind
from sim.show.lesson.catalogue import ERROR_RATE, Catalogue
from sim.show.lesson.overview import BY_MODEL, Overview, overview_table
from sim.show.lesson.trigger_card import card
from tests.support.lab import ROOT
from tests.support.rows import holds_for_each

ROWS = catalogue()
KINDS = {kind: kind for kind in ROWS}


@pytest.fixture(scope="module")
def made() -> Catalogue:
    return sim.show.catalogue()


@pytest.fixture(scope="module")
def beside() -> Overview:
    return sim.show.overview()


def said(text: str) -> str:
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text))


def test_every_kind_is_offered_below_its_invocation_model(made):
    offered = {
        preset["name"]: preset["group"] for preset in made.form["presets"]
    }
    assert sorted(offered) == sorted(row.service for row in ROWS.values())
    for row in ROWS.values():
        assert offered[row.service].startswith(f"{row.model} (")
    models = [group.partition(" ")[0] for group in offered.values()]
    assert models == sorted(models, key=list(dict.fromkeys(models)).index)
    counts = re.findall(r"\((\d+)\)", " ".join(set(offered.values())))
    assert sum(map(int, counts)) == len(ROWS)
    assert made.form["preset_label"] == "trigger"


@holds_for_each(KINDS)
def test_a_kind_is_simulated_beside_its_card_its_sample_event_and_its_code(
    kind, made
):
    made.open_tab("sample event")
    made.choose_preset(ROWS[kind].service)
    assert made.answer["complaint"] == ""
    assert list(made.runs) == [ROWS[kind].service]
    assert made.answer["below"] == card(kind)
    assert "{" in made.answer["html"]
    made.open_tab("deploy")
    example = f'data-lab-path="data/deploy/{kind.replace("_", "-")}"'
    assert example in made.answer["html"]


def test_the_given_kind_is_shown_first():
    made = sim.show.catalogue("alb")
    assert made.answer["preset"] == ROWS["alb"].service
    assert made.redraws == 1


def test_another_kind_gets_the_settings_of_the_one_before():
    shown = sim.show.catalogue()
    shown.set(ERRORS, 1.0)
    shown.set(RESERVED, 1)
    shown.choose_preset(ROWS["sqs_standard"].service)
    (run,) = shown.runs.values()
    worker = run.scenario.function("worker")
    assert [each.kind for each in run.scenario.triggers] == ["sqs_standard"]
    assert worker.behaviour.error_rate == 1.0
    assert worker.reserved_concurrent_executions == 1
    assert shown.form["keep"]
    assert {tuple(one["values"]) for one in shown.form["presets"]} == {
        (ERROR_RATE, 0.5, 10, None)
    }


def test_a_pinned_kind_stays_behind_another_one():
    shown = sim.show.catalogue()
    shown.pin()
    shown.choose_preset(ROWS["alb"].service)
    assert shown.answer["pin"]["compares"]
    assert ROWS["sns"].service in shown.answer["pin"]["text"]
    assert "Pinned: " in shown.answer["words"]


@holds_for_each(KINDS)
def test_a_card_says_what_the_data_say_with_their_links_and_date(kind):
    row, text = ROWS[kind], card(kind)
    for column in (
        "who_waits",
        "told_on_success",
        "told_on_throttle",
        "told_on_error",
        "note",
        "date",
    ):
        assert getattr(row, column) in said(text)
    for link in [row.source, *row.links.split()]:
        assert f'href="{html.escape(link)}"' in text


def test_a_card_tells_in_full_what_the_data_say_by_another_kind():
    assert trigger_kind("kinesis_efo").request_limit == "as kinesis"
    assert trigger_kind("kinesis").request_limit in said(card("kinesis_efo"))
    assert "as msk" not in card("self_managed_kafka")


def test_a_card_links_to_the_lesson_that_walks_through_its_kind():
    for kind, lesson, section in glossary_tables.lessons().itertuples():
        assert f'data-lab-path="notebooks/{lesson}#{section}"' in card(kind)
        assert (ROOT / "notebooks" / lesson).is_file()


def test_an_unknown_kind_is_a_sentence():
    with pytest.raises(
        sim.ScenarioError, match="no trigger kind 'snss'; did you mean 'sns'"
    ):
        sim.show.catalogue("snss")


@pytest.mark.parametrize("by", [BY_MODEL, *TROUBLES])
def test_the_overview_has_every_kind_in_every_order(beside, by):
    rows = re.findall(
        r'<th scope="row">(.*?)<br>', overview_table(beside.outcomes, by)
    )
    assert sorted(map(html.unescape, rows)) == sorted(
        row.service for row in ROWS.values()
    )


def test_the_overview_counts_what_became_of_every_kind(beside):
    counts = re.findall(
        r"<br><small>([^<]*\d[^<]*)</small>",
        overview_table(beside.outcomes, BY_MODEL),
    )
    assert len(counts) == len(TROUBLES)
    assert [sum(map(int, re.findall(r"\d+", count))) for count in counts] == [
        len(ROWS)
    ] * len(TROUBLES)


def test_the_overview_puts_the_best_end_first_and_the_lost_orders_last(beside):
    rows = overview_table(beside.outcomes, "Lambda is down").split("<tr>")[2:]
    ends = [
        re.findall(r"</span> (delivered|kept|told|under way|lost)", row)[-1]
        for row in rows
    ]
    assert ends == sorted(
        ends, key=["delivered", "kept", "told", "under way", "lost"].index
    )
    assert ends[0] == "delivered"
    assert ends[-1] == "lost"


def test_the_buttons_of_the_overview_sort_it(beside):
    beside.sort.value = BY_MODEL
    by_model = beside.table.value
    beside.sort.value = "throttled"
    assert (
        beside.table.value
        == overview_table(beside.outcomes, "throttled")
        != by_model
    )


# -- the sentences of lesson 10 name these numbers: whoever changes them reads the lesson again
# --------------------


def given(kind: str, changes: dict[str, float]):
    return sim.simulate(
        sim.course.trial(kind).with_settings(changes), seed=16
    ).summary()


def test_the_lesson_tells_what_its_table_says(beside):
    kept = beside.outcomes["always fails"].fate == "dead-lettered"
    slow, down = (
        beside.outcomes["takes 40 s"],
        beside.outcomes["Lambda is down"],
    )
    assert kept.sum() == 27
    assert ((slow.fate == "failed") & (slow.successes > 0)).sum() == 13
    rules = down[down.index.str.match("eventbridge_(rule|sched)")]
    assert (rules.latency_s / 60).round().eq(17).all()
    assert set(down.index[(down.fate == "succeeded") & (down.model == "asynchronous")]) == {
        "sns", "cw_logs", "eventbridge_rule", "eventbridge_schedule_rule", "eventbridge_scheduler",
    }  # fmt: skip


def test_the_lesson_answers_its_questions_as_the_catalogue_does():
    failing = {ERRORS: 0.6}
    assert (
        given("kinesis", failing).delivered,
        given("sqs_standard", failing).delivered,
    ) == (1, 10)
    slow = given("apigw_rest", {TIMEOUT: 60, f"{WORK}.mean": 50})
    assert (slow.told, slow.delivered) == (7, 5)
