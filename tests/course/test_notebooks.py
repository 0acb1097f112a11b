"""The lessons, executed: as shipped, with their solutions, and as what is deployed."""

from functools import cache
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import sim
from tests.support.lessons import LESSONS, cells, names_of, read, tagged
from tests.support.paths import ROOT

every_lesson = pytest.mark.parametrize(
    "lesson", LESSONS, ids=lambda path: path.stem
)


def executed(notebook: NotebookNode) -> NotebookNode:
    """The notebook after *Run All Cells*, in its own folder, with its widgets' state."""
    client = NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": ROOT / "notebooks"}},
    )
    return client.execute()


@cache
def shipped(lesson: Path) -> NotebookNode:
    return executed(read(lesson))


def text(cell: NotebookNode) -> str:
    """What a cell put out, as plain text."""
    parts = [
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return "\n".join(parts)


def widget_values(notebook: NotebookNode) -> list[str]:
    states = notebook.metadata.widgets[
        "application/vnd.jupyter.widget-state+json"
    ]["state"].values()
    return [
        value
        for state in states
        if isinstance(value := state["state"].get("value"), str)
    ]


# -- as shipped, and solved


@pytest.mark.slow  # a kernel for each lesson takes its time
@every_lesson
def test_lesson_runs_as_shipped_without_a_warning(lesson):
    outputs = [
        output
        for cell in cells(shipped(lesson), "code")
        for output in cell.outputs
    ]
    assert outputs
    assert [
        output
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ] == []


@pytest.mark.slow  # a kernel for each lesson takes its time
@every_lesson
def test_no_widget_starts_with_a_complaint(lesson):
    values = widget_values(shipped(lesson))
    assert any('class="words"' in value for value in values), (
        "the lesson has a panel"
    )
    assert not [value for value in values if 'class="complaint"' in value]


@pytest.mark.slow  # a kernel for each lesson takes its time
@every_lesson
def test_checks_say_not_answered_yet_as_shipped(lesson):
    checks = tagged(shipped(lesson), "check")
    assert {name: text(cell) for name, cell in checks.items()} == dict.fromkeys(
        checks, "Not answered yet."
    )


@pytest.mark.slow
@every_lesson
def test_checks_say_right_when_solved(lesson):
    notebook = read(lesson)
    for answer, solution in tagged(notebook, "solution").items():
        tagged(notebook, "exercise")[answer].source = solution.source
    checks = tagged(executed(notebook), "check")
    assert {name: text(cell) for name, cell in checks.items()} == dict.fromkeys(
        checks, "Right."
    )


# -- what a lesson simulates is what its template deploys

SCENARIOS = [
    ("00-start-here.ipynb", "stack"),
    ("02-asynchronous.ipynb", "system"),
]


@pytest.fixture(params=SCENARIOS, ids="-".join)
def scenario(request) -> sim.Scenario:
    lesson, name = request.param
    return names_of(lesson)[name]


def sources(scenario: sim.Scenario) -> set[tuple[str, str, str | None]]:
    return {
        (trigger.kind, trigger.function, getattr(trigger, "source", None))
        for trigger in scenario.triggers
    }


@pytest.fixture(scope="module")
def template() -> sim.Scenario:
    return sim.read_template(
        ROOT / "data" / "deploy" / "first-stack" / "template.yaml"
    ).scenario


def test_functions_have_the_settings_of_the_template(scenario, template):
    assert scenario.functions
    for function in scenario.functions:
        assert function.replace(behaviour=sim.Behaviour()) == template.function(
            function.name
        )


def test_triggers_are_those_of_the_template(scenario, template):
    mine = {function.name for function in scenario.functions}
    assert sources(scenario) == {
        source for source in sources(template) if source[1] in mine
    }


def test_queues_and_topics_are_those_of_the_template(scenario, template):
    assert set(scenario.queues) == set(template.queues)
    assert {topic.name for topic in scenario.topics} == {
        topic.name for topic in template.topics
    }


def test_first_lesson_has_every_function_of_the_template(template):
    stack = names_of("00-start-here.ipynb")["stack"]
    assert {function.name for function in stack.functions} == {
        function.name for function in template.functions
    }


def test_orders_function_of_the_concurrency_lesson_is_that_of_the_template(
    template,
):
    shop = names_of("06-concurrency-and-cold-starts.ipynb")["shop"]
    (function,) = shop.functions
    assert function.replace(behaviour=sim.Behaviour()) == template.function(
        "OrdersFunction"
    )
    assert sources(shop) == {
        source for source in sources(template) if source[1] == "OrdersFunction"
    }
