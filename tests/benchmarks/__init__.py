"""How fast the simulator is, against SimPy's own floors and SimFaaS: `python -m tests.benchmarks`."""
