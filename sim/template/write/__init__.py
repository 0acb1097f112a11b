"""From a scenario to a template: SAM, and CDK in Python and TypeScript."""
