"""What a run would have cost: one row a line of the bill."""
