"""Which passages and experts an answer uses, by mode; and asking many questions at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nestdesk.core.errors import SettingsError
from nestdesk.core.jobs import finish
from nestdesk.core.prompts import ABSENT
from nestdesk.core.types import Function, Level, Mode, Role
from nestdesk.engine import protocol
from nestdesk.services import recall as recall_module
from nestdesk.services import responses
from nestdesk.services.library_index import LibraryIndex
from nestdesk.services.prompts import question_turns, spelled_out
from nestdesk.services.responses import UNTOLD
from nestdesk.services.roster import uses
from nestdesk.storage.passages import PassageStore

SENTENCE = "The harbour master Ellinor Vance keeps seven lanterns in the northern lighthouse of Brackwater."
HARBOUR = f"{SENTENCE} " * 12
ABOUT = "Which harbour master keeps seven lanterns?"
UNRELATED = "Please compose music about mountains"


@pytest.fixture
def learned(desk, document):
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    return finish(desk.learn.run(source.id))


def levels(planned):
    return [gate.level for gate in planned.why.experts]


@pytest.mark.parametrize("is_short", [False, True])
def test_an_unrelated_question_gets_exactly_the_backbone(desk, learned, is_short):
    plan = desk.recall.plan(UNRELATED, Mode.AUTO, is_short=is_short)
    assert (plan.passages, plan.uses, plan.why.experts, plan.why.passages) == ((), (), (), ())

    finish(desk.recall.ask(UNRELATED, is_short=is_short))
    request = desk.engine.requests[-1]
    assert request.asked.experts == ()
    assert request.asked.turns == question_turns(UNRELATED, is_short=is_short)


@pytest.mark.parametrize(("passages", "least"), [(1, 0.35), (10, 0.454), (100, 0.672), (1000, 0.891)])
def test_a_question_is_about_what_the_search_scores_high_for_a_library_of_that_size(
    desk, learned, monkeypatch, passages, least
):
    (hit,) = desk.recall.plan(ABOUT, Mode.RETRIEVAL).why.passages
    index = LibraryIndex(desk.sources, PassageStore(desk.database), desk.changes)
    monkeypatch.setattr(LibraryIndex, "__len__", lambda _: passages)
    assert index.about([replace(hit, score=least + 0.01)]) == (learned.id,)
    assert index.about([replace(hit, score=least - 0.01, similarity=1.0)]) == ()


def test_auto_reads_passages_with_the_slow_experts_and_asks_those_that_learned_them(desk, learned):
    plan = desk.recall.plan(ABOUT)
    assert 0 < len(plan.passages) <= recall_module.PASSAGES
    assert levels(plan) == [Level.SLOW, Level.SLOW, Level.FAST]
    assert plan.why.passages[0].similarity > 0.0
    finish(desk.recall.ask(ABOUT, is_short=True))
    seeking = desk.engine.requests[-1].asked
    slow = uses(desk.roster.slow())
    assert seeking.experts == slow
    for reading in seeking.readings:
        fast, *beside = reading.experts
        assert tuple(beside) == slow
        (block,) = fast.blocks
        assert reading.passage in desk.sources.passages(learned.id)[block].text


def test_only_auto_asks_the_experts_that_learned_a_passage_and_only_for_facts(desk, learned):
    for question, mode, is_short in (
        (ABOUT, Mode.RETRIEVAL, True),
        ("Tell me about the harbour master and the lanterns", Mode.AUTO, False),
    ):
        plan = desk.recall.plan(question, mode, is_short=is_short)
        assert plan.passages
        assert plan.knowing == ()
        assert Level.FAST not in levels(plan)


def test_what_was_rolled_back_has_no_say(desk, learned):
    (expert,) = desk.experts.of_source(learned.id)
    desk.expert_service.rollback(expert.id, desk.experts.history(expert.id)[-1].id)
    plan = desk.recall.plan(ABOUT)
    assert plan.passages
    assert set(plan.knowing) == {()}
    assert levels(plan) == [Level.SLOW, Level.SLOW]


def test_closed_uses_weights_and_no_passage(desk, learned):
    plan = desk.recall.plan(ABOUT, Mode.CLOSED)
    assert plan.passages == ()
    assert levels(plan) == [Level.FAST, Level.SLOW, Level.SLOW]


def test_closed_names_the_block_of_the_passage_that_is_asked_about(desk, document):
    parts = ["Bread is baked in the village oven every morning by Tomas Ferrier. " * 12, HARBOUR]
    (source,) = finish(desk.learn.add([document("village.txt", "\n\n".join(parts))]))
    finish(desk.learn.run(source.id))
    passages = [hit.text for hit in desk.sources.passages(source.id)]
    assert len(passages) > 1
    for question, word in ((ABOUT, "lanterns"), ("Who bakes bread in the village oven?", "oven")):
        fast = next(use for use in desk.recall.plan(question, Mode.CLOSED).uses if use.blocks)
        assert len(fast.blocks) == 1
        assert word in passages[fast.blocks[0]]


def test_a_passage_that_was_not_read_has_no_expert(desk, document):
    desk.engine.reads = 1
    parts = ["Bread is baked in the village oven every morning by Tomas Ferrier. " * 12, HARBOUR]
    (source,) = finish(desk.learn.add([document("village.txt", "\n\n".join(parts))]))
    finish(desk.learn.run(source.id))
    assert levels(desk.recall.plan("Who bakes bread in the village oven?", Mode.CLOSED))[0] is Level.FAST
    assert Level.FAST not in levels(desk.recall.plan(ABOUT, Mode.CLOSED))


def test_after_sleep_the_mid_expert_answers_with_the_sources_own_block(desk, learned, document):
    (bakery,) = finish(desk.learn.add([document("bakery.txt", "Tomas Ferrier bakes rye bread every morning. " * 12)]))
    finish(desk.learn.run(bakery.id))
    finish(desk.sleep.run())
    places = desk.roster.mid_experts()[0].head.config["places"]
    assert sorted(places.values()) == [[0, 1], [1, 1]]
    for source, question in ((learned.id, ABOUT), (bakery.id, "Who bakes rye bread every morning?")):
        plan = desk.recall.plan(question, Mode.CLOSED)
        assert levels(plan) == [Level.MID, Level.SLOW, Level.SLOW]
        assert plan.uses[0].blocks == (places[str(source)][0],)


def test_closed_without_a_route_uses_slow_experts_for_short_answers_only(desk, learned):
    assert levels(desk.recall.plan(UNRELATED, Mode.CLOSED)) == []
    assert levels(desk.recall.plan(UNRELATED, Mode.CLOSED, is_short=True)) == [Level.SLOW, Level.SLOW]


def test_after_a_rollback_closed_answers_as_before_learning(desk, document):
    finish(desk.recall.ask(ABOUT, Mode.CLOSED))
    before = desk.engine.requests[-1]
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    finish(desk.learn.run(source.id))
    (expert,) = desk.experts.of_source(source.id)
    desk.expert_service.rollback(expert.id, desk.experts.history(expert.id)[-1].id)
    finish(desk.recall.ask(ABOUT, Mode.CLOSED))
    assert desk.engine.requests[-1] == before

    desk.expert_service.restore(expert.name)
    assert Level.FAST in levels(desk.recall.plan(ABOUT, Mode.CLOSED))


def test_a_given_passage_is_read_with_the_slow_experts(desk):
    answer = finish(desk.recall.ask("Who?", Mode.PASSAGE, is_short=True, passage="Ellinor did it."))
    (reading,) = desk.engine.requests[-1].asked.readings
    assert (reading.passage, reading.prior) == ("Ellinor did it.", 0.0)
    assert reading.turns[-1].text == "Ellinor did it.\n\nQuestion: Who?"
    assert reading.turns[0].text.endswith("Answer with a short phrase.")
    assert [gate.level for gate in answer.why.experts] == [Level.SLOW, Level.SLOW]
    with pytest.raises(SettingsError):
        desk.recall.plan("Who?", Mode.PASSAGE)


def test_retrieval_in_an_empty_library_is_told(desk):
    plan = desk.recall.plan(ABOUT, Mode.RETRIEVAL)
    assert (plan.passages, plan.uses) == ((), ())
    assert "no passages" in plan.why.note


def test_the_best_passage_stands_nearest_to_the_question():
    turns = question_turns("Why?", ("best", "second"))
    assert [turn.role for turn in turns] == [Role.SYSTEM, Role.USER]
    assert turns[1].text == "second\n\nbest\n\nQuestion: Why?"


def test_many_questions_share_batches_and_keep_their_order(desk, learned):
    questions = [(UNRELATED, None), (ABOUT, None), (UNRELATED, None)]
    answers = finish(desk.recall.ask_many(questions, Mode.CLOSED))

    assert [answer.text for answer in answers] == [f"to {question}" for question, _ in questions]
    sent = [request for request in desk.engine.requests if isinstance(request, protocol.GenerateMany)]
    assert [len(request.asked) for request in sent] == [3]  # each with its own experts
    assert [isinstance(one, protocol.Seeking) for one in sent[0].asked] == [False, True, False]
    assert finish(desk.recall.ask_many([])) == ()


def test_slow_experts_are_born_once_and_for_their_backbone_only(desk, make_desk, tmp_path):
    desk.recall.plan(ABOUT, Mode.PASSAGE, passage="text")
    desk.recall.plan(ABOUT, Mode.PASSAGE, passage="text")
    born = {(expert.name, expert.function) for expert in desk.experts.list()}
    assert born == {("reading/attention", Function.ATTENTION), ("reading/memory", Function.MEMORY)}

    other = make_desk(tmp_path / "other")
    for file in (tmp_path / "other" / "birth").iterdir():
        file.write_bytes(file.read_bytes().replace(b"fake-backbone", b"else-backbone"))
    assert other.recall.plan(ABOUT, Mode.PASSAGE, passage="text").uses == ()
    other.database.close()


@pytest.mark.parametrize("is_short", [False, True])
def test_the_weights_alone_tell_a_fact_from_the_block_that_knows_it(desk, document, is_short):
    parts = [f"The harbour master of {town} keeps seven lanterns. " * 14 for town in ("Brackwater", "Ostwick")]
    (source,) = finish(desk.learn.add([document("harbours.txt", "\n\n".join(parts))]))
    finish(desk.learn.run(source.id))
    slow = uses(desk.roster.slow())
    for known in (0, 1):
        desk.engine.found = lambda asked, known=known: [one.experts[0].blocks for one in asked.readings].index((known,))
        answer = finish(desk.recall.ask(ABOUT, Mode.CLOSED, is_short))
        sought = desk.engine.requests[-1].asked
        assert sought.question == ABOUT
        assert {one.experts[0].blocks for one in sought.readings} == {(0,), (1,)}
        for one in sought.readings:
            assert (one.turns, one.passage) == (question_turns(ABOUT, is_short=True), "")
            assert one.experts[1:] == slow
        assert levels(answer) == [Level.FAST, Level.SLOW, Level.SLOW]
        assert answer.text == desk.engine.answer
        (same,) = finish(desk.recall.ask_many([(ABOUT, None)], Mode.CLOSED, is_short))
        assert desk.engine.requests[-1].asked == (sought,)
        assert same.why == answer.why


def test_an_account_from_the_weights_is_written_with_the_likeliest_block(desk, learned):
    told = finish(desk.recall.ask("Tell me about the harbour master and the seven lanterns", Mode.CLOSED))
    asked = desk.engine.requests[-1].asked
    assert isinstance(asked, protocol.Asked)
    assert levels(told) == [Level.FAST, Level.SLOW, Level.SLOW]
    assert (len(asked.experts), asked.unlike) == (3, ABSENT), "the word for not knowing is a signal and no answer"
    finish(desk.recall.ask(UNRELATED, is_short=True))
    assert desk.engine.requests[-1].asked.unlike == ""  # the untouched backbone may say what it likes


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.RETRIEVAL])
def test_a_short_answer_is_copied_from_one_of_the_passages_found(desk, document, learned, mode):
    finish(desk.learn.run(finish(desk.learn.add([document("b.txt", HARBOUR.replace("seven", "nine"))]))[0].id))
    desk.engine.found = lambda asked: next(at for at, one in enumerate(asked.readings) if "nine" in one.passage)
    answer = finish(desk.recall.ask(ABOUT, mode, is_short=True))
    sought = desk.engine.requests[-1].asked
    whole, alone = sought.readings[:2], sought.readings[2:]
    assert [one.passage for one in alone] == [SENTENCE.replace("seven", number) for number in _numbers(whole)]
    assert [one.is_part for one in sought.readings] == [False, False, True, True]
    assert sought.question == ABOUT
    for reading in sought.readings:
        assert reading.turns == question_turns(ABOUT, [reading.passage], is_short=True)
        assert reading.prior > 0.0
    assert [("nine" in hit.text) for hit in answer.why.passages] == [True], "its reason is the passage it stands in"
    (same,) = finish(desk.recall.ask_many([(ABOUT, None)], mode, is_short=True))
    assert desk.engine.requests[-1].asked == (sought,)
    assert same.why == answer.why


def test_what_explains_a_question_and_what_weights_answer_get_the_mark_that_was_left_out(desk, learned):
    typed = f"{ABOUT[0].lower()}{ABOUT[1:].rstrip('?')}"
    finish(desk.recall.ask(typed, is_short=True))
    sought = desk.engine.requests[-1].asked
    assert sought.question == ABOUT
    assert all(one.turns[-1].text.endswith(typed) for one in sought.readings)  # the reader reads what was typed
    finish(desk.recall.ask(typed, Mode.CLOSED, is_short=True))
    (recalled,) = desk.engine.requests[-1].asked.readings
    assert recalled.turns[-1].text.endswith(ABOUT)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("who came", "Who came?"),
        ("Who came?", "Who came?"),
        ("I lost it. where is it.", "I lost it. where is it?"),
        ('What means "tin"', 'What means "tin"?'),
        ('Who asked "why?"', 'Who asked "why?"'),
        ("谁来了？", "谁来了？"),
    ],
)
def test_questions_are_spelled_out(said, asked):
    assert spelled_out(said) == asked


def _numbers(readings):
    return ["nine" if "nine" in one.passage else "seven" for one in readings]


def test_an_answer_from_a_sentence_alone_has_its_passage_as_reason(desk, document, learned):
    finish(desk.learn.run(finish(desk.learn.add([document("b.txt", HARBOUR.replace("seven", "nine"))]))[0].id))
    for place in (2, 3):
        desk.engine.found = lambda asked, place=place: place
        answer = finish(desk.recall.ask(ABOUT))
        (reason,) = answer.why.passages
        assert desk.engine.requests[-1].asked.readings[place].passage in reason.text


def test_a_fact_comes_with_the_sentence_it_stands_in(desk, learned):
    desk.engine.answer = "seven lanterns"
    streamed = []
    answer = finish(desk.recall.ask(ABOUT), lambda progress: streamed.append(progress.text))
    assert answer.text == f"Seven lanterns\n\n> {HARBOUR.split('. ')[0]}."
    assert "".join(streamed) == answer.text
    assert [gate.level for gate in answer.why.experts] == [Level.SLOW, Level.SLOW, Level.FAST]
    assert len(answer.why.passages) == 1
    given = finish(desk.recall.ask(ABOUT, Mode.PASSAGE, passage="Kai has seven lanterns! Rain fell."))
    assert given.text == "Seven lanterns\n\n> Kai has seven lanterns!"


def test_an_account_quotes_the_passages_and_asks_the_engine_for_nothing(desk, document):
    text = "The harbour master keeps seven lanterns. Bread is baked at dawn. The harbour has a lighthouse."
    (source,) = finish(desk.learn.add([document("harbour.txt", text)]))
    finish(desk.learn.run(source.id))
    requests = len(desk.engine.requests)
    answer = finish(desk.recall.ask("Tell me about the harbour master and the lighthouse"))
    assert answer.text == (
        "From **harbour**:\n\n> The harbour master keeps seven lanterns.\n> The harbour has a lighthouse."
    )
    assert (answer.why.experts, len(answer.why.passages)) == ((), 1)
    assert desk.engine.requests[requests:] == []


def test_whatever_else_is_asked_is_written_by_the_backbone_that_reads_the_passages(desk, learned):
    question = "Please write a letter to the harbour master about seven lanterns"
    answer = finish(desk.recall.ask(question))
    asked = desk.engine.requests[-1].asked
    assert (answer.text, asked.experts) == (desk.engine.answer, ())
    assert asked.turns == question_turns(question, [hit.text for hit in answer.why.passages])


def test_many_questions_of_all_forms_are_answered_in_their_order(desk, learned):
    told = "Tell me about the harbour master, the lanterns and the lighthouse"
    questions = [told, ABOUT, "Please write to the harbour master about seven lanterns", UNRELATED]
    one_by_one = [finish(desk.recall.ask(question)).why for question in questions]
    answers = finish(desk.recall.ask_many([(question, None) for question in questions]))
    assert [answer.why for answer in answers] == one_by_one
    assert answers[0].text.startswith("From **harbour**")
    assert [answer.text.startswith("To ") for answer in answers[1:2]] == [True]
    assert answers[3].text == f"to {UNRELATED}"


@pytest.mark.parametrize("is_short", [False, True])
def test_what_no_passage_tells_is_answered_by_the_untouched_backbone(desk, learned, is_short):
    desk.engine.fit = -8.0
    answer = finish(desk.recall.ask(ABOUT, is_short=is_short))
    assert (answer.why.passages, answer.why.experts, answer.why.note) == ((), (), UNTOLD)
    asked = desk.engine.requests[-1].asked
    assert (asked.experts, asked.unlike) == ((), "")
    assert asked.turns == question_turns(ABOUT, is_short=is_short)
    together = finish(desk.recall.ask_many([(UNRELATED, None), (ABOUT, None), (UNRELATED, None)], is_short=is_short))
    assert [one.text for one in together] == [f"to {UNRELATED}", f"to {ABOUT}", f"to {UNRELATED}"]
    assert together[1].why == answer.why


def test_the_better_the_search_the_less_a_passage_has_to_explain_the_question(desk, learned):
    plan = desk.recall.plan(ABOUT)
    (hit,) = plan.why.passages
    assert 0 < plan.least_score < hit.score
    least = responses.TELLS_FROM - responses.TELLS_WEIGHT * (hit.score - plan.least_score)
    for fit, passages in ((least + 0.01, 1), (least - 0.01, 0)):
        desk.engine.fit = fit
        assert len(finish(desk.recall.ask(ABOUT)).why.passages) == passages


def test_who_asks_for_passages_gets_them(desk, learned):
    desk.engine.fit = -8.0
    assert finish(desk.recall.ask(ABOUT, Mode.RETRIEVAL, is_short=True)).why.passages
    assert finish(desk.recall.ask(ABOUT, Mode.PASSAGE, passage=SENTENCE)).why.experts
