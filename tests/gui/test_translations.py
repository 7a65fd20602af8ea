"""Every text of the window is found, translated with its fields, and compiled; none is shown past tr()."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import nestdesk.gui
from nestdesk.core.settings import LANGUAGES
from nestdesk.gui import translations
from nestdesk.gui.language import SOURCE
from nestdesk.gui.settings_dialog import LANGUAGE_WORDS
from nestdesk.gui.translations import FOLDER, Text, compile_to, extract, read, write

PACKAGE = Path(nestdesk.gui.__file__).parent
SHOWING = {  # what shows a text, and which of its arguments that is
    **dict.fromkeys(("label", "button", "pill", "Page", "Header", "QCheckBox", "QRadioButton", "addAction"), (0,)),
    **dict.fromkeys(("setText", "setWindowTitle", "setToolTip", "setPlaceholderText", "addMenu", "say"), (0,)),
    **dict.fromkeys(("setAccessibleName", "setAccessibleDescription", "setSuffix", "setSpecialValueText"), (0,)),
    **dict.fromkeys(("icon_button", "small_button"), (1,)),
    **dict.fromkeys(("EmptyState", "ChoosePage"), (1, 2)),
}


def fields(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name}) + ["%Ln"] * ("%Ln" in text)


@pytest.fixture(scope="module")
def texts() -> tuple[Text, ...]:
    return extract(PACKAGE)


def test_german_says_everything_with_the_same_fields(texts):
    german = read(FOLDER / "nestdesk_de.ts")
    assert len(texts) > 700
    assert [one for one in texts if one not in german] == []
    assert [one for one in german if one not in texts] == []
    for text, forms in german.items():
        assert len(forms) == (2 if text.has_number else 1), text
        for form in forms:
            assert form.strip(), text
            assert fields(form) == fields(text.source), text
            assert form[:1].isspace() == text.source[:1].isspace(), text


def test_german_keeps_keys_and_endings(texts):
    german = read(FOLDER / "nestdesk_de.ts")
    for text in texts:
        said = german[text][0]
        assert ("&" in text.source) == ("&" in said), text
        assert text.source.endswith("…") == said.endswith("…"), text
        assert re.findall(r"\*\.\w+", text.source) == re.findall(r"\*\.\w+", said), text


def test_english_has_both_forms_of_what_is_counted(texts):
    english = read(FOLDER / "nestdesk_en.ts")
    assert set(english) == {one for one in texts if one.has_number}
    for text, (one, many) in english.items():
        assert fields(one) == fields(many) == fields(text.source)
        assert not re.search(r"\(\w+\)|\w/\w", one + many), text


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language, tmp_path):
    compile_to(tmp_path / "made.qm", FOLDER / f"nestdesk_{language}.ts")
    assert (tmp_path / "made.qm").read_bytes() == (FOLDER / f"nestdesk_{language}.qm").read_bytes()


def test_updating_again_changes_nothing(texts, tmp_path):
    for language in translations.LANGUAGES:
        path = FOLDER / f"nestdesk_{language}.ts"
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        write(copy, language, tuple(one for one in texts if one.has_number or language != SOURCE))
        assert copy.read_bytes() == path.read_bytes()


def test_a_new_text_is_unfinished_and_an_old_one_goes(tmp_path):
    path = tmp_path / "nestdesk_xx.ts"
    write(path, "xx", (Text("Old"), Text("Kept")))
    path.write_text(path.read_text().replace(' type="unfinished" />', ">gone</translation>", 1))
    path.write_text(path.read_text().replace(' type="unfinished" />', ">Bleibt</translation>", 1))
    assert read(path) == {Text("Old"): ("gone",), Text("Kept"): ("Bleibt",)}
    write(path, "xx", (Text("Kept"), Text("%Ln new", "", True)))
    assert read(path) == {Text("Kept"): ("Bleibt",)}
    assert "%Ln new" in path.read_text()


def test_texts_that_cannot_be_looked_up_are_refused(tmp_path):
    (tmp_path / "view.py").write_text('tr(f"Hello {name}")')
    with pytest.raises(SyntaxError, match=r"view\.py:1"):
        extract(tmp_path)


def test_the_settings_offer_every_language():
    assert tuple(LANGUAGE_WORDS) == LANGUAGES
    assert set(LANGUAGES) == {"system", *translations.LANGUAGES}


def test_no_text_is_shown_past_tr():
    past = []
    for path in PACKAGE.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                for place in SHOWING.get(name, ()):
                    if place < len(call.args) and _is_words(call.args[place]):
                        past.append(f"{path.name}:{call.lineno}")
    assert past == []


def _is_words(shown: ast.expr) -> bool:
    """Say whether English stands there as it is: in a string, or between the values of an f-string."""
    parts = shown.values if isinstance(shown, ast.JoinedStr) else [shown]
    said = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(re.search(r"[A-Za-z]{2}", one.replace("NestDesk", "").replace("F1", "")) for one in said)
