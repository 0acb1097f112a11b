"""Two readings that say the same: a plan's, and that of its twin in SAM."""

import sim


def assert_twins(planned, template, **options):
    """Both are read as the same scenario, but for order and for hyphens in names."""
    of_plan = sim.read_template(planned, **options).scenario
    twin = sim.read_template(template).scenario
    for group in type(twin).model_fields:
        assert _of(of_plan, group) == _of(twin, group), group


def _of(scenario, group):
    """A group of the scenario, in no order: a plan has its own."""
    value = getattr(scenario, group)
    if isinstance(value, tuple):
        return sorted(repr(each).replace("-", "") for each in value)
    return value
