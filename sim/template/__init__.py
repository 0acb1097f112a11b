"""Templates: what is simulated is what is deployed."""
