"""The course as it is kept: the shape of each lesson, and where each trigger is walked through."""

import ast
import csv
import json
import re
from itertools import groupby

import nbformat
from nbformat import NotebookNode

from sim.scenario.trigger_catalogue import catalogue
from tests.support.documents import ROOT, anchors, prose
from tests.support.learner import solution_in
from tests.support.lessons import (
    FOLDER,
    LESSONS,
    cells,
    read,
    sections,
    tagged,
    text,
)
from tests.support.minutes import minutes_of
from tests.support.rows import holds_for_each

KINDS = ("exercise", "check", "solution")
ORDER = (
    "Predict",
    "Run",
    "Look closer",
    "Explore",
    "Try it",
    "Exercises",
    "You can now",
)
# this lesson is its panel: it stands first, and not under "Explore"
PANELS = {"10-the-catalogue": "Play"}
WATCHED = LESSONS[:6]
WALKS = list(
    csv.DictReader(
        (ROOT / "data" / "lessons.csv").open(encoding="utf-8", newline="")
    )
)

every_lesson = holds_for_each({path.stem: path for path in LESSONS})


def headings(notebook: NotebookNode) -> list[str]:
    """The sections' headings; of "Look closer: one unlucky order" what stands before the colon."""
    return [heading.partition(":")[0] for heading in sections(notebook)]


def section(notebook: NotebookNode, name: str) -> str:
    found = [
        part
        for heading, part in sections(notebook).items()
        if heading.partition(":")[0] == name
    ]
    assert len(found) == 1, f"{len(found)} sections {name!r}"
    return found[0]


def box(notebook: NotebookNode) -> str:
    """What stands before the first code cell."""
    return "\n".join(cell.source for cell in notebook.cells[:2])


def goals(prose: str) -> list[str]:
    return re.findall(r"^- (.+)$", prose, re.MULTILINE)


