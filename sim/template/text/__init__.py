"""A template's text: YAML and JSON, with the line of each value."""
