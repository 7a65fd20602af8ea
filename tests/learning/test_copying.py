"""Beam search finds the likeliest spans; of near ones the span wins that explains the question."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import pytest
import torch

from nestdesk.core import prompts
from nestdesk.learning import branches, copying, generate, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.copying import Asked
from nestdesk.learning.experts import NOTHING
from nestdesk.learning.limits import WORDS, Spans

Told = Callable[[Generator[float, None, list]], list]
PASSAGES = ("The red fox met nine owls in Ghent.", "Two bears sleep.")
QUESTIONS = ("Who met owls?", "Where was it?", "How many bears?")


def asked(tiny: Backbone, question: str, passages: Sequence[str] = PASSAGES) -> Asked:
    prompt = study.tokens(tiny, prompts.reading(passages, question))
    return Asked(tuple(prompt), question, tuple(passages))


def log_probability(tiny: Backbone, prompt: Sequence[int], ids: Sequence[int]) -> float:
    ends = []
    for stop in tiny.stop_ids:
        batch = packing.pack([[packing.Example(tuple(prompt), (*ids, stop))]])
        ends.append(-packing.answer_losses(tiny, batch)[0].sum().item())
    return max(ends)


@torch.no_grad()
def test_a_candidates_score_is_its_log_probability_and_they_are_in_order(tiny: Backbone, told: Told) -> None:
    all_asked = [asked(tiny, question) for question in QUESTIONS]
    held = [Spans(tiny, one.passages) for one in all_asked]
    found = told(generate.likeliest(tiny, [one.prompt for one in all_asked], NOTHING, held, 3, 40))
    for one, own in zip(all_asked, found, strict=True):
        assert 1 <= len(own) <= 3
        assert [score for _, score in own] == sorted((score for _, score in own), reverse=True)
        for ids, score in own:
            assert any(tiny.decode(ids) in text for text in (*PASSAGES, *WORDS))
            assert score == pytest.approx(log_probability(tiny, one.prompt, ids), abs=1e-3)


@torch.no_grad()
def test_wide_beams_find_the_best_span_there_is(tiny: Backbone, told: Told) -> None:
    text = "ab cd"
    one = asked(tiny, "Which?", [text])
    (found,) = told(generate.likeliest(tiny, [one.prompt], NOTHING, [Spans(tiny, [text])], 16, 8))
    every = {"ab", "cd", "ab cd", *WORDS}
    best = max(every, key=lambda span: log_probability(tiny, one.prompt, tiny.encode(span)))
    assert tiny.decode(found[0][0]) == best
    assert {tiny.decode(ids) for ids, _ in found} == every


def test_many_are_answered_as_each_alone(tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    all_asked = [asked(tiny, question) for question in QUESTIONS]
    alone = [told(copying.answers(tiny, [one], NOTHING))[0] for one in all_asked]
    assert told(copying.answers(tiny, all_asked, NOTHING)) == alone
    monkeypatch.setattr(branches, "BATCH_TOKENS", 20)
    assert told(copying.answers(tiny, all_asked, NOTHING)) == alone


@pytest.mark.parametrize("explained", ["red", "Ghent"])
def test_the_span_that_explains_the_question_wins_among_near_ones(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch, explained: str
) -> None:
    near = [(tiny.encode("red"), -1.0), (tiny.encode("Ghent"), -1.2), (tiny.encode("owls"), -1.2 - copying.MARGIN)]
    asked_about: list[str] = []

    def likeliest(*args: object) -> Generator[float, None, list]:
        yield 1.0
        return [near]

    def explain(_: Backbone, pairs: Sequence[tuple[Asked, tuple[list[int], float]]], *__: object) -> Generator:
        asked_about.extend(tiny.decode(ids) for _, (ids, _) in pairs)
        yield 1.0
        return [-5.0 if tiny.decode(ids) == explained else -9.0 for _, (ids, _) in pairs]

    monkeypatch.setattr(generate, "likeliest", likeliest)
    monkeypatch.setattr(copying, "_explained", explain)
    (answer,) = told(copying.answers(tiny, [asked(tiny, QUESTIONS[0])], NOTHING))
    assert tiny.decode(answer) == explained
    assert asked_about == ["red", "Ghent"]  # one far behind is not even asked about


def test_a_passage_that_holds_the_span_is_what_explains_the_question(
    tiny: Backbone, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = prompts.asking
    monkeypatch.setattr(prompts, "asking", lambda text, answer: read.append(text) or original(text, answer))
    pairs = [(asked(tiny, QUESTIONS[2]), (tiny.encode("bears"), 0.0))]
    told(copying._explained(tiny, pairs, NOTHING))
    assert read == [PASSAGES[1]]


def test_nothing_asked_nothing_answered(tiny: Backbone, told: Told) -> None:
    assert told(copying.answers(tiny, [], NOTHING)) == []
