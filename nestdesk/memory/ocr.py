"""Text in pictures, by RapidOCR with its PP-OCRv6 models on onnxruntime: the extra ``ocr`` brings both.

Pictures become lines from top to bottom, with an empty line where a paragraph seems to end. What stands side by side
becomes one line, so columns of running text are not told apart.
"""

from __future__ import annotations

import importlib.util
import socket
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTRA = "reading text in pictures needs an extra: pip install 'nestdesk[ocr]'"
READ = "The text was read from a picture; names and numbers may be wrong."
MAX_SIDE = 2600  # pixels; a page of A4 at 220 dots an inch. Larger pictures are made smaller before they are read
_PARAGRAPH_GAP = 0.9  # of a line's height
_SAME_LINE = 0.5  # of a line's height, by which two pieces overlap that stand side by side
_SLOWER = 1.3  # how much longer than the slowest page so far the next one may take

Picture = NDArray[np.uint8]  # [height, width, 3], blue first


def is_installed() -> bool:
    """Say whether the extra is there."""
    return importlib.util.find_spec("rapidocr") is not None


def read_pages(pages: Iterable[Callable[[], Picture]], deadline: float) -> list[str]:
    """Return the text of pictures, one after the other, as far as there is time.

    Args:
        pages: each makes a picture when its turn comes.
        deadline: of time.monotonic; pages that could end later are left out at the end, but for the first one.
    """
    texts: list[str] = []
    longest = 0.0
    for page in pages:
        began = time.monotonic()
        if texts and began + _SLOWER * longest > deadline:
            break
        texts.append("\n".join(lines(page())))
        longest = max(longest, time.monotonic() - began)
    return texts


def lines(picture: Picture) -> list[str]:
    """Return the lines of text in a picture; "" between two paragraphs."""
    found = _reader()(picture)
    if found.txts is None:
        return []
    pieces = [
        (box[:, 1].min(), box[:, 1].max(), box[:, 0].min(), text)
        for box, text in zip(found.boxes, found.txts, strict=True)
    ]
    said: list[str] = []
    row: list[tuple[Any, ...]] = []
    for piece in sorted(pieces, key=lambda piece: piece[0]):
        height = piece[1] - piece[0]
        if row and row[-1][1] - piece[0] > _SAME_LINE * height:
            row.append(piece)
            continue
        if row:
            said.append(_joined(row))
            if piece[0] - max(one[1] for one in row) > _PARAGRAPH_GAP * height:
                said.append("")
        row = [piece]
    return [*said, _joined(row)] if row else said


def _joined(row: list[tuple[Any, ...]]) -> str:
    return " ".join(text for *_, text in sorted(row, key=lambda piece: piece[2]))


@cache
def _reader() -> Callable[[Picture], Any]:
    # Nothing is fetched, but RapidOCR brings urllib3, which opens a socket at its import to see whether there is IPv6.
    has_ipv6, socket.has_ipv6 = socket.has_ipv6, False
    try:
        return _made()
    finally:
        socket.has_ipv6 = has_ipv6


def _made() -> Callable[[Picture], Any]:
    from rapidocr import RapidOCR

    # One thread: a reader's processor time is limited. No arena: its memory is, too.
    engine = "EngineConfig.onnxruntime."
    reader: Callable[[Picture], Any] = RapidOCR(
        params={
            "Global.log_level": "critical",
            f"{engine}intra_op_num_threads": 1,
            f"{engine}enable_cpu_mem_arena": False,
        }
    )
    return reader
