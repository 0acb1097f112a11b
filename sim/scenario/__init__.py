"""What can be set: resources, triggers, traffic and what happens to them."""

# Whichever settings are used first, a sentence that refuses a wrong one knows all others.
import sim.scenario.make_trigger  # noqa: F401
