"""One expert as one file: its weights as they are stored, and in their header what the file says of itself.

The form is that of every stored expert, safetensors, with two more entries in its metadata. *Why not an archive*: there
is nothing to unpack, so there is no name, nesting or ratio to be wary of; any program that reads safetensors reads the
weights; and while the file is held for review it can lie among the blobs, where it is verified and backed up like them.

INVARIANT: the two entries taken out again, the weights are those that were exported, bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from nestdesk import sealed
from nestdesk.core import prompts, weight_header
from nestdesk.core.errors import CheckpointError, StorageError
from nestdesk.core.folder_key import FolderKey
from nestdesk.core.types import Function, Level, Passage, Scores, StudyItem
from nestdesk.core.weight_header import METADATA, MOST_HEADER_BYTES, HeaderError
from nestdesk.services import blocks as blocks_of
from nestdesk.storage.new_files import new_file

FORMAT = "nestdesk-expert"
VERSION = 1
MOST_BYTES = 2 << 30  # an expert of the largest source with the default backbone has a twentieth of that
NAME_CHARS = 120
MOST_NUMBER = 1 << 40  # of a place in a text
KINDS = frozenset({"question", "cloze", "restatement", "passage", "reading"})

_ENTRY, _DIGEST = "exchange", "exchange_sha256"
_ALIGNMENT = 8


@dataclass(frozen=True)
class Text:
    """What a source says, and what it was studied with. Only goes along if a person says so."""

    passages: tuple[Passage, ...]
    items: tuple[StudyItem, ...]
    summary: str = ""


@dataclass(frozen=True)
class About:
    """The source that an expert learned. Whoever has the same document has the same sha256 and the same prints."""

    title: str
    sha256: str  # of the document
    prints: tuple[str, ...]  # of the passages that have a block, in order; () for weights without blocks
    media_type: str = ""
    language: str = ""
    text: Text | None = None


@dataclass(frozen=True)
class Manifest:
    """What a file says of itself."""

    format: str
    version: int
    name: str
    function: Function
    level: Level
    backbone: str  # fingerprint
    backbone_name: str  # for people; empty: not known
    update_period_tokens: int
    made_at: str  # ISO 8601
    weights: str  # sha256 of the weights without this
    parameters: int = 0
    updates: int = 0
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    before: Scores | None = None
    after: Scores | None = None
    about: About | None = None  # None: of an expert that is shared by everything


_MANIFEST = TypeAdapter(Manifest)


def write(weights: Path, manifest: Manifest, target: Path, key: FolderKey | None = None) -> Manifest:
    """Write one file, all or nothing: it gets its name when it is whole and on the disk.

    Args:
        weights: as they are stored.
        manifest: what the file will say of itself.
        target: the file, which is for everybody.
        key: for weights that are sealed.

    Returns:
        The manifest as it was written, with the digest of the weights.

    Raises:
        StorageError: the file exists or cannot be written.
        CheckpointError: the stored weights are damaged.
    """
    with new_file(target, "The expert") as file, sealed.opened(weights, key) as source:
        header = _header(source, sealed.size_of(weights), weights.name)
        manifest = replace(manifest, weights=_digest(_packed(header), source))
        said = json.dumps(_MANIFEST.dump_python(manifest), ensure_ascii=False)
        entries = {_ENTRY: said, _DIGEST: _sha256(said)}
        file.write(_packed({METADATA: header.get(METADATA, {}) | entries} | _tensors(header)))
        shutil.copyfileobj(source, file)
    return manifest


def read(file: Path, key: FolderKey | None = None) -> Manifest:
    """Return what a file says of itself; of its tensors, whether their sizes are those of the file.

    The key is for a file that was taken into an encrypted data folder.

    Raises:
        CheckpointError: it is no expert, is damaged or too large, or was written by a newer NestDesk.
        StorageError: it cannot be opened.
    """
    try:
        size = sealed.size_of(file)
        if size > MOST_BYTES:
            raise CheckpointError(f"{file.name} is larger than an expert can be. Nothing was imported.")
        with sealed.opened(file, key) as stream:
            metadata = _metadata(_header(stream, size, file.name))
    except OSError as error:
        raise StorageError(f"{file} cannot be opened: {error.strerror or error}.") from error
    said = metadata.get(_ENTRY)
    if not isinstance(said, str):
        raise CheckpointError(f"{file.name} is no expert that was exported from NestDesk. Nothing was imported.")
    if _sha256(said) != metadata.get(_DIGEST):
        raise damaged(file.name)
    return _parsed(said, file.name)


def take_out(file: Path, manifest: Manifest, target: Path, key: FolderKey | None = None) -> None:
    """Write the weights alone, as they were before they were exported; both files are sealed if there is a key.

    Raises:
        CheckpointError: they are not the ones that the file speaks of.
    """
    with sealed.opened(file, key) as source, sealed.created(target, key) as made:
        header = _header(source, sealed.size_of(file), file.name)
        kept = {name: entry for name, entry in _metadata(header).items() if name not in (_ENTRY, _DIGEST)}
        packed = _packed({METADATA: kept} | _tensors(header))
        if _digest(packed, source) != manifest.weights:
            raise damaged(file.name)
        made.write(packed)
        shutil.copyfileobj(source, made)


def damaged(name: str) -> CheckpointError:
    """Return the error for a file that is not what it was when it was written."""
    return CheckpointError(f"{name} is damaged: it was cut off or changed after it was written. Nothing was imported.")


def _parsed(said: str, name: str) -> Manifest:
    try:
        head = json.loads(said)
        if head["format"] != FORMAT:
            raise CheckpointError(f"{name} has a form that is not known here. Nothing was imported.")
        if int(head["version"]) > VERSION:
            raise CheckpointError(
                f"{name} was written by a newer NestDesk. Nothing was imported; install the newer version for it."
            )
        manifest = _MANIFEST.validate_python(head)
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(name) from error
    if not _is_consistent(manifest):
        raise damaged(name)
    return replace(
        manifest,
        name=_line(manifest.name),
        backbone_name=_line(manifest.backbone_name),
        about=manifest.about and _plain(manifest.about),
    )


def _is_consistent(manifest: Manifest) -> bool:
    """Say whether what a file says fits together: a block for each of the first passages, an item about a passage."""
    about = manifest.about
    is_shared = manifest.level is Level.SLOW
    scores = [one for one in (manifest.before, manifest.after) if one]
    return (
        (about is None) is is_shared
        and 0 < manifest.update_period_tokens < MOST_NUMBER
        and all(0.0 <= one.f1 <= 1.0 and len(one.answers) in (0, one.probes) for one in scores)
        and (about is None or about.text is None or _fits(about.text, about.prints))
    )


def _fits(text: Text, prints: tuple[str, ...]) -> bool:
    passages, places = text.passages, range(-1, len(text.passages))
    return (
        bool(passages)
        and all(one.text and 0 <= one.start < MOST_NUMBER for one in passages)
        and all(one.end - one.start == len(one.text) and (one.page or 1) in range(1, MOST_NUMBER) for one in passages)
        and all(one.passage in places and one.kind in KINDS for one in text.items)
        and prints == tuple(blocks_of.print_of(one.text) for one in passages)[: len(prints)]
    )


def _plain(about: About) -> About:
    """Return what is said of a source, with its names on one line and its items asked in the program's own words.

    *Why*: a system prompt from elsewhere would speak to the model with the program's voice.
    """
    text = about.text and replace(
        about.text, items=tuple(replace(one, system=prompts.SHORT) for one in about.text.items)
    )
    return replace(
        about,
        title=_line(about.title),
        media_type=_line(about.media_type),
        language=_line(about.language),
        text=text,
    )


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:NAME_CHARS]


def _header(stream: BinaryIO, size: int, name: str) -> dict[str, Any]:
    """Read a safetensors header that accounts for every byte; the stream then stands where the weights begin."""
    try:
        header = weight_header.read(stream, size, MOST_HEADER_BYTES)
        weight_header.tensors(header, size - stream.tell())
    except HeaderError as error:
        raise damaged(name) from error
    return header


def _metadata(header: dict[str, Any]) -> dict[str, Any]:
    found = header.get(METADATA)
    return found if isinstance(found, dict) else {}


def _tensors(header: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in header.items() if name != METADATA}


def _packed(header: dict[str, Any]) -> bytes:
    """Return a header as the safetensors library writes it: without spaces, its length a multiple of eight."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def _digest(start: bytes, rest: BinaryIO) -> str:
    """Return the sha256 of bytes and what follows in a stream, which then stands where it stood."""
    here, digest = rest.tell(), hashlib.sha256(start)
    while part := rest.read(1 << 20):
        digest.update(part)
    rest.seek(here)
    return digest.hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
