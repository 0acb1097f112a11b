"""A real JupyterLab, started as `make lab` starts it, and a real browser that looks at it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import BlockingKernelClient
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    sync_playwright,
)

from tests.support.paths import ROOT

CONFIG = ROOT / "jupyter" / "jupyter_lab_config.py"
FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "IPYTHONDIR",
    "MPLCONFIGDIR",
)
WINDOW = {"width": 1280, "height": 900}
PATIENCE = 120
"""Seconds to wait for what must come: a busy machine is slow, not wrong."""
SETTINGS = Path("JUPYTER_CONFIG_DIR", "lab", "user-settings", "@jupyterlab")
AUTOSAVE = SETTINGS / "docmanager-extension" / "plugin.jupyterlab-settings"
PROMPTS = (
    "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
    ".map(prompt => prompt.textContent).filter(Boolean)"
)
PANEL = ".jp-Cell:has(.lambda-panel)"


class Lab:
    """A server on this computer, its address, and its own folders."""

    def __init__(self, url: str, folders: Path) -> None:
        self.url, self.folders = url, folders

    def kernels(self) -> list[dict[str, object]]:
        """The kernels that run."""
        with urllib.request.urlopen(f"{self.url}/api/kernels") as answer:
            return json.load(answer)

    def end_kernels(self) -> None:
        """End every kernel of this server."""
        for kernel in self.kernels():
            request = urllib.request.Request(
                f"{self.url}/api/kernels/{kernel['id']}", method="DELETE"
            )
            urllib.request.urlopen(request).close()

    @contextmanager
    def kernel(self) -> Iterator[BlockingKernelClient]:
        """A second client of the only kernel, which sees what the lesson's cells have made."""
        (kernel,) = self.kernels()
        connection = (
            self.folders / "JUPYTER_RUNTIME_DIR" / f"kernel-{kernel['id']}.json"
        )
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            yield client
        finally:
            client.stop_channels()


