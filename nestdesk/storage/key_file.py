"""The key of an encrypted data folder, in a small file that the passphrase opens.

The key is random and never changes; what is stored is the key under AES-256-GCM with a key that scrypt makes of the
passphrase. So a new passphrase rewrites this file alone, and a guess at the passphrase costs a second and 128 MB.

Reference: RFC 7914 (scrypt).
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nestdesk.core.errors import PassphraseError, StorageError
from nestdesk.core.folder_key import KEY_BYTES, LEAST_CHARS, FolderKey
from nestdesk.core.paths import DataFolder
from nestdesk.storage.blobs import sync_folder
from nestdesk.storage.failures import in_plain_words

NEEDED = ("sqlcipher3", "cryptography")
FORMAT, VERSION = "nestdesk-key", 1
COST = 1 << 17  # of scrypt, whose block size is 8: 128 MB
_BLOCK = 8
_MOST_COST = 1 << 22  # a file that asks for more was made to exhaust the memory
_WRONG = "That is not the passphrase of this data folder. Nothing was changed."


class WrongPassphraseError(PassphraseError):
    """The passphrase is not the one of this data folder; another one may be."""


@dataclass(frozen=True)
class KeyFile:
    """What the file says."""

    id: str  # names the key in the system's keyring, and tells nothing of it
    cost: int
    salt: bytes
    nonce: bytes
    wrapped: bytes
    check: str  # tells whether a key is the one, and nothing else of it
    is_remembered: bool = False  # the key lies in the keyring of this computer


def is_possible() -> bool:
    """Say whether the packages that encryption needs are installed."""
    return all(map(find_spec, NEEDED))


def need_packages() -> None:
    """See to it that a data folder can be encrypted.

    Raises:
        StorageError: the packages that it needs are not installed.
    """
    if not is_possible():
        raise StorageError(
            "Encryption is an extra that is not installed here; install it with: pip install 'nestdesk[encryption]'"
        )


def refuse_locked(folder: DataFolder) -> None:
    """See to it that nothing opens an encrypted data folder as one that is not, or with another key.

    *Why* so early: to whoever has the wrong key an encrypted database looks like a damaged one.

    Raises:
        PassphraseError: it is encrypted, and was not unlocked with its own key.
    """
    if folder.key is None and folder.encrypted.exists():
        raise PassphraseError("This data folder is encrypted, so it opens with its passphrase only.")
    if folder.key and folder.key_file.exists() and read(folder.key_file).check != _check(folder.key):
        raise PassphraseError("This data folder is encrypted with another key, so it opens with its passphrase only.")


def wrap(key: FolderKey, passphrase: str, id: str = "") -> KeyFile:
    """Return what to store of a key.

    Args:
        key: of the folder.
        passphrase: that will open it.
        id: of the key, if it has one already.

    Raises:
        PassphraseError: the passphrase is too short.
    """
    if len(passphrase) < LEAST_CHARS:
        raise PassphraseError(f"A passphrase has at least {LEAST_CHARS} characters; several words are best.")
    made = KeyFile(id or secrets.token_hex(16), COST, os.urandom(16), os.urandom(12), b"", _check(key))
    return replace(made, wrapped=_cipher(made, passphrase).encrypt(made.nonce, key.secret, _bound(made)))


def open_with(stored: KeyFile, passphrase: str) -> FolderKey:
    """Return the key that a passphrase opens.

    Raises:
        PassphraseError: it is another one.
    """
    from cryptography.exceptions import InvalidTag

    try:
        return FolderKey(_cipher(stored, passphrase).decrypt(stored.nonce, stored.wrapped, _bound(stored)))
    except InvalidTag as error:
        raise WrongPassphraseError(_WRONG) from error


def read(file: Path) -> KeyFile:
    """Read what is stored.

    Raises:
        StorageError: the file is missing, damaged, or of a newer NestDesk.
    """
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["format"] == FORMAT and said["version"] > VERSION:
            raise StorageError("This data folder was encrypted by a newer NestDesk; install that to open it.")
        cost = int(said["cost"])
        salt, nonce, wrapped = (b64decode(said[name], validate=True) for name in ("salt", "nonce", "wrapped"))
        found = KeyFile(str(said["id"]), cost, salt, nonce, wrapped, str(said["check"]), said["is_remembered"] is True)
        if not 2 <= cost <= _MOST_COST or cost & (cost - 1) or len(found.wrapped) != KEY_BYTES + 16:
            raise ValueError("numbers that no such file has")
    except FileNotFoundError as error:
        raise StorageError(
            f"The file {file} is missing. Without it nobody can read this data folder; bring it back from a backup."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"The file {file} is damaged. Bring it back from a backup: one lies with them.") from error
    return found


def write(file: Path, stored: KeyFile) -> None:
    """Store it: the file is replaced as a whole, so that a crash leaves the old one or the new one.

    Raises:
        StorageError: the disk is full or failed.
    """
    said: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "id": stored.id,
        "cost": stored.cost,
        "check": stored.check,
        "is_remembered": stored.is_remembered,
    }
    said |= {name: b64encode(getattr(stored, name)).decode("ascii") for name in ("salt", "nonce", "wrapped")}
    partial = file.with_name(f".{file.name}.partial")
    with in_plain_words():
        handle = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as made:
            json.dump(said, made, indent=1)
            made.flush()
            os.fsync(made.fileno())
        partial.replace(file)
        sync_folder(file.parent)


def _check(key: FolderKey) -> str:
    return key.derived(b"check").hex()


def _bound(stored: KeyFile) -> bytes:
    """Return what cannot be changed without the passphrase showing as wrong."""
    return f"{FORMAT} {VERSION} {stored.id} {stored.cost}".encode()


def _cipher(stored: KeyFile, passphrase: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    typed = unicodedata.normalize("NFC", passphrase).encode()  # keyboards differ in how they write an accent
    return AESGCM(Scrypt(salt=stored.salt, length=KEY_BYTES, n=stored.cost, r=_BLOCK, p=1).derive(typed))
