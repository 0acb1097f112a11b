"""A walk for each service of the first page: its numbers are its run's, its rule has a source."""

import re

import pytest

import sim
from sim.course.service_walks import numbers_of, walks
from sim.course.trial_systems import TROUBLES
from sim.scenario.trigger_catalogue import catalogue
from sim.show.lesson.kind_picks import CALM
from tests.course.test_first_page import SERVICES
from tests.support.rows import holds_for_each


def test_every_service_of_the_first_page_has_a_walk():
    walked = {walk.kind for walk in walks()}
    assert walked == {kind for _, _, kind in SERVICES}
    assert len(walks()) == len(SERVICES)


@holds_for_each({walk.service: walk for walk in walks()})
def test_a_walk_has_a_question_a_day_and_a_rule_with_its_source(walk):
    assert "?" in walk.question
    assert walk.day in (CALM, *TROUBLES)
    row = catalogue()[walk.kind]
    pages = {row.source, *row.links.split()}
    lambda_s_own = "https://docs.aws.amazon.com/lambda/latest/dg/"
    assert walk.source in pages or walk.source.startswith(lambda_s_own)


@holds_for_each({walk.service: walk for walk in walks()})
def test_what_a_walk_says_has_no_number_of_events_that_is_not_the_runs(walk):
    names = re.findall(r"\{(\w+)\}", walk.seen)
    assert names
    numbers = numbers_of(walk.run())
    assert "0" not in {numbers[name] for name in names}
    assert walk.what_is_seen() == walk.seen.format_map(numbers)


def test_the_folds_ask_every_question_and_keep_every_answer_closed():
    page = sim.show.service_walks()._repr_html_()
    assert page.count("<details>") == page.count("<summary>") == len(walks())
    assert "open" not in re.findall(r"<details([^>]*)>", page)


@pytest.mark.parametrize("service", ["Amazon API Gateway"])
def test_a_walk_tells_what_the_caller_was_told(service):
    (walk,) = [one for one in walks() if one.service == service]
    assert "12 of 12 clients see 504 Gateway Timeout after 29 s" in (
        walk.what_is_seen()
    )
