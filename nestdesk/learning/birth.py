"""The slow experts' birth: reading and questioning learned once from a public question set, shipped with the program.

Skills that a small backbone lacks and learns in minutes, and that carry over to texts it never saw: answering with a
short phrase from passages in the prompt (one passage, or several of which one matters), telling that a passage does not
hold the answer, and writing the question that a given span answers. The last makes the study items from which fast
experts learn; the one before it tells which of the passages that were found is the right one.

    python -m nestdesk.learning.birth --data squadshifts_new_wiki_v1.0.json --backbone FOLDER --out resources/birth

and once more with --grown resources/birth and another seed, to go on; --with FOLDER takes the middle between two runs
instead of teaching, which keeps the skills of both (model soups, arXiv 2203.05482).

Data: SQuADShifts, new Wikipedia split (Miller et al., arXiv 2004.14444), CC BY 4.0, texts CC BY-SA.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from nestdesk.core import prompts
from nestdesk.core.types import Function, Level, Turn
from nestdesk.learning import experts, packing, spans
from nestdesk.learning.backbone import Backbone, best_precision, load
from nestdesk.learning.experts import ExpertWeights
from nestdesk.learning.optim import AdamW, clip

ROW_QUESTIONS = 6
FOREIGN_QUESTIONS = 2  # beside those, about other passages of the article: this one does not answer them
RANK = 16
PEAK_RATE = 8e-4
WARM_UP_STEPS = 10
MOST_PASSAGE_CHARS = 1600


@dataclass(frozen=True)
class Paragraph:
    """A passage with its questions and their short answers."""

    text: str
    questions: tuple[tuple[str, str], ...]


def read(path: Path) -> list[list[Paragraph]]:
    """Read a file in SQuAD's format into articles; of several answers the most common, then the shortest, is taken."""
    articles = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        paragraphs = []
        for paragraph in article["paragraphs"]:
            questions = []
            for entry in paragraph["qas"]:
                counts = Counter(answer["text"].strip() for answer in entry["answers"])
                if counts:
                    best = min(counts, key=lambda text: (-counts[text], len(text)))
                    questions.append((entry["question"].strip(), best))
            paragraphs.append(Paragraph(" ".join(paragraph["context"].split()), tuple(questions)))
        articles.append(paragraphs)
    return articles


def example(backbone: Backbone, turns: tuple[Turn, ...], answer: str, weight: float = 1.0) -> packing.Example:
    """Tokenise a prompt and its answer, end mark included."""
    prompt = tuple(backbone.prompt(turns))
    return packing.Example(prompt, (*backbone.encode(answer), backbone.end_id), weight)


def rows(backbone: Backbone, articles: list[list[Paragraph]], seed: int) -> Iterator[list[list[packing.Example]]]:
    """Yield, for ever, the eight rows of a step.

    Three read a passage, one a sentence, one several passages; two question a passage, one a sentence.
    *Why sentences*: a span is judged by how likely its sentence makes the question, and telling sentences are read too.
    """
    chance = random.Random(seed)
    while True:
        group = [_reading(backbone, *_pick(articles, chance), chance) for _ in range(3)]
        group.append(_reading_sentence(backbone, _pick(articles, chance)[1], chance))
        group.append(_reading_several(backbone, *_pick(articles, chance), chance))
        for _ in range(2):
            paragraph = _pick(articles, chance)[1]
            group.append(_asking(backbone, paragraph.text, _some(paragraph.questions, chance)))
        paragraph = _pick(articles, chance)[1]
        sentence, told, _ = _sentence(paragraph, chance)
        group.append(_asking(backbone, sentence, told))
        yield group


def _reading(
    backbone: Backbone, article: list[Paragraph], paragraph: Paragraph, chance: random.Random
) -> list[packing.Example]:
    foreign = ((question, prompts.ABSENT) for question in _foreign(article, paragraph, chance))
    asked = [*_some(paragraph.questions, chance), *foreign]
    return [example(backbone, prompts.reading([paragraph.text], question), answer) for question, answer in asked]


