"""Which poller gets which batch: what long polls that brought nothing are counted from."""

from heapq import heapify, heapreplace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.results.usage.empty_receives import _hand_out

MOMENTS = st.integers(0, 30)


@given(
    st.lists(MOMENTS, min_size=1, max_size=5),
    st.lists(MOMENTS, max_size=20),
)
def test_the_poller_that_has_been_free_longest_gets_the_next_batch(free, ends):
    """One batch after another, from a heap; a choice, for AWS does not say which one it is."""
    since, later = _hand_out(np.array(free), np.array(ends, int))
    waiting = sorted(free)
    heapify(waiting)
    expected = [heapreplace(waiting, max(end, waiting[0])) for end in ends]
    assert since.tolist() == expected
    assert later.tolist() == sorted(waiting)
