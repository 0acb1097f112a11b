"""More mappings poll a shard than it answers: each of them finds its records later."""

import sim
from tests.support.rows import holds_for_each
from tests.support.streams import mapping, reader, stream

INSTANTS = (0.05, 0.7, 1.3)
FULL_RATE = [0.25, 0.75, 1.5]
EVERYWHERE = {"tables": [sim.Table(name="s", global_table=True)]}


def found_at(kind, mappings, **settings):
    """When each record is handled by the first of the mappings, in seconds."""
    functions = [f"f{number}" for number in range(1, mappings)]
    run = stream(
        INSTANTS,
        function=reader(work=0),
        kind=kind,
        also=[reader(work=0, name=name) for name in functions],
        triggers=[
            mapping(kind, function=name, name=name) for name in functions
        ],
        **settings,
    )
    return first_calls(run)


def first_calls(run):
    """When each record is handled first, in seconds."""
    handled = run.spans[run.spans.stage == "handler"]
    return handled.groupby("event").start_s.min().tolist()


@holds_for_each(
    {
        "one reader of a table": ("ddb_streams", 1, {}, FULL_RATE),
        "two readers of a table": ("ddb_streams", 2, {}, FULL_RATE),
        "three readers of a table": ("ddb_streams", 3, {}, [0.375, 0.75, 1.5]),
        "four readers of a table": ("ddb_streams", 4, {}, [0.5, 1.0, 1.5]),
        "a reader of a global table": (
            "ddb_streams",
            1,
            {"system": EVERYWHERE},
            FULL_RATE,
        ),
        "two readers of a global table": (
            "ddb_streams",
            2,
            {"system": EVERYWHERE},
            [0.5, 1.0, 1.5],
        ),
        "five readers of a stream": ("kinesis", 5, {}, [1.0, 1.0, 2.0]),
        # The sixth read within a second is answered a second after the first.
        "six readers of a stream": ("kinesis", 6, {}, [1.2, 1.2, 2.2]),
        "ten readers of a stream": ("kinesis", 10, {}, [2.0, 2.0, 2.0]),
        "ten readers with enhanced fan-out": (
            "kinesis_efo",
            10,
            {},
            list(INSTANTS),
        ),
    }
)
def test_readers_above_what_a_shard_answers_share_its_reads_evenly(row):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
    kind, mappings, settings, found = row
    assert found_at(kind, mappings, **settings) == found


def test_a_mapping_that_is_switched_off_does_not_crowd_a_shard():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
    run = stream(
        INSTANTS,
        function=reader(work=0),
        kind="ddb_streams",
        triggers=[
            mapping("ddb_streams", name="n"),
            mapping("ddb_streams", name="o", enabled=False),
        ],
        until=10,
    )
    assert first_calls(run) == FULL_RATE