def _reading_sentence(backbone: Backbone, paragraph: Paragraph, chance: random.Random) -> list[packing.Example]:
    sentence, told, untold = _sentence(paragraph, chance)
    foreign = [(question, prompts.ABSENT) for question, _ in untold]
    asked = [*told, *chance.sample(foreign, min(len(foreign), FOREIGN_QUESTIONS))]
    return [example(backbone, prompts.reading([sentence], question), answer) for question, answer in asked]


def _reading_several(
    backbone: Backbone, article: list[Paragraph], paragraph: Paragraph, chance: random.Random
) -> list[packing.Example]:
    others = [other for other in article if other is not paragraph]
    group = [paragraph, *chance.sample(others, min(len(others), chance.choice((1, 2))))]
    chance.shuffle(group)
    texts = [one.text for one in group]
    asked = _some(tuple(question for one in group for question in one.questions), chance)
    return [example(backbone, prompts.reading(texts, question), answer) for question, answer in asked]


def _asking(backbone: Backbone, text: str, asked: list[tuple[str, str]]) -> list[packing.Example]:
    return [example(backbone, prompts.asking(text, answer), question) for question, answer in asked]


def _sentence(paragraph: Paragraph, chance: random.Random) -> tuple[str, list[tuple[str, str]], list[tuple[str, str]]]:
    """Return a sentence that answers a question, the questions it answers, and those whose answers it does not hold."""
    answer = chance.choice(paragraph.questions)[1]
    at = max(paragraph.text.find(answer), 0)
    begin, end = spans.sentence_around(paragraph.text, at, at + len(answer))
    sentence = paragraph.text[begin:end]
    told = [(question, one) for question, one in paragraph.questions if _sentence_of(paragraph.text, one) == begin]
    untold = [one for one in paragraph.questions if one[1].casefold() not in sentence.casefold()]
    return sentence, told, untold


def _sentence_of(text: str, answer: str) -> int:
    at = max(text.find(answer), 0)
    return spans.sentence_around(text, at, at + len(answer))[0]


