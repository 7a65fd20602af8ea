"""NestDesk in the desktop's menu after an installation by pip, which has no place for starter, icons and description.

The files of resources/desktop go to the person's own data folder of the desktop (XDG_DATA_HOME), the starter with the
absolute path of this installation. See https://specifications.freedesktop.org/desktop-entry-spec and
https://www.freedesktop.org/software/appstream/docs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nestdesk.core.errors import DesktopError
from nestdesk.core.paths import resources

_THEME = Path("icons/hicolor")
_IMAGE = re.compile(r'(?<=<image type="source">)[^<]+')


def install(data_dir: Path | None = None) -> tuple[Path, ...]:
    """Put NestDesk into the menu, or renew what is there.

    Args:
        data_dir: the data folder that the menu's NestDesk opens; None: the platform's own.

    Returns:
        The files written.

    Raises:
        DesktopError: this platform's desktop reads no such files, or they cannot be written.
    """
    home = _home()
    program = [*_program(), *(("--data-dir", str(data_dir.absolute())) if data_dir else ())]
    with _disk_errors():
        for place, source in _places().items():
            file = home / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_adapted(source, program))
        _tell_of_icons(home)
    return tuple(home / place for place in _places())


def remove() -> tuple[Path, ...]:
    """Take NestDesk out of the menu, with the folders that are empty then; return the files that were there.

    Raises:
        DesktopError: this platform's desktop reads no such files, or they cannot be deleted.
    """
    home = _home()
    gone = tuple(home / place for place in _places() if (home / place).exists())
    with _disk_errors():
        for file in gone:
            file.unlink()
        _tell_of_icons(home)
    for file in gone:
        with suppress(OSError):  # the first folder that holds something else, and those around it
            for folder in file.relative_to(home).parents[:-1]:
                (home / folder).rmdir()
    return gone


def _home() -> Path:
    if sys.platform in ("win32", "darwin"):
        raise DesktopError(
            "The menus of Windows and macOS are not made of files that could be written here; "
            "start NestDesk with the command `nestdesk`."
        )
    chosen = Path(os.environ.get("XDG_DATA_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".local" / "share"  # the standard ignores relative ones


def _places() -> dict[Path, Path]:
    """Return where below the desktop's data folder each file goes, and which shipped file it is made of."""
    shipped = resources() / "desktop"
    places = {Path("applications") / file.name: file for file in shipped.glob("*.desktop")}
    places |= {Path("metainfo") / file.name: file for file in shipped.glob("*.metainfo.xml")}
    places |= {file.relative_to(shipped): file for file in sorted(shipped.glob("icons/hicolor/*/apps/*.png"))}
    return places | {_THEME / "scalable" / "apps" / "nestdesk.svg": resources() / "icons" / "nestdesk.svg"}


def _program() -> list[str]:
    if getattr(sys, "frozen", False):  # bundled: the interpreter is the program
        return [sys.executable]
    script = Path(sys.executable).with_name("nestdesk")  # not resolved: a virtual environment's Python is a link
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "nestdesk"]


def _adapted(source: Path, program: Sequence[str]) -> bytes:
    if source.suffix == ".desktop":
        command = " ".join(_escaped(_quoted(part)) for part in program)
        text = source.read_text(encoding="utf-8")
        text = text.replace("\nExec=nestdesk\n", f"\nExec={command}\n")
        return text.replace("\nTryExec=nestdesk\n", f"\nTryExec={_escaped(program[0])}\n").encode()
    if source.suffix == ".xml":
        pictures = resources() / "screenshots"
        text = source.read_text(encoding="utf-8")
        return _IMAGE.sub(lambda name: (pictures / name[0]).as_uri(), text).encode()
    return source.read_bytes()


def _quoted(argument: str) -> str:
    """Quote an argument of Exec: what is special inside quotes gets a backslash, and % is the sign of field codes."""
    return '"' + re.sub(r'(["`$\\])', r"\\\1", argument).replace("%", "%%") + '"'


def _escaped(value: str) -> str:
    """Escape a value of the starter's file, beyond what its key asks for."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _tell_of_icons(home: Path) -> None:
    if (home / _THEME).is_dir():
        os.utime(home / _THEME)  # desktops look at the theme's own time to learn that icons came or went


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DesktopError(
            f"{error.filename} cannot be changed: {error.strerror or error}. "
            "`nestdesk desktop remove` takes away whatever was written."
        ) from error
