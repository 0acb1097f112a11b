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


def choose(shown: Catalogue, kind: str) -> None:
    shown.model.value = ROWS[kind].model
    shown.preset.value = kind


def slider(shown: Catalogue, path: str):
    return next(
        slider
        for control, slider in shown.sliders.items()
        if control.path == path
    )


def said(text: str) -> str:
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text))


def test_the_three_models_offer_every_kind(made):
    offered = []
    for model in made.model.options.values():
        made.model.value = model
        kinds = [kind for _, kind in made.preset.options]
        assert {ROWS[kind].model for kind in kinds} == {model}
        offered += kinds
    assert sorted(offered) == sorted(ROWS)


@holds_for_each(KINDS)
def test_a_kind_is_simulated_beside_its_card_its_sample_event_and_its_code(
    kind, made
):
    made.view.value = "sample event"
    choose(made, kind)
    assert made.error.value == ""
    assert list(made.runs) == [ROWS[kind].service]
    assert made.card.value == card(kind)
    assert "{" in made.text.value
    made.view.value = "deploy"
    example = f'data-path="data/deploy/{kind.replace("_", "-")}"'
    assert example in made.deploy.code.value


def test_another_kind_gets_the_settings_of_the_one_before():
    shown = sim.show.catalogue()
    slider(shown, ERRORS).value = 1.0
    slider(shown, RESERVED).value = 1
    choose(shown, "sqs_standard")
    (scenario,) = shown.scenarios().values()
    assert [each.kind for each in scenario.triggers] == ["sqs_standard"]
    assert scenario.function("worker").behaviour.error_rate == 1.0
    assert scenario.function("worker").reserved_concurrent_executions == 1
    shown.reset.click()
    assert slider(shown, ERRORS).value == ERROR_RATE


def test_a_pinned_kind_stays_behind_another_one():
    shown = sim.show.catalogue()
    shown.pin.value = True
    choose(shown, "alb")
    assert list(shown.pinned) == [ROWS["sns"].service]
    assert f"Pinned: {ROWS['sns'].service}" in said(shown.words.value)


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
        assert f'data-path="notebooks/{lesson}#{section}"' in card(kind)
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
