"""What AWS refuses in a system whose single settings are all allowed."""
