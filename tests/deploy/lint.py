"""Has two linters read templates and prints each finding on a line: lint.py TEMPLATE..."""

import sys
from pathlib import Path

import cfnlint
from cloudformation_validate import CompositeEngine, Severity

engine = CompositeEngine()
for path in map(Path, sys.argv[1:]):
    for finding in engine.validate_template(str(path)).diagnostics:
        # untagged, create-only and the like: true of every template
        if finding.severity == Severity.INFO:
            continue
        print(
            f"{path.stem}: {finding.severity.name} {finding.rule_id}: {finding.message}"
        )
    for match in cfnlint.lint_file(path):
        print(
            f"{path.stem}: {match.rule.id}: {match.message} "
            f"({'/'.join(map(str, match.path or []))})"
        )
