"""Random systems of all kinds keep the laws of `make proof`."""

import pytest

from tests.proof import main
from tests.support.laws import law
from tests.support.system_laws import broken_law
from tests.support.systems import chains


@law(chains(), fast=3, thorough=20)
def test_chains_end_whichever_way_they_go(system):
    assert not broken_law(system)


@pytest.mark.slow
def test_a_hundred_and_fifty_random_systems_keep_all_laws():
    """The other half of these is in `tests/results/test_recomputed.py`: for another worker."""
    assert main(150) == 0
