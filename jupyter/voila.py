"""What `make dashboard` starts: Voila, a server that runs one notebook and shows no code.

It listens on this machine only, asks for a token, and takes no code from the page. The notebook of
the next reader has run before it is asked for.
https://voila.readthedocs.io/en/stable/deploy.html
"""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

c.Voila.auto_token = True
c.VoilaConfiguration.preheat_kernel = True
# The only files that it sends are the pages that `make site` writes.
c.Voila.root_dir = str(HERE.parent)
c.VoilaConfiguration.file_allowlist = [r"build/site/(?!.*\.\.).*"]
c.VoilaConfiguration.template = (
    "course"  # in voila/templates, for which Jupyter looks on its path
)
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, (str(HERE), os.environ.get("JUPYTER_PATH")))
)
