"""EventBridge Pipes: the steps that the batches of a polled source pass through."""
