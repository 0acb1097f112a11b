"""A user's own logs and metrics: what they say of a function, as behaviour and arrivals."""
