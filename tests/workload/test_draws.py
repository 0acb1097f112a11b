"""Chance is a pure function of seed, purpose and identity, and the same on every machine."""

import math
from statistics import mean

import numpy as np
import pytest

import sim
from sim.workload import draws

NAME = "sns"
MANY = draws.identities(NAME, 20_000)
LUCK = draws.key(1, "luck")


def seconds(duration) -> np.ndarray:
    """Many draws of a duration, in seconds."""
    return draws.microseconds(duration, draws.uniforms(LUCK, MANY)) / 1e6


# Written down on one machine; another one that differs in any bit would notice.


def test_identities_are_golden():
    assert draws.mix(1) == 6238072747940578789
    assert draws.mix(2**64 - 1) == 13029008266876403067
    assert draws.key("event", NAME) == 3632558366036480551
    assert draws.identities(NAME, 3).tolist() == [
        510753684920646548,
        14999487146519733678,
        3342374525624771311,
    ]
    assert draws.child(12345, "redrive") == 9690052775561829529


def test_numbers_are_golden():
    assert [
        number.hex()
        for number in draws.uniforms(LUCK, draws.identities(NAME, 3)).tolist()
    ] == [
        "0x1.a8b1e9d6f2b01p-1",
        "0x1.56942e706d8b7p-1",
        "0x1.f5dcdf793ab33p-1",
    ]
    assert [
        number.hex()
        for number in draws.log(np.array([0.1, 0.5, 2, 10])).tolist()
    ] == [
        "-0x1.26bb1bbb55515p+1",
        "-0x1.62e42fefa39efp-1",
        "0x1.62e42fefa39efp-1",
        "0x1.26bb1bbb55515p+1",
    ]
    assert [
        number.hex()
        for number in draws.exp(np.array([-1.0, 0.5, 2, 10])).tolist()
    ] == [
        "0x1.78b56362cef38p-2",
        "0x1.a61298e1e069cp+0",
        "0x1.d8e64b8d4ddafp+2",
        "0x1.5829dcf950563p+14",
    ]


