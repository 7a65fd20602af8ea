"""Study items: one answer a question, wordings held out, near misses preferred to misfits."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from nestdesk.core.types import Passage, StudyItem
from nestdesk.learning import generate, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING

TEXT = "Alice Moreau built the Harrow Bridge in 1893. It cost 4,200 crowns, and Tom Quill paid for it."
PASSAGES = (Passage(TEXT, 0, len(TEXT)),)


def finish(steps: Generator[float, None, Any]) -> tuple[Any, list[float]]:
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as stop:
            return stop.value, shares


def items_with(
    tiny: Backbone,
    monkeypatch: pytest.MonkeyPatch,
    write: Any,
    doubt: Any,
    answer: str = "",
    passages: int = 1,
    **options: Any,
) -> list[StudyItem]:
    """Make items from questions that ``write(number, wording)`` gives and doubts that ``doubt(draft)`` gives.

    A reader that is asked a question gives ``answer``.
    """

    def many(
        backbone: Backbone,
        prompts: Sequence[Sequence[int]],
        active: object,
        limit: int,
        heats: Sequence[float] = (),
        seed: int = 0,
        limits: Sequence[object] = (),
    ) -> Generator[float, None, list[list[int]]]:
        yield 1.0
        if not heats:
            return [tiny.encode(answer) for _ in prompts]
        tries = heats[1:].index(0.0) + 1 if 0.0 in heats[1:] else len(heats)  # the first of each fact is greedy
        return [tiny.encode(write(place // tries, place % tries)) for place in range(len(prompts))]

    monkeypatch.setattr(generate, "many", many)

    def doubts(_b: Any, _p: Any, drafts: Any, _s: Any) -> Generator[float, None, list[float]]:
        yield 1.0
        return [doubt(draft) for draft in drafts]

    monkeypatch.setattr(study, "doubts", doubts)
    items, shares = finish(study.make_items(tiny, PASSAGES * passages, NOTHING, 4, **options))
    assert shares == sorted(shares)
    return list(items)


def test_a_question_has_one_answer_the_one_its_reader_finds_likeliest(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = items_with(tiny, monkeypatch, lambda _n, _w: "Who or what is it?", lambda draft: draft.span.start / 100)
    (question,) = [item for item in items if item.kind == "question"]
    first = min(study.spans.find(TEXT, 4), key=lambda span: span.start)
    assert question.answer == first.text
    assert items == [question], "a passage with a question needs no clozes"


def test_questions_that_do_not_fit_are_dropped_and_their_facts_become_clozes(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = items_with(tiny, monkeypatch, lambda n, w: f"What is number {n} {w}?", lambda _d: study.MOST_DOUBT + 0.1)
    assert {item.kind for item in items} == {"cloze"}
    assert all("____" in item.prompt and item.answer not in item.prompt for item in items)


def test_a_question_that_missed_its_span_takes_the_answer_its_reader_is_sure_of(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(draft: Any) -> float:
        return 0.1 if draft.span.text == "paid for" else study.MOST_DOUBT + 1

    items = items_with(tiny, monkeypatch, lambda n, w: f"What is number {n} {w}?", doubt, answer="paid for")
    assert {(item.kind, item.answer) for item in items} == {("question", "paid for")}
    items = items_with(tiny, monkeypatch, lambda n, w: f"What is number {n} {w}?", doubt, answer="not in the text")
    assert {item.kind for item in items} == {"cloze"}


@pytest.mark.parametrize("wordings", [1, 2, 3])
def test_the_best_wordings_are_kept_and_a_held_out_one_is_never_studied(
    tiny: Backbone, monkeypatch: pytest.MonkeyPatch, wordings: int
) -> None:
    items = items_with(
        tiny, monkeypatch, lambda n, w: f"What is number {n} wording {w}?", lambda d: -d.wording, wordings=wordings
    )
    by_fact: dict[str, list[StudyItem]] = {}
    for item in items:
        by_fact.setdefault(item.answer, []).append(item)
    best = {f"wording {wording}?" for wording in range(1, wordings + study.SPARE_WORDINGS)}
    for own in by_fact.values():
        assert len(own) == wordings
        assert {" ".join(item.prompt.split()[-2:]) for item in own} == best
        assert sum(item.is_probe for item in own) < len(own)
    assert any(item.is_probe for item in items) is (wordings > 1)


def test_without_time_there_are_clozes_only(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    items = items_with(tiny, monkeypatch, lambda n, w: f"Is {n} {w}?", lambda _d: 0.0, room=lambda _: 0)
    assert {item.kind for item in items} == {"cloze"}


def test_as_many_passages_are_asked_about_as_there_is_room_for(tiny: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def room(done: int) -> int:
        told.append(done)
        return {0: 1, 1: 1}.get(done, 0)

    items = items_with(tiny, monkeypatch, lambda n, w: f"Is {n} {w}?", lambda _d: 0.0, room=room, passages=4)
    assert told == [0, 1, 2]
    kinds = [{item.kind for item in items if item.passage == place} for place in range(4)]
    assert kinds == [{"question"}, {"question"}, {"cloze"}, {"cloze"}]


def test_doubts_are_the_losses_of_the_answers_read_alone(tiny: Backbone) -> None:
    questions = ["Who built it?", "When was it built?", "Who paid?"]
    spans = study.spans.find(TEXT, 3)
    drafts = [study._Draft(0, span, question, 0) for span, question in zip(spans, questions, strict=True)]
    for draft, doubt in zip(drafts, finish(study.doubts(tiny, PASSAGES, drafts, NOTHING))[0], strict=True):
        prompt = study.tokens(tiny, study.prompts.reading([TEXT], draft.question))
        alone = packing.Example(tuple(prompt), (*tiny.encode(draft.span.text), tiny.end_id))
        losses, _ = packing.answer_losses(tiny, packing.pack([[alone]]))
        assert doubt == pytest.approx(losses.sum().item(), rel=1e-4)
