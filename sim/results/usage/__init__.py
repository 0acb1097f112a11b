"""How much of everything a run used, counted once for metrics and for the bill."""
