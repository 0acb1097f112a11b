"""Arrivals out of CSV files: instants and counts, and sentences about files of no use."""

import pytest

import sim
from sim import facts


@pytest.fixture
def written(tmp_path):
    """Writes a CSV file, and gives its path."""

    def write(text: str) -> str:
        (tmp_path / "arrivals.csv").write_text(
            text, encoding="utf-8", newline=""
        )
        return str(tmp_path / "arrivals.csv")

    return write


def test_numbers_are_seconds_from_the_start(written):
    assert sim.read_arrivals(
        written("second\n0.5\n0.5\n2\n3e1\n")
    ).instants == (
        0.5,
        0.5,
        2,
        30,
    )


def test_times_count_from_the_first_row(written):
    path = written(
        "time\n2026-11-20T09:30:00.412Z\n2026-11-20T10:30:01.155+01:00\n2026-11-20 09:31:00\n"
    )
    assert sim.read_arrivals(path).instants == (0, 0.743, 59.588), (
        "to the microsecond; UTC unless they say"
    )


def test_times_do_not_depend_on_the_machines_time_zone(written, monkeypatch):
    path = written("time\n2026-03-29T01:59:59\n2026-03-29T03:00:00\n")
    monkeypatch.setenv("TZ", "Europe/Berlin")  # where that hour does not exist
    reset_time_zone()
    try:
        assert sim.read_arrivals(path).instants == (0, 3601)
    finally:
        monkeypatch.undo()
        reset_time_zone()


def reset_time_zone() -> None:
    """Make Python look at TZ again, where the system can."""
    import time  # noqa: PLC0415 - only here

    if hasattr(time, "tzset"):
        time.tzset()


def test_counts_are_spread_evenly_over_their_period(written):
    path = written(
        "Timestamp,Invocations\n2026-11-20T12:00:00Z,4\n2026-11-20T12:01:00Z,0\n2026-11-20T12:02:00Z,1\n"
    )
    assert sim.read_arrivals(path, period=60).instants == (
        7.5,
        22.5,
        37.5,
        52.5,
        150,
    )


def test_a_spreadsheets_file_can_be_read(written):
    assert sim.read_arrivals(
        written("\ufeffsecond\r\n1\r\n\r\n2\r\n")
    ).instants == (
        1,
        2,
    ), "BOM, CRLF, empty line"


def test_the_first_column_holds_instants_and_the_last_one_counts_unless_named(
    written,
):
    path = written("a,b,c\n1,2,3\n1,4,1\n")
    assert sim.read_arrivals(path).instants == (1, 1)
    assert sim.read_arrivals(path, column="b").instants == (2, 4)
    assert len(sim.read_arrivals(path, period=1).instants) == 4
    assert len(sim.read_arrivals(path, column="b", period=1).instants) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no arrivals: it needs a header line and at least one row"),
        ("second\n", "holds no arrivals"),
        (
            "second\n1\n3\n2\n",
            "line 4: 2 is earlier than the row above; sort the file",
        ),
        (
            "time\n2026-11-20T09:30:01Z\n2026-11-20T09:30:00Z\n",
            "line 3: 2026-11-20T09:30:00Z is earlier",
        ),
        ("second\n-1\n", "line 2: -1 is negative"),
        (
            "second\nsoon\n",
            "line 2: 'soon' is neither a number of seconds nor an ISO 8601 time",
        ),
        (
            "second\n1\n2026-11-20T09:30:01Z\n",
            "line 3: '2026-11-20T09:30:01Z' is not a number of seconds",
        ),
        ("time\n2026-11-20T09:30:01Z\n5\n", "line 3: '5' is neither"),
        ("second\n1\nnan\n", "line 3: 'nan' is not a number"),
        ("second\n1\n,2\n", "line 3: '' is not a number"),
        (
            "1\n2\n3\n",
            "line 1: '1' is no name; the first line must name the columns",
        ),
        (
            "2026-11-20T09:30:01Z\n2026-11-20T09:30:02Z\n",
            "line 1: '2026-11-20T09:30:01Z' is no name",
        ),
    ],
)
def test_a_file_without_instants_is_refused_with_its_line(written, text, words):
    path = written(text)
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.read_arrivals(path)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith(path)


@pytest.mark.parametrize("count", ["-1", "1.5", "many", "", "inf"])
def test_a_count_is_a_whole_number(written, count):
    with pytest.raises(
        sim.ScenarioError,
        match=rf"line 3: '{count}' is not a count; counts are whole numbers",
    ):
        sim.read_arrivals(
            written(f"count,note\n1,x\n{count},x\n"), column="count", period=60
        )


@pytest.mark.parametrize("period", [0, -60, float("nan")])
def test_a_period_is_above_zero(written, period):
    with pytest.raises(sim.ScenarioError, match="must be above 0 s"):
        sim.read_arrivals(written("count\n1\n"), period=period)


def test_an_unknown_column_is_answered_with_those_there_are(written):
    with pytest.raises(
        sim.ScenarioError, match="has no column 'c'; it has a, b"
    ):
        sim.read_arrivals(written("a,b\n1,2\n"), column="c")


def test_a_file_that_is_no_text_or_is_missing_is_refused(tmp_path):
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff\xfe")
    for path in (tmp_path / "picture.csv", tmp_path / "none.csv", tmp_path):
        with pytest.raises(
            sim.ScenarioError, match="cannot be read as a CSV file"
        ):
            sim.read_arrivals(path)


def test_the_lessons_instants_are_forty_orders_of_a_minute_and_a_half():
    instants = sim.read_arrivals(
        facts.DATA / "workloads" / "orders.csv"
    ).instants
    assert len(instants) == 40
    assert instants[0] == 0
    assert 80 < instants[-1] < 90


def test_the_lessons_counts_are_half_an_hour_with_a_rush_and_a_silent_minute():
    counts = facts.DATA / "workloads" / "orders-per-minute.csv"
    instants = sim.read_arrivals(counts, period=60).instants
    per_minute = [
        sum(minute * 60 <= instant < minute * 60 + 60 for instant in instants)
        for minute in range(30)
    ]
    assert sum(per_minute) == len(instants) <= 600
    written_down = [
        int(line.split(",")[1])
        for line in counts.read_text("utf-8").splitlines()[1:]
    ]
    assert per_minute == written_down
    assert min(per_minute) == 0
    assert max(per_minute) > 50
