"""Synchronous invocation, and the services that call in ways of their own."""
