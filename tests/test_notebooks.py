"""The lessons: how they are built, that they run as shipped, that their solutions are right."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import sim
from sim.catalogue import catalogue
from tests.lessons import LESSONS, cells, names_of, read

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("exercise", "check", "solution")  # the check stands before the solution, which would overwrite the answer
MOST_LINES = 12

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
# A kernel for each lesson takes its time: the first lesson runs at once, the others with the slow tests.
executed_lesson = pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if number else [])
        for number, path in enumerate(LESSONS)
    ],
)


def tagged(notebook: NotebookNode, kind: str) -> dict[str, NotebookNode]:
    """The cells of this kind, by the name of their answer; its other tag."""
    found = [cell for cell in notebook.cells if kind in cell.metadata.get("tags", [])]
    names = [next(tag for tag in cell.metadata.tags if tag != kind) for cell in found]
    assert len(set(names)) == len(names), f"two {kind} cells of one answer"
    return dict(zip(names, found, strict=True))


def executed(notebook: NotebookNode) -> NotebookNode:
    """The notebook after *Run All Cells*, in its own folder; widget state is kept to look at, never written."""
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": ROOT / "notebooks"}})
    return client.execute()


@cache
def shipped(lesson: Path) -> NotebookNode:
    return executed(read(lesson))


def text(cell: NotebookNode) -> str:
    """What a cell put out, as plain text."""
    parts = [output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(parts)


def widget_values(notebook: NotebookNode) -> list[str]:
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [value for state in states if isinstance(value := state["state"].get("value"), str)]


# -- shape ---------------------------------------------------------------------------------------------------------


@every_lesson
def test_lesson_is_kept_without_outputs(lesson):
    notebook = read(lesson)
    nbformat.validate(notebook)
    assert notebook.metadata.keys() <= {"kernelspec", "language_info"}
    for cell in cells(notebook, "code"):
        assert cell.outputs == []
        assert cell.execution_count is None


@every_lesson
def test_lesson_runs_in_the_kernel_every_installation_has(lesson):
    assert read(lesson).metadata.kernelspec.name == "python3"


@every_lesson
def test_each_cell_has_an_id_of_its_own(lesson):
    ids = [cell.get("id") for cell in read(lesson).cells]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@every_lesson
def test_code_cells_are_short(lesson):
    assert [cell.source for cell in cells(read(lesson), "code") if len(cell.source.splitlines()) > MOST_LINES] == []


@every_lesson
def test_cells_define_and_plot_nothing(lesson):
    """What a lesson needs beyond a few calls belongs in the package; pyplot is not safe beside widgets."""
    for cell in cells(read(lesson), "code"):
        assert "pyplot" not in cell.source
        assert "matplotlib" not in cell.source
        nodes = ast.walk(ast.parse(cell.source))
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@every_lesson
def test_lesson_begins_with_a_question_and_links_to_its_neighbours(lesson):
    first, *_, last = cells(read(lesson), "markdown")
    assert re.match(r"# .*\?\n", first.source)
    assert {part for part in first.source.splitlines() if "[Contents]" in part} & set(last.source.splitlines())
    place = LESSONS.index(lesson)
    neighbours = {"Previous": LESSONS[place - 1 : place] if place else [], "Next": LESSONS[place + 1 : place + 2]}
    for word, paths in neighbours.items():
        assert re.findall(rf"{word}: \[[^]]+\]\(([^)]+)\)", first.source) == [path.name for path in paths]


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_lesson
def test_relative_links_lead_somewhere(lesson):
    links = [link for cell in cells(read(lesson), "markdown") for link in re.findall(r"\]\(([^)]+)\)", cell.source)]
    local = [link.partition("#") for link in links if not link.startswith("https://")]
    assert local
    for path, _, anchor in local:
        target = lesson.parent / path
        assert target.is_file(), path
        assert not anchor or anchor in anchors(target), anchor


@every_lesson
def test_each_exercise_has_its_check_and_then_its_solution(lesson):
    notebook = read(lesson)
    exercises, checks, solutions = (tagged(notebook, kind) for kind in KINDS)
    assert exercises
    assert exercises.keys() == checks.keys() == solutions.keys()
    for answer, exercise in exercises.items():
        places = [notebook.cells.index(cell) for cell in (exercise, checks[answer], solutions[answer])]
        assert places == list(range(places[0], places[0] + 3)), answer
        assert exercise.source == f"{answer} = None"


@every_lesson
def test_checks_and_solutions_are_folded_and_nothing_else_is(lesson):
    notebook = read(lesson)
    hidden = [cell.id for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    kept = [tagged(notebook, kind).values() for kind in ("check", "solution")]
    assert set(hidden) == {cell.id for cells_of_kind in kept for cell in cells_of_kind}


def test_readme_lists_every_lesson_with_its_question():
    row = re.compile(r"^\| \[[^]]+\]\(notebooks/([^)]+)\) \| (.+?) \| (\d+) \|$", re.MULTILINE)
    table = row.findall((ROOT / "README.md").read_text())
    assert [name for name, _, _ in table] == [lesson.name for lesson in LESSONS]
    for name, question, minutes in table:
        opening = "\n".join(cell.source for cell in read(ROOT / "notebooks" / name).cells[:2])
        assert question.lower() in opening.lower()
        assert f"**Time:** {minutes} minutes" in opening


WALKS = list(csv.DictReader((ROOT / "data" / "lessons.csv").open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk["kind"])
def test_a_trigger_is_walked_through_in_its_section_and_its_folder_says_so(walk):
    prose = "\n".join(cell.source for cell in cells(read(ROOT / "notebooks" / walk["lesson"]), "markdown"))
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    assert walk["section"] in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    readme = ROOT / "data" / "deploy" / walk["kind"].replace("_", "-") / "README.md"
    assert f"notebooks/{walk['lesson']}#{walk['section']})" in readme.read_text(encoding="utf-8")
    assert walk["kind"] in catalogue()


# -- as shipped, and solved ----------------------------------------------------------------------------------------


@executed_lesson
def test_lesson_runs_as_shipped_without_a_warning(lesson):
    outputs = [output for cell in cells(shipped(lesson), "code") for output in cell.outputs]
    assert outputs
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []


@executed_lesson
def test_no_widget_starts_with_a_complaint(lesson):
    values = widget_values(shipped(lesson))
    assert any('class="words"' in value for value in values), "the lesson has a panel"
    assert not [value for value in values if 'class="complaint"' in value]


@executed_lesson
def test_checks_say_not_answered_yet_as_shipped(lesson):
    checks = tagged(shipped(lesson), "check")
    assert {name: text(cell) for name, cell in checks.items()} == dict.fromkeys(checks, "Not answered yet.")


@pytest.mark.slow
@every_lesson
def test_checks_say_right_when_solved(lesson):
    notebook = read(lesson)
    for answer, solution in tagged(notebook, "solution").items():
        tagged(notebook, "exercise")[answer].source = solution.source
    checks = tagged(executed(notebook), "check")
    assert {name: text(cell) for name, cell in checks.items()} == dict.fromkeys(checks, "Right.")


# -- what a lesson simulates is what its template deploys ----------------------------------------------------------

SCENARIOS = [("00-start-here.ipynb", "stack"), ("02-asynchronous.ipynb", "system")]


@pytest.fixture(params=SCENARIOS, ids="-".join)
def scenario(request) -> sim.Scenario:
    lesson, name = request.param
    return names_of(lesson)[name]


def sources(scenario: sim.Scenario) -> set[tuple[str, str, str | None]]:
    return {(trigger.kind, trigger.function, getattr(trigger, "source", None)) for trigger in scenario.triggers}


@pytest.fixture(scope="module")
def template() -> sim.Scenario:
    return sim.read_template(ROOT / "data" / "deploy" / "first-stack" / "template.yaml").scenario


def test_functions_have_the_settings_of_the_template(scenario, template):
    assert scenario.functions
    for function in scenario.functions:
        assert function.but(behaviour=sim.Behaviour()) == template.function(function.name)


def test_triggers_are_those_of_the_template(scenario, template):
    mine = {function.name for function in scenario.functions}
    assert sources(scenario) == {source for source in sources(template) if source[1] in mine}


def test_queues_and_topics_are_those_of_the_template(scenario, template):
    assert set(scenario.queues) == set(template.queues)
    assert {topic.name for topic in scenario.topics} == {topic.name for topic in template.topics}


def test_first_lesson_has_every_function_of_the_template(template):
    stack = names_of("00-start-here.ipynb")["stack"]
    assert {function.name for function in stack.functions} == {function.name for function in template.functions}


def test_orders_function_of_the_concurrency_lesson_is_that_of_the_template(template):
    shop = names_of("06-concurrency-and-cold-starts.ipynb")["shop"]
    (function,) = shop.functions
    assert function.but(behaviour=sim.Behaviour()) == template.function("OrdersFunction")
    assert sources(shop) == {source for source in sources(template) if source[1] == "OrdersFunction"}
