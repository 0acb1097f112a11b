"""Bodies: what is given, what is drawn, and what is no JSON."""

import pytest

import sim
from sim.workload.drawn_bodies import BodyTemplate

ARRIVALS = sim.Burst(events=1)


def traffic(body):
    return sim.Traffic(into="q", arrivals=ARRIVALS, body=body)


def drawn(body, count=400):
    template = BodyTemplate.of(traffic(body).body, 1, "q")
    return [template.body(7 * n + 1, n) for n in range(count)]


def test_a_body_is_the_same_from_python_and_from_json():
    body = {"a": sim.OneOf(("x", None), (3, 1)), "n": [sim.Counter(5)]}
    one = traffic(body)
    assert traffic(one.body) == one
    assert sim.Traffic.model_validate_json(one.model_dump_json()) == one
    written = '{"a": {"$one_of": {"values": ["x", null], "weights": [3, 1]}}}'
    assert drawn(written) == drawn({"a": sim.OneOf(("x", None), (3, 1))})


def test_values_come_by_their_weights():
    values = drawn({"a": sim.OneOf(("x", "y"), (3, 1))})
    assert 250 < sum(body["a"] == "x" for body in values) < 350
    assert {body["a"] for body in drawn({"a": sim.OneOf((1, 2))})} == {1, 2}
    assert set(drawn(sim.OneOf(("x",), (1,)))) == {"x"}


def test_a_number_lies_between_its_bounds():
    whole = [body["n"] for body in drawn({"n": sim.Between(1, 3)})]
    assert set(whole) == {1, 2, 3}
    prices = [b["n"] for b in drawn({"n": sim.Between(0, 1, decimals=2)})]
    assert all(0 <= price <= 1 for price in prices)
    assert len(set(prices)) > 50
    assert sum(prices) == pytest.approx(200, rel=0.1)


def test_a_counter_counts_the_events_of_its_traffic():
    assert [body["n"] for body in drawn({"n": sim.Counter(10)}, 3)] == [
        10,
        11,
        12,
    ]


def test_two_fields_are_drawn_apart():
    code = sim.OneOf(("x", "y"))
    bodies = drawn({"a": code, "b": code})
    assert 150 < sum(body["a"] == body["b"] for body in bodies) < 250


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("hello", "'hello' is no JSON"),
        ('{"a": ', "is no JSON"),
        ('{"a": NaN}', "NaN is no number in JSON"),
        ({"a": float("inf")}, "not JSON compliant"),
        ({"a": object()}, "stands in it"),
        ({"$one_of": {"values": []}}, "values"),
        ({"$one_of": {"values": [1], "value": 1}}, "no setting 'value'"),
        ({"$between": [3, 1]}, "high is 1, but must be at least low, 3"),
        ({"$one_of": {"values": [1], "weights": [0]}}, "and one above 0"),
    ],
)
def test_a_body_that_is_no_json_is_refused_in_one_sentence(body, what):
    with pytest.raises(sim.ScenarioError) as error:
        traffic(body)
    assert what in str(error.value)
    assert "\n" not in str(error.value)


def test_message_attributes_are_names_with_values():
    for wrong in ('"x"', [1], {"a": {"b": 1}}):
        with pytest.raises(sim.ScenarioError, match="message_attributes are"):
            sim.Traffic(into="t", arrivals=ARRIVALS, message_attributes=wrong)


def test_recorded_bodies_leave_no_place_for_another():
    recorded = sim.Recorded((0,), bodies=({"a": 1},))
    with pytest.raises(sim.ScenarioError, match="leave out body"):
        sim.Traffic(into="q", arrivals=recorded, body={"a": 2})
