"""Files that only a key opens: pieces of AES-256-GCM, so that any part of a large file can be read by itself.

A file is a mark, a random salt and pieces of 64 KiB, each with its tag. The key of a file follows from the folder's key
and the salt; the nonce of a piece is its number and whether it is the last, so that pieces can neither change places
nor be cut off, and nothing is ever encrypted twice under one nonce.

The cryptography package is imported when a sealed file is opened, and only then: it is an extra. That is why this
stands beside core, which needs nothing but Python, and beneath everything that has to do with files.

Reference: Hoang, Reyhanitabar, Rogaway, Vizár 2015, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance" (STREAM).
"""

from __future__ import annotations

import base64
import hmac
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nestdesk.core.folder_key import FolderKey

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined,unused-ignore]

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"NDSEAL1\n"
PIECE_BYTES = 1 << 16  # of what was written, before it is sealed
_SALT_BYTES = 16
_TAG_BYTES = 16
_HEAD_BYTES = len(MARK) + _SALT_BYTES
_STORED_BYTES = PIECE_BYTES + _TAG_BYTES


class SealedError(OSError):
    """A sealed file is damaged, or of another key."""


def is_sealed(path: Path) -> bool:
    """Say whether a file is sealed, whatever its key.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def opened(path: Path, key: FolderKey | None) -> BinaryIO:
    """Open a file for reading, sealed or not; what is read is what was written.

    Args:
        path: the file.
        key: the folder's keys for files; None: no sealed file can be read.

    Raises:
        OSError: it cannot be read, or (SealedError) is damaged or of another key; also while reading.
    """
    raw = path.open("rb")
    try:
        if raw.read(len(MARK)) != MARK:
            raw.seek(0)
            return raw
        if key is None:
            raise SealedError("the file is encrypted, and its key is not known")
        return io.BufferedReader(_Reader(raw, key), PIECE_BYTES)
    except BaseException:
        raw.close()
        raise


def created(path: Path, key: FolderKey | None) -> BinaryIO:
    """Make a new file for its owner alone, to be written from its beginning to its end; sealed if there is a key.

    Raises:
        OSError: it exists, or cannot be written.
    """
    raw = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb")
    return raw if key is None else Sealing(raw, key)  # type: ignore[return-value]  # it takes all it is given


def size_of(path: Path) -> int:
    """Return how many bytes were written into a file, sealed or not; nothing of them is looked at.

    Raises:
        OSError: it cannot be read.
    """
    stored = path.stat().st_size
    if not is_sealed(path):
        return stored
    body = max(stored - _HEAD_BYTES, _TAG_BYTES)
    return body - _TAG_BYTES * -(-body // _STORED_BYTES)


class _Reader(io.RawIOBase):
    """Reads what was sealed, from any place."""

    def __init__(self, raw: BinaryIO, key: FolderKey) -> None:
        self._raw = raw
        salt = raw.read(_SALT_BYTES)
        body = os.fstat(raw.fileno()).st_size - _HEAD_BYTES
        if len(salt) != _SALT_BYTES or body < _TAG_BYTES:
            raise SealedError("the file was cut off")
        self._cipher = _cipher(key, salt)
        self._pieces = -(-body // _STORED_BYTES)
        self._size = body - self._pieces * _TAG_BYTES
        self._place = 0
        self._held: tuple[int, bytes] = (-1, b"")  # the piece read last

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer).cast("B")
        number, within = divmod(self._place, PIECE_BYTES)
        if self._place > self._size or (number >= self._pieces):
            return 0
        found = self._piece(number)[within : within + len(target)]
        target[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._raw.seek(_HEAD_BYTES + number * _STORED_BYTES)
            sealed = self._raw.read(_STORED_BYTES)
            self._held = (number, _unsealed(self._cipher, _nonce(number, number == self._pieces - 1), sealed))
        return self._held[1]


class Sealing(io.RawIOBase):
    """Seals what is written to it. A piece goes out when more follows, or at the end: the last one is marked."""

    def __init__(self, raw: BinaryIO, key: FolderKey) -> None:
        """Write into a new file, which closing this closes too."""
        self._raw = raw
        salt = os.urandom(_SALT_BYTES)
        self._cipher = _cipher(key, salt)
        self._waiting = bytearray()
        self._number = 0
        raw.write(MARK + salt)

    def writable(self) -> bool:
        """It is written, never read."""
        return True

    def write(self, data: Buffer) -> int:
        """Take all of the data."""
        given = memoryview(data).cast("B")
        self._waiting += given
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(given)

    def finish(self) -> None:
        """Write the last piece, and leave the file below open."""
        if self._number >= 0:
            self._put(bytes(self._waiting), is_last=True)
            self._number = -1
            self._raw.flush()

    def close(self) -> None:
        """Write the last piece and close the file."""
        if not self.closed:
            try:
                self.finish()
            finally:
                self._raw.close()
                super().close()

    def fileno(self) -> int:
        """Return the number of the file below."""
        return self._raw.fileno()

    def _put(self, piece: bytes, is_last: bool) -> None:
        self._raw.write(self._cipher.encrypt(_nonce(self._number, is_last), piece, None))
        self._number += 1


def sealed_line(data: bytes, key: FolderKey) -> bytes:
    """Return one line of text that holds bytes, for files that grow line by line."""
    nonce = os.urandom(12)
    return base64.b64encode(nonce + _cipher(key, b"lines").encrypt(nonce, data, None)) + b"\n"


def opened_line(line: bytes, key: FolderKey) -> bytes:
    """Return the bytes that a line holds.

    Raises:
        SealedError: it is damaged, of another key, or no such line.
    """
    try:
        held = base64.b64decode(line.strip(), validate=True)
    except ValueError as error:
        raise SealedError("the line is damaged") from error
    return _unsealed(_cipher(key, b"lines"), held[:12], held[12:])


def _cipher(key: FolderKey, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hmac.digest(key.secret, b"file" + salt + b"\x01", "sha256"))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _unsealed(cipher: AESGCM, nonce: bytes, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(nonce, sealed, None)
    except (InvalidTag, ValueError) as error:
        raise SealedError("the file is damaged, or of another key") from error
