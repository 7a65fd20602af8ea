"""The slow experts' school: what its rows ask, and that a run leaves two experts that can be used."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch

from nestdesk.core import prompts
from nestdesk.core.paths import resources
from nestdesk.core.types import Function, Level
from nestdesk.learning import backbone, birth, experts, generate
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.birth import Paragraph
from nestdesk.services.models import Models

TOWNS = ("Ostwick", "Brackwater", "Ennismoor", "Hollin", "Farrowby")


@pytest.fixture
def article() -> list[Paragraph]:
    return [
        Paragraph(
            f"The mayor of {town} lives in the {town} tower and keeps {number} geese.",
            (
                (f"Where does the mayor of {town} live?", f"the {town} tower"),
                (f"How many geese in {town}?", str(number)),
            ),
        )
        for number, town in enumerate(TOWNS, start=11)
    ]


def test_foreign_questions_are_near_and_not_answered_by_the_passage(article: list[Paragraph]) -> None:
    for paragraph in article:
        foreign = birth._foreign(article, paragraph, random.Random(0))
        assert len(foreign) == birth.FOREIGN_QUESTIONS
        own = {question for question, _ in paragraph.questions}
        assert not own & set(foreign)
        assert all("geese" in question for question in foreign)  # of few words, one is the passage's


def test_a_question_whose_answer_the_passage_holds_is_not_foreign(article: list[Paragraph]) -> None:
    same = Paragraph(f"{article[0].text} There is a second one.", (("Who lives there?", "the mayor"),))
    assert "Who lives there?" not in birth._foreign([article[0], same], article[0], random.Random(0))
    assert birth._foreign([article[0]], article[0], random.Random(0)) == []


def test_a_step_reads_tells_what_is_absent_and_asks(tiny: Backbone, article: list[Paragraph]) -> None:
    *passages, sentence, several, asking, again, asking_of_sentence = next(birth.rows(tiny, [article], 0))
    absent = tuple(tiny.encode(prompts.ABSENT))
    for row in passages:
        assert [example.answer[:-1] == absent for example in row] == [False] * 2 + [True] * birth.FOREIGN_QUESTIONS
    assert not any(example.answer[:-1] == absent for example in (*sentence, *several, *asking))
    for row in (asking, again, asking_of_sentence):
        assert prompts.EXAMINER in tiny.decode(row[0].prompt)
    assert next(birth.rows(tiny, [article], 0)) == [*passages, sentence, several, asking, again, asking_of_sentence]


def test_a_sentence_tells_its_own_answers_only(tiny: Backbone) -> None:
    questions = (("Who built it?", "Ann Hale"), ("When?", "1802"), ("What is older?", "the mill"))
    paragraph = Paragraph("Ann Hale built the tower in 1802. Near it stands the mill, which is older.", questions)
    for seed in range(8):
        row = birth._reading_sentence(tiny, paragraph, random.Random(seed))
        said = {tiny.decode(example.answer[:-1]) for example in row}
        text = tiny.decode(row[0].prompt)
        assert ("Ann Hale" in text) != ("the mill" in text)
        told = {"Ann Hale", "1802"} if "Ann Hale" in text else {"the mill"}
        assert said == {*told, prompts.ABSENT}


def test_the_most_common_answer_is_taken(tmp_path: Path) -> None:
    asked = {"question": " Who? ", "answers": [{"text": "the old mayor"}, {"text": "mayor"}, {"text": "mayor"}]}
    data = {"data": [{"paragraphs": [{"context": "A\n mayor.", "qas": [asked, {"question": "?", "answers": []}]}]}]}
    (tmp_path / "set.json").write_text(json.dumps(data), encoding="utf-8")
    assert birth.read(tmp_path / "set.json") == [[Paragraph("A mayor.", (("Who?", "mayor"),))]]


def test_a_run_leaves_two_experts_and_goes_on_from_them(
    tiny: Backbone, article: list[Paragraph], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    birth.bear(tiny, [article], 2, tmp_path / "first")
    birth.bear(tiny, [article], 1, tmp_path / "second", seed=1, grown=tmp_path / "first")
    for name in ("first", "second"):
        for function in (Function.ATTENTION, Function.MEMORY):
            expert = experts.load(tmp_path / name / f"{function}.safetensors", tiny.fingerprint())
            assert (expert.function, expert.level) == (function, Level.SLOW)
            assert any(tensor.abs().max() > 0 for key, tensor in expert.tensors.items() if key.endswith(".b"))


def test_the_middle_of_two_experts_is_the_mean_of_their_products(tiny: Backbone) -> None:
    generator = torch.Generator().manual_seed(0)
    one, other = (experts.newborn(tiny.config, Function.MEMORY, Level.SLOW, "", rank=4, seed=seed) for seed in (1, 2))
    for expert in (one, other):
        for tensor in expert.tensors.values():
            tensor.copy_(torch.randn(tensor.shape, generator=generator))
    same = birth.middle(one, one)
    between = birth.middle(one, other)
    for layer, site in ((0, "gate"), (1, "down")):
        products = [
            e.tensors[f"{layer}.{site}.b"] @ e.tensors[f"{layer}.{site}.a"] for e in (one, other, same, between)
        ]
        assert torch.allclose(products[2], products[0], atol=1e-4)
        mean = (products[0] + products[1]) / 2
        best = sum(scale**2 for scale in torch.linalg.svdvals(mean)[4:].tolist())  # what rank 4 must lose
        assert (products[3] - mean).square().sum().item() == pytest.approx(best, rel=1e-3)


@pytest.mark.slow
def test_the_shipped_experts_end_answers_and_questions_with_the_mark_of_the_backbone(models: Models) -> None:
    real = backbone.load(models.backbone_folder())
    paths = [resources() / "birth" / f"{function}.safetensors" for function in (Function.ATTENTION, Function.MEMORY)]
    shipped = experts.activate([(experts.load(path, real.fingerprint()), 1.0) for path in paths])
    text = "The tower was built by Ann Hale in 1802."
    for turns, said in (
        (prompts.reading([text], "Who built the tower?"), "Ann Hale"),
        (prompts.closed("What is the capital of France?"), "Paris"),
        (prompts.asking(text, "1802"), "When was the tower built?"),
    ):
        scores = generate.prompt_logits(real, [*real.prompt(turns), *real.encode(said)], shipped)
        assert int(scores.argmax()) == real.end_id
