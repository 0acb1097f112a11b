"""Messages that arrive in a thread of their own, as JupyterLab sends them, spoil no answer.

JupyterLab's side: https://github.com/jupyterlab/jupyterlab/pull/17363; the fault it uncovers
elsewhere: https://github.com/jupyterlab/jupyterlab/issues/19719. Here a kernel gets the same
messages, without a browser.
"""

import json
import time
from collections.abc import Iterator

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

PATIENCE = 120  # seconds: a busy machine is slow, not wrong

PREPARE = """
import asyncio, io, json, threading
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
import sim

function = sim.Function(name="worker", timeout=10, behaviour=sim.Behaviour(error_rate=0.25))
scenario = sim.Scenario(
    functions=[function], triggers=[sim.trigger("sns", function="worker")], seconds=60,
    traffic=[sim.Traffic(into="sns", arrivals=sim.Poisson(per_second=0.5, events=20))],
)
panel = sim.show.panel(scenario, ["functions.worker.behaviour.error_rate"], seed=1)
callbacks, answers = [], []
panel.observe(lambda _: callbacks.append(threading.current_thread().name), "asked")

def note(change):
    answers.append((threading.current_thread().name, change.new))

panel.observe(note, "answer")

async def calm(moves):
    while len(callbacks) < moves:
        await asyncio.sleep(0.01)
    while panel.answer["move"] < moves:
        await asyncio.sleep(0.01)
    print(json.dumps([callbacks, [thread for thread, _ in answers]]))

asyncio.get_running_loop().set_debug(True)  # refuses what other threads put on it without a lock
print(json.dumps([panel.model_id, panel.asked]))
"""

DRAW = """
lines = []
for number in range(1, 26):
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot()
    for line in range(number % 5 + 1):
        axes.plot([0, 1], [line, number])
    FigureCanvasAgg(figure).print_png(io.BytesIO())
    lines.append((len(figure.axes), len(axes.lines), number % 5 + 1))
    if number % 2:
        await asyncio.sleep(0.01)  # now the loop may answer, between two figures
print(json.dumps([drawn for drawn in lines if drawn[:2] != (1, drawn[2])]))
"""

AGAIN = """
again = sim.show.panel(scenario, ["functions.worker.behaviour.error_rate"], seed=1)
bad = []
for _, answer in answers:
    again.set("functions.worker.behaviour.error_rate", answer["values"][0])
    if {**again.answer, "move": answer["move"]} != answer:
        bad.append(answer["values"])
print(json.dumps(bad))
"""

LAST = """
print(json.dumps([panel.asked["values"], panel.answer["values"], panel.answer["complaint"]]))
"""


class Kernel:
    """A kernel with a subshell, as JupyterLab's comms use it."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def subshell(self) -> str:
        """Have a subshell made; its number."""
        client = self.client
        client.control_channel.send(
            client.session.msg("create_subshell_request", {})
        )
        answer = client.get_control_msg(timeout=PATIENCE)["content"]
        assert answer["status"] == "ok", answer
        return answer["subshell_id"]

    def start(self, code: str) -> str:
        """Begin a cell; the message's id."""
        return self.client.execute(code, store_history=False)

    def printed(self, cell: str) -> str:
        """What a cell has printed, once it is over."""
        text = ""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != cell:
                continue
            content = message["content"]
            assert message["msg_type"] != "error", "\n".join(
                content["traceback"]
            )
            text += (
                content.get("text", "")
                if message["msg_type"] == "stream"
                else ""
            )
            if content.get("execution_state") == "idle":
                return text

    def run(self, code: str) -> object:
        """Run a cell to its end; the JSON that it prints."""
        return json.loads(self.printed(self.start(code)))

    def ask(self, comm: str, asked: dict, subshell: str) -> None:
        """What the page asks for, as a message to the subshell."""
        state = {
            "method": "update",
            "state": {"asked": asked},
            "buffer_paths": [],
        }
        message = self.client.session.msg(
            "comm_msg", {"comm_id": comm, "data": state}
        )
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.kernel_info()
        features = client.get_shell_msg(timeout=PATIENCE)["content"].get(
            "supported_features", []
        )
        if "kernel subshells" not in features:
            pytest.skip(
                "this ipykernel has no subshells, so its callbacks are always on the main thread"
            )
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.slow  # a kernel, and a second of moves
def test_moves_on_a_subshell_are_answered_on_the_main_thread_and_spoil_no_figure(
    kernel,
):
    comm, first = kernel.run(PREPARE)
    subshell = kernel.subshell()

    def ask(move: int, share: float) -> None:
        kernel.ask(comm, {**first, "move": move, "values": [share]}, subshell)

    for move, share in enumerate((0.3, 0.4), 1):
        # the first move is always handled on the main thread
        ask(move, share)
        callbacks, answers = kernel.run(f"await calm({move})")
    assert callbacks[1].startswith("subshell-"), (
        "without a subshell this test would prove nothing"
    )
    assert answers == ["MainThread", "MainThread"]

    cell = kernel.start(DRAW)
    for move in range(3, 15):
        ask(move, round(0.33 + move / 25, 2))
        time.sleep(0.03)  # so that some arrive while an answer is under way
    assert json.loads(kernel.printed(cell)) == []
    callbacks, answers = kernel.run("await calm(14)")
    assert len(callbacks) == 14
    assert all(name.startswith("subshell-") for name in callbacks[2:])
    assert len(answers) > 2
    assert set(answers) == {"MainThread"}
    assert kernel.run(LAST) == [[0.89], [0.89], ""], (
        "the last answer is that of the last move"
    )
    assert kernel.run(AGAIN) == []
