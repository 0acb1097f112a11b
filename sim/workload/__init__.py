"""Events and chance: what arrives when, and every draw as a pure function of its identity."""
