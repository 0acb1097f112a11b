"""What `check` finds out about one template or plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sim
from sim.command_line.sources import Source
from sim.template.advice.advice import Advice, advice_rules, rule_id
from sim.template.cloudformation.parameters import unknown_parameter
from sim.template.errors import WithoutFunctionsError
from sim.template.read.reading import Reading

MOST_NEAR, MOST_SHOWN = 3, 30
"""How many names a sentence offers: such as are like the one that is not there, or any."""


@dataclass(frozen=True)
class Checked:
    """A template's reading, with the advice that nobody ignores; or why there is none.

    `resources`: what can stand before a rule that is ignored.
    A template that was found in a folder and has no function has neither.
    """

    name: str
    reading: Reading | None = None
    advice: tuple[Advice, ...] = ()
    problems: tuple[str, ...] = ()
    resources: frozenset[str] = frozenset()

    @property
    def is_serious(self) -> bool:
        """Whether something is advised that is more than information."""
        return any(each.rule.severity != "info" for each in self.advice)

    def place(self, resource: str) -> str:
        """A resource as the template or plan calls it, without its line."""
        if self.reading is None:
            return resource
        return self.reading.template.lines.address(resource)


def checked(
    source: Source, parameters: Mapping[str, Any], ignored: Collection[str]
) -> Checked:
    """Read a source and ask for advice; what is wrong with it becomes problems."""
    try:
        reading = sim.read_template(source.template, parameters=parameters)
    except WithoutFunctionsError as error:
        problems = () if source.is_found else error.problems
        return Checked(
            source.name, problems=problems, resources=error.resources
        )
    except sim.TemplateError as error:
        return Checked(source.name, problems=error.problems)
    except sim.ScenarioError as error:
        return Checked(source.name, problems=tuple(str(error).split("\n")))
    advised = reading.advise()
    advice = [
        each for each in advised if not _is_ignored(each, reading, ignored)
    ]
    named = {*reading.report.resource, *(each.resource for each in advised)}
    resources = frozenset(reading.template.lines.names | named)
    return Checked(source.name, reading, tuple(advice), resources=resources)


def _is_ignored(
    advice: Advice, reading: Reading, ignored: Collection[str]
) -> bool:
    """Whether an option names the rule, alone or with the resource before it."""
    rule = rule_id(advice.rule)
    address = reading.template.lines.address(advice.resource)
    names = (rule, f"{advice.resource}:{rule}", f"{address}:{rule}")
    return any(name in ignored for name in names)


def each_checked(
    sources: Collection[Source],
    parameters: Mapping[str, Any],
    ignored: Collection[str],
) -> list[Checked]:
    """Check several sources; a parameter must be that of one of them at least."""
    if len(sources) == 1:
        return [checked(source, parameters, ignored) for source in sources]
    results, used = [], set()
    for source in sources:
        known = dict(parameters)
        result = checked(source, known, ignored)
        for name in parameters:
            if unknown_parameter(name, result.problems):
                del known[name]
        if len(known) < len(parameters):
            result = checked(source, known, ignored)
        results.append(result)
        used |= set(known)
    for name in parameters:
        if name not in used:
            raise sim.ScenarioError(
                f"--parameter {name}: none of the templates has such a parameter."
            )
    return results


def check_rules(ignored: Collection[str]) -> None:
    """Raise `ScenarioError` for the id of no rule."""
    ids = [rule_id(rule) for rule in advice_rules()]
    for each in ignored:
        rule = each.rpartition(":")[2]
        if rule not in ids:
            raise sim.ScenarioError(
                f"--ignore {each!r}: there is no rule {rule!r}; {_near(rule, ids)}."
            )


def check_resources(
    ignored: Collection[str], results: Collection[Checked]
) -> None:
    """Raise `ScenarioError` for a resource that no template has, if all could be read."""
    if any(each.problems for each in results):
        return
    known = set[str]().union(*(each.resources for each in results))
    for each in ignored:
        resource = each.rpartition(":")[0]
        if ":" in each and resource not in known:
            raise sim.ScenarioError(
                f"--ignore {each!r}: there is no resource {resource!r}; "
                f"{_near(resource, sorted(known))}."
            )


def _near(word: str, known: Sequence[str]) -> str:
    """What may be meant; where nothing is like it, what there is."""
    near = get_close_matches(word, known, n=MOST_NEAR)
    if near:
        return f"perhaps {' or '.join(near)} is meant"
    more = ", ..." if len(known) > MOST_SHOWN else ""
    return f"there are {', '.join(known[:MOST_SHOWN])}{more}"
