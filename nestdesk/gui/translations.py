"""Bring the files of translations up to date: python -m nestdesk.gui.translations, then translate with Qt Linguist.

Qt's own lupdate looks for tr() of classes; here every text goes through the one function of language.py, so its calls
are collected from the syntax tree. What was translated is kept; what is not said any more goes. Qt's lrelease then
compiles the files; running this again compiles what was translated meanwhile.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET  # of our own files
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import PySide6

from nestdesk.core.paths import resources
from nestdesk.gui.language import CONTEXT, SOURCE

FOLDER = resources() / "translations"
LANGUAGES = (SOURCE, "de")
_FUNCTIONS = ("tr", "mark")


@dataclass(frozen=True, order=True)
class Text:
    """One text of the source, as it is looked up."""

    source: str
    about: str = ""
    has_number: bool = False


def extract(package: Path) -> tuple[Text, ...]:
    """Return every text that is said, each once, in the order of files and lines.

    Raises:
        SyntaxError: a text is put together before it is looked up, so that no translation can be found.
    """
    found: dict[Text, None] = {}
    for path in sorted(package.glob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = [node for node in nodes if isinstance(node, ast.Call) and _says(node)]
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            for text in _texts(call, path):
                found.setdefault(text)
    return tuple(found)


def read(path: Path) -> dict[Text, tuple[str, ...]]:
    """Return what is translated in a file; a text with a number has all its plural forms."""
    if not path.exists():
        return {}
    translated = {}
    for message in ET.parse(path).iter("message"):
        said = message.find("translation")
        if said is not None and said.get("type") is None:
            forms = tuple(form.text or "" for form in said.iter("numerusform")) or (said.text or "",)
            key = Text(message.findtext("source", ""), message.findtext("comment", ""), "numerus" in message.attrib)
            translated[key] = forms
    return translated


def write(path: Path, language: str, texts: tuple[Text, ...]) -> None:
    """Write a file of translations: what it holds already is kept, the rest is marked as unfinished."""
    known = read(path)
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage=SOURCE)
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text in texts:
        message = ET.SubElement(context, "message", {"numerus": "yes"} if text.has_number else {})
        ET.SubElement(message, "source").text = text.source
        if text.about:
            ET.SubElement(message, "comment").text = text.about
        forms = known.get(text, ())
        said = ET.SubElement(message, "translation", {} if forms else {"type": "unfinished"})
        if text.has_number:
            for form in forms or ("", ""):
                ET.SubElement(said, "numerusform").text = form
        elif forms:
            said.text = forms[0]
    ET.indent(root, "    ")
    body = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def compile_to(target: Path, source: Path) -> None:
    """Compile a file of translations with Qt's own tool; a program that reads the old one keeps it whole."""
    tool = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
    made = target.with_suffix(".new")
    subprocess.run([tool, "-silent", source, "-qm", made], check=True)
    made.replace(target)


def update() -> None:
    """Bring every language up to date."""
    texts = extract(Path(__file__).parent)
    for language in LANGUAGES:
        path = FOLDER / f"nestdesk_{language}.ts"
        write(path, language, tuple(one for one in texts if one.has_number or language != SOURCE))
        compile_to(path.with_suffix(".qm"), path)


def _says(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in _FUNCTIONS


def _texts(call: ast.Call, path: Path) -> Iterator[Text]:
    first = call.args[0]
    about = next((one.value for one in call.keywords if one.arg == "about"), ast.Constant(""))
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield Text(first.value, str(getattr(about, "value", "")), len(call.args) > 1)
    elif isinstance(first, ast.JoinedStr):
        raise SyntaxError(f"{path.name}:{call.lineno}: a text is looked up as a whole, with its values beside it.")


if __name__ == "__main__":
    update()
