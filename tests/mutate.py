"""`make mutate`: break rules, one at a time, in a copy of the repository: a test must turn red.

`python -m tests.mutate test_cost test_queue` breaks only those that these tests hold.
Prints one line a rule; the exit status is 1 if a test stays green, or if a text to replace is no
longer there once.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

COPIED = ("sim", "data", "tests")
# Exit statuses of pytest; others mean that it could not even collect the tests.
GREEN, RED = 0, 1


class Mutation(NamedTuple):
    """A rule, the text to replace, what to put there, and the tests that must notice.

    The text stands once in `sim/`, in whatever layout.
    """

    rule: str
    old: str
    new: str
    tests: str


MUTATIONS = (
    Mutation("a percentile lies between the two nearest samples",
             "low + (place - below) * (high - low)", "low + 0 * (high - low)",
             "test_recomputed"),
    Mutation("only the outermost work has a line of progress",
             "return ProgressLine.outermost is self and is_in_notebook()",
             "return is_in_notebook()",
             "test_progress"),
    Mutation("a line of progress goes away",
             'self._handle.update({"text/plain": ""}, raw=True)', "pass",
             "test_progress"),
    Mutation("a schedule that never fires is refused",
             "if not schedule.ever_fires():", "if schedule is None:",
             "test_bounds"),
    Mutation("events from outside are bounded",
             "if total > most:", "if total < 0:", "test_bounds"),
    Mutation("counts in a file are bounded before they are spread",
             "if len(instants) + count > most:", "if count < 0:",
             "test_bounds"),
    Mutation("a number is no truth",
             "any(one is True or one is False for one in held)",
             "any(one is held for one in held)", "test_bounds"),
    Mutation("a time is at most a hundred years",
             "le=facts.most(fact)", "le=fact.maximum", "test_bounds"),
    Mutation("an argument fits its type",
             "if not _fits(value, hint):", "if value is hint:",
             "test_public_face"),
    Mutation("a loop at one instant ends",
             "if now > self.instant:", "if now >= self.instant:",
             "test_run_bounds"),
    Mutation("events that cause events without end are a loop",
             "if len(self.trace.children) > self.most_caused:",
             "if len(self.trace.children) < 0:",
             "test_run_bounds"),
    Mutation("a loop is named by the way back to where it began",
             "names = _names(trigger) + names",
             "names = names + _names(trigger)",
             "test_run_bounds"),
    Mutation("a message that is tried without end is a loop",
             "if spans > self.most_spans:", "if spans < 0:",
             "test_run_bounds"),
    Mutation("each environment has an idle time of its own",
             'self.drawn_idle, draws.mix(number), "idle"',
             'self.drawn_idle, draws.mix(1), "idle"',
             "test_execution_environments"),
    Mutation("an environment that worked again has its idle time anew",
             "if due <= self.clock._now:", "if due:",
             "test_execution_environments"),
    Mutation("an init that fails inside the invoke ends it",
             "environment.init_failed = outcome not in (0, TIMEOUT)",
             "environment.init_failed = outcome in (TIMEOUT,)",
             "test_execution_environments"),
    Mutation("each try of an init has luck of its own",
             "environment.init_attempts += 1",
             "environment.init_attempts = 1",
             "test_execution_environments"),
    Mutation("an allocation with an init that fails has FAILED",
             "return INIT_FAILURE", "continue",
             "test_provisioned_concurrency"),
    Mutation("a handler waits for the answer of what it calls",
             "if target.waits:", "if target.waits and k < 0:",
             "test_waiting_calls"),
    Mutation("a handler raises the error of a call",
             "if self.target.raises:", "if not self.target.raises:",
             "test_waiting_calls"),
    Mutation("nobody calls again for a caller that was cut",
             "if self.router.fate[call[0]]:", "if self.router.fate[call[0]] < 0:",
             "test_waiting_calls"),
    Mutation("init inside a run has the CPU of the function's memory",
             "begun += environment.slower_init",
             "begun += environment.init",
             "test_execution_environments"),
    Mutation("the second retry waits two minutes",
             "if failures == 1 else choices.second_retry_wait",
             "if failures else choices.second_retry_wait",
             "test_asynchronous"),
    Mutation("throttled events back off by doubling",
             "self.start * 2.0 ** min(throttles, MOST_DOUBLINGS)",
             "self.start * (1 + throttles)",
             "test_asynchronous"),
    Mutation("a throttled event's waits are spread by its identity",
             "chance = draws.nth_uniform(self.key, throttles, identity)",
             "chance = draws.nth_uniform(self.key, throttles, 0)",
             "test_asynchronous"),
    Mutation("the cap is applied before the spread",
             "seconds *= 1 + self.spread * chance",
             "seconds = min(self.longest, seconds * (1 + self.spread * chance))",
             "test_asynchronous"),
    Mutation("an event is given up ahead of its maximum age",
             "if end > self.accepted[delivery] + self.maximum_age:",
             "if now > self.accepted[delivery] + self.maximum_age:",
             "test_asynchronous"),
    Mutation("retries are judged before age",
             "if failures > self.config.maximum_retry_attempts:",
             "if failures > self.config.maximum_retry_attempts "
             "and self.clock._now <= self.accepted[delivery] + self.maximum_age:",
             "test_asynchronous"),
    Mutation("the dead-letter queue and the destination both get the event",
             "self.router.give_up(delivery, self.stores, lost)",
             "self.router.give_up("
             "delivery, [store for store in self.stores if store[1]][:1], lost)",
             "test_asynchronous"),
    Mutation("a message is hidden for the visibility timeout",
             "self.visibility_timeout = queue.visibility_timeout * MICROSECONDS",
             "self.visibility_timeout = queue.visibility_timeout * MICROSECONDS // 2",
             "test_queue"),
    Mutation("a message moves away after maxReceiveCount receives",
             "self.receives[delivery] >= self.redrive.max_receive_count",
             "self.receives[delivery] > self.redrive.max_receive_count",
             "test_queue"),
    Mutation("the environment used last is used next",
             "self.idle.pop()", "self.idle.popleft()",
             "test_execution_environments"),
    Mutation("an init cut after ten seconds runs again",
             "if environment.init > self.init_limit:",
             "if environment.init < 0:",
             "test_execution_environments"),
    Mutation("reserved concurrency is a pool of its own",
             "if reserved is None: return self.shared", "return self.shared",
             "test_concurrency"),
    Mutation("API Gateway stops waiting after 29 s",
             "self.limit = self._deadlines(limit, self.answers.timed_out)", "self.limit = None",
             "test_synchronous"),
    Mutation("the first dispatch is a part of the measured latency",
             "round(getattr(measured, name) / 1000 - dispatch, MICROSECOND)",
             "round(getattr(measured, name) / 1000, MICROSECOND)",
             "test_source_laws"),
    Mutation("between quantiles the logarithm grows evenly",
             "line = lines[int(chance >= MEDIAN) + int(chance >= P90)]",
             "line = lines[int(chance >= MEDIAN)]",
             "test_draws"),
    Mutation("Firehose repeats failed runs, too",
             "return ImmediateRetries(1 + (trigger.number_of_retries or 0))",
             "return UndeliveredRetries(1 + (trigger.number_of_retries or 0))",
             "test_rules"),
    Mutation("what is answered with ProcessingFailed is not repeated",
             "PROCESSING_FAILED, Fate.FAILED, retry.SUCCESS",
             "PROCESSING_FAILED, Fate.FAILED, retry.FUNCTION_ERROR",
             "test_rules"),
    Mutation("Cognito repeats only what it has waited for in vain",
             "if problem != GATEWAY_TIMEOUT:", "if problem == SUCCESS:",
             "test_callers"),
    Mutation("a retry takes its cost from the client's quota",
             "self.quotas[client] -= cost", "self.quotas[client] -= 1",
             "test_callers"),
    Mutation("concurrency on a queue grows by 300 a minute",
             "MINUTE // mapping_fact(\"concurrency_per_minute\")",
             "MINUTE // 2 // mapping_fact(\"concurrency_per_minute\")",
             "test_poller_scaling"),
    Mutation("failing batches hold a mapping down while they last",
             "return self.held(self.failed / self.ended)",
             "return self.held(self.failed / self.ended) * 2",
             "test_poller_scaling"),
    Mutation("a mapping recovers by steps",
             "self.ceiling = min(self.most, target, step)",
             "self.ceiling = min(self.most, target, step * step)",
             "test_poller_scaling"),
    Mutation("throttles slow a mapping down, too",
             "self.backoff.throttled += 1", "self.backoff.throttled += 0",
             "test_poller_scaling"),
    Mutation("failures that are reported by item slow nothing down",
             "if failed and not reads:", "if failed:",
             "test_poller_scaling"),
    Mutation("pollers grow whatever is reserved",
             'most = mapping_fact("concurrency_ceiling")',
             'most = mapping_fact("concurrency_ceiling") // 10',
             "test_poller_scaling"),
    Mutation("a mapping's maximum concurrency holds",
             "most = mapping.scaling_config.maximum_concurrency",
             "most = 2 * mapping.scaling_config.maximum_concurrency",
             "test_poller_scaling"),
    Mutation("a message group has one batch in flight",
             "if group.waiting and not group.in_flight:",
             "if group.waiting:",
             "test_fifo"),
    Mutation("a failed message comes before the later ones of its group",
             "heappush(group.waiting, (place, delivery))",
             "heappush(group.waiting, (self.clock._now, delivery))",
             "test_fifo"),
    Mutation("a noisy tenant's messages wait behind the others'",
             "if number < 0 or not self.is_noisy(number):",
             "if number < 0 or number in self.tenants:",
             "test_fair_queues"),
    Mutation("n retries of a stream's batch are n + 1 calls",
             "return retries + 1",
             "return max(1, retries)",
             "test_stream"),
    Mutation("a split uses up no retry",
             "second = replace(self, records=self.records[middle:], calls=0)",
             "second = replace(self, records=self.records[middle:])",
             "test_stream"),
    Mutation("all from the lowest returned record on is tried again",
             "self.records = self.records[count:]\n        self.calls = 0",
             "self.records = self.records[count:]",
             "test_stream"),
    Mutation("of a batch only the records that are too old are given up",
             "self.give_up(too_old, condition, calls",
             "self.give_up(too_old + fresh, condition, calls",
             "test_stream"),
    Mutation("a key stays in its batch",
             "hash_key = self.stream.hash_key(event)",
             "hash_key = delivery",
             "test_stream"),
    Mutation("a shard is read after its parents",
             "all(parent.finished for parent in self.parents)",
             "True",
             "test_stream"),
    Mutation("a shard takes 1,000 records a second",
             "records -= MICROSECONDS",
             "pass",
             "test_stream"),
    Mutation("provisioned concurrency comes after a minute or two",
             "max([self.allocation_time, pace, *tries])",
             "max([pace, *tries])",
             "test_provisioned_concurrency"),
    Mutation("above ten requests a second for each, requests spill over",
             "return not (invoker.rate_limited and share.rate_exceeded(now))",
             "return True",
             "test_provisioned_concurrency"),
    Mutation("a deployment takes its share of the events",
             "version.weight >= 1 or self._draw(delivery) < version.weight",
             "version.weight",
             "test_deployment"),
    Mutation("a loop is stopped after sixteen runs",
             "runs >= self.longest",
             "runs > self.longest",
             "test_outputs"),
    Mutation("a call waits for a free connection",
             "elif self.free is None or self.free > 0:",
             "elif not self.waiting:",
             "test_dependencies"),
    Mutation("a repeat that comes while its event is in progress fails",
             "if now < in_progress_until:", "if now < 0:",
             "test_idempotency"),
    Mutation("a failed run leaves nothing that a repeat could find",
             "self.events[delivery] = (end, NEVER)",
             "self.events[delivery] = (end, end + self.expires_after)",
             "test_idempotency"),
    Mutation("a throttled attempt is no error",
             "assign(Errors=0.0, Throttles=1.0)", "assign(Errors=1.0, Throttles=1.0)",
             "test_cloudwatch"),
    Mutation("an event that succeeded counts 0 among those dropped",
             "left.condition != \"Success\",", "left.condition != \"\",",
             "test_cloudwatch"),
    Mutation("a run is billed by the started millisecond",
             "-(-microseconds // step)", "(microseconds // step)",
             "test_cost"),
    Mutation("each started 64 KB of a call to a queue is a request",
             "return max(1, ceil(kb / chunk))", "return max(1, int(kb // chunk))",
             "test_cost"),
    Mutation("the free tier is given once",
             "self.free[name] = left - taken", "self.free[name] = left",
             "test_cost"),
    Mutation("a message taken up from a dead-letter queue is parked no longer",
             "end = np.where(goes_on, End.FILTERED, deliveries.end.cat.codes)",
             "end = deliveries.end.cat.codes.to_numpy()",
             "test_redrive"),
    Mutation("what was handled before AWS gave it up is not lost",
             "end[(end == End.LOST) & is_done] = End.GIVEN_UP", "pass",
             "test_journeys"),
    Mutation("a failure that a handler waits for is no end of its own",
             "is_heard = by_event.astype(bool)[deliveries.event.to_numpy()]",
             "is_heard = False",
             "test_journeys"),
    Mutation("a journey's latency ends with its last consequence",
             "ended = _most(root, _last_consequences(trace), count)",
             "ended = _last_consequences(trace)[first]",
             "test_journeys"),
    Mutation("a record that its batch did not reach has not waited for an init",
             'is_run &= rows["outcome"] != Outcome.NOT_REACHED', "pass",
             "test_journeys"),
    Mutation("a report that does not come in time is told as a failure",
             "is_told |= (trigger == number) & np.isin(told, places)", "pass",
             "test_journeys"),
    Mutation("overtaken is what was done after a later one, not with it",
             "done > earliest.reindex(done.index)", "done >= earliest.reindex(done.index)",
             "test_overtaken"),
    Mutation("a visibility timeout below the function's timeout is told of",
             "if queue.visibility_timeout < function.timeout:",
             "if 2 * queue.visibility_timeout < function.timeout:",
             "test_visibility"),
    Mutation("a heartbeat counts from the begin of the handler",
             "wait = max(batch.begun, now) - now + self.interval",
             "wait = self.interval",
             "test_visibility"),
    Mutation("a failed message is hidden longer with each receive",
             "grown(timeout, factor, receive)",
             "grown(timeout, factor, 1)",
             "test_visibility"),
    Mutation("an old receipt changes no visibility",
             "if delivery in self.in_flight and not self.is_over(receipt):",
             "if delivery in self.in_flight:",
             "test_visibility"),
    Mutation("a hundred executions stay unreserved",
             "max(0, total - floor.value)", "max(0, total)",
             "test_scenario"),
    Mutation("a bucket takes no records of success",
             "if target in buckets:", "if target in buckets - {target}:",
             "test_scenario"),
    Mutation("one mapping joins a queue to a function",
             "if kind in QUEUES and joined in _polled_queues(draft):",
             "if kind in QUEUES and not draft:",
             "test_reading"),
    Mutation("which mapping receives a message is drawn at each receive",
             "return draws.nth_uniform(mapping.key, receive, identity)",
             "return draws.nth_uniform(mapping.key, 1, identity)",
             "test_shared_queue"),
    Mutation("only a mapping with a free poller receives a message",
             "return free or [mapping for mapping in polling if mapping.scaling.grow()]",
             "return polling",
             "test_shared_queue"),
    Mutation("$LATEST has environments of its own beside an alias",
             "if trigger.qualifier == LATEST and alias is not None:",
             "if trigger.qualifier == LATEST and alias is None:",
             "test_qualifiers"),
    Mutation("provisioned concurrency serves the alias only",
             'latest = function.replace( provisioned_concurrency_config=None, snap_start="None" )',
             "latest = function",
             "test_qualifiers"),
    Mutation("which events come twice is drawn from the event",
             "return draws.uniform(self.key, identity) < self.share",
             "return draws.uniform(self.key, delivery) < self.share",
             "test_duplicates"),
    Mutation("the copy of a message is gone after its run",
             "self.release(delivery)\n            self.copies.end(delivery)",
             "self.copies.end(delivery)",
             "test_duplicates"),
    Mutation("who calls once takes no duplicate_share",
             'if "at least once" not in row.delivery:',
             "if not row.delivery:",
             "test_duplicates"),
    Mutation("a message has the work of the function that receives it",
             "self.context.delivery_draws.draw_again(delivery, mapping.number)",
             "pass",
             "test_shared_queue"),
    Mutation("a stream's mapping says where it starts",
             "if kind in STARTING and not mapping.get(\"StartingPosition\"):",
             "if kind in STARTING and not mapping:",
             "test_reading"),
    Mutation("the advised visibility timeout has the batching window in it",
             "facts.fact(FACTOR).value * timeout + batching_window",
             "facts.fact(FACTOR).value * timeout",
             "test_advice"),
    Mutation("an event that is run once needs no idempotent handler",
             "once = trigger.model == \"asynchronous\" and retries == 0",
             "once = trigger.model == \"polling\"",
             "test_advice"),
    Mutation("a stream's failed batches may go to a bucket",
             "[\"Type\"].removesuffix(\"Bucket\")",
             "[\"Type\"].removesuffix(\"3Bucket\")",
             "test_write_template"),
    Mutation("readers above what a shard answers are throttled",
             "polls_per_second * max(1.0, crowding)",
             "polls_per_second * min(1.0, crowding)",
             "test_crowded_shards"),
    Mutation("a poller of the provisioned mode asks for ten batches",
             "most = pollers.most * pollers.batches_each",
             "most = pollers.most",
             "test_advice"),
    Mutation("a handler that raises returns no report",
             "returned in (None, \"exception\", *SUCCESSES)",
             "returned in (None, *SUCCESSES)",
             "test_advice"),
    Mutation("init and handler share the timeout of a run",
             "if init + work >= function.timeout:",
             "if max(init, work) >= function.timeout:",
             "test_advice"),
    Mutation("the records of a batch are handled one after another",
             "work = _work(scenario, function) * turns",
             "work = _work(scenario, function)",
             "test_advice"),
    Mutation("a function's failure store is for asynchronous events alone",
             "if set(routes) == {\"polling\"}:",
             "if \"polling\" in routes and len(routes) > 1:",
             "test_advice"),
    Mutation("another retention period deletes nothing before it is set",
             "return end if end > self.retained_anew else self.retained_anew",
             "return end",
             "test_setting_changes"),
    Mutation("another delay of a FIFO queue is for delayed messages too",
             "if self.delay != before:", "if self.delay < 0:",
             "test_setting_changes"),
    Mutation("runs under way count in the pool that their function has now",
             "pool.busy -= busy", "pool.busy -= 0",
             "test_setting_changes"),
    Mutation("changed code is for new environments",
             "if version_settings(old) != version_settings(new):", "if not old:",
             "test_setting_changes"),
    Mutation("other batches of a shard begin when those in hand have ended",
             "if all(batch.is_done() for batch in self.batches): self.batches = []",
             "if self.batches: self.batches = []",
             "test_setting_changes"),
    Mutation("a plain text body never matches a JSON pattern",
             "return isinstance(wanted, list) != isinstance(data, str)",
             "return False",
             "test_event_patterns"),
    Mutation("SNS asks anything-but of all values of an array",
             "asks_all_of_an_array=True", "asks_all_of_an_array=False",
             "test_event_patterns"),
    Mutation("a filter policy keeps messages out of a subscribed queue",
             "if ways is not None and not ways.lets_through(self.event[delivery]):",
             "if False:",
             "test_filters"),
    Mutation("to return anything is a success of the run",
             'if worst == FAILED and self.response != "exception":',
             'if worst == FAILED and self.response == "null response":',
             "test_queue"),
    Mutation("a record of reported failures has no function error",
             'setdefault("functionError", None)',
             'setdefault("functionError", "Unhandled")',
             "test_stream"),
    Mutation("a broker's window ends even where another batch took its records",
             "if is_stale: return", "if is_stale or not self.buffer: return",
             "test_kafka"),
    Mutation("a recorded outcome says how many tries fail",
             "failed[place] = run <= self.failing[identity]",
             "failed[place] = True",
             "test_recorded_runs"),
    Mutation("a retry of a recorded event ends as it is recorded",
             "return run <= recorded", "return True",
             "test_recorded_runs"),
    Mutation("the group of a failed message is skipped",
             "if how.skips_group: skipped.add(", "if how.skips_group: set().add(",
             "test_batch_processing"),
    Mutation("a crash takes the records in progress with it",
             "if end > crash:", "if end > crash + NEVER:",
             "test_batch_processing"),
    Mutation("no more records are handled at once than the handler's limit",
             "return len(self.in_progress) < self.handling.concurrency",
             "return len(self.in_progress) <= self.handling.concurrency",
             "test_batch_processing"),
    Mutation("a new mapping of a queue does not poll before it is active",
             "yield 0, round(mapping.active_after * MICROSECONDS)",
             "yield 0, 0",
             "test_poller_scaling"),
    Mutation("a token bucket is refilled exactly, whatever its rate",
             "self.refill = int(rate * parts)",
             "self.refill = round(rate) * parts",
             "test_rules"),
    Mutation("the rate of many provisioned pollers is not rounded",
             "self.rounded_off = exactly - used", "self.rounded_off = 0",
             "test_poller_scaling"),
    Mutation("a caller's back-off is drawn by its traffic's name",
             'names=[*(f"traffic {name}" for name in workload.names), "others"]',
             'names=[*(f"{n}" for n, _ in enumerate(workload.names)), "others"]',
             "test_stranger_laws"),
    Mutation("a traffic's clients take turns with its own events",
             "n = int(self.n[event]) if event < len(self.n) else event", "n = event",
             "test_stranger_laws"),
    Mutation("a batch of a queue is as large as its own messages allow",
             "own = self.senders.get(name, [])",
             "own = self.scenario.traffic",
             "test_stranger_laws"),
    Mutation("a message above 6 MB goes alone",
             "return max(1, min(mapping.batch_size, int(room)))",
             "return min(mapping.batch_size, int(room))",
             "test_stranger_laws"),
    Mutation("what a topic or a bus forwards is not too large for it",
             "doors = _doors(system)",
             "doors = {one.entry: _door(one) for one in system.triggers}",
             "test_stranger_laws"),
    Mutation("each event is billed by its own size",
             "= by_traffic[workload.traffic]",
             "= by_traffic[workload.traffic * 0]",
             "test_cost"),
)  # fmt: skip


def layouts(text: str) -> re.Pattern[str]:
    """Any layout of a piece of code: broken lines, or a comma before a closing bracket."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    parts = [
        f",?\\s*{re.escape(token)}" if token in ")]}" else re.escape(token)
        for token in tokens
    ]
    return re.compile(r"\s*".join(parts))


