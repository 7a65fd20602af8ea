"""What services say is said in the window's language, and every template is a sentence that some service says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nestdesk
from nestdesk.gui import language
from nestdesk.gui.heard import SENTENCES, heard

PACKAGE = Path(nestdesk.__file__).parent


def said(tree: ast.AST) -> Iterator[str]:
    """Yield a pattern for every text in a file that is long enough to be a sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)


@pytest.fixture(scope="module")
def patterns():
    files = [file for file in PACKAGE.rglob("*.py") if file.parent.name not in ("gui", "bench")]
    texts = {text for file in files for text in said(ast.parse(file.read_text(encoding="utf-8")))}
    return [re.compile(text, re.DOTALL) for text in texts if len(text.replace(".*", "")) > 8]


def test_every_template_is_said_by_a_service(patterns):
    lost = []
    for one in SENTENCES:
        sentences = (one, *re.split(r"(?<=[.!?])\s+", one))
        if not any(pattern.fullmatch(part) for part in sentences for pattern in patterns):
            lost.append(one)
    assert lost == []


@pytest.fixture
def german(qapp):
    language.install(qapp, "de")
    yield
    language.install(qapp, language.SOURCE)


def test_english_stays_as_it_is(qapp):
    assert heard("Copied from a passage with 2 experts.") == "Copied from a passage with 2 experts."


def test_a_sentence_is_said_anew_with_its_values(german):
    assert heard("Copied from a passage with 2 experts.") == "Aus einer Textstelle übernommen, mit 2 Experten."
    told = heard("Learning did not help (1 of 7 probes answered before, 0 after), so the expert stays as it was.")
    assert "1 von 7" in told
    assert "Learning" not in told
    assert heard("a {b} c.pdf has no text in it.") == "a {b} c.pdf enthält keinen Text."


def test_several_sentences_are_said_one_by_one_and_unknown_ones_stay(german):
    told = heard("Nobody ever said this. Copied from a passage.")
    assert told == "Nobody ever said this. Aus einer Textstelle übernommen."
    assert heard("") == ""
