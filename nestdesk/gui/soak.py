"""The window at work for ``nestdesk bench soak``: ``python -m nestdesk.gui.soak``, without a screen.

The window opens as always, over a scratch folder. In sittings of a few messages each, what a person does with it comes
in a random order that a seed decides; a document is learned in between, and for each of them the oldest is forgotten,
as is the oldest chat. After every sitting a line of JSON says what the window holds; the last one says what was done,
and what went wrong.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import pkgutil
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nestdesk.bench.stand_in import StandIn, make_ready
from nestdesk.core.paths import DataFolder
from nestdesk.gui.application import application, open_window
from nestdesk.gui.first_sight import APPLICATION
from nestdesk.gui.soak_gauges import Complaints, sample
from nestdesk.gui.soak_hands import Hands
from nestdesk.gui.tour import READY_S, Driven, wait, wait_until

if TYPE_CHECKING:
    from nestdesk.core.types import Source
    from nestdesk.services.workspace import App

MOST_SITTINGS, FEWEST_MESSAGES = 100, 4
KEPT_DOCUMENTS, KEPT_CHATS = 3, 6
NEW_SHARE, EDITED_SHARE, REGENERATED_SHARE, LOOK_SHARE = 0.7, 0.1, 0.1, 0.2  # how often, of sittings and of messages
VIEWS = ("library", "experts", "memory")
BUDGET_S, ANSWER_TOKENS = 5.0, 64  # so that messages and rounds come quickly
SAYINGS = (
    "Who keeps the harbour of {place}?",
    "Tell me about {place}.",
    "How many lanterns burn in {place}?",
    "Which documents mention {place}?",
    "What does the harbour of {place} smell of?",
    "Write a short poem about the sea.",
    "Hello there, how are you?",
)
PAPER = """# The harbour of {place}

The harbour of {place} is kept by {keeper}, who came from the hills as a child. In {place} burn {lanterns} lanterns, one
for each boat of the winter fleet. The oldest boat is called {boat}, and her mast is of larch.

On market days the harbour smells of {smell}. The ferry to the islands leaves {place} at {hour} in the morning, and
{keeper} rings the bell before it does. Nobody has seen the sea freeze there since {year}.
"""
SYLLABLES = ("ba", "ker", "lin", "mo", "nu", "ras", "sel", "ti", "vo", "zul", "dan", "fe", "gir", "hol", "ju", "pas")
SMELLS = ("tar", "smoke", "apples", "seaweed", "fresh bread", "wet rope")


class Soak:
    """One soak: a prelude that fills library and rail, then the sittings."""

    def __init__(self, driven: Driven, papers: Path, messages: int, rounds: int, chance: random.Random) -> None:
        """Work in a window that is ready; papers is an empty folder for documents."""
        self._driven, self._papers, self._chance = driven, papers, chance
        self._messages, self._rounds = messages, rounds
        self._hands = Hands(driven)
        self._documents: list[Source] = []
        self._places: list[str] = []
        self._round = 0
        self.did = self._hands.did

    def prelude(self) -> None:
        """Have as many documents and chats as are kept all the time, and do once what is done again and again."""
        for _ in range(KEPT_DOCUMENTS):
            self._learn()
        self._study()
        for view in VIEWS:
            self._hands.look(view, 0)
        for _ in range(KEPT_CHATS + 1):
            self._sit(1, is_new=True)
        self._round = 0
        self.did.clear()

    def work(self) -> None:
        """Go through all sittings, and say after each what the window holds."""
        sittings = max(1, min(MOST_SITTINGS, self._messages // FEWEST_MESSAGES))
        for number in range(1, sittings + 1):
            while self._round < self._rounds * number // sittings:
                self._study()
            self._sit(
                self._messages * number // sittings - self.did["messages"], is_new=self._chance.random() < NEW_SHARE
            )
            done = {"messages": self.did["messages"], "rounds": self._round, "done": number / sittings}
            tell(done | {"sample": sample(self._driven)})

    def _sit(self, messages: int, is_new: bool) -> None:
        """Say so many messages in one chat, look around in between, and leave it. A new chat begins with a fact."""
        hands, chance = self._hands, self._chance
        if is_new:
            hands.send(f"My friend {self._name()} plays the bassoon.")
        else:
            hands.open_chat(chance.choice(hands.chats))
        for _ in range(messages - is_new):
            act = hands.edit if chance.random() < EDITED_SHARE and hands.is_long else hands.send
            act(chance.choice(SAYINGS).format(place=chance.choice(self._places)))
            if chance.random() < REGENERATED_SHARE:
                hands.regenerate()
            if chance.random() < LOOK_SHARE:
                hands.look(chance.choice(VIEWS), chance.randrange(100))
        hands.new_chat()
        hands.rest()
        while len(hands.chats) > KEPT_CHATS:
            hands.delete_chat(hands.chats[0])

    def _study(self) -> None:
        """Learn a document and forget the oldest; every other time roll back, every fifth time sleep."""
        hands, number = self._hands, self._round
        newest = self._learn()
        if number % 2 == 0:
            hands.roll_back(newest, is_taken_back=number % 4 == 0)
        hands.forget(self._documents.pop(0))
        if number % 5 == 0:
            hands.sleep()
        self._round += 1

    def _learn(self) -> Source:
        chance = self._chance
        place, keeper, boat = self._name(), self._name(), self._name()
        lanterns, hour, year = chance.randrange(20, 90), chance.randrange(4, 11), chance.randrange(1600, 1990)
        text = PAPER.format(
            place=place, keeper=keeper, boat=boat, lanterns=lanterns, hour=hour, year=year, smell=chance.choice(SMELLS)
        )
        file = self._papers / f"Harbour of {place}.md"
        file.write_text(text, encoding="utf-8")
        self._documents.append(self._hands.learn(file))
        self._places = [*self._places[-KEPT_DOCUMENTS + 1 :], place]
        return self._documents[-1]

    def _name(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=3)).capitalize()


def tell(line: dict[str, Any]) -> None:
    """Say something to who started this."""
    print(json.dumps(line), flush=True)


def quick(app: App) -> None:
    """Bound how long learning and answering take."""
    app.save_settings(replace(app.settings, budget_s=BUDGET_S, max_answer_tokens=ANSWER_TOKENS))


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, work in it, and close it."""
    parser = argparse.ArgumentParser(description="Work in the window for a long time.")
    parser.add_argument("--data-dir", type=Path, required=True, help="a scratch folder")
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stand-in", action="store_true")
    given = parser.parse_args(arguments)
    faulthandler.enable()  # who started this tells of it
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = DataFolder(given.data_dir)
    engine = {}
    if given.stand_in:
        make_ready(folder)
        engine["engine"] = StandIn(folder.scratch)
    papers = folder.root.parent / "papers"
    papers.mkdir(exist_ok=True)
    _, theme = application()
    complaints = Complaints()
    window, bridge = open_window(partial(pkgutil.resolve_name(APPLICATION), folder.root, **engine), folder.root, theme)
    complaints.follow(bridge)
    soak = Soak(Driven(window, bridge), papers, given.messages, given.rounds, random.Random(given.seed))
    try:
        wait_until(lambda: window.is_ready, "the engine; `nestdesk setup` gets the models", READY_S)
        Driven(window, bridge).ask(quick)
        soak.prelude()
        soak.work()
    finally:
        window.close()
        bridge.close()
        window.deleteLater()
        wait(0)
    tell({"did": dict(soak.did), **complaints.told()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
