"""The catalogue and the overview, without a browser: a page made from data/ and from runs."""

import html
import re

import pytest

import sim
from sim.course import glossary_tables
from sim.course.service_walks import walks
from sim.course.trial_systems import ERRORS, TROUBLES
from sim.scenario.trigger_catalogue import catalogue, trigger_kind
from sim.show.lesson.catalogue import Catalogue
from sim.show.lesson.kind_picks import ALONE, CALM
from sim.show.lesson.overview import BY_MODEL, Overview, overview_table
from sim.show.lesson.trigger_card import card
from sim.show.lesson.trigger_filters import FILTERS
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


def options_of(panel: Catalogue, name: str) -> list[str]:
    """What a list of the settings column offers, now."""
    (one,) = [each for each in panel.answer["picks"] if each["name"] == name]
    return [value for value, _ in one["options"]]


def test_every_kind_is_offered_and_beside_every_other_one(made):
    assert sorted(options_of(made, "kind")) == sorted(ROWS)
    others = set(options_of(made, "beside"))
    assert others == {ALONE, *ROWS} - {made.asked["picks"]["kind"]}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_offers_what_some_kind_has_and_leaves_those_kinds(name):
    shown = sim.show.catalogue()
    found = []
    for value in options_of(shown, name)[1:]:
        shown.pick(name, value)
        kinds = options_of(shown, "kind")
        assert kinds
        assert {FILTERS[name].of(ROWS[kind]) for kind in kinds} == {value}
        found += kinds
    assert sorted(found) == sorted(ROWS)


def test_a_filter_offers_only_what_the_other_filters_leave():
    shown = sim.show.catalogue("kinesis")
    shown.pick("price", "by the hour")
    for waits in options_of(shown, "waits")[1:]:
        shown.pick("waits", waits)
        assert options_of(shown, "kind"), waits


def test_the_first_kind_that_a_filter_leaves_is_shown_instead_of_another():
    shown = sim.show.catalogue("sns")
    shown.pick("waits", "nobody: a poller fetches the event")
    kind, *_ = options_of(shown, "kind")
    assert list(shown.runs) == [ROWS[kind].service]


@pytest.mark.slow
@holds_for_each(KINDS)
def test_the_price_of_a_kind_is_what_its_bill_says(kind):
    run = sim.simulate(sim.course.trial(kind), seed=1)
    own = run.cost(per="million events").query(
        "not item.str.startswith('Lambda')"
    )
    sort = FILTERS["price"].of(ROWS[kind])
    assert own.cost_usd.isna().any() <= (
        sort in ("not known here", "by the hour")
    )
    assert ("hour" in own.unit.values) <= (sort == "by the hour")
    assert own.empty or sort != "nothing beside the function"


@pytest.mark.slow
@holds_for_each(KINDS)
def test_a_kind_is_simulated_beside_its_card_its_sample_event_and_its_code(
    kind, made
):
    made.open_tab("sample event")
    made.pick("kind", kind)
    assert made.answer["complaint"] == ""
    assert list(made.runs) == [ROWS[kind].service]
    assert "{" in made.answer["html"]
    made.open_tab("card")
    assert card(kind) in made.answer["html"]
    made.open_tab("deploy")
    example = f'data-lab-path="data/deploy/{kind.replace("_", "-")}"'
    assert example in made.answer["html"]


def test_the_given_kind_is_shown_first():
    made = sim.show.catalogue("alb")
    assert list(made.runs) == [ROWS["alb"].service]
    assert made.redraws == 1


def test_a_kind_beside_another_one_gets_the_same_orders_and_its_own_card():
    shown = sim.show.catalogue("sns")
    shown.pick("beside", "alb")
    topic, balancer = shown.runs.values()
    assert list(shown.runs) == [ROWS["sns"].service, ROWS["alb"].service]
    assert list(topic.workload.time) == list(balancer.workload.time)
    shown.open_tab("card")
    assert card("sns") in shown.answer["html"]
    assert card("alb") in shown.answer["html"]


def test_a_kind_is_never_beside_itself():
    shown = sim.show.catalogue("sns")
    shown.pick("beside", "alb")
    shown.pick("kind", "alb")
    assert list(shown.runs) == [ROWS["alb"].service]


