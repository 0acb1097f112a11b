"""EventBridge's Custom Event Bus and its subscribers."""
