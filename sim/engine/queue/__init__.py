"""SQS queues, and the event source mappings that poll them."""
