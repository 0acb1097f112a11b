"""The quantities of a run's bill, counted one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, isnan
from typing import Any

import sim
from sim import facts
from sim.results.cost import source_charges
from sim.scenario.source_kinds import KAFKA
from tests.support.plain import queues, streams
from tests.support.plain.found import Found
from tests.support.plain.runs import PlainRun

HOUR = 3600
PROVISIONED = "provisioned-concurrency"


class PlainBill:
    """How much of each item there was."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.run = run = found.run
        self.deliveries = found.deliveries
        self.quantities: dict[str, float] = defaultdict(float)
        self.sizes = _sizes(run)
        self.count_runs()
        for function in run.scenario.functions:
            self.count_provisioned(function)
            self.count_snapshots(function)
        self.count_queues()
        self.count_pollers_of_queues()
        self.count_sources()
        self.count_pipes()
        self.count_streams()

    def rows(self) -> dict[str, float]:
        """By item; what there is nothing of is not on the bill."""
        return {item: one for item, one in self.quantities.items() if one > 0}

    def add(self, item: str, quantity: float) -> None:
        """So much more of an item."""
        self.quantities[item] += quantity

    def kb(self, delivery: int) -> float:
        """The size of a delivery's event."""
        return self.sizes[self.run.trace.deliveries.event[delivery]]

    def note(self, function: str) -> str:
        """What the bill says of functions that have no free tier."""
        is_provisioned = self.run.scenario.is_ever_provisioned(function)
        return ", no free tier" if is_provisioned else ""

    def version(self, one: PlainRun) -> sim.Function:
        return self.run.scenario.version(one.function, one.version)

    def count_runs(self) -> None:
        """Requests, duration, /tmp."""
        first = facts.fact("lambda.asynchronous_first_chunk").value
        further = facts.fact("lambda.asynchronous_further_chunk").value
        for one in self.found.runs:
            if not one.is_done:
                continue
            version, note = self.version(one), self.note(one.function)
            seconds = _billed(one.init + one.duration)
            gb_s = seconds * version.memory_size / 1024
            self.add(f"Lambda requests{note}", 1)
            architecture = version.architectures
            if one.kind == PROVISIONED:
                item = f"Lambda duration on provisioned concurrency ({architecture})"
                self.add(item, gb_s)
            else:
                self.add(f"Lambda duration ({architecture}{note})", gb_s)
            more = version.ephemeral_storage - 512
            self.add("Lambda /tmp above 512 MB", seconds * more / 1024)
        for row in self.deliveries:
            if not isnan(row.accepted_s):
                chunks = max(0, ceil((self.kb(row.delivery) - first) / further))
                item = (
                    f"Lambda requests for large events{self.note(row.function)}"
                )
                self.add(item, chunks)

    def count_provisioned(self, function: sim.Function) -> None:
        """What is provisioned, in periods of five minutes, and its inits."""
        step = facts.fact("lambda.provisioned_step").value * 60
        rows = [
            row
            for row in self.run.provisioned_concurrency.itertuples()
            if row.function == function.name
        ]
        for number in {row.version for row in rows}:
            mine = [row for row in rows if row.version == number]
            version = self.run.scenario.version(function.name, number)
            gb = version.memory_size / 1024
            seconds = sum(
                end - start
                if end >= self.run.ended_s
                else step * ceil(round(end - start, 6) / step)
                for start, end in _periods(mine, self.run.ended_s)
            )
            architecture = version.architectures
            item = f"Lambda provisioned concurrency ({architecture})"
            self.add(item, seconds * gb)
            item = (
                f"Lambda duration on provisioned concurrency ({architecture})"
            )
            for init in self.inits(function.name, number, mine):
                self.add(item, _billed(init) * gb)

    def inits(
        self, function: str, number: int, rows: list[Any]
    ) -> Iterator[float]:
        """The inits of provisioned environments, but for those that were there first."""
        is_there_first = any(row.at_s == 0 and row.allocated for row in rows)
        for row in self.run.environments.itertuples():
            is_mine = row.function == function and row.version == number
            is_first = is_there_first and row.started_s == 0
            if (
                is_mine
                and row.initialization_type == PROVISIONED
                and not is_first
            ):
                yield row.init_s

    def count_snapshots(self, function: sim.Function) -> None:
        """What SnapStart keeps and restores."""
        is_free = function.runtime.startswith("java")
        is_kept = function.auto_publish_alias and not is_free
        if function.snap_start == "None" or not is_kept:
            return
        ended, gb = self.run.ended_s, function.memory_size / 1024
        least = facts.fact("lambda.snap_start_cache_least").value * HOUR
        self.add("Lambda SnapStart cache", ended * gb)
        for version in self.run.scenario.versions:
            if version.function.name == function.name and version.at < ended:
                size = version.function.memory_size / 1024
                kept = max(least, ended - version.at)
                self.add("Lambda SnapStart cache", kept * size)
        for span in self.run.spans.itertuples():
            if span.stage == "restore" and span.resource == function.name:
                self.add("Lambda SnapStart restores", gb)

    def count_queues(self) -> None:
        """Calls of queues, in chunks of 64 KB."""
        fifo = {q.name for q in self.run.scenario.queues if q.fifo_queue}
        names = {queue.name for queue in self.run.scenario.queues}
        fair = _fair(self.run) - fifo

        def add(kind: str, queue: str, count: int) -> None:
            if queue in names:
                what = "SQS FIFO" if queue in fifo else "SQS"
                self.add(f"{what} {kind}", count)
            if queue in fair:
                self.add(f"SQS fair queues: {kind}", count)

        for (target, _), kb in self.send_calls().items():
            add("sends", target, _chunks(kb))
        for batch in self.found.batches:
            messages = batch.messages
            for place in range(0, len(messages), 10):
                kb = sum(map(self.kb, messages[place : place + 10]))
                add("receives", batch.queue, _chunks(kb))
            deletes = queues.requests(batch.deleted(self.deliveries))
            add("deletes", batch.queue, deletes)
        for queue, messages in self.run.trace.visibility_changes:
            add("visibility changes", queue, queues.requests(messages))
        for trigger in filter(queues.polls_queue, self.run.triggers):
            empty = self.found.empty_receives[trigger.name]
            add("empty receives", trigger.source, len(empty))

    def send_calls(self) -> dict[tuple[str, Any], float]:
        """KB by target and call: a sender's call has as many messages as the traffic says."""
        calls: dict[tuple[str, Any], float] = {}
        workload = self.run.workload
        for place, one in enumerate(self.found.sends):
            if one.edge == queues.REDRIVE:
                continue
            is_known = one.event >= 0
            kb = self.sizes[one.event] if is_known else self.kb(one.delivery)
            call: Any = place
            if is_known and not one.edge:
                number = workload.traffic[one.event]
                name = workload.names[number]
                traffic = next(
                    each
                    for each in self.run.scenario.traffic
                    if each.name == name
                )
                entries = traffic.entries_per_request
                if entries > 1:
                    call = (name, int(workload.n[one.event]) // entries)
            calls[one.target, call] = calls.get((one.target, call), 0) + kb
        return calls

    def count_pollers_of_queues(self) -> None:
        """The hours of provisioned pollers."""
        for trigger in filter(queues.polls_queue, self.run.triggers):
            if trigger.provisioned_poller_config is not None:
                item = "Lambda provisioned pollers of queues"
                self.add(item, self.poller_hours(trigger))

    def poller_hours(self, trigger: Any, per_unit: int = 1) -> float:
        """Hours times how many units of pollers there are."""
        changes = queues.pollers(self.run, trigger.name)
        ends = [at for at, _ in changes[1:]] + [self.run.ended_s]
        return sum(
            (end - at) * ceil(count / per_unit) / HOUR
            for (at, count), end in zip(changes, ends, strict=True)
        )

    def count_sources(self) -> None:
        """Topics, calls and events by kind of trigger, load balancers, and what has no price."""
        run = self.run
        topics = {topic.name for topic in run.scenario.topics}
        published = sum(one.target in topics for one in self.found.sends)
        self.add("SNS publishes", published)
        chunk = facts.fact("apigateway.http_chunk").value
        for call in self.found.calls(source_charges.PER_CALL):
            item = source_charges.PER_CALL[call.trigger.kind].item
            is_http = call.trigger.kind == "apigw_http"
            kb = self.kb(call.delivery)
            self.add(item, max(1, ceil(kb / chunk)) if is_http else 1)
        came = {
            (row.kind, row.event)
            for row in self.deliveries
            if row.arrived_s <= run.ended_s
        }
        for kind, _ in came:
            if kind in source_charges.PER_EVENT:
                self.add(source_charges.PER_EVENT[kind].item, 1)
        for trigger in run.triggers:
            if trigger.kind == "alb":
                hours = run.ended_s / HOUR
                self.add("Application Load Balancer hours", hours)

    def count_pipes(self) -> None:
        """Each record that a pipe's filter lets through, in chunks of 64 KB."""
        executed = set(self.run.pipe_calls)
        for row in self.deliveries:
            is_pipes = row.kind == "pipes_target" and row.fate != "filtered"
            if is_pipes or row.delivery in executed:
                chunks = _chunks(self.kb(row.delivery))
                self.add("EventBridge Pipes requests", chunks)

    def count_streams(self) -> None:
        """Kinesis by its modes, and the pollers of Kafka."""
        run = self.run
        mappings = [one for one in run.triggers if streams.is_ordered(one)]
        if not mappings:
            return
        known = streams.records(run).values()
        written = [one for one in known if not isnan(one.written)]
        for stream in run.scenario.streams:
            mine = [one for one in written if one.trigger.source == stream.name]
            self.count_stream(stream, mine)
        per_unit = facts.fact("kafka.pollers_per_unit").value
        for mapping in mappings:
            if mapping.kind in KAFKA and mapping.provisioned_poller_config:
                hours = self.poller_hours(mapping, per_unit)
                self.add("Lambda event poller units", hours)

    def count_stream(self, stream: sim.Stream, mine: list[Any]) -> None:
        """One stream: what is written, each record once, and what is read."""
        gb = 1024 * 1024
        written = {one.row.event: self.kb(one.row.delivery) for one in mine}
        hours = _shard_hours(self.run, stream)
        read = {"kinesis": 0.0, "kinesis_efo": 0.0}
        for one in mine:
            if not isnan(one.read):
                read[one.trigger.kind] += self.kb(one.row.delivery)
        if stream.stream_mode == "ON_DEMAND":
            ended = self.run.ended_s
            self.add("Kinesis on-demand stream hours", ended / HOUR)
            self.add("Kinesis on-demand data in", sum(written.values()) / gb)
            self.add("Kinesis on-demand data out", read["kinesis"] / gb)
        else:
            unit = facts.fact("kinesis.put_unit").value
            units = sum(max(1, ceil(kb / unit)) for kb in written.values())
            self.add("Kinesis shard hours", hours)
            self.add("Kinesis PUT payload units", units)
        pushed = {
            one.trigger.name
            for one in mine
            if one.trigger.kind == "kinesis_efo"
        }
        self.add("Kinesis enhanced fan-out hours", len(pushed) * hours)
        self.add("Kinesis enhanced fan-out data", read["kinesis_efo"] / gb)


def _sizes(run: sim.Run) -> list[float]:
    """By event: its size in KB, that of the event which caused it, if one did."""
    by_traffic = {one.name: one.payload_kb for one in run.scenario.traffic}
    names = run.workload.names
    sizes = [by_traffic[names[one]] for one in run.workload.traffic]
    for child in run.trace.children:
        sizes.append(sizes[child.parent])
    return sizes


def _billed(seconds: float) -> float:
    """Seconds rounded up to a millisecond."""
    return ceil(round(seconds * 1000, 3)) / 1000


def _chunks(kb: float) -> int:
    return max(1, ceil(kb / facts.fact("sqs.chunk").value))


def _periods(rows: list[Any], ended: float) -> Iterator[tuple[float, float]]:
    """From when to when each unit of provisioned concurrency was there."""
    since: list[float] = []  # the units that are there, the first one first
    for row in rows:
        while len(since) > row.allocated:
            yield since.pop(), row.at_s
        since += [row.at_s] * (row.allocated - len(since))
    for start in since:
        yield start, ended


def _fair(run: sim.Run) -> set[str]:
    """The queues that messages with a group come to."""
    grouped = {one.name for one in run.scenario.traffic if one.message_group_id}
    return {
        run.trigger_of(row.delivery).entry
        for row in run.deliveries.itertuples()
        if row.traffic in grouped
    }


def _shard_hours(run: sim.Run, stream: sim.Stream) -> float:
    """Hours times the shards that a stream was given."""
    count = stream.shard_count
    changes = [(one.at, one.shard_count) for one in stream.reshardings]
    for at, system in run.scenario.steps:
        later = system.stream(stream.name).shard_count
        if later != count:
            changes.append((at, later))
        count = later
    shards = stream.shard_count
    if stream.stream_mode == "ON_DEMAND":
        shards = facts.fact("kinesis.on_demand_shards").value
    steps = [(0.0, shards), *sorted(changes)]
    ends = [at for at, _ in steps[1:]] + [run.ended_s]
    return sum(
        max(0.0, min(end, run.ended_s) - at) * number / HOUR
        for (at, number), end in zip(steps, ends, strict=True)
    )
