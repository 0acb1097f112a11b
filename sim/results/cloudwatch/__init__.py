"""CloudWatch's metrics of a run, by its names, dimensions and units."""
