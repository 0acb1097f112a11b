"""The plans that Terraform itself made: how they are made anew.

Each `NAME.tf` in `tests/template/plans/`, which may call `modules/` there, has its plan beside
it: `NAME.json` is that of `terraform show -json`, compact, without the registry in the provider's
name. Terraform 1.11.4 made them with the provider of AWS 5.100.0; nothing was asked of AWS.
`python -m tests.support.real_plans PLUGINS [NAME ...]` makes them, with Terraform on the PATH and
the provider in the folder PLUGINS.

Those in `community/` were made in the same way, by hand, of modules of
https://github.com/terraform-aws-modules in the newest versions that the provider 5.100.0 takes,
which the HCL names. Left out of the modules was what needs another provider or asks AWS: how code
is packaged, certificates, the account's number. Left out of their plans was what the reader does
not read: variables, values before and after, which `planned_values` repeats, and data.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "template" / "plans"
PROVIDER = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""
WORKER = '"aws_lambda_function" "F"'
"""The function that `provider/worker.tf` makes, where a configuration names it and has none."""
NO_KEYS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
FULL_NAME = re.compile(r'"[\w.]+/hashicorp/aws"')


def real_plan(name):
    """The text of a plan that Terraform made."""
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def made(name, plugins):
    """What Terraform makes of a configuration."""
    with tempfile.TemporaryDirectory() as folder:
        within = Path(folder)
        (within / "provider.tf").write_text(PROVIDER)
        written = (FOLDER / f"{name}.tf").read_text(encoding="utf-8")
        (within / "main.tf").write_text(written, encoding="utf-8")
        if "aws_lambda_function.F" in written and WORKER not in written:
            shutil.copy(FOLDER / "provider" / "worker.tf", within)
        (within / "code.zip").write_bytes(b"")
        shutil.copytree(FOLDER / "modules", within / "modules")
        _terraform(folder, "init", f"-plugin-dir={plugins}")
        _terraform(folder, "plan", "-out=made")
        shown = _terraform(folder, "show", "-json", "made")
    return FULL_NAME.sub('"hashicorp/aws"', shown)


def _terraform(folder, command, *more):
    ran = subprocess.run(
        ["terraform", command, "-no-color", *more],
        cwd=folder,
        env=os.environ | NO_KEYS,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(ran.stdout + ran.stderr)
    return ran.stdout


def write(plugins, *names):
    """Write the plans, all or those of these names."""
    for name in names or sorted(path.stem for path in FOLDER.glob("*.tf")):
        document = json.loads(made(name, plugins))
        document.pop("timestamp", None)
        text = json.dumps(document, separators=(",", ":"))
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(*sys.argv[1:])
