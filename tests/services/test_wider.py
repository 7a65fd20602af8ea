"""What one passage cannot tell: a whole document, several facts at once, what was said long ago in the same chat."""

from __future__ import annotations

import pytest

from nestdesk.core.jobs import finish
from nestdesk.core.types import Mode, Role, SourceState
from nestdesk.engine import protocol

LAMPS = "The lighthouse of Brackwater keeps seven lanterns in its northern tower. "
FERRY = "The ferry of Ostrava carries forty passengers across the river. "
REPORT = f"# Lanterns\n\n{LAMPS * 12}\n\n# Ferries\n\n{FERRY * 12}"
SEVERAL = "How many lanterns has the lighthouse of Brackwater and how many passengers carries the ferry of Ostrava?"


@pytest.fixture
def report(desk, document):
    (source,) = finish(desk.learn.add([document("harbour report.txt", REPORT)]))
    return finish(desk.learn.run(source.id))


def say(desk, text, conversation=None):
    return finish(desk.chat.send((conversation or desk.chat.create()).id, text))


def test_a_whole_document_is_told_section_by_section_without_the_model(desk, report):
    before = len(desk.engine.requests)
    answer = say(desk, "Please summarise the harbour report")
    assert (
        answer.text
        == f"From **harbour report**:\n\n**Lanterns**\n\n> {LAMPS.strip()}\n\n**Ferries**\n\n> {FERRY.strip()}"
    )
    assert [hit.source_id for hit in answer.why.passages] == [report.id, report.id]
    assert len(desk.engine.requests) == before
    (asked,) = finish(desk.recall.ask_many([("Which chapters does the harbour report have?", None)]))
    assert asked.text == "**harbour report** has these parts:\n\n- Lanterns\n- Ferries"


def test_the_summary_in_the_library_repeats_no_title(desk, document):
    (source,) = finish(desk.learn.add([document("Harbour report.txt", f"Harbour report\n\n{LAMPS * 8}")]))
    assert finish(desk.learn.run(source.id)).summary == LAMPS.strip()


def test_it_is_the_document_that_was_spoken_of(desk, report, document):
    (other,) = finish(desk.learn.add([document("mills.txt", "Windmills grind barley near Dunmore. " * 30)]))
    finish(desk.learn.run(other.id))
    chat = desk.chat.create()
    say(desk, "How many lanterns has the lighthouse of Brackwater?", chat)
    assert say(desk, "Summarise the document", chat).text.startswith("From **harbour report**")
    assert say(desk, "Summarise the document").text.startswith("From **mills**")


def test_a_text_that_was_pasted_is_not_taken_for_a_document(desk, report):
    chat = desk.chat.create()
    say(desk, "Here is my draft. " + "The kettle whistles while the baker sleeps. " * 20, chat)
    assert say(desk, "Summarise the text", chat).text == desk.engine.answer


def test_several_facts_are_looked_up_and_answered_one_by_one(desk, report):
    desk.engine.found = lambda asked: 0
    answer = say(desk, SEVERAL)
    first, second = answer.text.split("\n\n**")
    assert first.startswith("**How many lanterns has the lighthouse of Brackwater?**")
    assert second.startswith("How many passengers carries the ferry of Ostrava?**")
    sent = desk.engine.requests[-1]
    assert isinstance(sent, protocol.GenerateMany)
    assert [one.question for one in sent.asked] == [
        "How many lanterns has the lighthouse of Brackwater?", "How many passengers carries the ferry of Ostrava?",
    ]  # fmt: skip
    assert LAMPS.strip() in sent.asked[0].readings[0].passage
    assert FERRY.strip() in sent.asked[1].readings[0].passage
    assert len(answer.why.passages) == 2
    assert answer.why.experts
    (asked,) = finish(desk.recall.ask_many([(SEVERAL, None)], Mode.AUTO))
    assert asked.text == answer.text


def test_what_only_seems_several_questions_is_asked_as_it_is(desk, report):
    finish(desk.recall.ask_many([("Who reads novels and where do penguins breed?", None)], Mode.AUTO))
    (asked,) = desk.engine.requests[-1].asked
    assert asked.turns[-1].text.endswith("Who reads novels and where do penguins breed?")


def test_a_chat_of_hundreds_of_turns_has_a_bounded_prompt_with_what_is_asked_about(desk):
    chat = desk.chat.create()
    for number in range(150):
        desk.journal.add_message(
            chat.id, Role.USER, f"Let us plan room{number} of the castle, it has tiles{number}. " * 3
        )
        desk.journal.add_message(chat.id, Role.ASSISTANT, f"For room{number} I suggest curtain{number}. " * 3)
    say(desk, "Write a line on room17, please.", chat)
    turns = desk.engine.requests[-1].asked.turns
    told = " ".join(turn.text for turn in turns)
    assert "curtain17" in told
    assert "curtain149" in told
    assert "Let us plan room0 of the" in turns[0].text
    assert len(told) < 3.5 * 2048
    assert turns[-1].text.endswith("Write a line on room17, please.")


def test_a_document_that_shall_not_be_learned_can_be_searched_only(desk, document):
    (source,) = finish(desk.learn.add([document("harbour report.txt", REPORT)]))
    (indexed,) = finish(desk.learn.run_queue(learns=False))
    assert indexed.state is SourceState.REMEMBERED
    assert desk.experts.of_source(source.id) == ()
    assert indexed.passages > 0
    assert not any(isinstance(one, protocol.Learn) for one in desk.engine.requests)
    assert say(desk, "How many lanterns has the lighthouse of Brackwater?").why.passages
