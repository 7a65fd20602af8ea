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

PEERS = {"llama-cpp": "llama_cpp", "transformers": "transformers"}  # what each is imported as


def measured(
    peer: str, folder: Path, text: str, contexts: tuple[int, ...], repeats: int, threads: int
) -> dict[str, list[float]]:
    """Return a peer's tokens a second, by what was measured; each repetition's figure.

    Args:
        folder: of the backbone; its GGUF file, if it came from one, lies beside it.

    Raises:
        SettingsError: the peer is unknown, not installed or failed, or there is no GGUF file for it.
    """
    if peer not in PEERS:
        raise SettingsError(f"The peer {peer} is unknown; choose among {', '.join(PEERS)}.")
    if importlib.util.find_spec(PEERS[peer]) is None:
        raise SettingsError(f"The peer {peer} is not installed: pip install -e '.[peers]'.")
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
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        path = Path(scratch) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        child = subprocess.run(
            [sys.executable, "-m", "nestdesk.learning.peers", str(path)], capture_output=True, text=True, check=False
        )
    if child.returncode:
        lines = child.stderr.strip().splitlines() or ["no reason was given"]
        raise SettingsError(f"The peer {peer} failed: {lines[-1]}")
    found: dict[str, list[float]] = json.loads(child.stdout.strip().splitlines()[-1])
    return found
