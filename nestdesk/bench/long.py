"""Long: needles in documents of growing length, asked for as in the chat.

Each length is a document of its own in the library of all, learned within a budget, and asked about in auto mode: one
needle at a time, and several from far apart in one question. Beside it stands the untouched backbone that is fed the
same text, as much of it as it can read: beginning and end.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

from nestdesk.bench import needles, squad
from nestdesk.core import prompts
from nestdesk.core.jobs import Job, Progress
from nestdesk.core.types import Effort, Mode
from nestdesk.engine import protocol
from nestdesk.services.engine_jobs import follow
from nestdesk.services.prompts import clip
from nestdesk.services.workspace import App

CHARS_PER_TOKEN = 4.6  # of encyclopaedic English in the default backbone's vocabulary; no less, so lengths are kept
LENGTHS = (8_000, 32_000, 128_000, 1_000_000)  # tokens
AT_ONCE = 3  # needles in one question
ANSWER_TOKENS = 64
UNTOUCHED_QUESTIONS = 10  # each costs a prompt as long as the backbone can read


def long(
    app: App,
    passages: Sequence[str],
    length_tokens: int,
    questions: int,
    seed: int,
    budget_s: float,
    effort: Effort,
    asks_untouched: bool = True,
) -> Job[dict[str, Any]]:
    """Measure one length in an empty data folder.

    Args:
        passages: what the text around the needles is made of.
        length_tokens: of the document, at CHARS_PER_TOKEN characters each.
        questions: single ones; a third as many ask for several needles at once.
        budget_s: for learning the document; all of it can be searched in any case.
    """
    hay = needles.haystack(passages, round(length_tokens * CHARS_PER_TOKEN), questions, seed)
    yield Progress("long", text=f"learning {length_tokens:,} tokens")
    began = time.monotonic()
    source = yield from squad.learn(app, f"Long document of {length_tokens} tokens", hay.text, effort, budget_s, seed)
    added_s = time.monotonic() - began
    began = time.monotonic()
    single = yield from _asked(app, [(one.question, (one.answer,)) for one in hay.needles])
    seconds = (time.monotonic() - began) / len(hay.needles)
    several = yield from _asked(app, list(needles.several(hay.needles, AT_ONCE, max(1, questions // 3), seed)))
    by_depth = {
        f"{depth:g}": statistics.mean(
            found for needle, (found,) in zip(hay.needles, single, strict=True) if needle.depth == depth
        )
        for depth in sorted({needle.depth for needle in hay.needles})
    }
    return {
        "tokens": length_tokens,
        "words": len(hay.text.split()),
        "passages": source.passages,
        "state": str(source.state),
        "seed": seed,
        "questions": len(single),
        "accuracy": statistics.mean(found for (found,) in single),
        "by_depth": by_depth,
        "several_all": statistics.mean(all(found) for found in several),
        "several_share": statistics.mean(statistics.mean(found) for found in several),
        "untouched": (yield from _untouched(app, hay)) if asks_untouched else None,
        "added_s": added_s,
        "learning_s": source.seconds,
        "seconds_a_question": seconds,
    }


def _asked(app: App, asked: Sequence[tuple[str, tuple[str, ...]]]) -> Job[list[list[bool]]]:
    """Ask as in the chat, and say for each of the right answers whether it is in what was answered."""
    pairs = [(question, None) for question, _ in asked]
    answers = yield from app.recall.ask_many(pairs, Mode.AUTO, max_tokens=ANSWER_TOKENS)
    return [[_holds(given.text, right) for right in own] for given, (_, own) in zip(answers, asked, strict=True)]


def _untouched(app: App, hay: needles.Haystack) -> Job[float]:
    """Ask the untouched backbone with as much of the text in its prompt as it can read."""
    step = max(1, len(hay.needles) // UNTOUCHED_QUESTIONS)
    asked = hay.needles[::step][:UNTOUCHED_QUESTIONS]
    room = app.roster.context_tokens() - 4 * ANSWER_TOKENS
    right = []
    for needle in asked:
        turns = prompts.reading((clip(hay.text, room),), needle.question)
        request = protocol.GenerateMany((protocol.Asked(turns),), ANSWER_TOKENS)
        generated = yield from follow(app.engine.stream(request), protocol.GeneratedMany)
        right.append(_holds(generated.texts[0], needle.answer))
    return statistics.mean(right)


def _holds(answer: str, right: str) -> bool:
    """Say whether an answer gives a value; evidence that is quoted below it does not count."""
    said = " ".join(line for line in answer.splitlines() if not line.startswith(">"))
    return right.replace(",", "").lower() in said.replace(",", "").lower()
