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

from nestdesk.core.types import Document
from nestdesk.memory.html_format import visible_text
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean, decode

MAX_MESSAGES = 5_000  # of a mailbox: about what the reader worker's time is enough for
_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_KNOWN = (*_SHOWN, "Message-ID", "Received", "MIME-Version", "Content-Type")
# "From sender date" after a blank line and before a header; in a message's own text a sign is put before it.
_FROM = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=>?[!-9;-~]+:)")
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


def read_mailbox(data: bytes) -> Document:
    """Read the messages of a mailbox in the order in which they lie there."""
    texts: list[str] = []
    attachments = damaged = 0
    is_whole = True
    for number, message in enumerate(_split(data)):
        if number == MAX_MESSAGES:
            is_whole = False
            break
        try:
            text, count = _message(message_from_bytes(message))
        except Exception:  # one strange message does not hide the others
            damaged += 1
            continue
        attachments += count
        texts.append(text)
    if not texts and damaged:
        raise ValueError("no message can be read")
    if not texts:
        return read_mail(data)
    warnings = _left_out(attachments)
    if damaged:
        warnings = (f"Damaged messages were left out: {damaged}.", *warnings)
    if not is_whole:
        warnings = (f"The mailbox is very large: only its first {MAX_MESSAGES:,} messages were read.", *warnings)
    return Document("", "\n\n".join(filter(None, texts)), media_type(Kind.MAILBOX), warnings=warnings)


def _split(data: bytes) -> Iterator[bytes]:
    starts = list(_FROM.finditer(data))
    ends = [*(found.start() for found in starts[1:]), len(data)]
    for found, end in zip(starts, ends, strict=False):
        yield _QUOTED_FROM.sub(rb"\1", data[found.end() : end])


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
