"""Who takes deliveries and calls over from the router: what each of them must do."""

from __future__ import annotations

from typing import Protocol


class Consumer(Protocol):
    """A model that takes deliveries in."""

    def arrive(self, delivery: int) -> None:
        """Take in a delivery, now."""

    def stop_loop(self, delivery: int) -> None:
        """Refuse a delivery that belongs to a loop."""


class EventQueue(Protocol):
    """Lambda's event queue."""

    def accept(self, delivery: int) -> None:
        """Take an event over."""

    def await_report(self, delivery: int) -> None:
        """Begin to wait for the function's own report."""

    def stop_loop(self, delivery: int) -> None:
        """Give an event up that belongs to a loop."""


class FailureStore(Protocol):
    """A resource that keeps what it is sent."""

    def keep(self, delivery: int) -> None:
        """Keep what a delivery has become."""


class WaitingCall(Protocol):
    """A handler's call that waits for its answer; it has a client, which calls again by its rule.

    `delivery` is the caller's own, `caller` the client's number in `Callers`, `client` that of the
    execution environment it is in; `due` is when the caller's run is cut, in microseconds.
    """

    delivery: int
    caller: int
    client: int
    due: int

    def hear(self, fate: int) -> None:
        """The last answer has come: what became of the delivery that was called."""
