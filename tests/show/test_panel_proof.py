"""Whatever a hand does with a panel, no exception is hidden and nothing is cut: `make panels`."""

import pytest

import sim
from tests.panel_proof import Proof
from tests.support.lab import browser
from tests.support.stages import systems

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RATE = "functions.worker.behaviour.error_rate"


def test_all_that_a_hand_can_do_with_a_panel_ends_well(browser_path):
    presets = {"calm": systems(error_rate=0), "one in four fails": systems()}
    panel = sim.show.panel(presets, [RATE], seed=6)
    with browser(browser_path) as opened:
        proof = Proof(opened, panel)
        assert list(proof.all_wrong()) == []
    assert proof.done > 90
