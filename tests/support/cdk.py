"""CDK apps synthesised for real: those in TypeScript in one process, those in Python in another."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

NODE_MODULES = ROOT / "data" / "deploy" / "node_modules"
CDK_PYTHON = Path(
    os.environ.get("CDK_PYTHON", ROOT / ".venv" / "cdk" / "bin" / "python")
)
# The validator of every template costs seconds:
# https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib
ENVIRONMENT = {
    **os.environ,
    "CDK_VALIDATION": "false",
    "CDK_CONTEXT_JSON": '{"aws:cdk:enable-path-metadata": true}',
}

NODE = """
const { readFileSync } = require('fs');
const ts = require('typescript');
const apps = JSON.parse(readFileSync(0, 'utf8'));
const templates = {};
for (const [name, text] of Object.entries(apps)) {
  const options = { compilerOptions: { module: 'commonjs', target: 'es2022' } };
  const exported = text.replace('const app = ', 'export const app = ');
  const code = ts.transpileModule(exported, options).outputText;
  const made = {};
  new Function('require', 'exports', code)(require, made);
  templates[name] = made.app.synth().getStackByName('System').template;
}
console.log(JSON.stringify(templates));
"""
PYTHON = """
import json, sys
templates = {}
for name, text in json.load(sys.stdin).items():
    made = {"__name__": name}
    exec(compile(text, name, "exec"), made)
    templates[name] = made["app"].synth().get_stack_by_name("System").template
print(json.dumps(templates))
"""


def synthesised(
    apps: dict[str, str], language: str, folder: Path
) -> dict[str, dict]:
    """The templates of these apps, by name; skips with a sentence where the tools are missing."""
    (folder / "handler").mkdir()
    (folder / "handler" / "handler.py").write_text("")
    (folder / "schema.graphql").write_text("type Query { answer: String }")
    command = {"typescript": _node, "python": _python}[language]()
    environment = {**ENVIRONMENT, "NODE_PATH": str(NODE_MODULES)}
    run = subprocess.run(
        command,
        input=json.dumps(apps),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


def _node() -> list[str]:
    if not shutil.which("node") or not (NODE_MODULES / "aws-cdk-lib").is_dir():
        pytest.skip("needs node, and CDK's packages in data/deploy (npm ci)")
    return ["node", "-e", NODE]


def _python() -> list[str]:
    if not shutil.which("node") or not CDK_PYTHON.exists():
        pytest.skip(
            "needs node, and a Python with aws-cdk-lib, named by CDK_PYTHON"
        )
    return [str(CDK_PYTHON), "-c", PYTHON]
