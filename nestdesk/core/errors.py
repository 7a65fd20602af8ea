"""Errors a user can cause; their message is written for the user.

Anything that is not a NestDeskError is a bug: it is logged and shown with its traceback, never swallowed.
"""


class NestDeskError(Exception):
    """An expected failure. ``str(error)`` is one plain sentence: what happened, what is safe, what to do."""


class SettingsError(NestDeskError):
    """A setting or option has a value that cannot be used."""


class DocumentError(NestDeskError):
    """A document cannot be read or learned from."""


class BackboneError(NestDeskError):
    """The backbone or embedding model is missing, damaged or of an unknown kind."""


class EngineError(NestDeskError):
    """The engine process failed, died or refused a request."""


class StorageError(NestDeskError):
    """The data folder cannot be opened, read or written."""


class PassphraseError(StorageError):
    """An encrypted data folder was not opened: its passphrase is missing or wrong."""


class CheckpointError(NestDeskError):
    """An expert or checkpoint is unknown, damaged or belongs to another backbone."""


class DesktopError(NestDeskError):
    """The desktop's menu takes no entry from NestDesk."""
