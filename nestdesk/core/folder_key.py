"""The secret of an encrypted data folder, and the keys that follow from it."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field

KEY_BYTES = 32
LEAST_CHARS = 8  # of a passphrase


@dataclass(frozen=True)
class FolderKey:
    """The secret of an encrypted data folder, from which every key of it follows."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> FolderKey:
        """Return a random one."""
        return cls(os.urandom(KEY_BYTES))

    def derived(self, purpose: bytes) -> bytes:
        """Return the key for one purpose: HKDF-Expand of RFC 5869; the secret is random, so nothing is extracted."""
        return hmac.digest(self.secret, purpose + b"\x01", "sha256")

    @property
    def files(self) -> FolderKey:
        """What seals files, and opens nothing else."""
        return FolderKey(self.derived(b"files"))

    def name_of(self, digest: str) -> str:
        """Return a name for content by its digest, which tells whoever lacks the key nothing of the content."""
        return hmac.digest(self.derived(b"names"), digest.encode(), "sha256").hex()
