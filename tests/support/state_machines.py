"""State machines of a few tasks, and random definitions in the Amazon States Language."""

from hypothesis import strategies as st

import sim

SECONDS = {"a": 1, "b": 2, "c": 4, "d": 8, "e": 16}
"""How long the function of each task works."""


def way(after, *following, **settings):
    """A way of a state machine."""
    return sim.Transition(after=after, next=following, **settings)


def executions(
    ways, at=(0,), kinds=None, settings=None, behaviour=None, **scenario
):
    """A run of a state machine; its tasks are those of `SECONDS` that its ways name.

    `kinds` and `settings` of triggers, and `behaviour` of functions are given by task.
    """
    kinds, settings = kinds or {}, settings or {}
    behaviour = behaviour or {}
    others = {
        key: scenario.pop(key, ()) for key in ("pass_states", "fail_states")
    }
    machine = sim.StateMachine(name="m", transitions=ways, **others)
    functions = [
        sim.Function(
            name=task,
            timeout=60,
            behaviour=sim.Behaviour(
                **{
                    "handler": sim.Constant(SECONDS[task]),
                    "init": sim.Constant(0),
                    **behaviour.get(task, {}),
                }
            ),
        )
        for task in SECONDS
    ]
    triggers = [
        sim.trigger(
            kinds.get(task, "sfn_sync"),
            function=task,
            name=task,
            **settings.get(task, {}),
        )
        for task in SECONDS
    ]
    used = [one for one in triggers if one.name in machine.tasks]
    traffic = sim.Traffic(into="m", arrivals=sim.Recorded(instants=at))
    return sim.simulate(
        sim.Scenario(
            functions=functions,
            triggers=used,
            state_machines=[machine],
            traffic=[traffic],
            **{"seconds": 1000, **scenario},
        ),
        seed=1,
    )


def times(run):
    """By task: when it began and ended, in the order of their beginnings."""
    rows = run.deliveries.sort_values(["arrived_s", "trigger"], kind="stable")
    return [
        (row.trigger, row.arrived_s, row.settled_s) for row in rows.itertuples()
    ]


@st.composite
def definitions(draw, most=6, choices=True):
    """A definition in which up to so many states follow each other, some with branches.

    Every task invokes `F`; its name is `T` and a number, so that each has its own.
    """
    numbers = iter(range(10_000))
    kinds = ["Task", "Task", "Wait", "Pass", "Parallel", "Map"]
    if choices:
        kinds += ["Choice", "Catch"]
    return draw(_definition(numbers, kinds, most, depth=2))


@st.composite
def _definition(draw, numbers, kinds, most, depth):
    count = draw(st.integers(1, most))
    names = [
        f"{draw(st.sampled_from('STUV'))}{next(numbers)}" for _ in range(count)
    ]
    states = {}
    for number, name in enumerate(names):
        kind = draw(st.sampled_from(kinds))
        if depth == 0 and kind in ("Parallel", "Map"):
            kind = "Task"
        following = names[number + 1] if number + 1 < count else None
        end = {"Next": following} if following else {"End": True}
        inner = _definition(numbers, kinds, 3, depth - 1)
        match kind:
            case "Choice":
                targets = draw(
                    st.lists(st.sampled_from(names), min_size=1, max_size=3)
                )
                rules = [
                    {"Variable": "$.x", "IsNull": True, "Next": one}
                    for one in targets
                ]
                out = following or f"End of {name}"
                states[name] = {
                    "Type": "Choice",
                    "Choices": rules,
                    "Default": out,
                }
                last = draw(st.sampled_from(["Succeed", "Fail"]))
                states.setdefault(out, {"Type": last})
            case "Wait":
                seconds = draw(st.integers(0, 9))
                states[name] = {"Type": "Wait", "Seconds": seconds, **end}
            case "Parallel":
                branches = draw(st.lists(inner, min_size=1, max_size=3))
                states[name] = {"Type": "Parallel", "Branches": branches, **end}
            case "Map":
                states[name] = {"Type": "Map", "Iterator": draw(inner), **end}
            case "Catch":
                catch = [
                    {
                        "ErrorEquals": ["States.ALL"],
                        "Next": draw(st.sampled_from(names)),
                    }
                ]
                service = {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::sqs:sendMessage",
                }
                does = draw(st.sampled_from([_task(), _task(), service]))
                states[name] = does | {"Catch": catch} | end
            case "Pass":
                states[name] = {"Type": "Pass", **end}
            case _:
                states[name] = _task() | end
    return {"StartAt": names[0], "States": states}


def _task():
    return {"Type": "Task", "Resource": "${F}"}
