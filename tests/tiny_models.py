"""A models folder for the real program: the tiny backbone, and an embedding model of one table."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nestdesk.learning.embedder import MODEL_FILE, SIZE, TOKENIZER_FILE
from tests.learning.conftest import write_backbone

_WORDS = 512


def write_models(models: Path) -> None:
    """Write what a set-up would have written into the models folder of a data folder."""
    write_backbone(models / "tiny")
    _write_embedder(models / "embedder", models / "tiny" / "tokenizer.json")
    parts = {
        name: {
            "folder": folder,
            "files": [
                {"name": file.name, "size_bytes": file.stat().st_size, "sha256": ""}
                for file in sorted((models / folder).iterdir())
            ],
        }
        for name, folder in (("backbone", "tiny"), ("embedder", "embedder"))
    }
    (models / "models.json").write_text(json.dumps({"origin": str(models / "tiny"), **parts}), encoding="utf-8")


def _write_embedder(folder: Path, tokenizer: Path) -> None:
    """Write a model whose vector of a text is the mean of its tokens' rows."""
    folder.mkdir()
    shutil.copyfile(tokenizer, folder / TOKENIZER_FILE)
    rows = np.random.default_rng(0).normal(size=(_WORDS, SIZE)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["rows", "ids"], ["found"]),
            helper.make_node("ReduceMean", ["found"], ["mean"], axes=[1], keepdims=0),
            helper.make_node("LpNormalization", ["mean"], ["vector"], axis=-1, p=2),
        ],
        "mean",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "T"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, SIZE])],
        [numpy_helper.from_array(rows, "rows")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / MODEL_FILE)
