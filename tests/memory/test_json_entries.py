"""The entries of an array are what json reads, one by one; what is no array has none."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.json_entries import DAMAGED, MAX_DEPTH, entries

LETTERS = st.characters(exclude_categories=("Cs",))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**63, 2**63 - 1) | st.text(LETTERS),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(LETTERS), inner),
    max_leaves=20,
)


@given(st.lists(VALUES))
def test_entries_are_read_as_json_reads_them(values):
    assert list(entries(io.BytesIO(json.dumps(values).encode()))) == values


@given(VALUES.filter(lambda value: not isinstance(value, list)))
def test_what_is_no_array_has_no_entries(value):
    assert list(entries(io.BytesIO(json.dumps(value).encode()))) == []


@pytest.mark.parametrize("number", [b"1e999", b"9223372036854775808", b"9" * 100_000, b"9" * 100_000 + b".5"])
@pytest.mark.parametrize("end", [b"]", b""])
def test_a_number_beyond_all_bounds_is_damage_and_not_the_end_of_the_process(number, end):
    found = entries(io.BytesIO(b"[0.25, " + number + end))
    with pytest.raises(DAMAGED):
        list(found)


def test_what_lies_too_deep_is_read_over():
    deep = b'{"a":' * MAX_DEPTH + b'[1, {"b": 2}]' + b"}" * MAX_DEPTH
    first, second = entries(io.BytesIO(b"[" + deep + b', {"c": 3}]'))
    levels = 0
    while first is not None:
        first, levels = first.get("a"), levels + 1
    assert (levels, second) == (MAX_DEPTH - 1, {"c": 3})


def test_entries_before_the_damage_are_given_out():
    found = entries(io.BytesIO(b'[{"a": 1}, {"b": '))
    assert next(found) == {"a": 1}
    with pytest.raises(DAMAGED):
        next(found)
