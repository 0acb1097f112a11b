"""What a function's answer says of its batch: every form that AWS lists, and any other JSON.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.batch_response import answer, failed_items
from sim.scenario.behaviour import BatchResponse

BATCH = ["id1", "id2", "id3"]


def items(*names: object) -> str:
    """An answer that names these failures."""
    return json.dumps(
        {"batchItemFailures": [{"itemIdentifier": name} for name in names]}
    )


def test_only_the_named_records_have_failed():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    assert failed_items(items("id2"), BATCH) == {"id2"}
    assert failed_items(items("id3", "id1", "id3"), BATCH) == {"id1", "id3"}
    assert failed_items(items(*BATCH), BATCH) == set(BATCH)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"batchItemFailures": []}', id="empty list"),
        pytest.param('{"batchItemFailures": null}', id="null list"),
        pytest.param("{}", id="empty response"),
        pytest.param("null", id="null response"),
    ],
)
def test_the_whole_batch_has_succeeded(text):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    assert failed_items(text, BATCH) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"batchItemFailures": [', id="invalid JSON"),
        pytest.param("", id="no JSON at all"),
        pytest.param(items(""), id="empty identifier"),
        pytest.param(items(None), id="null identifier"),
        pytest.param(items("id4"), id="identifier that is not in the batch"),
        pytest.param(
            items("id1", "id4"), id="one good identifier beside a bad one"
        ),
        pytest.param(items(1), id="number as identifier"),
        pytest.param(items(["id1"]), id="list as identifier"),
        pytest.param(
            '{"batchItemFailures": [{"itemIdentifer": "id1"}]}',
            id="wrong key name",
        ),
        pytest.param('{"batchItemFailures": ["id1"]}', id="no objects"),
        pytest.param('{"batchItemFailures": "id1"}', id="no list"),
        pytest.param(None, id="exception"),
    ],
)
def test_the_whole_batch_has_failed(text):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    assert failed_items(text, BATCH) == set(BATCH)


@pytest.mark.parametrize("form", get_args(BatchResponse))
def test_a_handlers_answer_means_what_its_name_says(form):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    nothing = ("empty list", "null list", "empty response", "null response")
    expected = {
        "failed items": frozenset({"id2"}),
        **dict.fromkeys(nothing, frozenset()),
    }
    assert failed_items(answer(form, ["id2"]), BATCH) == expected.get(
        form, set(BATCH)
    )


def test_every_form_is_an_answer_of_its_own():
    answers = [answer(form, ["id2"]) for form in get_args(BatchResponse)]
    assert len(set(answers)) == len(answers) == 11


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(BATCH),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["batchItemFailures", "itemIdentifier", "other"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(
    json_values.map(json.dumps) | st.text() | st.none(),
    st.lists(st.sampled_from([*BATCH, "id9"]), unique=True),
)
def test_what_failed_is_always_part_of_the_batch(text, batch):
    assert failed_items(text, batch) <= set(batch)


@given(st.sets(st.sampled_from(BATCH)))
def test_what_a_handler_reports_is_what_failed(failed):
    assert failed_items(answer("failed items", sorted(failed)), BATCH) == failed
