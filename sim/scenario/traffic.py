"""Who sends events into the scenario, where, and how a caller tries again."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from sim.scenario.arrivals import Arrivals, Recorded
from sim.scenario.bodies import KINDS, Body, problem_of_attributes
from sim.scenario.caller import Caller
from sim.scenario.errors import ScenarioError
from sim.scenario.settings import Named, Settings, described, setting


class Keys(Settings):
    """Keys of events, such as the customer or the device: `count` of them.

    All are chosen alike or, by Zipf's law, a few of them often: with "zipf" key number k, from 0
    on, is chosen in proportion to 1 / (k + 1) ** exponent.
    """

    unnamed = ("count",)

    count: int = setting("Keys.count")
    distribution: Literal["uniform", "zipf"] = described(
        "How often each key is chosen.", "uniform"
    )
    exponent: float = setting("Keys.exponent")


class Traffic(Named):
    """Events that enter the scenario at `into`: a source, or a trigger that is called."""

    unnamed = ("into", "arrivals")

    name: str = described(
        "The traffic's name, part of each event's identity; by default that of `into`.",
        "",
    )
    into: str = described(
        "The entry point: the name of a source or of a trigger."
    )
    arrivals: Arrivals = described("When the events come.")
    caller: Caller = described(
        "Who waits, where somebody waits; a run warns of one who does not.",
        default_factory=Caller,
    )
    keys: Keys | None = described(
        "The keys of its events; recorded events may bring their own.", None
    )
    payload_kb: float = setting("Traffic.payload_kb")
    message_group_id: Literal["key"] | None = described(
        "The message group of its messages in a standard queue, which makes it fair; "
        "in a FIFO queue it is the key.",
        None,
    )
    delay_seconds: int | None = setting("Traffic.delay_seconds")
    entries_per_request: int = setting("Traffic.entries_per_request")
    deduplication_type: Literal["CONTENT_BASED"] | None = described(
        "Whether a Custom Event Bus knows by its content an event that was published before: "
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html",
        None,
    )
    deduplication_id: str | None = described(
        "What a Custom Event Bus knows an event by that was published before: "
        "its key (`key`), or the field of its body at a dotted path.",
        None,
    )
    body: Body = described(
        "The body of its messages, in which fields may be drawn (`OneOf`, `Between`, `Counter`); "
        "or only what it is, JSON or plain text.",
        "JSON",
    )
    message_attributes: Body | None = described(
        "The attributes of its messages, by name, drawn as the body is.", None
    )

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_entry(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "into" not in values:
            return values
        return {"name": values["into"], **values}

    @model_validator(mode="after")
    def _one_kind_of_keys(self) -> Traffic:
        arrivals = self.arrivals
        recorded = isinstance(arrivals, Recorded) and arrivals.keys is not None
        if recorded and self.keys is not None:
            raise ScenarioError(
                f"Traffic {self.name!r}: its recorded events bring their own keys; leave out keys."
            )
        return self

    @model_validator(mode="after")
    def _one_kind_of_bodies(self) -> Traffic:
        arrivals = self.arrivals
        recorded = (
            isinstance(arrivals, Recorded) and arrivals.bodies is not None
        )
        if recorded and self.body not in KINDS:
            raise ScenarioError(
                f"Traffic {self.name!r}: its recorded events bring their bodies; leave out body."
            )
        problem = problem_of_attributes(self.message_attributes)
        if problem is not None:
            raise ScenarioError(f"Traffic {self.name!r}: {problem}")
        return self

    @model_validator(mode="after")
    def _one_way_of_deduplication(self) -> Traffic:
        if self.deduplication_type and self.deduplication_id is not None:
            raise ScenarioError(
                f"Traffic {self.name!r}: events are known by their content or by a "
                "deduplication_id; leave one out ("
                "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
                "eb-custom-bus-ordering.html)."
            )
        return self

    @property
    def has_content(self) -> bool:
        """Whether filters see more of its events than what their bodies are."""
        arrivals = self.arrivals
        recorded = (
            isinstance(arrivals, Recorded) and arrivals.bodies is not None
        )
        return (
            recorded
            or self.body not in KINDS
            or self.message_attributes is not None
        )
