"""What `make lab` starts: this repository in the file browser, opened on the first lesson."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

c.ServerApp.root_dir = str(HERE.parent)
c.LabApp.default_url = "/lab/tree/notebooks/00-start-here.ipynb"
c.LabApp.app_settings_dir = str(
    HERE / "lab-settings"
)  # defaults: a learner's own settings win
c.ServerApp.allow_root = (
    hasattr(os, "geteuid") and os.geteuid() == 0
)  # in a container everybody is root
