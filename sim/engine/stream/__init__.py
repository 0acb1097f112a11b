"""Streams and other logs that are read in order: shards, batches, retries."""
