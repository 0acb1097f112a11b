"""How fast the simulator is, beside SimPy's own floors and SimFaaS: `make bench`."""
