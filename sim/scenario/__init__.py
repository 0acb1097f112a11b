"""What can be set: resources, triggers, traffic and changes, by AWS's names."""
