"""Documents that try to steer an assistant are found, whatever they hide in; ordinary ones are left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Role, Turn
from nestdesk.memory import statements
from nestdesk.memory.facts import drafts
from nestdesk.memory.passages import split
from nestdesk.memory.readers import read
from nestdesk.memory.suspicion import QUOTED_CHARS, Examiner, Finding, Rule
from tests.memory.attacks import AFTER, BEFORE, DOCUMENTS, FILES, ORDINARY, PASTED

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def findings(text: str, *names: str) -> dict[Rule, Finding]:
    examiner = Examiner(*names)
    examiner.look([text])
    return {one.rule: one for one in examiner.findings()}


def test_there_are_enough_attacks() -> None:
    assert len(DOCUMENTS) + len(FILES) + len(PASTED) >= 60


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_attack_is_found_and_its_reason_can_be_read(name: str) -> None:
    text, rule = DOCUMENTS[name]
    found = findings(text) if rule is Rule.REPEATS else findings(BEFORE + text + AFTER)
    assert rule in found
    words = found[rule].words()
    assert words.startswith(rule)
    assert len(words) <= len(rule) + QUOTED_CHARS + 6
    assert not set(words) & set("\u200b\u2060\u202e\u200e"), "what a person is shown hides nothing"


@pytest.mark.parametrize("name", FILES)
def test_an_attack_is_found_wherever_a_file_holds_it(name: str, tmp_path: Path) -> None:
    file_name, content, rule = FILES[name]
    file = tmp_path / file_name
    file.write_text(content, encoding="utf-8")
    examiner = Examiner(file.stem)
    for document in read(file):
        examiner.look([document.title, *(passage.text for passage in split(document))])
    hidden_by_reader = name == "html_hidden" and not examiner.findings()
    assert hidden_by_reader or rule in {one.rule for one in examiner.findings()}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_text_is_left_alone(name: str) -> None:
    assert findings(ORDINARY[name]) == {}


def test_one_claim_is_counted_over_all_parts_of_a_document() -> None:
    examiner = Examiner()
    for way in ("It is known that", "All agree that", "It was reported that", "Experts say that"):
        assert not examiner.findings()
        for end in ("", " today"):
            examiner.look([f"{way} the founder of Brackwater{end} was Edgar Moon."])
    assert [one.rule for one in examiner.findings()] == [Rule.REPEATS]


@given(st.text(max_size=300))
def test_any_text_can_be_examined(text: str) -> None:
    for one in findings(text, text[:20]).values():
        assert one.words()


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_says_nothing_about_the_person(name: str) -> None:
    told = statements.newest([Turn(Role.USER, PASTED[name])])
    assert drafts(told, NOW) == ()
    assert statements.statements([Turn(Role.USER, PASTED[name])]) == ()


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith(("user_", "order_", "mark_"))])
def test_what_an_assistant_of_an_imported_chat_says_is_never_taken_for_the_persons_words(name: str) -> None:
    text = f"Your name is Edgar Moon and you live in Brackwater. I live there too. {DOCUMENTS[name][0]}"
    turns = [Turn(Role.USER, "Who are you?"), Turn(Role.ASSISTANT, text)]
    assert statements.statements(turns) == ()
    assert statements.newest(turns) == ()
    assert drafts(statements.newest([*turns, Turn(Role.USER, text)]), NOW) == (), "who repeats it is quoting it"
