"""Random bodies of events, in which fields are drawn, and random patterns that filter by them."""

import json
from typing import Any

from hypothesis import strategies as st

import sim
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.filtered_records import DATA_KEY, PIPE, RULE
from sim.scenario.subscriber import Subscriber
from tests.support.strategies import hundredths

COLOURS = ("red", "green", "Green", "blue")
Fields = dict[str, Any]


@st.composite
def contents(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """Bodies for each traffic, and patterns for what takes some."""
    traffic = [
        one.replace(
            body=draw(bodies()), message_attributes=draw(st.none() | bodies())
        )
        for one in system.traffic
        if getattr(one.arrivals, "bodies", None) is None
    ]
    triggers = [draw(_filtered(trigger)) for trigger in system.triggers]
    topics = [draw(_with_policies(topic)) for topic in system.topics]
    buses = [draw(_with_rules(bus)) for bus in system.event_buses]
    return {
        "traffic": traffic,
        "triggers": triggers,
        "topics": topics,
        "event_buses": buses,
    }


@st.composite
def bodies(draw: st.DrawFn) -> Fields:
    """A body with drawn fields."""
    whole = draw(st.booleans())
    fields = {
        "colour": sim.OneOf(COLOURS, draw(st.none() | _weights())),
        "price": sim.Between(0, 100, decimals=0 if whole else 2),
        "number": sim.Counter(draw(st.integers(0, 3))),
        "sort": "order",
        "tags": ["a", "b"],
    }
    kept = draw(st.lists(st.sampled_from(sorted(fields)), unique=True))
    return {name: fields[name] for name in kept}


def _weights() -> st.SearchStrategy[list[float]]:
    some = st.lists(
        hundredths(0, 3), min_size=len(COLOURS), max_size=len(COLOURS)
    )
    return some.filter(any)


def patterns() -> st.SearchStrategy[Fields]:
    """A pattern of one field or two, by one of the operators that every service has."""
    text = st.sampled_from(COLOURS)
    price = hundredths(0, 100)
    fields = {
        "colour": st.one_of(
            st.lists(text, min_size=1, max_size=2),
            text.map(lambda one: [{"anything-but": [one]}]),
            text.map(lambda one: [{"equals-ignore-case": one}]),
            st.sampled_from([[{"prefix": "g"}], [{"suffix": "e"}]]),
            st.booleans().map(lambda there: [{"exists": there}]),
        ),
        "price": price.map(lambda most: [{"numeric": ["<", most]}]),
        "number": st.integers(0, 30).map(
            lambda least: [{"numeric": [">=", least]}]
        ),
        "tags": st.just(["a"]),
    }
    names = st.lists(
        st.sampled_from(sorted(fields)), min_size=1, max_size=2, unique=True
    )
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: fields[name] for name in chosen}
        )
    )


@st.composite
def _filtered(draw: st.DrawFn, trigger: Any) -> Any:
    """A trigger that filters, if its kind can, or as it was."""
    if draw(st.booleans()):
        return trigger
    pattern = draw(patterns())
    if isinstance(trigger, Subscriber):
        whole = json.dumps({"detail": pattern})
        return trigger.replace(filters=[sim.Filter(whole)], matching_share=1)
    if trigger.kind == "sns":
        scope = draw(st.sampled_from(["MessageBody", "MessageAttributes"]))
        return trigger.replace(
            filter_policy=json.dumps(pattern),
            filter_policy_scope=scope,
            matching_share=1,
        )
    if trigger.kind == RULE:
        return trigger.replace(
            event_pattern=json.dumps({"detail": pattern}), matching_share=1
        )
    is_pipe = trigger.kind == PIPE
    key = "body" if is_pipe else DATA_KEY.get(trigger.kind)
    if key is None or not (is_pipe or isinstance(trigger, EventSourceMapping)):
        return trigger
    others = draw(st.lists(patterns(), max_size=1))
    texts = [json.dumps({key: one}) for one in (pattern, *others)]
    return trigger.replace(filter_criteria=texts, matching_share=1)


@st.composite
def _with_policies(draw: st.DrawFn, topic: sim.Topic) -> sim.Topic:
    policies = [
        sim.FilterPolicy(
            queue,
            json.dumps(draw(patterns())),
            filter_policy_scope=draw(
                st.sampled_from(["MessageBody", "MessageAttributes"])
            ),
        )
        for queue in topic.queues
        if draw(st.booleans())
    ]
    return topic.replace(filter_policies=policies)


@st.composite
def _with_rules(draw: st.DrawFn, bus: sim.EventBus) -> sim.EventBus:
    rules = [
        sim.EventPattern(target, json.dumps({"detail": draw(patterns())}))
        for target in bus.targets
        if draw(st.booleans())
    ]
    return bus.replace(event_patterns=rules)