@pytest.mark.parametrize(
    ("duration", "golden"),
    [
        (sim.Exponential(mean=0.1), [33135, 95451, 11398, 41067, 15768]),
        (
            sim.LogNormal(median=0.1, p99=0.9),
            [172419, 75870, 322191, 148863, 270679],
        ),
        (
            sim.Uniform(low=0.1, high=0.2),
            [171795, 138500, 189228, 166321, 185412],
        ),
        (
            sim.Empirical(seconds=[0.1, 0.2, 0.3]),
            [300000, 200000, 300000, 200000, 300000],
        ),
        (sim.Constant(seconds=0.25), [250000] * 5),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_times_are_golden(duration, golden):
    assert (
        draws.microseconds(
            duration, draws.uniforms(7, draws.identities("x", 5))
        ).tolist()
        == golden
    )


# What the numbers are like


def test_uniforms_lie_between_zero_and_one_and_are_spread_evenly():
    numbers = draws.uniforms(LUCK, MANY)
    assert 0 < numbers.min() < 0.001
    assert 0.999 < numbers.max() < 1
    tenths = np.histogram(numbers, bins=10, range=(0, 1))[0]
    assert np.abs(tenths - 2000).max() < 5 * math.sqrt(2000 * 0.9)
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.035


def unmixed(value: int) -> int:
    """The number that `mix` scatters to this one: each of its steps can be undone."""
    value = value ^ (value >> 31) ^ (value >> 62)
    value = value * pow(0x94D049BB133111EB, -1, 2**64) % 2**64
    value = value ^ (value >> 27) ^ (value >> 54)
    value = value * pow(0xBF58476D1CE4E5B9, -1, 2**64) % 2**64
    return value ^ (value >> 30) ^ (value >> 60)


@pytest.mark.parametrize(
    ("scattered", "number"), [(0, 2.0**-53), (2**64 - 1, 1 - 2.0**-53)]
)
def test_the_smallest_and_the_largest_number_are_neither_zero_nor_one(
    scattered, number
):
    identity = unmixed(scattered) ^ LUCK
    assert draws.mix(identity ^ LUCK) == scattered
    assert (
        draws.uniform(LUCK, identity)
        == draws.uniforms(LUCK, np.array([identity], np.uint64))[0]
        == number
    )
    assert (
        draws.microseconds(sim.LogNormal(median=1, p99=2), np.array([number]))[
            0
        ]
        >= 0
    )


def test_purposes_and_seeds_give_unrelated_numbers():
    for other in (draws.key(2, "luck"), draws.key(1, "work")):
        both = np.corrcoef(
            draws.uniforms(LUCK, MANY), draws.uniforms(other, MANY)
        )
        assert abs(both[0, 1]) < 0.035


def test_a_column_equals_its_single_numbers():
    few = MANY[:200]
    assert draws.uniforms(LUCK, few).tolist() == [
        draws.uniform(LUCK, int(one)) for one in few
    ]
    assert draws.mixed(few).tolist() == [draws.mix(int(one)) for one in few]


def test_identities_do_not_repeat_and_do_not_depend_on_how_many_there_are():
    assert len(set(MANY.tolist())) == len(MANY)
    assert (
        draws.identities(NAME, 5, first=100).tolist() == MANY[100:105].tolist()
    )
    assert not set(MANY.tolist()) & set(
        draws.identities("other", 20_000).tolist()
    )


def test_children_of_one_parent_differ_by_edge_and_number():
    children = [
        draws.child(1, edge, k)
        for edge in ("redrive", "on-success destination")
        for k in range(3)
    ]
    assert len({1, *children}) == 7


@pytest.mark.parametrize(
    ("own", "library"), [(draws.log, math.log), (draws.exp, math.exp)]
)
def test_logarithm_and_exponential_are_those_of_mathematics(own, library):
    """https://docs.python.org/3/library/math.html#math.log"""
    chances = draws.uniforms(LUCK, MANY)
    values = chances if own is draws.log else chances * 20 - 10
    assert own(values) == pytest.approx(
        [library(value) for value in values.tolist()], rel=1e-15, abs=0
    )


@pytest.mark.parametrize(
    "tiny",
    [2.0**-53, 1e-9, 1 - 2.0**-53, 0.7071067811865475, 0.7071067811865476, 1.0],
)
def test_the_logarithm_holds_at_the_ends(tiny):
    assert draws.log(np.array([tiny]))[0] == pytest.approx(
        math.log(tiny), rel=1e-15, abs=0
    )


def test_a_lognormal_meets_its_median_and_99th_percentile():
    times = seconds(sim.LogNormal(median=0.12, p99=0.9))
    assert np.quantile(times, 0.5) == pytest.approx(0.12, rel=0.05)
    assert np.quantile(times, 0.99) == pytest.approx(0.9, rel=0.1)
    assert seconds(sim.LogNormal(median=0.2, p99=0.2)).tolist() == [0.2] * len(
        MANY
    )


@pytest.mark.parametrize(
    "quantiles",
    [(0.062, 0.073, 0.125, 0.225), (0.5, 1, 5, 60), (0.3, 0.3, 0.3, 0.3)],
)
def test_quantiles_are_met_and_no_time_is_much_longer_than_the_last(quantiles):
    """A choice: straight lines in the logarithm between them, and beyond the first and last."""
    p10, p50, p90, p99 = quantiles
    times = seconds(sim.Quantiles(p10=p10, p50=p50, p90=p90, p99=p99))
    found = np.quantile(times, [0.1, 0.5, 0.9, 0.99])
    assert found == pytest.approx(quantiles, rel=0.1)
    assert times.max() <= p99 * (p99 / p90) ** (1 / 9) + 1e-6
    assert times.min() >= p10 * (p10 / p50) ** (1 / 4) - 1e-6
    middle = draws.microseconds(
        sim.Quantiles(p10=p10, p50=p50, p90=p90, p99=p99), np.array([0.3, 0.7])
    )
    assert middle / 1e6 == pytest.approx(
        [(p10 * p50) ** 0.5, (p50 * p90) ** 0.5], abs=1e-6
    )


def test_an_empirical_time_is_one_of_the_measured_ones():
    times = seconds(sim.Empirical(seconds=[0.1, 0.2, 0.2, 0.7]))
    values, counts = np.unique(times, return_counts=True)
    assert values.tolist() == [0.1, 0.2, 0.7]
    assert counts / len(times) == pytest.approx([0.25, 0.5, 0.25], abs=0.02)


def test_exponential_and_uniform_times_have_their_mean_and_bounds():
    assert mean(seconds(sim.Exponential(mean=0.3)).tolist()) == pytest.approx(
        0.3, rel=0.05
    )
    uniform = seconds(sim.Uniform(low=2, high=4))
    assert (uniform.min(), uniform.max()) == pytest.approx((2, 4), abs=0.01)
    assert uniform.mean() == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize(
    "duration",
    [
        sim.Constant(seconds=0.3),
        sim.Uniform(low=0.1, high=7.3),
        sim.Exponential(mean=0.1),
        sim.LogNormal(median=0.12, p99=0.9),
        sim.Quantiles(p10=0.062, p50=0.073, p90=0.125, p99=0.225),
        sim.Empirical(seconds=(0.1, 0.25, 3.0)),
    ],
    ids=lambda duration: duration.kind,
)
def test_one_draw_equals_that_of_the_column_to_the_last_bit(duration):
    draw = draws.drawing(duration, LUCK)
    assert [draw(identity) for identity in MANY.tolist()] == draws.microseconds(
        duration, draws.uniforms(LUCK, MANY)
    ).tolist()


def test_one_logarithm_and_exponential_equal_those_of_the_column_to_the_last_bit():
    chances = draws.uniforms(LUCK, MANY)
    assert [draws.log_of(chance) for chance in chances.tolist()] == draws.log(
        chances
    ).tolist()
    values = (chances - 0.5) * 60
    assert [draws.exp_of(value) for value in values.tolist()] == draws.exp(
        values
    ).tolist()
