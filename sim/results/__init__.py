"""What is derived from a trace: tables, metrics, cost, records and stories."""
