"""Runs CDK apps in one process, each template to <out>/<folder>.json: synth.py OUT APP..."""

import json
import runpy
import sys
from pathlib import Path

out, *apps = map(Path, sys.argv[1:])
for app in apps:
    [stack] = (
        runpy.run_path(str(app), run_name="__main__")["app"].synth().stacks
    )
    (out / f"{app.parent.name}.json").write_text(
        json.dumps(stack.template), encoding="utf-8"
    )
