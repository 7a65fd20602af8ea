"""Other programs on the same model, each in a process of its own, for the speed benchmark."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nestdesk.core.errors import SettingsError

PEERS = {  # what each is imported as
    "llama-cpp": "llama_cpp",
    "onnxruntime-genai": "onnxruntime_genai",
    "transformers": "transformers",
    "peft": "peft",
}
EXTRAS = {"peft": "bench"}  # which brings it, where it is not "peers"


def check(peer: str) -> None:
    """See whether a peer can be compared with.

    Raises:
        SettingsError: it is unknown or not installed.
    """
    if peer not in PEERS:
        raise SettingsError(f"The peer {peer} is unknown; choose among {', '.join(PEERS)}.")
    if importlib.util.find_spec(PEERS[peer]) is None:
        extra = EXTRAS.get(peer, "peers")
        raise SettingsError(f"The peer {peer} is not installed: pip install -e '.[{extra}]'.")


def measured(
    peer: str, folder: Path, text: str, contexts: tuple[int, ...], repeats: int, threads: int
) -> tuple[dict[str, list[float]], int | None]:
    """Return a peer's tokens a second, by what was measured, each repetition's figure; and the most memory it had.

    Args:
        folder: of the backbone; its GGUF file, if it came from one, lies beside it.

    Raises:
        SettingsError: the peer is unknown, not installed or failed, or there is no GGUF file for it.
    """
    check(peer)
    files = sorted(folder.parent.glob("*.gguf"))
    if peer == "llama-cpp" and not files:
        raise SettingsError("llama.cpp needs the model as a GGUF file, and this backbone came from none.")
    job: dict[str, Any] = {
        "program": peer,
        "folder": str(folder),
        "gguf": str(files[0]) if files else "",
        "text": text,
        "contexts": contexts,
        "repeats": repeats,
        "threads": threads,
    }
    found = run(peer, "nestdesk.learning.peers", job)
    return found["rates"], found["peak_bytes"]


def run(peer: str, program: str, job: dict[str, Any]) -> Any:
    """Run a program with a job, in a process of its own, and return what it found.

    Raises:
        SettingsError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        path = Path(scratch) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        child = subprocess.run([sys.executable, "-m", program, str(path)], capture_output=True, text=True, check=False)
    if child.returncode:
        lines = child.stderr.strip().splitlines() or ["no reason was given"]
        raise SettingsError(f"The peer {peer} failed: {lines[-1]}")
    return json.loads(child.stdout.strip().splitlines()[-1])
