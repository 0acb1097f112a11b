"""A check: it takes what a learner has, says why, knows usual mistakes, and never breaks."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.show.lesson import failed_cells
from sim.show.lesson.text_numbers import number_in

HINT = "Look again."


class Broken:
    """A value whose properties raise."""

    def __float__(self):
        raise RuntimeError("planted")

    @property
    def __class__(self):
        raise RuntimeError("planted")


SIX_MINUTES = {
    "an int": 360,
    "a float": 360.0,
    "numpy's int": np.int64(360),
    "numpy's float": np.float32(360),
    "an array of one": np.array([[360]]),
    "a Series of one": pd.Series([360], index=["p99_s"]),
    "a table of one": pd.DataFrame({"p99_s": [360]}),
    "a list of one": [360],
    "a text": " 360 ",
    "seconds": "360 s",
    "minutes": "6 min",
    "both": "5 min 60 s",
    "a length of time": timedelta(minutes=6),
    "pandas's": pd.Timedelta("6min"),
    "numpy's": np.timedelta64(6, "m"),
    "a Series of one time": pd.Series([pd.Timedelta("6min")]),
    "nearly": "about 361",
}


@pytest.mark.parametrize("answer", SIX_MINUTES.values(), ids=SIX_MINUTES)
def test_any_sensible_form_of_a_right_answer_is_right(answer):
    assert (
        sim.show.check(answer, 360, HINT, why="Because.") == "Right. Because."
    )


UNCLEAR = {
    "True": (True, "this is True."),
    "a word": ("six", "“six” is not one."),
    "nothing": ("", "“” is not one."),
    "two numbers": ("3 or 4", "“3 or 4” is not one."),
    "a Series": (
        pd.Series([1, 2]),
        "These are 2 values, but one is asked for.",
    ),
    "a table": (
        pd.DataFrame({"a": [1, 2]}),
        "This is a table of 2 rows and 1 columns, but one value is asked for.",
    ),
    "an empty dictionary": ({}, "These are 0 values, but one is asked for."),
    "a scenario": (sim.Scenario, "this is a ModelMetaclass."),
    "an object": (object(), "this is an object."),
    "NaN": (float("nan"), "nan is not one."),
    "NaT": (pd.NaT, "this is a NaTType."),
    "a complex number": (1j, "this is a complex."),
    "a function": (print, "this is a builtin_function_or_method."),
    "a huge number": (
        10**400,
        "of the type int, cannot be read (OverflowError).",
    ),
    "what breaks": (
        Broken(),
        "of the type Broken, cannot be read (RuntimeError).",
    ),
}


@pytest.mark.parametrize(("answer", "end"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_no_answer_gets_one_friendly_sentence(answer, end):
    verdict = sim.show.check(answer, 360, HINT)
    assert verdict.startswith("Not yet: ")
    assert verdict.endswith(end)
    assert "\n" not in verdict


def test_nothing_is_not_answered_yet():
    assert sim.show.check(None, 200, HINT) == "Not answered yet."


def test_a_sentence_is_prose_of_which_nothing_is_markup():
    """JupyterLab breaks the lines of plain text within words."""
    sentence = sim.show.check("<b>", "a", hint="Read <it> again.")
    assert "Read &lt;it&gt; again." in sentence._repr_html_()


def test_a_number_may_be_off_by_one_percent():
    assert sim.show.check(201, 200) == "Right."
    assert (
        sim.show.check(203, 200, HINT) == "Not yet: 203 is not it. Look again."
    )


def test_a_usual_wrong_answer_is_explained_and_any_other_gets_the_hint():
    wrong = {
        3: "That counts retries.",
        (lambda n: n > 100): "So many do not fit.",
        "six": "Never asked for here.",
    }
    for answer, sentence in {
        "3 runs": "That counts retries.",
        101: "So many do not fit.",
        5: HINT,
    }.items():
        assert sim.show.check(answer, 4, HINT, wrong=wrong).endswith(sentence)


def test_the_right_answer_may_be_computed_only_when_there_is_an_answer():
    asked = []

    def correct():
        asked.append(1)
        return 4

    assert sim.show.check(None, correct) == "Not answered yet."
    assert asked == []
    assert sim.show.check(4, correct) == "Right."


def test_a_check_that_cannot_run_says_so_in_one_sentence():
    assert sim.show.check(4, lambda: 1 / 0) == (
        "This cannot be checked: ZeroDivisionError: division by zero. Run the lesson's cells "
        "above once more; one of their names may have changed."
    )


def test_texts_truths_and_sets_of_names_are_compared_as_such():
    assert sim.show.check(" Lambda  keeps it", "lambda keeps it") == "Right."
    assert sim.show.check(429, "429").startswith("Not yet: A text in quotation")
    for right in (True, np.True_, "yes", "True"):
        assert sim.show.check(right, correct=True) == "Right."
    assert (
        sim.show.check(1, correct=True)
        == "Not yet: The answer is True or False."
    )
    assert sim.show.check(False, correct=True, hint=HINT) == (
        "Not yet: False is not it. Look again."
    )
    names = pd.DataFrame({"fate": ["lost"] * 2}, index=["sns", "sqs"])
    for same in (names, names.fate, names.index, ["sqs", "sns"], "sns, sqs"):
        assert sim.show.check(same, {"sns", "sqs"}) == "Right."
    assert sim.show.check({"sns"}, {"sns", "sqs"}).startswith("Not yet: {sns}")
    assert sim.show.check(2, {"sns", "sqs"}).startswith(
        "Not yet: A set of names"
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("32", 32),
        ("1,425 orders", 1425),
        ("6 min", 360),
        ("1 h 30 min", 5400),
        ("250 ms", 0.25),
        ("5 %", 0.05),
        ("~ 1e3", 1000),
        (".5 d", 43200),
        ("-3", -3),
        ("", None),
        ("six", None),
        ("3 or 4", None),
        ("3 orders 4 runs", None),
        ("v2", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert number_in(text) == number


# -- a cell that ends with an error gives no answer


@pytest.fixture
def shell(monkeypatch):
    callbacks = {"post_run_cell": []}
    events = SimpleNamespace(
        callbacks=callbacks,
        register=lambda name, call: callbacks[name].append(call),
    )
    names = {"answer_1": 39, "answer_2": 10}
    made = SimpleNamespace(user_ns=names, events=events)
    monkeypatch.setattr(failed_cells, "get_ipython", lambda: made)
    return made


def ended(code, error):
    info = SimpleNamespace(raw_cell=code)
    return SimpleNamespace(
        error_before_exec=None, error_in_exec=error, info=info
    )


@pytest.mark.parametrize(
    "code", ["answer_1 = nothing", "x, answer_1 = 1", "%%time\nanswer_1 = 1/0"]
)
def test_an_answer_whose_cell_raised_does_not_count_as_right(shell, code):
    failed_cells.forget_answers(ended(code, NameError("nothing")))
    assert sim.show.check(shell.user_ns["answer_1"], 39) == (
        "Not yet: the cell of this answer ended with an error (NameError), so it gives no answer. "
        "Mend the cell, and run it again."
    )
    assert shell.user_ns["answer_2"] == 10


def test_other_cells_leave_the_answers_alone(shell):
    failed_cells.forget_answers(ended("answer_1 = 39", None))
    failed_cells.forget_answers(ended("print(answer_1 == 39)", NameError("x")))
    assert shell.user_ns == {"answer_1": 39, "answer_2": 10}


def test_a_kernel_s_cells_are_watched_once(shell):
    sim.show.check(None, 39)
    sim.show.ready()
    assert shell.events.callbacks["post_run_cell"] == [
        failed_cells.forget_answers
    ]
