"""Other programs on the same model: each reads contexts and goes on behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from nestdesk.learning import peers
from tests.learning.conftest import write_backbone


def job(folder: Path, program: str = "transformers") -> peers.Job:
    return peers.Job(
        program, str(folder), "", "The tower was built by Ann Hale. " * 3, (5, 40), 2, torch.get_num_threads()
    )


def test_every_context_is_read_and_continued_as_often_as_asked(tiny_folder: Path) -> None:
    found = peers.measure(job(tiny_folder))
    assert set(found) == {"prompt_at_5", "answer_at_5", "prompt_at_40", "answer_at_40"}
    assert all(len(rates) == 2 and min(rates) > 0 for rates in found.values())


def test_llama_cpp_is_fed_the_same_way(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[list[int] | str] = []

    class Llama:
        def __init__(self, path: str, n_ctx: int, n_threads: int, verbose: bool) -> None:
            assert n_ctx > 40 + peers.DECODED_TOKENS

        def reset(self) -> None:
            fed.append("anew")

        def eval(self, ids: list[int]) -> None:
            fed.append(ids)

    monkeypatch.setitem(__import__("sys").modules, "llama_cpp", type("binding", (), {"Llama": Llama}))
    peers.measure(job(tiny_folder, "llama-cpp"))
    assert fed.count("anew") == 6
    assert sum(len(ids) for ids in fed if ids != "anew") == 3 * (5 + 40 + 2 * peers.DECODED_TOKENS)


def test_onnxruntime_genai_makes_the_model_its_own_and_is_fed_the_same_way(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime_genai")
    folder = write_backbone(tmp_path / "model", heads=2, kv_heads=1)  # it wants heads of sixteen numbers
    found = peers.measure(job(folder, "onnxruntime-genai"))
    assert set(found) == {"prompt_at_5", "answer_at_5", "prompt_at_40", "answer_at_40"}


def test_settings_are_changed_beside_what_they_are_a_link_to(tmp_path: Path) -> None:
    own, link = tmp_path / "own.json", tmp_path / "link.json"
    own.write_text('{"a": 1, "b": 2}')
    link.symlink_to(own)
    peers._rewrite(link, {"b": 3})
    assert json.loads(link.read_text()) == {"a": 1, "b": 3}
    assert json.loads(own.read_text()) == {"a": 1, "b": 2}
