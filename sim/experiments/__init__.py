"""Many runs beside each other: sweeps, comparison, power tuning."""
