"""The decision guide of lesson 07: each row is a claim that its runs prove."""

import pytest

from tests.support.lessons import FOLDER, cells, names_of, read

LESSON = "07-compare.ipynb"


@pytest.mark.slow
def test_every_claim_of_the_decision_guide_is_true():
    claims = names_of(LESSON)["claims"]
    assert [claim for claim, holds in claims.items() if not holds] == []


@pytest.mark.slow
def test_every_row_of_the_decision_guide_has_its_claim():
    (guide,) = [
        cell.source
        for cell in cells(read(FOLDER / LESSON), "markdown")
        if "## The decision guide" in cell.source
    ]
    rows = [line for line in guide.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(names_of(LESSON)["claims"])
