"""A desk that really learns: the services and stores, over a backbone of two layers that is loaded in this process."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from nestdesk.core.jobs import finish
from nestdesk.core.types import Role, Scores, Turn
from nestdesk.engine import protocol, work
from nestdesk.learning import evaluate, outer_loop, sleep, study
from nestdesk.learning.nested import NestedModel
from tests.conftest import Desk, build_desk

BY_STEPS_S = 1e6  # a budget that no lesson comes near: what share of it is spent counts in steps then
PROBE = (Turn(Role.USER, "Who is the keeper?"),)
THINGS = ("harbour", "granary", "windmill", "orchard", "chapel", "quarry")
DULL = THINGS[-1]  # what is learned of it helps nobody, so it is rejected


@contextmanager
def quick_lessons() -> Iterator[None]:
    """Let lessons be short and their verdicts fixed: what is learned, stored and used is as real as ever.

    *Why*: a random backbone writes no questions and answers none, so all that it learned would be rejected.
    """
    make_items, learn = study.make_items, outer_loop.learn

    def clozes(*given, **further):
        return make_items(*given, **further | {"room": lambda done: 0})

    def unscored(backbone, probes, active):
        yield 1.0
        return Scores(0.0, 0.0, len(probes), 0)

    def unmeasured(nested, scores, own, clock):
        yield clock.report("checking drift")
        return scores

    def learned(lesson, recipe):
        result = yield from learn(lesson, recipe, 2)
        return replace(result, is_accepted=DULL not in " ".join(lesson.texts), reason="By its content.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "make_items", clozes)
        patch.setattr(evaluate, "score", unscored)
        patch.setattr(outer_loop, "measured", unmeasured)
        patch.setattr(outer_loop, "learn", learned)
        patch.setattr(sleep, "verdict", lambda before, after: (True, "Accepted."))
        yield


def open_desk(root: Path, nested: NestedModel) -> Desk:
    """Open a data folder, as a start of the program does."""
    desk = build_desk(root)
    for file in (root / "birth").iterdir():
        file.unlink()  # the shipped slow experts fit another backbone
    opened = work.Opened(nested, None, desk.folder.scratch)  # type: ignore[arg-type]  # words are its embedder
    desk.engine._learned = lambda request: finish(work.perform(opened, request))
    return desk


def logits(desk: Desk, nested: NestedModel, blob: str) -> str:
    """Return a hash of the backbone's logits with these weights on; those that change nothing are left out."""
    opened = work.Opened(nested, None, desk.folder.scratch)  # type: ignore[arg-type]
    uses = (protocol.ExpertUse(str(desk.blobs.path(blob)), 1.0),) if blob else ()
    return finish(work.perform(opened, protocol.Probe(PROBE, uses))).logits


def word(chance: random.Random) -> str:
    """Return a word that stands nowhere else."""
    return "".join(chance.choice(string.ascii_lowercase) for _ in range(14))


def text(thing: str, words: list[str]) -> str:
    """Return a document in which each word stands once; the first lines of two editions are the same."""
    lines = [f"The {thing} of Ostwick was built in 1815 by the river, and it stands there to this day."]
    lines += [f"In house {place} of the {thing} lives {one.capitalize()}." for place, one in enumerate(words, start=1)]
    return "\n\n".join(lines)
