"""The fleets of a scenario's functions, with versions, dependencies and outputs."""

from __future__ import annotations

from sim.engine.context import SimulationContext
from sim.engine.function.alias import Alias, DeployedVersion
from sim.engine.function.application_auto_scaling import ApplicationAutoScaling
from sim.engine.function.concurrency import ConcurrencyPools
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.dependency_calls import DependencyCalls
from sim.engine.function.fleet import Fleet
from sim.engine.function.function_state import FunctionState
from sim.engine.function.idempotency import IdempotencyStore
from sim.engine.function.invocation import Invocable
from sim.engine.function.outputs import Outputs
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.engine.router import Router
from sim.scenario.function import Function
from sim.workload import draws


def build_fleets(
    router: Router, context: SimulationContext
) -> dict[str, Invocable]:
    """What models invoke, by the function's name."""
    pools = concurrency_pools(context.scenario)
    builder = FleetBuilder(router, context)
    fleets = {}
    for function in context.scenario.functions:
        settings = function.behaviour.idempotency
        store = None if settings is None else IdempotencyStore(settings)
        state = FunctionState(pools[function.name], store)
        fleets[function.name] = builder.invocable(function, state)
    return fleets


class FleetBuilder:
    """Builds fleets that share dependencies."""

    def __init__(self, router: Router, context: SimulationContext) -> None:
        self.router = router
        self.context = context
        self.scenario = context.scenario
        self.servers = {
            dependency.name: DependencyServer(dependency, context)
            for dependency in context.scenario.dependencies
        }

    def invocable(self, function: Function, state: FunctionState) -> Invocable:
        """A function's fleet, or the alias before its versions."""
        stable = self.fleet(function, 0, state)
        if isinstance(stable, ProvisionedFleet):
            self.provision(function, stable)
        deployed = []
        for version, deployment in enumerate(self.scenario.deployments, 1):
            if deployment.function == function.name:
                changed = self.scenario.deployed(deployment)
                fleet = self.fleet(changed, version, state)
                deployed.append(DeployedVersion.of(deployment, fleet))
        if not deployed:
            return stable
        return Alias(function.name, stable, deployed, self.context)

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
        self, function: Function, version: int, state: FunctionState
    ) -> Fleet:
        """The fleet of one version."""
        is_provisioned = function.provisioned_concurrency_config is not None
        kind = ProvisionedFleet if is_provisioned else Fleet
        fleet = kind(function, version, state, self.context)
        fleet.dependency_calls = self.dependency_calls(function, fleet)
        if function.behaviour.sends:
            known, seed = state.idempotency, self.context.seed
            fleet.outputs = Outputs(function, self.router, known, seed)
        return fleet

    def dependency_calls(
        self, function: Function, fleet: Fleet
    ) -> DependencyCalls | None:
        """The calls of dependencies that have limits of their own."""
        servers = []
        for name in function.behaviour.depends_on:
            if name in self.servers:
                key = draws.key(
                    self.context.seed, function.name, name, "latency"
                )
                servers.append((self.servers[name], key))
        return DependencyCalls(fleet, servers) if servers else None
