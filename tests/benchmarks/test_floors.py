"""The floors do the work they are said to do, and all the same work."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from .floors import FLOORS, callbacks, callbacks_with_timer
from .work import Work


@pytest.mark.parametrize("contender", FLOORS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("per_second", "servers", "blocking"),
    [(10, 5, 0.0366972), (100, 25, 0.0502218)],
    ids=["a=2", "a=20"],
)
def test_a_capped_pool_blocks_as_erlang_says(
    contender, per_second, servers, blocking
):
    """Erlang B, B(k) = a B(k-1) / (k + a B(k-1)): https://en.wikipedia.org/wiki/Erlang_(unit)."""
    outcome = contender.prepare(
        Work(per_second, 50_000, cold=0.2, cap=servers)
    )()
    assert outcome.rejected / outcome.requests == pytest.approx(
        blocking, abs=0.006
    )


@pytest.mark.parametrize("per_second", [0.002, 10, 100])
def test_all_floors_find_the_same_outcome(per_second):
    """They draw in one order, so even rare traffic, whose instances expire, ends the same."""
    work = Work(per_second, 5_000)
    lazy, *others = (contender.prepare(work)() for contender in FLOORS)
    assert [replace(other, instances=lazy.instances) for other in others] == [
        lazy,
        lazy,
    ]
    assert [other.instances for other in others] == pytest.approx(
        [lazy.instances] * 2
    )


@pytest.mark.parametrize("floor", [callbacks, callbacks_with_timer])
def test_an_idle_instance_goes_after_its_expiry(floor):
    """At one request in 500 s a gap is above 600 s with probability exp(-600/500) = 0.301."""
    outcome = floor(Work(0.002, 20_000))()
    assert outcome.cold / outcome.requests == pytest.approx(
        exp(-1.2), abs=0.015
    )


def test_a_warm_response_takes_a_fifth_of_a_second():
    """Nothing is rejected, hardly anything is cold."""
    outcome = callbacks(Work(100, 100_000))()
    assert outcome.rejected == 0
    assert outcome.response == pytest.approx(0.2, abs=0.003)
    assert 2e-4 < outcome.cold / outcome.requests < 6e-4
