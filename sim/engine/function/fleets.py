"""The fleets of a scenario's functions, with versions, dependencies and outputs."""

from __future__ import annotations

from sim.engine.callers import Callers
from sim.engine.context import SimulationContext
from sim.engine.function.alias import Alias, DeployedVersion, LatestVersion
from sim.engine.function.application_auto_scaling import ApplicationAutoScaling
from sim.engine.function.concurrency import ConcurrencyPools
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.dependency_calls import DependencyCalls
from sim.engine.function.fleet import Fleet
from sim.engine.function.function_state import FunctionState
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Invocable
from sim.engine.function.outputs import Outputs, OutputTarget
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.engine.function.waiting_calls import CalledTarget, WaitingCalls
from sim.engine.router import Router
from sim.scenario.behaviour import Output
from sim.scenario.function import Function
from sim.scenario.settings import LATEST
from sim.trace import latest_version
from sim.workload import draws
from sim.workload.function_draws import FunctionDraws


class Fleets:
    """What models invoke, `by_function`: by its name, or by `NAME:$LATEST` beside its alias."""

    def __init__(
        self, router: Router, callers: Callers, context: SimulationContext
    ) -> None:
        self.pools = ConcurrencyPools(context.scenario)
        self.builder = FleetBuilder(router, callers, context)
        self.by_function: dict[str, Invocable] = {}
        scenario = context.scenario
        invoked = {scenario.invoked(trigger) for trigger in scenario.routes}
        for function in scenario.functions:
            reserved = function.reserved_concurrent_executions
            state = FunctionState(self.pools.pool(reserved))
            invocable = self.builder.invocable(function, state)
            self.by_function[function.name] = invocable
            latest = f"{function.name}:{LATEST}"
            if latest in invoked:
                self.by_function[latest] = self.builder.latest_version(
                    function, state, invocable
                )

    def change(self, before: Function, after: Function) -> None:
        """The function's reserved and provisioned concurrency change now.

        https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
        """
        versions = self.builder.versions[before.name]
        reserved = (
            before.reserved_concurrent_executions,
            after.reserved_concurrent_executions,
        )
        if reserved[0] != reserved[1]:
            set_aside = sum(fleet.set_aside() for fleet in versions)
            busy = sum(fleet.busy_in_pool() for fleet in versions)
            old = versions[0].pool
            pool = self.pools.change(old, reserved, set_aside, busy)
            for fleet in versions:
                fleet.pool = pool
        config = after.provisioned_concurrency_config
        if config != before.provisioned_concurrency_config:
            wanted = config.provisioned_concurrent_executions if config else 0
            self._provision(before.name, wanted)

    def _provision(self, function: str, wanted: int) -> None:
        """The version that takes the events now has so many environments, the others none."""
        invocable = self.by_function[function]
        newest = (
            invocable.newest() if isinstance(invocable, Alias) else invocable
        )
        for fleet in self.builder.versions[function]:
            if isinstance(fleet, ProvisionedFleet):
                fleet.request(wanted if fleet is newest else 0)


