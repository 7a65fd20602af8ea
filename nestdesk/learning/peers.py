"""Other programs that run the same model, for `nestdesk bench speed --peers`: how quickly they read and answer.

A program of its own, one process for each, because nothing of it belongs to the product:
``python -m nestdesk.learning.peers JOB.json`` prints what it measured as JSON. Tokens are fed one by one, with no text
made of them and no choice among them, which is the least that an answer costs.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nestdesk.learning import backbone as backbones

DECODED_TOKENS = 64


@dataclass(frozen=True)
class Job:
    """What is measured: a program, the model as a folder and as a GGUF file, and how often."""

    program: str
    folder: str
    gguf: str
    text: str  # whose first tokens are the contexts
    contexts: tuple[int, ...]
    repeats: int
    threads: int


@dataclass(frozen=True)
class Runner:
    """A loaded model: read() begins anew with some tokens, go_on() adds so many more, one by one."""

    read: Callable[[Sequence[int]], object]
    go_on: Callable[[int], object]


def llama_cpp(job: Job) -> Runner:
    """Load llama.cpp by its Python binding."""
    from llama_cpp import Llama

    model = Llama(job.gguf, n_ctx=max(job.contexts) + DECODED_TOKENS + 8, n_threads=job.threads, verbose=False)

    def read(ids: Sequence[int]) -> None:
        model.reset()
        model.eval(list(ids))

    def go_on(tokens: int) -> None:
        for token in range(100, 100 + tokens):
            model.eval([token])

    return Runner(read, go_on)


def onnxruntime_genai(job: Job) -> Runner:
    """Let ONNX Runtime GenAI make the model its own, in four bits with a scale for 32 weights as the GGUF has them.

    Raises:
        RuntimeError: it could not.
    """
    import onnxruntime_genai as genai

    made = tempfile.TemporaryDirectory(prefix="nestdesk-")  # its weights are read as long as it is in use
    source, target = Path(made.name) / "source", Path(made.name) / "made"
    source.mkdir()
    for file in Path(job.folder).iterdir():
        (source / file.name).symlink_to(file.resolve())
    _rewrite(source / "config.json", {"architectures": ["LlamaForCausalLM"]})  # a model from a GGUF file names none
    how = ["-p", "int4", "-e", "cpu", "-c", made.name, "--extra_options", "int4_block_size=32", "int4_accuracy_level=4"]
    maker = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", str(source), "-o", str(target), *how]
    told = subprocess.run(maker, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError((told.stderr.strip().splitlines() or ["no reason was given"])[-1])
    settings = json.loads((target / "genai_config.json").read_text(encoding="utf-8"))["model"]
    settings["decoder"]["session_options"]["intra_op_num_threads"] = job.threads
    _rewrite(target / "genai_config.json", {"model": settings})
    model = genai.Model(str(target))
    state: dict[str, Any] = {"made": made}

    def read(ids: Sequence[int]) -> None:
        how_much = genai.GeneratorParams(model)
        how_much.set_search_options(max_length=max(job.contexts) + DECODED_TOKENS + 8)
        state["generator"] = genai.Generator(model, how_much)
        state["generator"].append_tokens(list(ids))

    def go_on(tokens: int) -> None:
        for token in range(100, 100 + tokens):
            state["generator"].append_tokens([token])

    return Runner(read, go_on)


def _rewrite(file: Path, changed: dict[str, Any]) -> None:
    """Put other values into a file of settings, and never into what it is a link to."""
    settings = json.loads(file.read_text(encoding="utf-8")) | changed
    file.unlink()
    file.write_text(json.dumps(settings), encoding="utf-8")


def transformers(job: Job) -> Runner:
    """Load the library's own implementation, in the precision that this processor is quickest in."""
    from transformers import AutoModelForCausalLM

    precision = backbones.best_precision(torch.device("cpu"))
    model = AutoModelForCausalLM.from_pretrained(job.folder, dtype=precision, local_files_only=True)
    state: dict[str, Any] = {}

    def read(ids: Sequence[int]) -> None:
        with torch.inference_mode():
            out = model(input_ids=torch.tensor([list(ids)]), use_cache=True, logits_to_keep=1)
            state["cache"] = out.past_key_values

    def go_on(tokens: int) -> None:
        with torch.inference_mode():
            for token in range(100, 100 + tokens):
                model(input_ids=torch.tensor([[token]]), past_key_values=state["cache"], use_cache=True)

    return Runner(read, go_on)


PROGRAMS = {"llama-cpp": llama_cpp, "onnxruntime-genai": onnxruntime_genai, "transformers": transformers}


def measure(job: Job) -> dict[str, list[float]]:
    """Return tokens a second: of every context as a prompt, and of an answer behind it."""
    torch.set_num_threads(job.threads)
    ids = backbones.load(Path(job.folder)).encode(job.text)
    runner = PROGRAMS[job.program](job)
    found: dict[str, list[float]] = {}
    for context in job.contexts:
        prompt = ids[:context]
        for _ in range(job.repeats + 1):  # the first warms up
            began = time.perf_counter()
            runner.read(prompt)
            read = time.perf_counter()
            runner.go_on(DECODED_TOKENS)
            went_on = time.perf_counter()
            found.setdefault(f"prompt_at_{context}", []).append(context / (read - began))
            found.setdefault(f"answer_at_{context}", []).append(DECODED_TOKENS / (went_on - read))
    return {name: values[1:] for name, values in found.items()}


def peak_bytes() -> int | None:
    """Return the most memory that this process had in use; None: the system does not say."""
    if importlib.util.find_spec("resource") is None:
        return None
    resource = importlib.import_module("resource")
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    raw = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rates = measure(Job(**raw | {"contexts": tuple(raw["contexts"])}))
    print(json.dumps({"rates": rates, "peak_bytes": peak_bytes()}))
