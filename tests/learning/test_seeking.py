"""Beam search finds the likeliest spans; of near ones the span wins that explains the question."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import pytest
import torch

from nestdesk.core import prompts
from nestdesk.learning import branches, generate, packing, seeking, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active
from nestdesk.learning.limits import WORDS, Spans, Written
from nestdesk.learning.seeking import Answer, Asked, Reading

Told = Callable[[Generator[float, None, list]], list]
PASSAGES = ("The red fox met nine owls in Ghent.", "Two bears sleep.")
QUESTIONS = ("Who met owls?", "Where was it?", "How many bears?")


def asked(tiny: Backbone, question: str, passages: Sequence[str] = PASSAGES, priors: Sequence[float] = ()) -> Asked:
    read = [tuple(study.tokens(tiny, prompts.reading([text], question))) for text in passages]
    readings = zip(read, passages, priors or [0.0] * len(passages), strict=True)
    return Asked(question, tuple(Reading(*reading) for reading in readings))


def log_probability(tiny: Backbone, prompt: Sequence[int], ids: Sequence[int]) -> float:
    ends = []
    for stop in tiny.stop_ids:
        batch = packing.pack([[packing.Example(tuple(prompt), (*ids, stop))]])
        ends.append(-packing.answer_losses(tiny, batch)[0].sum().item())
    return max(ends)


@torch.no_grad()
def test_a_candidates_score_is_its_log_probability_and_they_are_in_order(tiny: Backbone, told: Told) -> None:
    readings = [reading for question in QUESTIONS for reading in asked(tiny, question).readings]
    held = [Spans(tiny, [one.passage]) for one in readings]
    found = told(generate.likeliest(tiny, [one.prompt for one in readings], NOTHING, held, 3, 40))
    for one, own in zip(readings, found, strict=True):
        assert 1 <= len(own) <= 3
        assert [score for _, score in own] == sorted((score for _, score in own), reverse=True)
        for ids, score in own:
            assert any(tiny.decode(ids) in text for text in (one.passage, *WORDS))
            assert score == pytest.approx(log_probability(tiny, one.prompt, ids), abs=1e-3)


@torch.no_grad()
def test_wide_beams_find_the_best_span_there_is(tiny: Backbone, told: Told) -> None:
    text = "ab cd"
    (one,) = asked(tiny, "Which?", [text]).readings
    (found,) = told(generate.likeliest(tiny, [one.prompt], NOTHING, [Spans(tiny, [text])], 16, 8))
    every = {"ab", "cd", "ab cd", *WORDS}
    best = max(every, key=lambda span: log_probability(tiny, one.prompt, tiny.encode(span)))
    assert tiny.decode(found[0][0]) == best
    assert {tiny.decode(ids) for ids, _ in found} == every


def test_many_are_answered_as_each_alone(tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    all_asked = [asked(tiny, question) for question in QUESTIONS]
    alone = [told(seeking.answers(tiny, [one], NOTHING))[0] for one in all_asked]
    alike = [replace(one, fit=pytest.approx(one.fit, rel=1e-4)) for one in alone]
    assert told(seeking.answers(tiny, all_asked, NOTHING)) == alike
    monkeypatch.setattr(branches, "BATCH_TOKENS", 20)
    assert told(seeking.answers(tiny, all_asked, NOTHING)) == alike


def found_and_explained(
    monkeypatch: pytest.MonkeyPatch, tiny: Backbone, found: list[list[tuple[str, float]]], explained: dict[str, float]
) -> list[str]:
    """Let these spans of each passage be found, and these logs explain the question; returns what was asked about."""
    asked_about: list[str] = []

    def likeliest(*args: object) -> Generator[float, None, list]:
        yield 1.0
        return [[(tiny.encode(text), score) for text, score in own] for own in found]

    def explain(_: Backbone, __: object, candidates: Sequence[seeking._Candidate], *___: object) -> Generator:
        asked_about.extend(tiny.decode(one.answer.ids) for one in candidates)
        yield 1.0
        return [(explained.get(tiny.decode(one.answer.ids), -9.0), 4) for one in candidates]

    monkeypatch.setattr(generate, "likeliest", likeliest)
    monkeypatch.setattr(seeking, "_explained", explain)
    return asked_about


@pytest.mark.parametrize("explained", ["red", "Ghent"])
def test_the_span_that_explains_the_question_wins_among_near_ones(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch, explained: str
) -> None:
    near = [("red", -1.0), ("Ghent", -1.2), ("owls", -1.2 - seeking.MARGIN)]
    asked_about = found_and_explained(monkeypatch, tiny, [near], {explained: -5.0})
    (answer,) = told(seeking.answers(tiny, [asked(tiny, QUESTIONS[0], PASSAGES[:1])], NOTHING))
    assert (tiny.decode(answer.ids), answer.fit) == (explained, -5.0 / 4)
    assert asked_about == ["red", "Ghent"]  # one far behind is not even asked about


@pytest.mark.parametrize(("prior", "chosen"), [(0.0, ("bears", 1)), (8.0, ("red", 0))])
def test_passage_and_span_are_chosen_together(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch, prior: float, chosen: tuple[str, int]
) -> None:
    found_and_explained(monkeypatch, tiny, [[("red", -1.0)], [("bears", -4.5)]], {"bears": -1.0})
    (answer,) = told(seeking.answers(tiny, [asked(tiny, QUESTIONS[1], priors=(prior, 0.0))], NOTHING))
    assert (tiny.decode(answer.ids), answer.reading) == chosen


def known(monkeypatch: pytest.MonkeyPatch, one: Asked, learned: Sequence[int], said: dict[str, float]) -> Asked:
    """Let the passages of some readings be learned by experts, to which answers make the question so likely."""

    def logs(_: Backbone, told: Sequence[tuple[str, str, str]], own: Sequence[Active]) -> Generator:
        assert {text for text, _, _ in told} == {""}  # they read nothing
        assert len(own) == len(told)
        yield 1.0
        return [said.get(answer, -20.0) for _, answer, _ in told]

    monkeypatch.setattr(seeking, "_logs", logs)
    readings = [
        replace(reading, knows=lambda: NOTHING) if place in learned else reading
        for place, reading in enumerate(one.readings)
    ]
    return replace(one, readings=tuple(readings))


def test_experts_that_learned_the_passages_have_a_say(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_and_explained(monkeypatch, tiny, [[("red", -1.0), ("Ghent", -1.5)], [("bears", -1.2)]], {})
    for favourite in ("red", "Ghent", "bears"):
        one = known(monkeypatch, asked(tiny, QUESTIONS[1]), (0, 1), {favourite: -2.0})
        (answer,) = told(seeking.answers(tiny, [one], NOTHING))
        assert tiny.decode(answer.ids) == favourite


def test_experts_are_asked_about_answers_near_the_best_one_alone(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = seeking.MARGIN + 0.1
    explained = {"red": -9.0, "Ghent": -9.0 - behind / seeking.QUESTION_WEIGHT}
    found_and_explained(monkeypatch, tiny, [[("red", -1.0), ("Ghent", -1.0)]], explained)
    one = known(monkeypatch, asked(tiny, QUESTIONS[1], PASSAGES[:1]), (0,), {"Ghent": -0.1})
    (answer,) = told(seeking.answers(tiny, [one], NOTHING))
    assert tiny.decode(answer.ids) == "red"


def test_where_a_span_ends_is_not_theirs_to_say(tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    found_and_explained(monkeypatch, tiny, [[("fox", -1.0), ("The red fox", -1.2), ("Ghent", -0.9)]], {})
    one = known(monkeypatch, asked(tiny, QUESTIONS[1], PASSAGES[:1]), (0,), {"The red fox": -2.0, "fox": -8.0})
    (answer,) = told(seeking.answers(tiny, [one], NOTHING))
    assert tiny.decode(answer.ids) == "fox"


def test_what_nobody_learned_is_neither_better_nor_worse_for_it(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_and_explained(monkeypatch, tiny, [[("red", -1.0)], [("bears", -1.2)]], {})
    for learned in ((), (0,), (1,)):
        for log in (-2.0, -90.0):
            one = known(monkeypatch, asked(tiny, QUESTIONS[1]), learned, {"red": log, "bears": log})
            (answer,) = told(seeking.answers(tiny, [one], NOTHING))
            assert (tiny.decode(answer.ids), answer.fit) == ("red", -9.0 / 4)


def test_an_echo_of_the_question_answers_only_if_there_is_nothing_else(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = asked(tiny, "Who met owls?", PASSAGES[:1])
    asked_about = found_and_explained(monkeypatch, tiny, [[("owls", -1.0), ("Ghent", -8.0)]], {})
    (answer,) = told(seeking.answers(tiny, [read], NOTHING))
    assert tiny.decode(answer.ids) == "Ghent"
    assert asked_about == ["Ghent"]
    found_and_explained(monkeypatch, tiny, [[("owls", -1.0)]], {})
    (answer,) = told(seeking.answers(tiny, [read], NOTHING))
    assert tiny.decode(answer.ids) == "owls"


def test_a_sentence_read_alone_counts_only_where_it_is_sure(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = asked(tiny, "Who met them?", ["The red fox met nine owls in Ghent. Two bears sleep.", "Two bears sleep."])
    one = replace(whole, readings=(whole.readings[0], replace(whole.readings[1], is_part=True)))
    for score, said in ((seeking.SURE, "bears"), (seeking.SURE - 0.1, "red fox")):
        found = [[("red fox", -3.0)], [("bears", score)]]
        found_and_explained(monkeypatch, tiny, found, {"red fox": -9.0, "bears": -9.0})
        (answer,) = told(seeking.answers(tiny, [one], NOTHING))
        assert tiny.decode(answer.ids) == said


def test_a_number_goes_before_a_likelier_word_where_one_is_asked_for(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [[("red", -1.0), ("nine", -3.0)]]
    for question, said in (("How many met?", "nine"), ("Who met?", "red")):
        found_and_explained(monkeypatch, tiny, found, {"red": -9.0, "nine": -9.0})
        (answer,) = told(seeking.answers(tiny, [asked(tiny, question, PASSAGES[:1])], NOTHING))
        assert tiny.decode(answer.ids) == said


@pytest.mark.parametrize(
    ("answer", "told_by"),
    [
        ("bears", "Two bears sleep."),
        ("rains", "Two bears sleep. It rains!"),
        ("yes", "The fox met owls. He left."),
    ],
)
def test_the_sentence_that_holds_the_span_explains_the_question_behind_the_first_one(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch, answer: str, told_by: str
) -> None:
    read: list[str] = []
    original = prompts.asking
    monkeypatch.setattr(prompts, "asking", lambda text, answer: read.append(text) or original(text, answer))
    passages = ["The fox met owls. He left.", "Two bears sleep. They snore. It rains!"]
    place = int(answer != "yes" and answer not in passages[0])
    candidate = seeking._Candidate(0, Answer(tuple(tiny.encode(answer)), place), 0.0)
    told(seeking._explained(tiny, [asked(tiny, QUESTIONS[2], passages)], [candidate], NOTHING))
    assert read == [told_by]


@pytest.mark.parametrize(
    ("sentence", "passage", "said"),
    [
        ("It rains!", "Ghent\n\nTwo bears sleep. It rains!", "Ghent\n\nTwo bears sleep. It rains!"),
        ("Two bears sleep.", "Ghent\n\nTwo bears sleep. It rains!", "Ghent\n\nTwo bears sleep."),
        ("fox 3", "bear 2\nfox 3\nowl 9", "fox 3"),
    ],
)
def test_a_sentence_is_introduced_by_heading_and_opening(sentence: str, passage: str, said: str) -> None:
    assert seeking._introduced(sentence, passage) == said


def test_nothing_asked_nothing_answered(tiny: Backbone, told: Told) -> None:
    assert told(seeking.answers(tiny, [], NOTHING)) == []


def test_nothing_is_copied_from_a_question(tiny: Backbone, told: Told) -> None:
    (answer,) = told(seeking.answers(tiny, [asked(tiny, "Who met owls?", ["Who met owls in Ghent? A fox."])], NOTHING))
    assert tiny.decode(answer.ids).strip() in ("A", "fox", "A fox", *WORDS)


def test_what_no_passage_holds_is_spelled_freely_and_explained_by_the_experts_alone(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = prompts.asking
    monkeypatch.setattr(prompts, "asking", lambda text, answer: read.append(text) or original(text, answer))
    (answer,) = told(seeking.answers(tiny, [recalled(tiny, 1)], NOTHING))
    likely = told(generate.likeliest(tiny, [recalled(tiny, 1).readings[0].prompt], NOTHING, [Written(tiny)], 4, 21))[0]
    assert answer.ids in [tuple(ids) for ids, _ in likely]
    assert set(read) == {""}


def test_each_reading_has_experts_of_its_own(tiny: Backbone, told: Told, block: Callable[..., Active]) -> None:
    blocks = [block(5, seed) for seed in (1, 2, 3)]
    alone = [told(seeking.answers(tiny, [recalled(tiny, 1)], [one]))[0] for one in blocks]
    assert alone[0].ids != alone[2].ids
    pairs = told(seeking.answers(tiny, [recalled(tiny, 2)] * 2, [blocks[0], blocks[1], blocks[2], blocks[0]]))
    assert pairs[0].ids == (alone[0], alone[1])[pairs[0].reading].ids
    assert pairs[1].ids == (alone[2], alone[0])[pairs[1].reading].ids


def recalled(tiny: Backbone, readings: int) -> Asked:
    reading = Reading(tuple(study.tokens(tiny, prompts.closed("Who met owls?"))), "")
    return Asked("Who met owls?", (reading,) * readings)
