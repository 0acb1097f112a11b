"""What the tests themselves lean on: a check of many rows names each row that fails it."""

import pytest

from tests.support.rows import holds_for_each


def is_positive(number):
    assert number > 0, f"{number} is not positive"


def test_a_check_of_many_rows_names_every_row_that_fails():
    test = holds_for_each({"one": 1, "minus one": -1, "word": "two"})(
        is_positive
    )
    with pytest.raises(AssertionError) as told:
        test()
    first, *reasons = str(told.value).splitlines()
    assert first == "2 of 3 rows:"
    assert reasons[0] == "minus one: AssertionError: -1 is not positive"
    assert any(line.startswith("word: TypeError: ") for line in reasons)
    assert not any(line.startswith("one: ") for line in reasons)


def test_a_check_of_many_rows_passes_where_all_do_and_fails_without_rows():
    holds_for_each({"one": 1})(is_positive)()
    with pytest.raises(AssertionError, match="no row to check"):
        holds_for_each({})(is_positive)()


@holds_for_each({"one": 1, "two": 2})
def test_a_check_of_many_rows_may_take_fixtures(row, tmp_path):
    assert row > 0
    assert tmp_path.is_dir()
