"""What NestDesk is made of: every package as it is installed, with its licence, and what is shipped. No Qt here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_CLASSIFIER = "License :: OSI Approved :: "
LONGEST = 90  # of a licence's name; some packages put the whole text there


@dataclass(frozen=True)
class Part:
    """Something NestDesk uses or brings along."""

    name: str
    version: str
    licence: str


SHIPPED = (
    Part("SmolLM2-135M-Instruct", "the language model", "Apache-2.0"),
    Part("all-MiniLM-L6-v2", "the embedding model", "Apache-2.0"),
    Part("The slow experts’ birth", "taught on SQuADShifts", "CC BY 4.0, texts of Wikipedia CC BY-SA 3.0"),
    Part("Inter", "the font", "OFL-1.1"),
    Part("DejaVu Sans Mono", "the font of code", "Bitstream Vera, with public domain changes"),
)


def packages() -> tuple[Part, ...]:
    """Return the packages that NestDesk needs, as they are installed here."""
    try:
        needed = metadata.requires("nestdesk") or []
    except metadata.PackageNotFoundError:  # run from its source without being installed
        return ()
    names = [found[0] for one in needed if "extra ==" not in one and (found := _NAME.match(one))]
    return tuple(part for name in sorted(names, key=str.casefold) if (part := _installed(name)) is not None)


def _installed(name: str) -> Part | None:
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:  # not needed on this platform
        return None
    return Part(name, found["Version"], _licence(found))


def _licence(found: metadata.PackageMetadata) -> str:
    classes = [one for one in found.get_all("Classifier") or [] if one.startswith(_CLASSIFIER)]
    named = ", ".join(one.removeprefix(_CLASSIFIER) for one in classes)
    told = [*(found.get_all("License-Expression") or []), *(found.get_all("License") or []), named]
    return next((one for one in told if one and len(one) <= LONGEST and "\n" not in one), "see the package")


def as_text(parts: tuple[Part, ...]) -> str:
    """Return parts as lines."""
    return "\n".join(f"{part.name} · {part.version} · {part.licence}" for part in parts)
