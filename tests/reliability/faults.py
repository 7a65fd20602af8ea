"""Writes that fail: the n-th one of an operation, wherever it comes from, the program's own files or SQLite's."""

from __future__ import annotations

import builtins
import ctypes
import ctypes.util
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

# What a full disk refuses; deleting and renaming still work on one.
_TAKES_SPACE = frozenset({"write", "create", "mkdir", "sendfile", "fsync", "database write"})
_CREATES = os.O_CREAT | os.O_WRONLY | os.O_RDWR


class Faults:
    """Counts what an operation asks of the disk, in its order, and lets one of it fail.

    kind is EIO (once), ENOSPC (from then on) or MemoryError (once; of SQLite's work its statements are counted).
    """

    def __init__(self, kind: str, at: int) -> None:
        """Let the at-th step fail, counted from 1; 0: none."""
        self._kind = kind
        self._at = at
        self._is_paused = False
        self.steps: list[str] = []
        self.on_step: Callable[[str], None] = lambda step: None

    @property
    def has_failed(self) -> bool:
        """Whether there were so many steps."""
        return 0 < self._at <= len(self.steps)

    def meet(self, step: str) -> None:
        """Count a step, or let it fail."""
        if error := self.verdict(step):
            raise error

    def verdict(self, step: str) -> BaseException | None:
        """Return what a step fails with, if it does."""
        if self._is_paused:
            return None
        is_counted = step in _TAKES_SPACE if self._kind == "ENOSPC" else step != "statement"
        if self._kind == "MemoryError":
            is_counted = step != "database write"
        if not is_counted:
            return None
        self._is_paused = True  # what looks at the step may write files itself
        self.on_step(step)
        self._is_paused = False
        self.steps.append(step)
        is_it = len(self.steps) >= self._at > 0 if self._kind == "ENOSPC" else len(self.steps) == self._at
        if not is_it:
            return None
        return MemoryError() if self._kind == "MemoryError" else OSError(getattr(errno, self._kind), "injected")


class _Counted:
    """A file whose writes are counted."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file = file
        self._faults = faults

    def write(self, data: Any) -> int:
        self._faults.meet("write")
        return int(self._file.write(data))

    def __enter__(self) -> _Counted:
        self._file.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def injected(faults: Faults) -> Iterator[Faults]:
    """Let the faults happen for the length of a with statement."""
    with pytest.MonkeyPatch.context() as patch, _database_writes(faults), _statements(faults):
        for name, step in (
            ("fsync", "fsync"),
            ("replace", "rename"),
            ("rename", "rename"),
            ("unlink", "delete"),
            ("remove", "delete"),
            ("mkdir", "mkdir"),
            ("sendfile", "sendfile"),
        ):
            patch.setattr(os, name, _met(getattr(os, name), step, faults))
        patch.setattr(os, "open", _opened(os.open, faults))
        for module, name in ((builtins, "open"), (io, "open"), (os, "fdopen")):
            patch.setattr(module, name, _filed(getattr(module, name), faults))
        yield faults


def _met(original: Callable[..., Any], step: str, faults: Faults) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        faults.meet(step)
        return original(*arguments, **named)

    return call


def _opened(original: Callable[..., int], faults: Faults) -> Callable[..., int]:
    def call(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            faults.meet("create")
        return original(path, flags, *more, **named)

    return call


def _filed(original: Callable[..., Any], faults: Faults) -> Callable[..., Any]:
    def call(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+"):
            return original(file, mode, *more, **named)
        if set(mode) & set("wax") and not isinstance(file, int):
            faults.meet("create")
        return _Counted(original(file, mode, *more, **named), faults)

    return call


@contextmanager
def _statements(faults: Faults) -> Iterator[None]:
    def before(*_: Any) -> None:
        faults.meet("statement")

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", before)


# ------------------------------------------------------------------------------------------------- below SQLite


class _Vfs(ctypes.Structure):
    """struct sqlite3_vfs, version 3 (sqlite.org/c3ref/vfs.html)."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        *((f"method_{number}", ctypes.c_void_p) for number in range(13)),
        ("set_call", ctypes.c_void_p),
        ("get_call", ctypes.c_void_p),
        ("next_call", ctypes.c_void_p),
    )


_PWRITE = ctypes.CFUNCTYPE(
    ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_longlong, use_errno=True
)
_SET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_GET = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)


def can_reach_sqlite() -> bool:
    """Say whether the SQLite that Python uses is a library whose system calls can be replaced."""
    return _vfs() is not None


def _vfs() -> Any:
    name = ctypes.util.find_library("sqlite3")
    import _sqlite3  # the library is loaded with it; loaded again it is the same one

    if name is None or os.name == "nt" or b"libsqlite3" not in _mapped():
        return None
    library = ctypes.CDLL(name)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = (ctypes.c_char_p,)
    assert _sqlite3
    return library.sqlite3_vfs_find(None)


def _mapped() -> bytes:
    try:
        return Path("/proc/self/maps").read_bytes()
    except OSError:
        return b""


@contextmanager
def _database_writes(faults: Faults) -> Iterator[None]:
    """Replace the call that SQLite writes pages with; it is one of these, as SQLite was built."""
    vfs = _vfs()
    replaced = []
    if vfs is not None:
        set_call, get_call = _SET(vfs.contents.set_call), _GET(vfs.contents.get_call)
        for name in (b"pwrite", b"pwrite64"):
            if not (address := get_call(vfs, name)):
                continue
            call = _page_write(_PWRITE(address), faults)
            set_call(vfs, name, ctypes.cast(call, ctypes.c_void_p))
            replaced.append((name, address, call))  # kept, or it would be collected while SQLite holds it
    try:
        yield
    finally:
        for name, address, _ in replaced:
            set_call(vfs, name, address)


def _page_write(original: Any, faults: Faults) -> Any:
    def call(handle: int, data: int, size: int, offset: int) -> int:
        error = faults.verdict("database write")
        if isinstance(error, OSError):
            ctypes.set_errno(error.errno or errno.EIO)
            return -1
        return int(original(handle, data, size, offset))

    return _PWRITE(call)
