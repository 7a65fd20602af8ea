"""Pictures with text in them: photographs, screenshots and scans (PNG, JPEG, TIFF with its pages, WebP, BMP).

A folder's pictures are left alone, because most hold no text to learn; those that are named by themselves are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory import ocr
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.paged_text import joined, reflowed
from nestdesk.memory.refusals import damaged

MAX_PIXELS = 120_000_000  # of one page: 360 MB
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")


def read_image(path: Path, deadline: float) -> Document:
    """Read the text in a picture.

    Args:
        path: the file, of which one page at a time is in memory.
        deadline: of time.monotonic; pages of a TIFF beyond it are left out.

    Raises:
        DocumentError: the extra is missing, the picture is damaged or too large, or no text was found in it.
    """
    name = path.name
    if not ocr.is_installed():
        raise DocumentError(f"{name} is a picture; {ocr.EXTRA}.")
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the limit below is tighter, and an error where Pillow only warns
    try:
        with Image.open(path, formats=_FORMATS) as image:
            count = getattr(image, "n_frames", 1)
            texts = ocr.read_pages(_pages(image, count, name), deadline)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise damaged(name, Kind.IMAGE) from error
    text, starts = joined([reflowed(page.split("\n")) for page in texts])
    if not text:
        raise DocumentError(f"No text was found in the picture {name}.")
    warnings = [ocr.READ]
    if len(texts) < count:
        warnings.append(f"{count - len(texts)} of {count} pages were left out: reading them would take too long.")
    return Document("", text, media_type(Kind.IMAGE), page_starts=starts if count > 1 else (), warnings=tuple(warnings))


def _pages(image: Any, count: int, name: str) -> Iterator[Callable[[], ocr.Picture]]:
    return (partial(_page, image, number, name) for number in range(count))


def _page(image: Any, number: int, name: str) -> ocr.Picture:
    from PIL import Image, ImageOps

    image.seek(number)
    if image.width * image.height > MAX_PIXELS:
        raise DocumentError(f"{name} has too many pixels; save a smaller copy and add that.")
    image.draft("RGB", (ocr.MAX_SIDE, ocr.MAX_SIDE))  # a JPEG is made smaller while it is decoded
    page = ImageOps.exif_transpose(image)
    page.thumbnail((ocr.MAX_SIDE, ocr.MAX_SIDE))
    page = page.convert("RGBA")
    paper = Image.new("RGBA", page.size, "white")  # what is transparent is paper
    paper.alpha_composite(page)
    return np.ascontiguousarray(np.asarray(paper.convert("RGB"))[:, :, ::-1])
