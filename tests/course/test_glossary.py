"""The glossary and the cheat sheet are made from data/, complete, and in docs/ as they are made."""

import html
import re

import pytest

import sim
from sim import facts
from sim.course import markdown_pages
from tests.support.lab import ROOT


@pytest.mark.parametrize("name", markdown_pages.pages())
def test_a_page_in_docs_is_as_it_is_made(name):
    """`make docs` writes it anew."""
    assert (ROOT / "docs" / name).read_text(
        encoding="utf-8"
    ) == markdown_pages.pages()[name]


def test_the_cheat_sheets_numbers_are_the_facts():
    sheet = sim.course.cheat_sheet()
    retries = facts.fact("EventInvokeConfig.maximum_retry_attempts").value
    assert sheet.loc[
        "Who tries again after a failed run?", "asynchronous"
    ].startswith(f"Lambda, {retries} times")
    assert not sheet.map(lambda text: "{" in text or not text).any(axis=None)


def test_the_cheat_sheet_tells_a_subscriber_from_the_other_models():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    subscriber = sim.course.cheat_sheet()["subscriber (Custom Event Bus)"]
    policy = sim.SubscriberRetryPolicy()
    end = subscriber["When is it given up?"]
    assert f"({policy.max_retry_attempts})" in end
    assert f"({policy.max_event_age_in_seconds} s)" in end


@pytest.mark.parametrize(
    "table",
    [
        sim.course.glossary(),
        sim.course.cheat_sheet(),
        sim.course.glossary().query("term == 'throttle'"),
    ],
)
def test_a_table_of_sentences_is_shown_in_full(table):
    shown = html.unescape(table._repr_html_())
    assert all(sentence in shown for sentence in table.to_numpy().ravel())


def test_the_glossary_is_in_order_and_each_term_has_its_source():
    words = sim.course.glossary()
    assert words.term.str.lower().is_monotonic_increasing
    assert words.term.is_unique
    assert words.source.str.fullmatch(r"https://[\w./#-]+").all()
    assert words.meaning.map(
        lambda text: bool(re.fullmatch(r"[A-Z].*(\.|\.\.\.)", text))
    ).all()
