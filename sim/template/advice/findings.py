"""What finds the resources that break a rule of advice."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.scenario import Scenario
from sim.template.advice import (
    function_findings,
    queue_findings,
    report_findings,
    stream_findings,
    subscriber_findings,
    timeout_findings,
    version_findings,
)
from sim.template.advice.finding import Findings

FINDERS: dict[str, Callable[[Scenario], Findings]] = {
    "visibility timeout": queue_findings.short_visibility_timeouts,
    "concurrency above reserved": queue_findings.concurrency_above_reserved,
    "no failure store": function_findings.without_failure_store,
    "endless stream retries": stream_findings.endless_retries,
    "records skipped": stream_findings.skipped_records,
    "retries without idempotency": function_findings.not_idempotent,
    "front door gives up first": function_findings.impatient_front_doors,
    "whole batch fails": queue_findings.whole_batches,
    "no dead-letter queue": queue_findings.without_dead_letter_queue,
    "few receives": queue_findings.few_receives,
    "init uses up the timeout": timeout_findings.inits_that_use_up_the_timeout,
    "batch outlasts the timeout": timeout_findings.batches_longer_than_the_timeout,
    "report that nobody reads": report_findings.unread_reports,
    "swallowed errors": report_findings.swallowed_errors,
    "too many readers": stream_findings.throttled_readers,
    "failure store of a polled function": function_findings.unused_dead_letter_targets,
    "switched off": function_findings.switched_off,
    "recursive loop": function_findings.recursive_loops,
    "deprecated runtime": version_findings.deprecated_runtimes,
    "subscriber without a dead-letter queue": subscriber_findings.without_on_failure_queue,
    "subscriber with too large batches": subscriber_findings.too_large_batches,
    "snapshot of no version": version_findings.snapshots_of_no_version,
}
"""What finds the resources that break a rule, by the rule's name in `data/template/advice.csv`."""
