"""The command line: a template or a scenario checked and simulated without a notebook."""
