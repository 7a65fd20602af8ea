"""Files of expert weights, as the engine reads and writes them: as they are or, for an encrypted data folder, sealed.

A process works for one data folder at a time, so it is given the key for its files once, when the backbone is opened.
A sealed file is opened in memory as a whole: nothing of it is ever written to a disk in the clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load, save, save_file
from torch import Tensor

from nestdesk import sealed
from nestdesk.core import weight_header
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.weight_header import METADATA, Stored

_keys: list[FolderKey] = []  # of this process's data folder, if it is encrypted


def use_key(secret: str) -> None:
    """Read and write the files of an encrypted data folder from now on; an empty secret: of one that is not."""
    _keys[:] = [FolderKey(bytes.fromhex(secret))] if secret else []


def read(path: Path) -> bytes:
    """Return what was written into a file.

    Raises:
        OSError: it cannot be read, or is sealed and damaged.
    """
    with sealed.opened(path, _key()) as stream:
        return stream.read()


def write(tensors: Mapping[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    """Write a new file; equal tensors give equal bytes, before they are sealed."""
    if _key() is None:
        save_file(dict(tensors), path, metadata)
        return
    path.unlink(missing_ok=True)
    with sealed.created(path, _key()) as stream:
        stream.write(save(dict(tensors), metadata))


def tensors_of(path: Path) -> dict[str, Stored]:
    """Return what a file's header tells of its tensors; none of them is read.

    Raises:
        HeaderError: the file contradicts itself.
        OSError: it cannot be read, or is sealed and damaged.
    """
    size = sealed.size_of(path)
    with sealed.opened(path, _key()) as stream:
        header = weight_header.read(stream, size)
        return weight_header.tensors(header, size - stream.tell())


@contextmanager
def opened(path: Path, device: torch.device | str = "cpu") -> Iterator[Any]:
    """Open a file with what safetensors calls safe_open, or with the same over memory.

    Raises:
        OSError, SafetensorError: it cannot be read, or is damaged.
    """
    if sealed.is_sealed(path):
        yield _Unsealed(read(path), device)
    else:
        with safe_open(path, framework="pt", device=str(device)) as file:
            yield file


class _Unsealed:
    """A file that was sealed, in memory."""

    def __init__(self, data: bytes, device: torch.device | str) -> None:
        self._header = weight_header.read(BytesIO(data), len(data))
        self._tensors = {name: tensor.to(device) for name, tensor in load(data).items()}

    def metadata(self) -> dict[str, str] | None:
        return self._header.get(METADATA)

    def keys(self) -> list[str]:
        return list(self._tensors)

    def get_tensor(self, name: str) -> Tensor:
        return self._tensors[name]

    def get_slice(self, name: str) -> _Slice:
        return _Slice(self._tensors[name], str(self._header[name]["dtype"]))


class _Slice:
    """A tensor of which parts can be taken."""

    def __init__(self, tensor: Tensor, dtype: str) -> None:
        self._tensor, self._dtype = tensor, dtype

    def __getitem__(self, place: Any) -> Tensor:
        return self._tensor[place]

    def get_dtype(self) -> str:
        return self._dtype

    def get_shape(self) -> list[int]:
        return list(self._tensor.shape)


def _key() -> FolderKey | None:
    return _keys[0] if _keys else None