@contextmanager
def lab(
    folders: Path,
    *flags: str,
    config: Path = CONFIG,
    project: Path = ROOT,
) -> Iterator[Lab]:
    """A project's lab on a free port, without a token, with its own folders; ended afterwards."""
    command = [
        "jupyterlab", f"--config={config}", "--no-browser",
        "--ServerApp.ip=127.0.0.1", f"--port={free_port()}", "--ServerApp.port_retries=50",
        "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", *flags,
    ]  # fmt: skip
    (folders / AUTOSAVE).parent.mkdir(parents=True, exist_ok=True)
    # Else a lesson that is open for two minutes is kept with outputs.
    (folders / AUTOSAVE).write_text('{"autosave": false}')
    with server(folders, *command, project=project) as process:
        found = _started(process, folders)
        yield found
        found.end_kernels()


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def server(
    folders: Path, *command: str, project: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server with its own folders, started by Python in a project's folder; ended afterwards.

    What it says goes to `lab.log`.
    """
    own = {name: str(folders / name) for name in FOLDERS}
    if project != ROOT:
        own["PYTHONPATH"] = str(project)
    with (folders / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=project,
            env={**os.environ, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def address(process: subprocess.Popen[bytes], folders: Path) -> str:
    """The address with its token that a server has told, once it is there."""
    log = folders / "lab.log"
    for _ in range(10 * PATIENCE):
        told = re.search(r"http://localhost:\S+\?token=\w+", log.read_text())
        if told:
            return told[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def _started(server: subprocess.Popen[bytes], folders: Path) -> Lab:
    """The lab, once it answers; the port may be another one, if somebody was quicker."""
    told = folders / "JUPYTER_RUNTIME_DIR" / f"jpserver-{server.pid}.json"
    for _ in range(10 * PATIENCE):
        try:
            found = Lab(
                f"http://127.0.0.1:{json.loads(told.read_text())['port']}",
                folders,
            )
            found.kernels()
        except (OSError, ValueError):
            assert server.poll() is None, (folders / "lab.log").read_text()
            time.sleep(0.1)
        else:
            return found
    raise TimeoutError((folders / "lab.log").read_text())


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """The installed browser; `--no-sandbox` because in a container everybody is root."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield opened
        finally:
            opened.close()


def new_page(opened: Browser, **settings: Any) -> Page:
    """A page in a context of its own, as patient as a busy machine needs."""
    page = opened.new_page(**{"viewport": WINDOW, **settings})
    page.set_default_timeout(1000 * PATIENCE)
    return page


def complaints(page: Page, *allowed: str) -> list[str]:
    """What the console is going to complain of; and what is asked for outside `allowed`, if given.

    `allowed`: how the addresses begin.
    """
    found: list[str] = []

    def take(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    def ask(request: Request) -> None:
        if not request.url.startswith((*allowed, "blob:", "data:")):
            found.append(request.url)

    page.on("console", take)
    page.on("pageerror", lambda error: found.append(str(error)))
    if allowed:
        page.on("request", ask)
    return found


def soon(page: Page, holds: Callable[[], bool]) -> bool:
    """Whether it holds in time: what the kernel sends arrives piece by piece."""
    for _ in range(10 * PATIENCE):
        if holds():
            return True
        page.wait_for_timeout(100)
    return False


@contextmanager
def notebook_of(name: str, *cells: str) -> Iterator[str]:
    """A notebook with these cells at the top of the project, for as long as a test looks at it."""
    path = ROOT / f"{name}.ipynb"
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": ""}},
    )
    nbformat.write(made, path)
    try:
        yield path.relative_to(ROOT).as_posix()
    finally:
        path.unlink()


def open_notebook(page: Page, url: str, path: str) -> None:
    """Open a notebook in a fresh workspace and wait for its kernel."""
    page.goto(f"{url}/lab/tree/{path}?reset")
    page.locator(
        '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
    ).first.wait_for()
    # A click on Run All is lost in the moment the kernel turns idle.
    page.wait_for_timeout(1500)


def run_all(page: Page) -> None:
    """Run All Cells, and wait for every prompt to get its number."""
    for _ in range(3):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_timeout(1000)
        if any(text != "[ ]:" for text in prompts(page)):
            break
    page.wait_for_function(
        f"() => ({PROMPTS}).every(text => /\\d/.test(text))",
        timeout=2000 * PATIENCE,
    )


def uncover(page: Page) -> None:
    """Show what predictions cover, without a guess."""
    covered = page.get_by_role("button", name="Show me anyway")
    for _ in range(covered.count()):
        if covered.count():
            covered.first.click()
            page.wait_for_timeout(1000)


def prompts(page: Page) -> list[str]:
    """The numbers before the code cells, but for collapsed ones, which show none."""
    return page.evaluate(PROMPTS)


class PanelPage:
    """A panel of an open lesson, as the learner sees it; they are numbered from the top."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.panel = page.locator(".lambda-panel").nth(number)
        self.cell = page.locator(PANEL).nth(number)
        self.panel.scroll_into_view_if_needed()
        page.wait_for_function(
            "panel => Number(panel.dataset.move) >= 0",
            arg=self.panel.element_handle(),
        )

    def slider(self, label: str) -> Locator:
        """The slider with this label."""
        return self.panel.get_by_role("slider", name=label, exact=True)

    def typed(self, label: str) -> Locator:
        """The field beside it, which shows its value and takes another."""
        return self.panel.get_by_role(
            "textbox", name=f"{label}, typed", exact=True
        )

    def press(self, label: str, key: str) -> None:
        """Press a key on a slider, and wait until what follows is drawn."""
        before = self.move
        self.slider(label).press(key)
        self.wait_for_another(before)

    def type(self, label: str, text: str) -> None:
        """Type a value, and wait for what follows."""
        before = self.move
        self.typed(label).fill(text)
        self.typed(label).press("Enter")
        self.wait_for_another(before)

    def open(self, tab: str) -> None:
        """Open a tab, and wait for what it shows."""
        before = self.move
        self.panel.get_by_role("tab", name=tab, exact=True).click()
        self.wait_for_another(before)

    def in_lower_half(self, label: str) -> bool:
        """Whether a slider stands nearer to its lower end."""
        low, high = self._place(label, "min"), self._place(label, "max")
        return self._place(label, "value") < (low + high) / 2

    def at_highest(self, label: str) -> bool:
        """Whether a slider stands at its upper end."""
        return self._place(label, "value") == self._place(label, "max")

    def _place(self, label: str, which: str) -> float:
        return float(self.slider(label).evaluate(f"input => input.{which}"))

    @property
    def move(self) -> int:
        """The number of the last move that is drawn."""
        return int(self.panel.get_attribute("data-move") or -1)

    def wait_for_another(self, before: int) -> None:
        """Wait until a later move is drawn, and none waits."""
        self.page.wait_for_function(
            "([panel, before]) => Number(panel.dataset.move) > before"
            " && Number(panel.dataset.move) >= Number(panel.dataset.sent ?? 0)",
            arg=[self.panel.element_handle(), before],
        )

    def shown(self, label: str) -> str:
        """The value beside a slider."""
        return self.typed(label).input_value()

    @property
    def rows(self) -> dict[str, list[str]]:
        """The readouts: by run, the text of each cell, with usual spaces."""
        found = {}
        for row in self.panel.locator("table.readout tbody tr").all():
            cells = row.locator("td").all_inner_texts()
            found[row.locator("th").inner_text()] = [
                cell.replace("\xa0", " ") for cell in cells
            ]
        return found

    @property
    def readouts(self) -> list[str]:
        """The names of the readouts, from left to right."""
        heads = self.panel.locator("table.readout thead th").all_inner_texts()
        return [head for head in heads if head]

    @property
    def words(self) -> str:
        """The result in words."""
        return self.panel.locator(".panel-words").inner_text()

    @property
    def complaint(self) -> str:
        """What is said to be wrong; nothing while all is well."""
        complaints = self.panel.locator(".panel-complaint:not([hidden])")
        return " ".join(complaints.all_inner_texts())


def log_messages(page: Page) -> int:
    """How many messages the log item in the status bar counts; hidden while there are none."""
    texts = page.locator(".jp-LogConsoleStatusItem").all_inner_texts()
    return sum(
        int(number) for text in texts for number in re.findall(r"\d+", text)
    )
