"""One lesson worked through in a browser; all of them: `python -m tests.support.walk`."""

from collections.abc import Iterator

import pytest

from tests.support.lab import browser, lab
from tests.support.lessons import LESSONS
from tests.support.walk import Walk, walked

pytestmark = pytest.mark.browser
SAMPLE = LESSONS[4]  # its question has answers to choose from


@pytest.fixture(scope="module", params=["mouse", "keyboard"])
def walk(request, tmp_path_factory, browser_path) -> Iterator[Walk]:
    with (
        lab(tmp_path_factory.mktemp("lab")) as server,
        browser(browser_path) as opened,
        walked(server, opened, SAMPLE, request.param) as done,
    ):
        yield done


def test_a_wrong_guess_is_compared_with_the_result(walk):
    assert walk.covers > 1
    assert walk.comparisons == [
        "You guessed “1 order”; the result is “20 orders”."
    ]


def test_a_usual_wrong_answer_is_explained_and_the_right_one_too(walk):
    assert len(walk.verdicts) == 3
    for wrong, right in walk.verdicts.values():
        assert wrong.startswith("Not yet: ")
        assert right.startswith("Right. ")


def test_a_slider_brings_other_numbers(walk):
    assert walk.is_moved


def test_the_end_sums_up_what_was_tried(walk):
    assert walk.progress.startswith("3 of 3 exercises right (6 tries)")
    assert walk.progress.endswith("Nothing is open.")
