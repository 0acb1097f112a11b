"""Whatever stands in a log: it is read, counted or refused, and does nothing."""

import base64
import builtins
import gzip
import io
import json
import socket
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.calibration import packed_records, packed_text
from sim.command_line.main import main
from tests.calibration.test_read_logs import (
    REPORT,
    REQUEST,
    event,
    platform_report,
)

LINES = [
    REPORT,
    f"START RequestId: {REQUEST} Version: $LATEST",
    f"2026-07-01T10:00:01.250Z {REPORT}",
    "INIT_REPORT Init Duration: 9999.79 ms\tPhase: init\tStatus: timeout",
    f"2026-07-01T10:00:01Z {REQUEST} Task timed out after 3.00 seconds",
    platform_report(),
    json.dumps({"events": [event(REPORT), event("x")]}),
    json.dumps(
        {
            "MetricDataResults": [
                {"Label": "Errors", "Timestamps": [1], "Values": [2]}
            ]
        }
    ),
    "@timestamp,@message,@duration",
    f'2026-07-01 10:00:01,"{REPORT}",',
]


@st.composite
def broken(draw):
    """A log of right lines, of which some are cut, doubled, mixed with others or with anything."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=6))
    text = "\n".join(lines)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        upto = min(len(text), at + draw(st.integers(0, 60)))
        text = text[:at] + draw(st.text(max_size=8)) + text[upto:]
    return text


def read(path):
    """A calibration and everything that can be asked of it, or the sentence that refuses it."""
    try:
        found = sim.calibrate(path)
        return found.report, found.scenario(), found.comparison()
    except sim.ScenarioError as error:
        sentence = str(error)
    assert sentence[-1] in ".?)"
    return sentence


def try_broken(folder, text):
    path = folder / "a.log"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    read(path)


@settings(max_examples=15)
@given(text=broken())
def test_a_broken_log_is_read_or_refused(tmp_path_factory, text):
    try_broken(tmp_path_factory.getbasetemp(), text)


@pytest.mark.slow
@settings(max_examples=500)
@given(text=broken())
def test_so_are_many_more(tmp_path_factory, text):
    try_broken(tmp_path_factory.getbasetemp(), text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"events": ' + "[" * 100_000,
        '{"events": [{"message": "' + "x" * 5_000_000,
        "x" * 3_000_000,
        '{"type": "platform.report", "record": ' + '{"a":' * 100_000,
        "@message,@duration\n" + '"' * 99_999,
        '{"events": [{"timestamp": ' + "9" * 10_000 + "}]}",
    ],
    ids=[
        "lists",
        "deep",
        "long element",
        "long line",
        "nested",
        "quotes",
        "digits",
    ],
)
def test_a_bomb_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "a.log"
    path.write_text(f"{text}\n")
    assert "has no REPORT line" in read(path)


def test_a_packed_file_that_breaks_off_is_read_up_to_there(tmp_path):
    lines = [REPORT.replace(REQUEST, f"request-{n}") for n in range(5000)]
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-500])
    report = sim.calibrate(path).report
    assert "packed file broken off" in set(report.what)


def test_a_packed_file_unpacks_no_further_than_a_log_would(
    tmp_path, monkeypatch
):
    """Ten megabytes in ten kilobytes, packed once and twice."""
    monkeypatch.setattr(packed_text, "ROOM", 0)
    path = tmp_path / "a.log.gz"
    bomb = gzip.compress(bytes(10_000_000))
    for content in (bomb, gzip.compress(bomb)):
        path.write_bytes(content)
        assert "packed file that unpacks to too much" in read(path)


def test_nor_does_a_record_of_a_subscription(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_records, "MOST", 1_000_000)
    bomb = base64.b64encode(gzip.compress(bytes(10_000_000))).decode()
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"Records": [{"Data": bomb}]}))
    assert "packed record that unpacks to too much" in read(path)
    path.write_text('{"Records": [{"Data": "H4sIAAAA", "x": "H4sI')
    assert "packed record broken off (2)" in read(path)


def test_a_zip_archive_is_named_and_not_unpacked(tmp_path):
    """It may hold links and paths that lead elsewhere."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../outside.log", REPORT)
    path = tmp_path / "logs.zip"
    path.write_bytes(content.getvalue())
    assert "zip archive, to be unpacked first" in read(path)
    assert [one.name for one in tmp_path.iterdir()] == ["logs.zip"]


def test_a_log_writes_nothing_into_a_terminal(tmp_path, capsys):
    """Names, kinds and types may hold what a terminal would obey."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    path = tmp_path / f"{evil[1:4]}.log"
    path.write_text(
        f"2026-07-01T10:00:01Z {evil} {REPORT}Status: {evil}\n"
        f'{{"type": "platform.{evil}", "record": 3}}\n'
        f'{{"type": "platform.initStart", "record": {{"functionName": "{evil}"}}}}\n'
    )
    main(["calibrate", str(path)])
    main(["calibrate", str(tmp_path / evil)])
    shown = "".join(capsys.readouterr())
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_nothing_in_a_log_is_executed_opened_or_sent(tmp_path, monkeypatch):
    """Text that would do harm if somebody read it as code, as a path or as a page."""
    harmful = "__import__('os').system('x')"
    path = tmp_path / "a.log"
    path.write_text(
        f"2026-07-01T10:00:01Z {REPORT}\n2026-07-01T10:00:02Z "
        f"{REPORT.replace(REQUEST, 'r2')}Status: {harmful}\n"
        f"/etc/passwd {harmful} <script>alert(1)</script>\n"
        '{"type": "platform.initStart", "record": {"functionName": "<img src=x>"}}\n'
    )
    sim.calibrate(
        path
    )  # whose packages may run code of their own when they are loaded
    opened = []
    real = builtins.open

    def watched(file, *rest, **named):
        opened.append(str(file))
        return real(file, *rest, **named)

    def no_network(*_, **__):
        raise AssertionError("a log must reach no network")

    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(socket, "socket", no_network)
    for dangerous in ("eval", "exec"):
        monkeypatch.setattr(builtins, dangerous, no_network)
    found = sim.calibrate(path)
    monkeypatch.undo()
    assert not [name for name in opened if "passwd" in name]
    assert found.function == "function", "a name is a name, or it is none"
    page = found.report.to_html() + sim.show.table(found.report)._repr_html_()
    assert "<script>" not in page
    assert "<img" not in page


def test_a_link_in_a_folder_is_not_followed(tmp_path):
    outside = tmp_path / "outside.log"
    outside.write_text(REPORT)
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "link.log").symlink_to(outside)
    with pytest.raises(sim.ScenarioError, match="has no REPORT line"):
        sim.calibrate(folder)
