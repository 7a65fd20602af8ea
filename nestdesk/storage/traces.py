"""Where words are in a data folder: in the bytes of every file, in what is packed in it, and in the database's values.

The index of the full text stores of a word only what the word before it does not share, so words are looked for by
their ends; they should be long and made up.
"""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from nestdesk.core.folder_key import FolderKey
from nestdesk.core.paths import DataFolder
from nestdesk.storage import connections

SHARED_CHARS = 4  # at most, that two words begin alike with
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_GZIP = b"\x1f\x8b"


def places(folder: DataFolder, words: Collection[str]) -> dict[str, int]:
    """Return how many bytes of the words each place holds; places without any are left out.

    A place is a file, a file in an archive, or a table. The models are not looked at: they are downloaded.
    """
    sought = [word[SHARED_CHARS:].lower().encode(encoding) for word in words for encoding in _ENCODINGS]
    found: dict[str, int] = {}
    for path in sorted(folder.root.rglob("*")):
        if path.is_file() and not path.is_relative_to(folder.models):
            for name, data in _parts(str(path.relative_to(folder.root)), path.read_bytes()):
                found[name] = found.get(name, 0) + _count(data, sought)
            if path.suffix == folder.database.suffix:
                for name, data in _values(path, folder.key):
                    found[name] = found.get(name, 0) + _count(data, sought)
    return {name: count for name, count in found.items() if count}


def _parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file and all that is packed in it."""
    yield name, data
    if data.startswith(_GZIP):
        yield from _parts(f"{name} unpacked", gzip.decompress(data))
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _parts(f"{name}/{member}", archive.read(member))


def _values(database: Path, key: FolderKey | None) -> Iterator[tuple[str, bytes]]:
    """Yield every value of a database by its table: one that is spread over pages is in no stretch of the file.

    A copy is read, so that the database stays as it is.
    """
    with tempfile.TemporaryDirectory(prefix="nestdesk-") as scratch:
        for path in (database, database.with_name(f"{database.name}-wal")):
            if path.exists():
                shutil.copyfile(path, Path(scratch) / path.name)
        with closing(connections.connect(Path(scratch) / database.name, key)) as raw:
            tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
            for (table,) in tables.fetchall():
                for row in raw.execute(f'SELECT * FROM "{table}"'):
                    yield from (
                        (f"{database.name}: {table}", value if isinstance(value, bytes) else str(value).encode())
                        for value in row
                    )


def _count(data: bytes, sought: Collection[bytes]) -> int:
    lowered = data.lower()
    return sum(lowered.count(one) * len(one) for one in sought)
