"""What a fate means for the work: fates are AWS's view, ends say what was done of it, too."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import Booleans, Integers
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import AsynchronousTrigger, Trigger
from sim.trace import Fate, Trace


class End(IntEnum):
    """How a delivery ends for the work it stands for, from the best to the worst.

    What a caller was told of is not lost; what is parked nobody was told of.
    """

    FILTERED = 0  # nothing was to be done
    DELIVERED = 1
    GIVEN_UP = 2  # its work was done, then AWS gave it up, often with its batch
    IN_FLIGHT = 3
    TOLD = 4  # somebody who waits knows that it failed
    PARKED = 5  # a failure store keeps it
    LOST = 6  # its work was not done, nobody was told, nothing keeps it

    @property
    def label(self) -> str:
        """The word that tables show."""
        return self.name.replace("_", " ").lower()


LABELS = pd.Index([end.label for end in End])
END_OF = {
    Fate.IN_FLIGHT: End.IN_FLIGHT,
    Fate.SUCCEEDED: End.DELIVERED,
    Fate.FAILED: End.TOLD,
    Fate.REJECTED: End.TOLD,
    Fate.DEAD_LETTERED: End.PARKED,
    Fate.DROPPED: End.LOST,
    Fate.EXPIRED: End.LOST,
    Fate.FILTERED: End.FILTERED,
}
"""The end that a fate has by itself."""
BY_FATE = np.array([END_OF[fate] for fate in Fate], np.int8)


def ends_of_deliveries(
    fate: Integers,
    is_done: Booleans,
    is_told: Booleans,
    is_left_out: Booleans,
) -> NDArray[np.int8]:
    """By delivery: its end, as the number of an `End`.

    `is_done`: whether its work was done: it is not lost then, and else lost also where AWS believes
    that it succeeded, for the function returned normally. `is_told`: whether somebody who
    waits for a report has heard that it failed, whatever Lambda made of it. `is_left_out`: whether
    a handler left it out of its answer on purpose.
    """
    end = BY_FATE[fate]
    end[(end == End.LOST) & is_done] = End.GIVEN_UP
    end[(end == End.DELIVERED) & is_left_out] = End.FILTERED
    end[(end == End.DELIVERED) & ~is_done] = End.LOST
    is_open_to_answers = (end != End.IN_FLIGHT) & (end != End.PARKED)
    end[is_open_to_answers & is_told] = End.TOLD
    return end


def categorical(end: NDArray[Any]) -> Any:
    """Numbers of ends as the words that tables show, in order."""
    return pd.Categorical.from_codes(end.astype(np.int8), LABELS, ordered=True)


def told_by_no_report(
    trace: Trace, triggers: list[Trigger], trigger: Integers, told: Integers
) -> Booleans:
    """By delivery: whether its report has not come in time, and who waits for it was told so.

    `trigger` and `told`: of each delivery, as numbers.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
    """
    is_told = np.zeros(len(trigger), bool)
    for number, one in enumerate(triggers):
        if _waits_for_report(one):
            answer = trigger_kind(one.kind).told_on_limit
            places = [
                place
                for place, text in enumerate(trace.answers)
                if text == answer
            ]
            is_told |= (trigger == number) & np.isin(told, places)
    return is_told


def _waits_for_report(trigger: Trigger) -> bool:
    return (
        isinstance(trigger, AsynchronousTrigger)
        and trigger.service_timeout is not None
    )
