"""Sentences with which more than one reader refuses a file."""

from __future__ import annotations

from nestdesk.core.errors import DocumentError


def damaged(name: str, what: str) -> DocumentError:
    """Return the error for a file that was cut off or changed; what is how its kind is called in a sentence."""
    return DocumentError(f"{name} is damaged: it is {what} that was cut off or changed.")


def protected(name: str) -> DocumentError:
    """Return the error for a document that wants a password."""
    return DocumentError(f"{name} is protected by a password; save a copy without one and add that.")