def test_a_day_is_calm_or_one_of_the_four_troubles():
    shown = sim.show.catalogue("sqs_standard")
    days = [preset["name"] for preset in shown.form["presets"]]
    assert days == [CALM, *TROUBLES]
    (run,) = shown.runs.values()
    assert run.summary().delivered == 12
    for day, trouble in TROUBLES.items():
        shown.choose_preset(day)
        (run,) = shown.runs.values()
        expected = sim.course.trial("sqs_standard").with_settings(trouble)
        assert run.scenario == expected, day


def test_another_kind_gets_the_day_and_the_settings_of_the_one_before():
    shown = sim.show.catalogue()
    shown.choose_preset("throttled")
    shown.set(ERRORS, 1.0)
    shown.pick("kind", "sqs_standard")
    (run,) = shown.runs.values()
    worker = run.scenario.function("worker")
    assert [each.kind for each in run.scenario.triggers] == ["sqs_standard"]
    assert worker.behaviour.error_rate == 1.0
    assert worker.reserved_concurrent_executions == 1


def test_the_text_of_the_settings_names_what_is_picked_and_brings_it_back():
    shown = sim.show.catalogue("sns")
    shown.pick("waits", "the caller")
    shown.pick("beside", "kinesis")
    text = shown.settings
    assert "beside=kinesis" in text
    again = sim.show.catalogue("sns")
    again.settings = text
    assert list(again.runs) == list(shown.runs)
    assert again.settings == text


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("kind", "snss", "did you mean 'sns'"),
        ("beside", "snss", "did you mean 'sns'"),
        ("waits", "me", "waits: no kind of trigger has 'me'"),
        ("colour", "red", "no list 'colour'; these are there: waits, "),
    ],
)
def test_what_cannot_be_picked_is_a_sentence(name, value, sentence, made):
    with pytest.raises(sim.ScenarioError, match=sentence):
        made.pick(name, value)


def test_what_a_page_picks_wrongly_is_a_sentence_beside_the_last_answer():
    shown = sim.show.catalogue("sns")
    shown.asked = {**shown.asked, "move": 7, "picks": {"kind": 3}}
    assert "no trigger kind '3'" in shown.answer["complaint"]
    assert list(shown.runs) == [ROWS["sns"].service]


def test_a_pinned_kind_stays_behind_another_one():
    shown = sim.show.catalogue()
    shown.pin()
    shown.pick("kind", "alb")
    assert shown.answer["pin"]["compares"]
    assert "kind=sns" in shown.answer["pin"]["text"]
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


def test_a_card_has_the_walks_of_its_kind_and_a_walk_leads_back():
    for walk in walks():
        assert html.escape(walk.question) in card(walk.kind)
    assert "<details" not in card("mq")
    page = sim.show.service_walks()._repr_html_()
    assert page.count('<a href="#Play">') == len(walks())
    for walk in walks():
        folder = f"data/deploy/{walk.kind.replace('_', '-')}"
        assert f'<a href="../{folder}/README.md">' in page
        assert (ROOT / folder / "README.md").is_file()


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


def test_a_filter_of_the_overview_leaves_the_kinds_that_fit(beside):
    shown = beside.filters["waits"]
    shown.value = "nobody: a poller fetches the event"
    rows = re.findall(r'<th scope="row">(.*?)<br>', beside.table.value)
    assert len(rows) == len(
        [row for row in ROWS.values() if row.model == "polling"]
    )
    shown.value = ""
    assert beside.table.value.count('scope="row"') == len(ROWS)


def test_the_overview_says_why_an_order_has_no_run(beside):
    for trouble, outcomes in beside.outcomes.items():
        text = overview_table({trouble: outcomes.loc[["documentdb"]]}, BY_MODEL)
        never = not outcomes.runs["documentdb"] and trouble != "Lambda is down"
        assert ("its turn in the batch never came" in text) is never


# -- the sentences of lesson 10 name these numbers: whoever changes them reads the lesson again
# --------------------


def simulated(kind, changes):
    return sim.simulate(sim.course.trial(kind).with_settings(changes), seed=16)


def given(kind, changes):
    return simulated(kind, changes).summary()


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
    slow = given("apigw_rest", TROUBLES["takes 40 s"])
    assert (slow.told, slow.told_done) == (12, 12)
    failing = simulated("sns", TROUBLES["always fails"]).deliveries
    assert (failing.latency_s / 60).round().eq(3).all()
