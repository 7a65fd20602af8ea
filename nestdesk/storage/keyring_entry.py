"""The key of a data folder in the system's keyring, where a person asked for that: whoever is logged in opens it.

The keyring package speaks to the keyring of each platform (Secret Service, Keychain, Credential Locker).
"""

from __future__ import annotations

from importlib.util import find_spec

from nestdesk.core.errors import StorageError
from nestdesk.core.folder_key import KEY_BYTES, FolderKey

_SERVICE = "NestDesk data folder"
_OPEN_TO_ALL = "keyrings.alt"  # keeps what it is given in files that anybody can read


def is_possible() -> bool:
    """Say whether this computer has a keyring that can keep a secret."""
    if not find_spec("keyring"):
        return False
    import keyring

    found = keyring.get_keyring()
    return found.priority > 0 and not type(found).__module__.startswith(_OPEN_TO_ALL)


def keep(id: str, key: FolderKey) -> None:
    """Put a key into the keyring.

    Raises:
        StorageError: there is no keyring, or it refuses.
    """
    if not is_possible():
        raise StorageError("This computer has no keyring that NestDesk can use, so the key was not stored.")
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, id, key.secret.hex())
    except KeyringError as error:
        raise StorageError("The system's keyring refused the key, so it was not stored. Unlock it first.") from error


def kept(id: str) -> FolderKey | None:
    """Return a key, or None if the keyring has none or does not tell."""
    if not is_possible():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        found = bytes.fromhex(keyring.get_password(_SERVICE, id) or "")
    except (KeyringError, ValueError):
        return None
    return FolderKey(found) if len(found) == KEY_BYTES else None


def remove(id: str) -> None:
    """Take a key out of the keyring; it is no error if there is none.

    Raises:
        StorageError: the keyring refuses.
    """
    if not is_possible():
        return
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(_SERVICE, id)
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise StorageError("The system's keyring refused to remove the key. Unlock it first.") from error
