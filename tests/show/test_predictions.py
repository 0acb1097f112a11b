"""A prediction: no answer before the learner's, a lock, and covers over what tells the result."""

import itertools

import ipywidgets
import pandas as pd
import pytest

import sim
from sim.show.lesson import tried
from sim.show.lesson.tried import Guess, Tried

QUESTION = (f"How many? ({n})" for n in itertools.count())


@pytest.fixture(autouse=True)
def a_new_kernel(monkeypatch):
    """What was tried before is forgotten."""
    monkeypatch.setattr(tried.TRIED, "exercises", {})
    monkeypatch.setattr(tried.TRIED, "guesses", {})


def number():
    return sim.show.predict(next(QUESTION), high=40)


def choice():
    return sim.show.predict(next(QUESTION), options=["at once", "later"])


def guessed(prediction, value):
    if prediction.options is None:
        prediction.control.value = value
    elif value is not None:
        prediction.control.index = prediction.options.index(value)
    prediction.button.click()
    return prediction


def said(cover):
    """What a cover, or what it has uncovered, says as text."""
    return cover._repr_mimebundle_()["text/plain"]


def outputs(cover):
    return [
        output["data"]["text/plain"]
        for child in cover.box.children
        if isinstance(child, ipywidgets.Output)
        for output in child.outputs
    ]


def test_a_question_has_no_answer_before_the_learner_gives_one():
    assert number().control.value == ""
    assert choice().control.value is None


def test_what_tells_the_result_is_covered_until_the_guess_is_locked():
    guess = number()
    result = guess.reveal(32, "a picture of 32")
    later = guess.cover("a story of 32")
    for cover in (result, later):
        assert said(cover) == "Covered until you lock your guess."
        assert outputs(cover) == []
        assert cover.button.description == "Show me anyway"
    guessed(guess, "20")
    assert (
        said(result)
        == "You guessed 20; the result is 32, 12 more than you thought."
    )
    assert outputs(result) == ["'a picture of 32'"]
    assert outputs(later) == ["'a story of 32'"]


def test_what_runs_after_the_lock_is_not_covered():
    guess = guessed(number(), "32")
    result = guess.reveal(32, pd.Series([1, 2]))
    assert said(result) == "You guessed 32, and that is the result."
    assert outputs(result)[0].startswith("0    1")


def test_a_widget_is_uncovered_as_itself_and_a_function_is_called_then():
    called = []
    guess = number()
    slider = ipywidgets.IntSlider()
    cover = guess.cover(slider, lambda: called.append(1))
    assert called == []
    guess.show_anyway()
    assert called == [1]
    assert slider in cover.box.children


@pytest.mark.parametrize("text", ["", "abc", "41", "-1", "2.5", "True"])
def test_a_lock_without_a_guess_that_can_be_read_asks_for_one(text):
    guess = guessed(number(), text)
    assert "Write a whole number from 0 to 40 first." in guess.notice.value
    assert guess.state is Guess.OPEN
    assert not guess.button.disabled


def test_a_lock_without_a_choice_asks_for_one():
    guess = guessed(choice(), None)
    assert "Choose one of the answers first." in guess.notice.value
    assert guess.state is Guess.OPEN


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("32 orders", "You guessed 32, and that is the result."),
        ("31", "You guessed 31; the result is 32: close."),
        ("40", "You guessed 40; the result is 32, 8 fewer than you thought."),
    ],
)
def test_a_number_is_compared_with_the_result(text, sentence):
    assert guessed(number(), text).reveal(32).words == sentence


def test_a_choice_is_compared_with_the_result():
    assert (
        guessed(choice(), "at once").reveal("later").words
        == "You guessed “at once”; the result is “later”."
    )
    assert (
        guessed(choice(), "later").reveal("later").words
        == "You guessed “later”, and that is the result."
    )


def test_who_is_shown_it_anyway_is_told_the_result_and_of_no_guess():
    guess = number()
    result = guess.reveal(32)
    guess.control.value = "20"
    result.button.click()
    assert said(result) == "The result: 32."
    guess.button.click()
    assert guess.guess is None


def test_a_cell_that_runs_again_keeps_the_guess():
    question = next(QUESTION)
    first = sim.show.predict(question, high=40)
    first.control.value = "20"
    assert sim.show.predict(question, high=40) is first
    guessed(first, "21")
    again = sim.show.predict(question, high=40)
    assert again.guess == 21
    again.lock()
    assert again.guess == 21
    assert sim.show.predict(question, high=50) is not first


# -- the line that sums up


def line():
    return sim.show.progress()._repr_mimebundle_()["text/plain"]


def test_before_anything_is_tried_the_line_only_says_what_is_open():
    number()
    sim.show.check(None, 3, exercise=1)
    assert line() == "Nothing is tried yet. Open: exercise 1, 1 guess."


def test_the_line_counts_tries_right_answers_and_matched_guesses():
    for text in ("32", "3"):
        guessed(number(), text).reveal(32)
    number().show_anyway()
    for answer in (4, 3):
        sim.show.check(answer, 3, exercise=1)
    sim.show.check(4, 3, exercise=2)
    assert line() == (
        "1 of 2 exercises right (3 tries), 1 of 3 guesses matched "
        "(1 shown without a guess). Still open: exercise 2."
    )


def test_the_line_says_when_all_is_done():
    sim.show.check(3, 3, exercise=1)
    assert line() == "1 of 1 exercise right (1 try). Nothing is open."


def test_a_line_that_stands_there_already_follows():
    kept = Tried()
    kept.ask(1)
    assert "Nothing is tried yet" in kept.line.value
    kept.answered(1, is_right=True)
    assert "1 of 1 exercise right" in kept.line.value


def test_enter_in_the_field_of_a_number_locks_the_guess():
    guess = number()
    result = guess.reveal(32)
    guess.control._handle_custom_msg({"event": "submit"}, [])
    assert "Write a whole number" in guess.notice.value
    guess.control.value = "32"
    guess.control._handle_custom_msg({"event": "submit"}, [])
    assert said(result) == "You guessed 32, and that is the result."


def test_enter_in_a_list_of_options_locks_the_chosen_one():
    guess = choice()
    result = guess.reveal("later")
    guess.control._handle_custom_msg({"event": "submit"}, [])
    assert "Choose one of the answers first." in guess.notice.value
    guess.control.index = 1
    guess.control._handle_custom_msg({"event": "submit"}, [])
    assert said(result) == "You guessed “later”, and that is the result."