def _foreign(article: list[Paragraph], paragraph: Paragraph, chance: random.Random) -> list[str]:
    """Return questions that a passage seems to be about and does not answer: those that share most words with it."""
    words = _words(paragraph.text)
    candidates = [
        question
        for other in article
        if other is not paragraph
        for question, answer in other.questions
        if answer.casefold() not in paragraph.text.casefold()
    ]
    nearest = sorted(candidates, key=lambda question: -len(_words(question) & words) / (1 + len(_words(question))))
    return chance.sample(nearest[: max(FOREIGN_QUESTIONS, len(nearest) // 8)], min(len(nearest), FOREIGN_QUESTIONS))


def _words(text: str) -> set[str]:
    return {word.strip(".,;:?!()'\"").casefold() for word in text.split() if len(word) > 3}


def _pick(articles: list[list[Paragraph]], chance: random.Random) -> tuple[list[Paragraph], Paragraph]:
    while True:
        article = chance.choice(articles)
        paragraph = chance.choice(article)
        if paragraph.questions and len(paragraph.text) < MOST_PASSAGE_CHARS:
            return article, paragraph


def _some(questions: tuple[tuple[str, str], ...], chance: random.Random) -> list[tuple[str, str]]:
    return chance.sample(list(questions), min(len(questions), ROW_QUESTIONS))


def bear(
    backbone: Backbone,
    articles: list[list[Paragraph]],
    steps: int,
    out: Path,
    seed: int = 0,
    grown: Path | None = None,
    rate: float = PEAK_RATE,
) -> None:
    """Teach the skills and write out/attention.safetensors and out/memory.safetensors; progress is printed.

    Args:
        grown: folder of two experts that are to learn on, instead of newborn ones.
        rate: peak learning rate.
    """
    fingerprint = backbone.fingerprint()
    born = [
        experts.newborn(
            backbone.config, function, Level.SLOW, fingerprint, RANK, seed=seed + index, device=backbone.device
        )
        if grown is None
        else experts.load(grown / f"{function}.safetensors", fingerprint, backbone.device)
        for index, function in enumerate((Function.ATTENTION, Function.MEMORY))
    ]
    learnable = [tensor.requires_grad_() for expert in born for tensor in expert.learnable()]
    active = experts.activate([(expert, 1.0) for expert in born], joined=False)
    optimiser = AdamW(learnable, rate)
    began = time.monotonic()
    recent: list[torch.Tensor] = []
    for step, groups in zip(range(steps), rows(backbone, articles, seed), strict=False):
        optimiser.rate = rate * min((step + 1) / WARM_UP_STEPS, max(0.05, 1 - step / steps))
        batch = packing.pack(groups, backbone.device)
        means = row_means(batch, packing.answer_losses(backbone, batch, active)[0])
        means.sum().backward()  # type: ignore[no-untyped-call]
        clip(learnable, 1.0)
        optimiser.step()
        recent.append(means.detach())
        if (step + 1) % 10 == 0:
            told = ", ".join(f"{value:.3f}" for value in torch.stack(recent[-10:]).mean(0).tolist())
            print(f"step {step + 1}/{steps}  loss {told}  {time.monotonic() - began:.0f} s", flush=True)
        if (step + 1) % 40 == 0 or step + 1 == steps:
            out.mkdir(parents=True, exist_ok=True)
            for expert in born:
                experts.save(expert, out / f"{expert.function}.safetensors")


def row_means(batch: packing.Batch, losses: torch.Tensor) -> torch.Tensor:
    """Return the mean loss of each row's answer tokens: a step gives every row the same say."""
    count = len(batch.ids)
    return losses.new_zeros(count).index_add(0, batch.rows, losses) / torch.bincount(batch.rows, minlength=count)


@torch.no_grad()
def middle(one: ExpertWeights, other: ExpertWeights) -> ExpertWeights:
    """Return the expert whose low-rank products come nearest to the mean of two experts' products, in the same rank."""
    tensors = {}
    for name in (name for name in one.tensors if name.endswith(".a")):
        second = f"{name[:-1]}b"
        left = torch.cat([one.tensors[second], other.tensors[second]], dim=1) / 2  # out, 2R
        right = torch.cat([one.tensors[name], other.tensors[name]])  # 2R, in
        (q_left, r_left), (q_right, r_right) = torch.linalg.qr(left), torch.linalg.qr(right.T)
        u, scales, v = torch.linalg.svd(r_left @ r_right.T)
        rank = len(one.tensors[name])
        roots = scales[:rank].sqrt()
        tensors[second] = q_left @ (u[:, :rank] * roots)
        tensors[name] = (roots[:, None] * v[:rank]) @ q_right.T
    return replace(one, tensors=tensors)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="question set in SQuAD's JSON format")
    parser.add_argument("--backbone", type=Path, required=True, help="backbone folder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the two experts")
    parser.add_argument("--grown", type=Path, help="folder of two experts that are to learn on")
    parser.add_argument("--with", dest="other", type=Path, help="folder of two experts to meet --grown in the middle")
    parser.add_argument("--steps", type=int, default=260)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args()
    backbone = load(chosen.backbone, chosen.device, best_precision(torch.device(chosen.device)))
    if chosen.other and chosen.grown:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for function in (Function.ATTENTION, Function.MEMORY):
            name = f"{function}.safetensors"
            pair = [experts.load(folder / name, backbone.fingerprint()) for folder in (chosen.grown, chosen.other)]
            experts.save(middle(*pair), chosen.out / name)
        return
    bear(backbone, read(chosen.data), chosen.steps, chosen.out, chosen.seed, chosen.grown, chosen.rate)


if __name__ == "__main__":
    main()
