"""From a template's resources to a scenario, with a report of what was read."""
