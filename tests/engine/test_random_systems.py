"""Random systems of all kinds keep the law of `make proof`."""

import pytest

from tests.proof import main
from tests.support.laws import law
from tests.support.systems import broken_law, chains


@law(chains(), fast=3, thorough=20)
def test_chains_end_whichever_way_they_go(system):
    assert not broken_law(system)


@pytest.mark.slow
def test_three_hundred_random_systems_raise_nothing_and_end_the_same_twice():
    assert main(300) == 0
