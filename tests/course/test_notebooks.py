"""The lessons, executed: as shipped, with wrong answers, with their solutions, and as deployed."""

import ast
from collections.abc import Iterator

import pytest
from nbformat import NotebookNode

import sim
from sim.show.lesson.repair import NOT_YOURS
from tests.course.usual_answers import UNCLEAR, WRONG
from tests.support.learner import Learner, text_of
from tests.support.lessons import LESSONS, cells, names_of, read
from tests.support.paths import ROOT

every_lesson = pytest.mark.parametrize(
    "lesson", LESSONS, ids=lambda path: path.stem
)
NOT_ANSWERED = "Not answered yet."
COVERED = "Covered until you lock your guess."


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def learner(request) -> Iterator[Learner]:
    """Somebody who has only chosen Run All Cells."""
    made = Learner(request.param)
    yield made
    made.close()


def widget_values(notebook: NotebookNode) -> list[str]:
    states = notebook.metadata.widgets[
        "application/vnd.jupyter.widget-state+json"
    ]["state"].values()
    return [
        value
        for state in states
        if isinstance(value := state["state"].get("value"), str)
    ]


def panel_answers(notebook: NotebookNode) -> list[dict[str, object]]:
    """What the panels of a lesson have answered."""
    states = notebook.metadata.widgets[
        "application/vnd.jupyter.widget-state+json"
    ]["state"].values()
    return [
        answer
        for state in states
        if isinstance(answer := state["state"].get("answer"), dict)
    ]


# -- as shipped


@pytest.mark.slow  # a kernel for each lesson takes its time
def test_lesson_runs_as_shipped_without_a_warning(learner):
    outputs = [
        output
        for cell in cells(learner.notebook, "code")
        for output in cell.outputs
    ]
    assert outputs
    assert [
        output
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ] == []


@pytest.mark.slow
def test_no_panel_starts_with_a_complaint(learner):
    answers = panel_answers(learner.notebook)
    assert answers, "the lesson has a panel"
    assert {answer["complaint"] for answer in answers} == {""}


@pytest.mark.slow
def test_run_all_solves_nothing(learner):
    assert learner.said() == dict.fromkeys(learner.checks, NOT_ANSWERED)
    assert learner.progress().startswith(
        "Nothing is tried yet. Open: exercise 1, exercise 2, exercise 3, "
    )


@pytest.mark.slow
def test_run_all_covers_what_tells_a_result_and_claims_no_guess(learner):
    said = {
        cell.source: text_of(cell) for cell in cells(learner.notebook, "code")
    }
    covered = {
        source: text
        for source, text in said.items()
        if ".reveal(" in source or ".cover(" in source
    }
    assert covered
    assert covered == dict.fromkeys(covered, COVERED)
    everything = [*said.values(), *widget_values(learner.notebook)]
    assert not [text for text in everything if "ou guessed" in text]


# -- with wrong answers


def explanations(check: NotebookNode) -> list[str]:
    """The sentences that a check has on usual wrong answers."""
    call = ast.parse(check.source).body[-1].value
    return [
        ast.literal_eval(sentence)
        for keyword in call.keywords
        if keyword.arg in ("wrong", "not_so")
        for sentence in keyword.value.values
    ]


@pytest.mark.slow
def test_every_usual_wrong_answer_gets_its_sentence(learner):
    """And each sentence is said of one of them."""
    answers = WRONG[learner.name]
    assert answers.keys() == learner.exercises.keys()
    for answer, codes in answers.items():
        said = [learner.tries(answer, f"{answer} = {code}") for code in codes]
        known = explanations(learner.checks[answer])
        reasons = [*known, *NOT_YOURS.values()]
        for code, verdict in zip(codes, said, strict=True):
            assert verdict.startswith("Not yet"), code
            assert any(reason in verdict for reason in reasons), verdict
        assert [
            one for one in known if not any(one in text for text in said)
        ] == []


@pytest.mark.slow
def test_what_is_no_answer_gets_one_friendly_sentence(learner):
    for answer in learner.exercises:
        for code in UNCLEAR:
            verdict = learner.tries(answer, f"{answer} = {code}")
            assert verdict.startswith("Not yet"), (answer, code, verdict)
            assert "\n" not in verdict


@pytest.mark.slow
def test_an_answer_whose_cell_has_raised_does_not_count_as_right(learner):
    for answer, solution in learner.solutions.items():
        assert learner.tries(answer, solution).startswith("Right. ")
        broken = learner.tries(answer, f"{answer} = nothing_of_this_name")
        assert broken.startswith("Not yet: the cell of this answer ended")
    assert learner.progress().startswith("0 of 3 exercises right (")


# -- solved


@pytest.mark.slow
@every_lesson
def test_checks_say_right_and_why_when_solved(lesson):
    learner = Learner(lesson, solve=True)
    learner.close()
    for answer, verdict in learner.said().items():
        assert verdict.startswith("Right. "), (answer, verdict)
        why = next(
            keyword.value
            for keyword in ast.parse(learner.checks[answer].source)
            .body[-1]
            .value.keywords
            if keyword.arg == "why"
        )
        assert verdict.endswith(ast.literal_eval(why))


@pytest.mark.slow
def test_the_table_of_the_queue_lesson_prints_a_path_that_can_be_set():
    """Its bug hunt has no scaling configuration at all before."""
    names = names_of("03-queues.ipynb")
    path = "scaling_config.maximum_concurrency"
    assert f"| mapping `{path}` |" in "".join(
        cell.source for cell in read(ROOT / "notebooks/03-queues.ipynb").cells
    )
    broken = names["broken"]
    assert broken.triggers[0].scaling_config is None
    (repaired,) = broken.with_setting(f"{names['mapping']}{path}", 10).triggers
    assert repaired.scaling_config.maximum_concurrency == 10


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
