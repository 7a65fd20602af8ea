"""A hub's model is fetched by name only, file by file, and every failure is a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx2
import huggingface_hub
import pytest
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import Job, Progress, finish
from nestdesk.services import fetch, hub

NAME = "someone/small"
FILES = {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": b"weights", "onnx/config.json": b"{}"}
FILES |= {"modeling_own.py": b"import os", "pytorch_model.bin": b"pickle"}


@dataclass
class Entry:
    rfilename: str
    size: int
    lfs: object = None


@dataclass
class Info:
    siblings: list[Entry]
    sha: str = "abc"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand in for the hub; lists the files that were fetched."""
    names: list[str] = []

    def get(name: str, file: str, revision: str, local_dir: Path) -> None:
        assert (name, revision) == (NAME, "abc")
        local_dir.mkdir(parents=True, exist_ok=True)
        (local_dir / file).write_bytes(FILES[file])
        names.append(file)

    infos = Info([Entry(file, len(content)) for file, content in FILES.items()])
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: infos)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", get)
    return names


def test_only_weights_and_their_description_are_fetched(fetched: list[str], tmp_path: Path) -> None:
    finish(hub.download(NAME, tmp_path / "model"))
    assert set(fetched) == {"config.json", "tokenizer.json", "model.safetensors"}


def test_what_has_arrived_is_not_fetched_again(fetched: list[str], tmp_path: Path) -> None:
    job = hub.download(NAME, tmp_path / "model")
    for _ in range(3):  # found, and one file fetched
        next(job)
    job.close()
    assert len(fetched) == 1
    finish(hub.download(NAME, tmp_path / "model"))
    assert sorted(fetched) == ["config.json", "model.safetensors", "tokenizer.json"]


@dataclass
class Large:
    sha256: str


def test_a_large_file_is_fetched_with_its_progress_and_checked(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Path, str]] = []

    def download(url: str, target: Path, sha256: str, spare_bytes: int = 0) -> Job[None]:
        asked.append((url, target, sha256))
        for share in (0.0, 0.5, 1.0):
            yield Progress("download", share, "some MB", 9.0)
        target.write_bytes(FILES["model.safetensors"])

    infos = Info([Entry("config.json", 2), Entry("tokenizer.json", 2), Entry("model.safetensors", 7, Large("ab" * 32))])
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: infos)
    monkeypatch.setattr(fetch, "download", download)
    steps: list[Progress] = []
    finish(hub.download(NAME, tmp_path / "model"), steps.append)
    ((url, target, sha256),) = asked
    assert url.endswith(f"{NAME}/resolve/abc/model.safetensors")
    assert (target, sha256) == (tmp_path / "model" / "model.safetensors", "ab" * 32)
    assert sorted(fetched) == ["config.json", "tokenizer.json"]
    assert [round(step.done, 2) for step in steps if step.seconds_left == 9.0] == [0.36, 0.68, 1.0]


def test_a_model_without_safetensors_is_refused(
    fetched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    infos = Info([Entry("config.json", 2), Entry("pytorch_model.bin", 6)])
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: infos)
    with pytest.raises(BackboneError, match="safetensors"):
        finish(hub.download(NAME, tmp_path / "model"))
    assert fetched == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: httpx2.ConnectError("no route"), "could not be fetched"),
        (lambda: OSError("no space left"), "could not be fetched"),
        (lambda: _refusal(RepositoryNotFoundError), "has no model"),
        (lambda: _refusal(GatedRepoError), "agreed"),
    ],
)
def test_failures_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make, words: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise make()

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", fail)
    with pytest.raises(BackboneError, match=words):
        finish(hub.download(NAME, tmp_path / "model"))


def _refusal(kind: type[Exception]) -> Exception:
    return kind("no", response=httpx2.Response(403, request=httpx2.Request("GET", "https://hub.invalid")))


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="OWNER/NAME"):
        finish(hub.download("../../etc passwd", tmp_path / "model"))