def shown(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that are not folded away."""
    folded = [
        cell.id
        for kind in ("check", "solution")
        for cell in tagged(notebook, kind).values()
    ]
    return [cell for cell in notebook.cells if cell.id not in folded]


# -- as a file


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
    """As the file has it: nbformat mends ids when it reads."""
    ids = [
        cell.get("id")
        for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    ]
    assert all(ids)
    assert len(set(ids)) == len(ids)


# -- size


@every_lesson
def test_lesson_has_25_to_39_cells_beside_the_folded_ones(lesson):
    assert 25 <= len(shown(read(lesson))) <= 39


@every_lesson
def test_lesson_has_900_to_2100_words(lesson):
    words = re.findall(r"\S*\w\S*", re.sub(r"\]\([^)]*\)", "]", prose(lesson)))
    assert 900 <= len(words) <= 2100


@every_lesson
def test_code_cells_have_at_most_10_lines_and_folded_checks_at_most_12(lesson):
    notebook = read(lesson)
    checks = [cell.id for cell in tagged(notebook, "check").values()]
    assert [
        cell.source
        for cell in cells(notebook, "code")
        if not 1
        <= len(cell.source.splitlines())
        <= (12 if cell.id in checks else 10)
    ] == []


@every_lesson
def test_at_most_two_code_cells_follow_each_other(lesson):
    runs = [
        list(group)
        for kind, group in groupby(
            shown(read(lesson)), lambda cell: cell.cell_type
        )
        if kind == "code"
    ]
    assert [[cell.source for cell in run] for run in runs if len(run) > 2] == []


@every_lesson
def test_cells_define_and_plot_nothing(lesson):
    """What a lesson needs beyond a few calls belongs in the package.

    And pyplot is not safe beside widgets.
    """
    code = text(read(lesson), "code")
    assert "pyplot" not in code
    assert "matplotlib" not in code
    assert not [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]


# -- anatomy


@every_lesson
def test_lesson_begins_with_a_question_and_links_to_its_neighbours(lesson):
    first, *_, last = cells(read(lesson), "markdown")
    assert re.match(r"# .*\?\n", first.source)
    assert {
        part for part in first.source.splitlines() if "[Contents]" in part
    } & {last.source.splitlines()[-1]}
    place = LESSONS.index(lesson)
    neighbours = {
        "Previous": LESSONS[place - 1 : place] if place else [],
        "Next": LESSONS[place + 1 : place + 2],
    }
    for word, paths in neighbours.items():
        assert re.findall(rf"{word}: \[[^]]+\]\(([^)]+)\)", first.source) == [
            path.name for path in paths
        ]


@every_lesson
def test_box_says_what_for_how_long_and_what_before(lesson):
    opening = box(read(lesson))
    assert "**You will be able to**" in opening
    assert 2 <= len(goals(opening)) <= 4
    (minutes,) = re.findall(r"\*\*Time:\*\* (\d+) minutes", opening)
    assert 20 <= int(minutes) <= 65
    needs = re.findall(
        r"\d\d", opening.partition("**Needs:**")[2].partition("\n")[0]
    )
    assert bool(needs) == (lesson is not LESSONS[0])
    assert all(number < lesson.stem[:2] for number in needs)


@every_lesson
def test_first_code_cell_says_whether_all_is_ready(lesson):
    assert read(lesson).cells[2].source == "import sim\n\nsim.show.ready()"


@every_lesson
def test_sections_stand_in_the_course_s_order(lesson):
    order = [
        heading
        for heading in ORDER
        if heading != "Explore" or lesson.stem not in PANELS
    ]
    assert [
        heading for heading in headings(read(lesson)) if heading in ORDER
    ] == order


@every_lesson
def test_what_is_predicted_is_revealed_after_the_run_and_told_in_a_fold(lesson):
    notebook = read(lesson)
    code = text(notebook, "code")
    names = re.findall(r"^(\w+) = sim\.show\.predict\(", code, re.MULTILINE)
    assert "sim.show.predict(" in section(notebook, "Predict")
    assert [name for name in names if f"{name}.reveal(" not in code] == []
    run = section(notebook, "Run")
    assert "<details><summary><b>What you saw</b></summary>\n\n" in run
    assert "**What you saw.**" not in run


# What tells, or all but tells, what a lesson asks its reader to predict.
TELLING = {
    "00-start-here": "32|eight|You saw",
    "01-synchronous": "twelve|once more|read timeout",
    "02-asynchronous": "three minutes|3 minutes|a minute after",
    "03-queues": "Thirty|30 of|five times|every minute|24 orders",
    "04-streams": "[Tt]welve long|[Tt]wo after it|stands still,|20 orders",
    "05-schedules-and-third-parties": r"\b56\b|gave up",
    "06-concurrency-and-cold-starts": "[Ee]ight calls|p99 of 1.6|385",
    "11-your-own-function": "dozen|2 %",
}
# In the other lessons no preset of the panel is what was predicted.
COVERED_PANELS = ("00", "02", "03", "05")


@holds_for_each({name: (name, words) for name, words in TELLING.items()})
def test_nothing_outside_a_fold_tells_what_is_to_be_predicted(telling):
    name, words = telling
    written = text(read(FOLDER / f"{name}.ipynb"), "markdown")
    unfolded = re.sub(r"<details>.*?</details>", "", written, flags=re.DOTALL)
    assert re.findall(words, unfolded) == []
    assert re.search(words, written)


@holds_for_each({path.stem: path for path in LESSONS[:7]})
def test_a_panel_that_holds_the_predicted_run_is_covered(lesson):
    panel = re.findall(
        r"guess\.cover\((?:explore|sim\.show\.panel)",
        section(read(lesson), "Explore"),
    )
    assert bool(panel) == (lesson.stem[:2] in COVERED_PANELS)


@every_lesson
def test_a_lesson_s_minutes_are_told_as_its_words_and_steps_say(lesson):
    (told,) = re.findall(r"\*\*Time:\*\* (\d+) minutes", box(read(lesson)))
    assert abs(int(told) - minutes_of(lesson)) <= 2.5, minutes_of(lesson)


@every_lesson
def test_the_story_of_an_unlucky_event_is_read_and_aws_s_rule_is_linked(lesson):
    notebook = read(lesson)
    story = section(notebook, "Look closer")
    assert ".story(" in story
    assert "https://docs.aws.amazon.com/" in section(notebook, "Run") + story


@holds_for_each({path.stem: path for path in WATCHED})
def test_a_run_is_watched_before_it_is_explored(lesson):
    notebook = read(lesson)
    assert "sim.show.race(" in section(notebook, "Race")
    assert headings(notebook).index("Race") < headings(notebook).index(
        "Explore"
    )


@every_lesson
def test_questions_stand_before_the_panel(lesson):
    part = section(read(lesson), PANELS.get(lesson.stem, "Explore"))
    questions, panel, _ = re.split(
        r"^(?:\w+ = |guess\.cover\()?sim\.show\.(panel|catalogue)\(",
        part,
        maxsplit=1,
        flags=re.MULTILINE,
    )
    assert panel
    assert re.findall(r"^(\d)\. .+", questions, re.MULTILINE)[:2] == ["1", "2"]


@every_lesson
def test_what_is_seen_is_checked_with_maths(lesson):
    assert "Check it with maths" in headings(read(lesson))


@every_lesson
def test_there_are_three_things_to_try_and_three_exercises_with_a_bug_hunt(
    lesson,
):
    notebook = read(lesson)
    assert re.findall(
        r"^- \*\*([^*]+):\*\* ", section(notebook, "Try it"), re.MULTILINE
    ) == ["Change one number", "Change the system", "Build your own"]
    exercises = re.findall(
        r"^\*\*(\d)\.( Bug hunt\.)?\*\*",
        section(notebook, "Exercises"),
        re.MULTILINE,
    )
    assert exercises == [("1", ""), ("2", ""), ("3", " Bug hunt.")]


@every_lesson
def test_each_exercise_has_its_check_and_then_its_solution(lesson):
    notebook = read(lesson)
    exercises, checks, solutions = (tagged(notebook, kind) for kind in KINDS)
    assert (
        list(exercises)
        == list(checks)
        == list(solutions)
        == ["answer_1", "answer_2", "answer_3"]
    )
    for answer, exercise in exercises.items():
        places = [
            notebook.cells.index(cell)
            for cell in (exercise, checks[answer], solutions[answer])
        ]
        assert places == list(range(places[0], places[0] + 3)), answer
        assert exercise.source == f"{answer} = None"


@every_lesson
def test_checks_are_folded_and_nothing_else_that_runs_is(lesson):
    notebook = read(lesson)
    hidden = {
        cell.id
        for cell in notebook.cells
        if cell.metadata.get("jupyter", {}).get("source_hidden")
    }
    assert hidden == {cell.id for cell in tagged(notebook, "check").values()}


@every_lesson
def test_a_solution_is_text_that_unfolds(lesson):
    """What Run All does not run, it does not solve."""
    for cell in tagged(read(lesson), "solution").values():
        assert cell.cell_type == "markdown"
        assert cell.source.startswith("<details><summary>A solution")
        assert cell.source.endswith("\n\n</details>")
        ast.parse(solution_in(cell))


@every_lesson
def test_no_cell_answers_an_exercise_and_no_check_leaves_a_solution_behind(
    lesson,
):
    notebook = read(lesson)
    for cell in cells(notebook, "code"):
        for name in re.findall(r"^(answer_\d) =", cell.source, re.MULTILINE):
            assert cell is tagged(notebook, "exercise")[name]


@every_lesson
def test_every_check_says_why_a_right_answer_is_right_and_keeps_the_try(lesson):
    for answer, cell in tagged(read(lesson), "check").items():
        call = ast.parse(cell.source).body[-1].value
        given = {keyword.arg for keyword in call.keywords}
        known = {"wrong", "not_so"} & given
        assert {"why", "hint", "exercise"} <= given, answer
        assert known, answer
        assert f"exercise={answer[-1]}" in cell.source


@every_lesson
def test_the_last_code_cell_sums_up_what_was_tried(lesson):
    *_, last = cells(read(lesson), "code")
    assert last.source == "sim.show.progress()"


@every_lesson
def test_the_end_repeats_the_goals_and_leads_on(lesson):
    notebook = read(lesson)
    can = section(notebook, "You can now")
    assert goals(can)[:4] == goals(box(notebook))
    _, real, deployed = text(notebook, "markdown").rpartition("On real AWS")
    assert real
    assert "](../data/deploy/" in deployed
    assert "`sam delete`" in deployed
    assert re.search(r"cost|free|bill|USD", deployed)
    assert re.search(
        r"^\*\*Under the hood:\*\* .*\]\(\.\./sim/", deployed, re.MULTILINE
    )


def test_readme_lists_every_lesson_with_its_question():
    row = re.compile(
        r"^\| \[[^]]+\]\(notebooks/([^)]+)\) \| (.+?) \| (\d+) \|$",
        re.MULTILINE,
    )
    table = row.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [name for name, _, _ in table] == [lesson.name for lesson in LESSONS]
    for name, question, minutes in table:
        opening = box(read(FOLDER / name))
        assert question.lower() in opening.lower()
        assert f"**Time:** {minutes} minutes" in opening


# -- every trigger in some lesson


def test_every_kind_of_trigger_is_walked_through_in_one_lesson():
    assert sorted(walk["kind"] for walk in WALKS) == sorted(catalogue())


@holds_for_each({walk["kind"]: walk for walk in WALKS})
def test_a_trigger_is_walked_through_in_its_section_and_its_folder_says_so(
    walk,
):
    assert walk["section"] in anchors(FOLDER / walk["lesson"])
    readme = (
        ROOT / "data" / "deploy" / walk["kind"].replace("_", "-") / "README.md"
    )
    assert f"notebooks/{walk['lesson']}#{walk['section']})" in readme.read_text(
        encoding="utf-8"
    )
