"""All that the pages need, made in several processes; the terminal shows how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from sim.experiments.processes import done_in_processes
from sim.progress import followed
from sim.show.site.kept_work import Task, make
from sim.show.site.playground import Playground, State

AT_ONCE = 4
"""How many tasks a process takes at a time."""


def tasks_of(playgrounds: Iterable[Playground]) -> list[Task]:
    """What is to be made, each once: a run for every lane, and what is said of lanes together."""
    tasks: dict[str, Task] = {}
    for playground in playgrounds:
        for state in states_of(playground):
            for task in state_tasks(state):
                tasks.setdefault(task.key(), task)
    return list(tasks.values())


def states_of(playground: Playground) -> Iterator[State]:
    """Every state of a playground."""
    for by_preset in playground.states.values():
        for states in by_preset.values():
            yield from states


def state_tasks(state: State) -> list[Task]:
    """The tasks of one state."""
    alone = [Task((lane,), is_alone=True) for lane in state.lanes]
    together = [Task(state.lanes, is_alone=False)]
    return alone + (together if len(alone) > 1 else [])


def make_all(tasks: list[Task], folder: Path) -> int:
    """Make every task that is not there yet; returns how many those were."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [task for task in tasks if not (folder / task.key()).exists()]
    done = done_in_processes(partial(make, folder=folder), missing)
    counted = enumerate(done, 1)
    for _ in followed(counted, lambda one: f"{one[0]} of {len(missing)} made"):
        pass
    return len(missing)


def forget_others(tasks: list[Task], folder: Path) -> None:
    """Remove what no page needs any more."""
    needed = {task.key() for task in tasks}
    for path in folder.iterdir():
        if path.name not in needed:
            path.unlink()
