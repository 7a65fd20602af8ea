"""E-mail (.eml) and mailboxes (.mbox): who wrote what to whom and when, then the text; attachments are only named.

Of the versions of a text the plain one is read, else the visible text of the HTML one. A mailbox is cut into messages
here, because Python's mailbox module wants a file that it may write to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError, StartBoundaryNotFoundDefect
from email.header import decode_header
from email.message import Message
from typing import BinaryIO

from nestdesk.core.types import Document
from nestdesk.memory.html_format import visible_text
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.parts import GAP, gathered
from nestdesk.memory.plain_text import clean, decode

MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # of one in a mailbox; its text lies in front of what is attached
_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_KNOWN = (*_SHOWN, "Message-ID", "Received", "MIME-Version", "Content-Type")
_HEADER_CHARS = 10_000  # of one header: taking its encoded words apart takes the square of their number
_LINE_BYTES = 1 << 20
_BLANK = (b"\n", b"\r\n")
_HEADER_LINE = re.compile(rb">?[!-9;-~]+:")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_CUT_OFF = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)


def read_mail(data: bytes) -> Document:
    """Read a message; its subject is the title."""
    message = message_from_bytes(data)
    if not any(header in message for header in _KNOWN):
        text, warnings = decode(data)
        warning = "The file has no head of an e-mail; it was read as plain text."
        return Document("", clean(text), media_type(Kind.TEXT), warnings=(*warnings, warning))
    text, attachments = _message(message)
    warnings = _left_out(attachments)
    if any(isinstance(defect, _CUT_OFF) for part in message.walk() for defect in part.defects):
        warnings = ("The message ends in the middle; what there is was read.", *warnings)
    return Document(_header(message, "Subject"), text, media_type(Kind.MAIL), warnings=warnings)


def read_mailbox(file: BinaryIO) -> Iterator[Document]:
    """Read the messages of a mailbox in the order in which they lie there, one at a time."""
    counts = dict.fromkeys(("read", "damaged", "cut", "attachments"), 0)

    def texts() -> Iterator[str]:
        for message, is_whole in _split(file):
            try:
                text, attachments = _message(message_from_bytes(message))
            except Exception:  # one strange message does not hide the others
                counts["damaged"] += 1
                continue
            counts["read"] += 1
            counts["cut"] += not is_whole
            counts["attachments"] += attachments
            if text:
                yield text

    for text in gathered(texts(), GAP):
        yield Document("", text, media_type(Kind.MAILBOX))
    if not counts["read"] and counts["damaged"]:
        raise ValueError("no message can be read")
    if not counts["read"]:
        file.seek(0)
        yield read_mail(file.read(MAX_MESSAGE_BYTES))
        return
    warnings = _left_out(counts["attachments"])
    if counts["cut"]:
        warnings = (f"Very large messages were read in part: {counts['cut']}.", *warnings)
    if counts["damaged"]:
        warnings = (f"Damaged messages were left out: {counts['damaged']}.", *warnings)
    yield Document("", "", media_type(Kind.MAILBOX), warnings=warnings)


def _split(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield each message, and whether that is all of it.

    It begins with "From sender date" after a blank line and before a header; in a text a sign is put before that.
    """
    message: list[bytes] | None = None
    size, is_after_blank = 0, True
    line = file.readline(_LINE_BYTES)
    while line:
        following = file.readline(_LINE_BYTES)
        if is_after_blank and line.startswith(b"From ") and _HEADER_LINE.match(following):
            if message is not None:
                yield _QUOTED_FROM.sub(rb"\1", b"".join(message)), size <= MAX_MESSAGE_BYTES
            message, size = [], 0
        elif message is not None:
            size += len(line)
            if size <= MAX_MESSAGE_BYTES:
                message.append(line)
        is_after_blank = line in _BLANK
        line = following
    if message is not None:
        yield _QUOTED_FROM.sub(rb"\1", b"".join(message)), size <= MAX_MESSAGE_BYTES


def _left_out(attachments: int) -> tuple[str, ...]:
    return (f"Attachments were named but not read: {attachments}.",) if attachments else ()


def _message(message: Message) -> tuple[str, int]:
    """Return a message's text under its head, and its number of attachments."""
    attachments: list[str] = []
    body = "\n\n".join(text for text in _texts(message, attachments) if text)
    head = [(header, _header(message, header)) for header in _SHOWN]
    head.append(("Attachments", ", ".join(attachments)))
    lines = "\n".join(f"{header}: {value}" for header, value in head if value)
    return clean(f"{lines}\n\n{body}"), len(attachments)


def _texts(part: Message, attachments: list[str]) -> Iterator[str]:
    """Yield what a part says, one version of each text, and note the attachments it holds."""
    name = _words(part.get_filename() or "")
    if part.get_content_maintype() == "message" and part.is_multipart():
        inner = part.get_payload(0)
        subject = _header(inner, "Subject") if isinstance(inner, Message) else ""
        attachments.append(name or subject or "a message")
    elif part.is_multipart():
        parts = [child for child in part.get_payload() if isinstance(child, Message)]
        if part.get_content_subtype() == "alternative":
            versions = [(child, "\n\n".join(filter(None, _texts(child, attachments)))) for child in parts]
            versions.sort(key=lambda version: version[0].get_content_type() != "text/plain")
            yield next((text for _, text in versions if text), "")
        else:
            for child in parts:
                yield from _texts(child, attachments)
    elif name or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
        attachments += [name] if name else []
    elif part.get_content_subtype() in ("plain", "html"):
        data = part.get_payload(decode=True)
        text = _decoded(data if isinstance(data, bytes) else b"", part.get_content_charset())
        yield clean(visible_text(text, is_site=False)[1] if part.get_content_subtype() == "html" else text)


def _header(message: Message, name: str) -> str:
    return _words(message.get(name, ""))


def _words(value: object) -> str:
    """Return a header's value with its encoded words decoded, on one line."""
    value = value[:_HEADER_CHARS] if isinstance(value, str) else value
    try:
        pieces = decode_header(value)  # type: ignore[arg-type]
    except HeaderParseError:
        pieces = [(str(value), None)]
    found = (piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces)
    return " ".join(clean("".join(found)).split())


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "", "replace" if charset not in (None, "us-ascii", "unknown-8bit") else "strict")
    except (LookupError, UnicodeError):  # no encoding of that name, or not the one it says
        return decode(data)[0]
