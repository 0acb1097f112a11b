"""A run as an animation of its events."""
