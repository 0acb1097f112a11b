"""What `make dashboard` starts: the course's server, opened on an app without code, by Voila."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

load_subconfig("jupyter_lab_config.py")
c.LabApp.default_url = "/voila/render/dashboard/compare-and-catalogue.ipynb"
c.VoilaConfiguration.template = (
    "course"  # in voila/templates, for which Jupyter looks on its path
)
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, (str(HERE), os.environ.get("JUPYTER_PATH")))
)
