"""CloudFormation's own rules: parameters, conditions, intrinsic functions, SAM's translation."""
