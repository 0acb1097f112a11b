"""A run as one HTML page for people who have no Python."""
