"""A function's execution environments, its concurrency, and what its handler does."""
