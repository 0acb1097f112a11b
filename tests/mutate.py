"""`make mutate`: break rules of the engine, one at a time, in a copy of the repository; a test must turn red each time.

Prints one line a rule; the exit status is 1 if a test stays green, or if a text to replace is no longer there once.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("sim", "data", "tests")
GREEN, RED = 0, 1  # exit statuses of pytest; others mean that it could not even collect the tests


class Mutation(NamedTuple):
    """A rule, where it stands, the text to replace, what to put there, and the tests that must notice."""

    rule: str
    file: str
    old: str
    new: str
    tests: str


ASYNCHRONOUS, QUEUE, ENVIRONMENTS = (f"sim/engine/{name}.py" for name in ("asynchronous", "queue", "environments"))

MUTATIONS = (
    Mutation("the second retry waits two minutes", ASYNCHRONOUS,
             "self.waits[failures - 1]", "self.waits[0]",
             "tests/test_asynchronous.py"),
    Mutation("throttled events back off by doubling", ASYNCHRONOUS,
             "self.backoff_start * 2**throttles", "self.backoff_start * (1 + throttles)",
             "tests/test_asynchronous.py"),
    Mutation("an event is given up ahead of its maximum age", ASYNCHRONOUS,
             "if now + wait > self.accepted[delivery] + self.maximum_age:",
             "if now > self.accepted[delivery] + self.maximum_age:",
             "tests/test_asynchronous.py"),
    Mutation("retries are judged before age", ASYNCHRONOUS,
             "if failures > self.maximum_retries:",
             "if failures > self.maximum_retries and self.clock._now <= self.accepted[delivery] + self.maximum_age:",
             "tests/test_asynchronous.py"),
    Mutation("the dead-letter queue and the destination both get the event", ASYNCHRONOUS,
             "self.router.give_up(delivery, self.stores, lost)",
             "self.router.give_up(delivery, [store for store in self.stores if store[1]][:1], lost)",
             "tests/test_asynchronous.py"),
    Mutation("a message is hidden for the visibility timeout", QUEUE,
             "visibility = queue.visibility_timeout * MICROSECONDS",
             "visibility = queue.visibility_timeout * MICROSECONDS // 2",
             "tests/test_queue.py"),
    Mutation("a message moves away after maxReceiveCount receives", QUEUE,
             "self.receives[delivery] >= self.redrive.max_receive_count",
             "self.receives[delivery] > self.redrive.max_receive_count",
             "tests/test_queue.py"),
    Mutation("the environment used last is used next", ENVIRONMENTS,
             "self.idle.pop()", "self.idle.popleft()",
             "tests/test_execution_environments.py"),
    Mutation("an init cut after ten seconds runs again", ENVIRONMENTS,
             "cut = environment.state == RESET or init > self.init_limit", "cut = environment.state == RESET",
             "tests/test_execution_environments.py"),
    Mutation("reserved concurrency is a pool of its own", "sim/engine/function/concurrency.py",
             "if function.reserved_concurrent_executions is None", "if function is not None",
             "tests/test_concurrency.py"),
    Mutation("API Gateway stops waiting after 29 s", "sim/engine/synchronous.py",
             "self._limit(trigger.timeout_in_millis, self.timed_out)", "self._limit(None, self.timed_out)",
             "tests/test_synchronous.py"),
    Mutation("a retry takes its cost from the client's quota", "sim/engine/retry.py",
             "self.quotas[client] -= cost", "self.quotas[client] -= 1",
             "tests/test_callers.py"),
    Mutation("concurrency on a queue grows by 300 a minute", "sim/engine/queue/poller_scaling.py",
             "MINUTE // number(\"concurrency_per_minute\")",
             "MINUTE // 2 // number(\"concurrency_per_minute\")",
             "tests/test_scaling.py"),
    Mutation("pollers back off after a minute with failing batches", "sim/engine/queue/poller_scaling.py",
             "pollers = max(self.floor, int(self.pollers * self.factor))",
             "pollers = self.pollers",
             "tests/test_scaling.py"),
    Mutation("a mapping's maximum concurrency holds", "sim/engine/queue/poller_scaling.py",
             "most = mapping.scaling_config.maximum_concurrency",
             "most = 2 * mapping.scaling_config.maximum_concurrency",
             "tests/test_scaling.py"),
    Mutation("a message group has one batch in flight", "sim/engine/queue/fifo.py",
             "if group.waiting and not group.in_flight:",
             "if group.waiting:",
             "tests/test_fifo.py"),
    Mutation("a failed message comes before the later ones of its group", "sim/engine/queue/fifo.py",
             "heappush(group.waiting, (self.place[delivery], delivery))",
             "heappush(group.waiting, (self.clock._now, delivery))",
             "tests/test_fifo.py"),
    Mutation("a noisy tenant's messages wait behind the others'", "sim/engine/queue/fair.py",
             "if number < 0 or not self.is_noisy(number):",
             "if number < 0 or number in self.tenants:",
             "tests/test_fair_queues.py"),
    Mutation("n retries of a stream's batch are n + 1 calls", "sim/engine/stream/batching.py",
             "inf if retries < 0 else retries + 1",
             "inf if retries < 0 else max(1, retries)",
             "tests/test_stream.py"),
    Mutation("a split uses up no retry", "sim/engine/stream/lane.py",
             "Segment(records, segment.tries, 0, segment.since, segment.outcome)",
             "Segment(records, segment.tries, segment.calls, segment.since, segment.outcome)",
             "tests/test_stream.py"),
    Mutation("all from the lowest returned record on is tried again", "sim/engine/stream/lane.py",
             "segment.records, segment.calls = segment.records[first:], 0",
             "segment.records, segment.calls = segment.records[first:], segment.calls",
             "tests/test_stream.py"),
    Mutation("of a batch only the records that are too old are given up", "sim/engine/stream/lane.py",
             "self.discard(old, TOO_OLD,",
             "self.discard(old + segment.records, TOO_OLD,",
             "tests/test_stream.py"),
    Mutation("a key stays in its lane", "sim/engine/stream/shard_reader.py",
             "return self.lanes[self.mapping.stream.hash_key(self.mapping.chance.event[delivery]) % len(self.lanes)]",
             "return self.lanes[delivery % len(self.lanes)]",
             "tests/test_stream.py"),
    Mutation("a shard is read after its parents", "sim/engine/stream/shard_reader.py",
             "return all(self.mapping.readers[parent.number].finished for parent in self.shard.parents)",
             "return True",
             "tests/test_stream.py"),
    Mutation("a shard takes 1,000 records a second", "sim/engine/stream/shards.py",
             "self.record_level = records - MICROSECONDS",
             "self.record_level = records",
             "tests/test_stream.py"),
    Mutation("provisioned concurrency comes after a minute or two", "sim/engine/function/provisioned_fleet.py",
             "self.clock.after(max(self.allocation_time, pace, slowest), self.allocate, self.allocating)",
             "self.clock.after(slowest, self.allocate, self.allocating)",
             "tests/test_provisioned_concurrency.py"),
    Mutation("above ten requests a second for each, requests spill over", "sim/engine/function/provisioned_fleet.py",
             "if self.serves and model.rate_limited and self.share.rate_exceeded(now):",
             "if not self:",
             "tests/test_provisioned_concurrency.py"),
    Mutation("a deployment takes its share of the events", "sim/engine/function/alias.py",
             "if begin <= now < end and self._draw(delivery) < weight:",
             "if begin <= now < end:",
             "tests/test_deployment.py"),
    Mutation("a loop is stopped after sixteen runs", "sim/engine/recursive_loops.py",
             "runs >= self.longest",
             "runs > self.longest",
             "tests/test_outputs.py"),
    Mutation("a call waits for a free connection", "sim/engine/function/dependency.py",
             "elif self.free is None or self.free > 0:",
             "elif not self.waiting:",
             "tests/test_dependencies.py"),
)  # fmt: skip


def copy(target: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)


def verdict(folder: Path, tests: Sequence[str]) -> int:
    """Pytest's exit status for these tests in that folder; nothing is cached, so each change is seen."""
    surroundings = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *tests]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, check=False).returncode


def broken(folder: Path, mutation: Mutation) -> str:
    """What the tests say while the rule is broken: "red" is what they should."""
    file = folder / mutation.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        return f"its text stands {text.count(mutation.old)} times in {mutation.file}"
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    status = verdict(folder, [mutation.tests])
    file.write_text(text, encoding="utf-8")
    return {GREEN: "STILL GREEN", RED: "red"}.get(status, f"pytest could not run: exit status {status}")


def main(mutations: Sequence[Mutation] = MUTATIONS) -> int:
    """Break each rule in turn; returns the exit status."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        if verdict(folder, sorted({mutation.tests.split("::")[0] for mutation in mutations})) != GREEN:
            print("The tests must be green before a rule is broken.")
            return 1
        results = []
        for mutation in mutations:
            results.append(broken(folder, mutation))
            print(f"{mutation.rule:66} {results[-1]}", flush=True)
    return int(any(result != "red" for result in results))


if __name__ == "__main__":
    sys.exit(main())