class FleetBuilder:
    """Builds fleets that share dependencies."""

    def __init__(
        self, router: Router, callers: Callers, context: SimulationContext
    ) -> None:
        self.router = router
        self.callers = callers
        self.context = context
        self.scenario = context.scenario
        self.servers = {
            dependency.name: DependencyServer(dependency, context)
            for dependency in context.scenario.dependencies
        }
        self.versions: dict[str, list[Fleet]] = {}

    def invocable(self, function: Function, state: FunctionState) -> Invocable:
        """A function's fleet, or the alias before its versions."""
        stable = self.fleet(function, 0, state)
        if isinstance(stable, ProvisionedFleet):
            self.provision(function, stable)
        deployed = []
        for number, version in enumerate(self.scenario.versions, 1):
            if version.function.name == function.name:
                fleet = self.fleet(version.function, number, state)
                deployed.append(DeployedVersion.of(version, fleet))
        later = [version.fleet for version in deployed]
        self.versions[function.name] = [stable, *later]
        if not deployed:
            return stable
        return Alias(function.name, stable, deployed, self.context)

    def latest_version(
        self, function: Function, state: FunctionState, alias: Invocable
    ) -> LatestVersion:
        """The fleet of `$LATEST`, with environments of its own beside those of the alias."""
        stable = self.fleet_of_latest(function, 0, state)
        deployed = []
        for number, version in enumerate(self.scenario.versions, 1):
            if version.function.name == function.name:
                whole = version._replace(weight=1.0)
                fleet = self.fleet_of_latest(version.function, number, state)
                deployed.append(DeployedVersion.of(whole, fleet))
        later = [version.fleet for version in deployed]
        self.versions[function.name] += [stable, *later]
        name = function.name
        return LatestVersion(alias, name, stable, deployed, self.context)

    def fleet_of_latest(
        self, function: Function, version: int, state: FunctionState
    ) -> Fleet:
        """A fleet of `$LATEST`, without what only published versions have.

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
        """
        latest = function.replace(
            provisioned_concurrency_config=None, snap_start="None"
        )
        fleet = self.fleet(latest, version, state, is_published=False)
        fleet.version = latest_version(version)
        fleet.function_draws = FunctionDraws(latest, self.context.seed)
        return fleet

    def provision(self, function: Function, fleet: ProvisionedFleet) -> None:
        """Ask for provisioned concurrency, now and by Application Auto Scaling."""
        config = function.provisioned_concurrency_config
        if config is None:
            return
        at_once = self.scenario.choices.provisioned_concurrency_ready_at_start
        fleet.request(config.provisioned_concurrent_executions, at_once)
        if config.scalable_target is not None:
            seconds = self.scenario.seconds
            ApplicationAutoScaling(config.scalable_target, fleet, seconds)

    def fleet(
        self,
        function: Function,
        version: int,
        state: FunctionState,
        is_published: bool = True,
    ) -> Fleet:
        """The fleet of one version; what versions know of idempotent events they all know."""
        settings = function.behaviour.idempotency
        known = None
        if settings is not None:
            known = IdempotencyStore(settings, state.known_events)
        is_provisioned = self.scenario.is_ever_provisioned(function.name)
        kind = ProvisionedFleet if is_provisioned and is_published else Fleet
        fleet = kind(function, version, state, known, self.context)
        waiting = self.waiting_calls(function)
        fleet.dependency_calls = self.dependency_calls(function, fleet, waiting)
        if function.behaviour.sends and waiting is None:
            seed = self.context.seed
            fleet.outputs = Outputs(function, self.router, known, seed)
        return fleet

    def dependency_calls(
        self, function: Function, fleet: Fleet, waiting: WaitingCalls | None
    ) -> DependencyCalls | None:
        """The calls that runs wait for: of dependencies with limits of their own, of functions."""
        servers = []
        for name in function.behaviour.depends_on:
            if name in self.servers:
                key = draws.key(
                    self.context.seed, function.name, name, "latency"
                )
                servers.append((self.servers[name], key))
        if servers or waiting is not None:
            return DependencyCalls(fleet, servers, waiting)
        return None

    def waiting_calls(self, function: Function) -> WaitingCalls | None:
        """The outputs of a handler that waits for the answer to some of them."""
        outputs = function.behaviour.sends
        if all(output.to not in self.scenario.called for output in outputs):
            return None
        targets = [self.called_target(function, output) for output in outputs]
        return WaitingCalls(self.router, targets, self.context)

    def called_target(self, function: Function, output: Output) -> CalledTarget:
        """Where an output goes; a call has a client of its own."""
        target = OutputTarget.of(output, function.name, self.context.seed)
        trigger = self.scenario.called.get(output.to)
        if trigger is None:
            return CalledTarget(target)
        client = output.caller or trigger.usual_caller
        return CalledTarget(
            target,
            waits=True,
            resource=self.context.resource_number(trigger.name),
            caller=self.callers.add_function(
                function.name, trigger.name, client
            ),
            raises=output.on_error == "raise",
        )
