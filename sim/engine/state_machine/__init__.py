"""State machines: executions that go from task to task."""