def file_of(tests: str) -> Path:
    """The file of a test module, wherever in `tests/` it is."""
    return next((ROOT / "tests").rglob(f"{tests}.py"))


def copy(target: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        shutil.copytree(
            ROOT / name,
            target / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(ROOT / "pyproject.toml", target)


def verdict(folder: Path, tests: Sequence[str]) -> int:
    """Pytest's exit status for these tests in that folder; no cache, so each change is seen."""
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        *tests,
    ]
    return subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, check=False
    ).returncode


def broken(folder: Path, mutation: Mutation) -> str:
    """What the tests say while the rule is broken: "red" is what they should."""
    texts = {
        file: file.read_text(encoding="utf-8")
        for file in (folder / "sim").rglob("*.py")
    }
    old = layouts(mutation.old)
    places = [file for file, text in texts.items() for _ in old.finditer(text)]
    if len(places) != 1:
        return f"its text stands {len(places)} times"
    (file,) = places
    text = texts[file]
    file.write_text(old.sub(lambda _: mutation.new, text), encoding="utf-8")
    status = verdict(folder, [str(file_of(mutation.tests).relative_to(ROOT))])
    file.write_text(text, encoding="utf-8")
    return {GREEN: "STILL GREEN", RED: "red"}.get(
        status, f"pytest could not run: exit status {status}"
    )


def main(mutations: Sequence[Mutation] = MUTATIONS) -> int:
    """Break each rule in turn; returns the exit status."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        files = {
            str(file_of(mutation.tests).relative_to(ROOT))
            for mutation in mutations
        }
        if verdict(folder, sorted(files)) != GREEN:
            print("The tests must be green before a rule is broken.")
            return 1
        results = []
        for mutation in mutations:
            results.append(broken(folder, mutation))
            print(f"{mutation.rule:66} {results[-1]}", flush=True)
    return int(any(result != "red" for result in results))


if __name__ == "__main__":
    named = sys.argv[1:] or [mutation.tests for mutation in MUTATIONS]
    sys.exit(
        main([mutation for mutation in MUTATIONS if mutation.tests in named])
    )
