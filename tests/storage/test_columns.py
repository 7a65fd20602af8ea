"""Values come back from the database equal to what went in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from nestdesk.core.types import ExpertGate, Function, Level, Mode, PassageHit, Scores, Why
from nestdesk.storage import columns

texts = st.text(max_size=20)
floats = st.floats(allow_nan=False)
scores = st.builds(
    Scores,
    f1=floats,
    exact=floats,
    probes=st.integers(0, 99),
    answered=st.integers(0, 99),
    perplexity=floats,
    anchor_kl=floats,
    answers=st.lists(texts, max_size=3).map(tuple),
)
hits = st.builds(
    PassageHit, st.integers(1), st.integers(1), texts, texts, st.integers(0), st.integers(0), st.none(), floats, floats
)
gates = st.builds(
    ExpertGate, st.integers(1), texts, st.sampled_from(Function), st.sampled_from(Level), st.integers(1), floats
)
whys = st.builds(
    Why,
    mode=st.sampled_from(Mode),
    passages=st.lists(hits, max_size=2).map(tuple),
    experts=st.lists(gates, max_size=2).map(tuple),
    memories=st.lists(texts, max_size=2).map(tuple),
    note=texts,
)


@given(scores)
def test_scores_round_trip(value: Scores) -> None:
    assert columns.from_json(columns.to_json(value, Scores), Scores) == value


@given(whys)
def test_whys_round_trip(value: Why) -> None:
    again = columns.from_json(columns.to_json(value, Why), Why)
    assert again == value
    assert again is not None
    assert isinstance(again.mode, Mode)


def test_nothing_stays_nothing() -> None:
    assert columns.to_json(None, Scores) is None
    assert columns.from_json(None, Scores) is None


@given(st.dictionaries(texts, st.one_of(texts, st.booleans(), st.integers(), st.lists(st.integers(), max_size=3))))
def test_config_round_trips(config: dict[str, object]) -> None:
    text = columns.config_to_json(config)
    assert columns.config_from_json(text) == config
    assert json.loads(text) == config


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_clean_text_can_be_stored_and_keeps_its_offsets(text: str) -> None:
    cleaned = columns.clean(text)
    assert len(cleaned) == len(text)
    assert cleaned.encode().decode() == cleaned
    if text.encode(errors="ignore").decode() == text:
        assert cleaned == text


@given(st.binary(min_size=1, max_size=30).filter(lambda name: b"\0" not in name))
def test_a_path_of_any_bytes_survives(name: bytes) -> None:
    kind, dialect = columns.FilePath(), sqlite.dialect()
    path = kind.process_result_value(name, dialect)
    assert kind.process_bind_param(path, dialect) == name


def test_a_time_of_any_zone_comes_back_as_the_same_moment_in_utc() -> None:
    kind, dialect = columns.UtcDateTime(), sqlite.dialect()
    moment = datetime(2026, 3, 1, 12, 30, 15, 123456, timezone(timedelta(hours=5, minutes=30)))
    again = kind.process_result_value(kind.process_bind_param(moment, dialect), dialect)
    assert again == moment
    assert again is not None
    assert again.utcoffset() == timedelta(0)


def test_vectors_round_trip_in_little_endian_float32() -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 384)).astype(np.float32)
    blob = columns.vectors_to_bytes(vectors)
    assert len(blob) == 3 * 384 * 4
    assert np.array_equal(columns.vectors_from_bytes(blob, 3), vectors)
    assert columns.vectors_from_bytes(b"", 0).shape == (0, 384)
