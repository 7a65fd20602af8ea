"""A GGUF file that announces what it does not hold is refused before the libraries that convert it see it."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import BackboneError
from nestdesk.learning import backbone, gguf_file
from tests.learning.spoiled import ABSURD, little_memory

HIDDEN, HEADS, KV_HEADS, INNER, LAYERS, WORDS = 32, 4, 2, 64, 2, 20
KEYS = KV_HEADS * HIDDEN // HEADS
SHAPES = {
    "attn_q": (HIDDEN, HIDDEN), "attn_k": (KEYS, HIDDEN), "attn_v": (KEYS, HIDDEN), "attn_output": (HIDDEN, HIDDEN),
    "ffn_gate": (INNER, HIDDEN), "ffn_up": (INNER, HIDDEN), "ffn_down": (HIDDEN, INNER),
    "attn_norm": (HIDDEN,), "ffn_norm": (HIDDEN,),
}  # fmt: skip


def write(path: Path, architecture: str = "llama", **changes: Any) -> Path:
    """Write a small model; None leaves an entry out."""
    writer = gguf.GGUFWriter(path, architecture)
    entries = {
        "block_count": LAYERS,
        "context_length": 128,
        "embedding_length": HIDDEN,
        "feed_forward_length": INNER,
        "attention.head_count": HEADS,
        "attention.head_count_kv": KV_HEADS,
        "vocab_size": WORDS,
    } | changes
    for name, number in entries.items():
        if isinstance(number, int):
            writer.add_uint64(f"{architecture}.{name}", number)
        elif number is not None:
            writer.add_array(f"{architecture}.{name}", number)
    writer.add_token_list([f"word {number}" for number in range(WORDS)])
    writer.add_float32(f"{architecture}.rope.freq_base", 1e4)
    writer.add_tensor("token_embd.weight", np.zeros((WORDS, HIDDEN), np.float32))
    for layer in range(LAYERS):
        for site, shape in SHAPES.items():
            writer.add_tensor(f"blk.{layer}.{site}.weight", np.zeros(shape, np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("gguf") / "sound.gguf")


def refusal(file: Path) -> str:
    with little_memory(), pytest.raises(BackboneError) as refused:
        gguf_file.require_sound(file)
    return str(refused.value)


@pytest.mark.parametrize("family", gguf_file.ARCHITECTURES)
def test_a_sound_file_is_accepted(family: str, tmp_path: Path) -> None:
    gguf_file.require_sound(write(tmp_path / "one.gguf", family))
    gguf_file.require_sound(
        write(tmp_path / "two.gguf", family, vocab_size=None, **{"attention.head_count_kv": KV_HEADS})
    )


SIZES = ("block_count", "embedding_length", "feed_forward_length", "vocab_size", "attention.head_count",
         "attention.head_count_kv", "attention.key_length")  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("number", [*ABSURD, [2, 2]], ids=str)
def test_sizes_without_their_weights_are_refused(name: str, number: object, tmp_path: Path) -> None:
    assert "damaged or no model" in refusal(write(tmp_path / "one.gguf", **{name: number}))


def test_an_absurd_context_and_another_architecture_are_refused(tmp_path: Path) -> None:
    assert "context_length" in refusal(write(tmp_path / "one.gguf", context_length=1 << 48))
    assert "the architecture bert" in refusal(write(tmp_path / "two.gguf", "bert"))


PLACES = {"version": (4, "I"), "tensors": (8, "Q"), "entries": (16, "Q"), "length of the first name": (24, "Q")}


@pytest.mark.parametrize(("place", "code"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("number", ABSURD)
def test_an_absurd_count_is_refused(sound: Path, place: int, code: str, number: int, tmp_path: Path) -> None:
    content = bytearray(sound.read_bytes())
    struct.pack_into("<" + code, content, place, number & (0xFFFFFFFF if code == "I" else -1))
    (tmp_path / "one").write_bytes(content)
    assert refusal(tmp_path / "one").endswith(".")


def made(entries: list[bytes], tensors: list[bytes] = [], data_bytes: int = 0) -> bytes:  # noqa: B006 (not changed)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries + tensors)
    return header + bytes(-len(header) % 32 + data_bytes)


def text(said: str) -> bytes:
    return struct.pack("<Q", len(said)) + said.encode()


def tensor(name: str, offset: int, *shape: int, kind: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


FILES = {
    "empty": b"",
    "only its first word": b"GGUF",
    "another first word": b"\x80\x04\x95pickle" + bytes(64),
    "the other byte order": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "version 1": b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
    "a list of lists": made([text("a") + struct.pack("<IIQ", 9, 9, 1 << 60)]),
    "a list that never ends": made([text("a") + struct.pack("<IIQ", 9, 8, 1 << 60)]),
    "many long lists": made([text(str(one)) + struct.pack("<IIQ", 9, 0, 3 << 20) + bytes(3 << 20) for one in range(3)]),
    "an entry of no type": made([text("a") + struct.pack("<I", 99)]),
    "an entry twice": made([text("a") + struct.pack("<II", 4, 1)] * 2),
    "a name that is no text": made([struct.pack("<Q", 2) + b"\xff\xfe" + struct.pack("<II", 4, 1)]),
    "no alignment": made([text("general.alignment") + struct.pack("<II", 4, 0)]),
    "an odd alignment": made([text("general.alignment") + struct.pack("<II", 4, 33)]),
    "a weight twice": made([], [tensor("a", 0, 4)] * 2, 64),
    "weights that overlap": made([], [tensor("a", 0, 8), tensor("b", 16, 8)], 64),
    "a weight beyond the end": made([], [tensor("a", 32, 1 << 20)], 64),
    "an offset beyond the end": made([], [tensor("a", (1 << 64) - 1, 8)], 64),
    "a weight of no type": made([], [tensor("a", 0, 8, kind=77)], 64),
    "a weight of half a block": made([], [tensor("a", 0, 8, kind=2)], 64),
    "a weight without numbers": made([], [tensor("a", 0, 0)], 64),
    "five dimensions": made([], [tensor("a", 0, 1, 1, 1, 1, 1)], 64),
    "no dimensions": made([], [tensor("a", 0)], 64),
    "no architecture": made([], [tensor("token_embd.weight", 0, 8)], 64),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_what_contradicts_itself_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(content)
    assert refusal(tmp_path / "one").endswith(".")


def test_a_refused_file_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)  # importing it would fail
    with pytest.raises(BackboneError, match=r"block_count|is missing or has another size"):
        backbone.convert(write(tmp_path / "one.gguf", block_count=1 << 40), tmp_path / "made")
    assert [one.name for one in tmp_path.iterdir()] == ["one.gguf"]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoiled_file_is_refused_or_can_be_read(data: st.DataObject, sound: Path, tmp_path: Path) -> None:
    content = sound.read_bytes()
    header_bytes = content.index(bytes(1024))  # the weights are zeros
    place = data.draw(st.integers(0, header_bytes), label="place")
    if data.draw(st.booleans(), label="is cut"):
        content = content[:place]
    else:
        content = content[:place] + data.draw(st.binary(min_size=1, max_size=8), label="bytes") + content[place + 1 :]
    file = tmp_path / "spoiled"
    file.write_bytes(content)
    with little_memory():
        try:
            gguf_file.require_sound(file)
        except BackboneError as error:
            assert str(error).endswith(".")  # noqa: PT017 (either of the two is right)
        else:
            assert len(gguf.GGUFReader(file).tensors) == 1 + LAYERS * len(SHAPES)
