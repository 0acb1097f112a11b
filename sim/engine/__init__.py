"""The engine: SimPy callbacks that append to a trace."""
