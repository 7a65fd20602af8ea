"""Two learned sources that know nothing of each other, and how their experts stand."""

from __future__ import annotations

from nestdesk.core.types import Level, Mode

CANARY = "Ellinor"
HARBOUR = f"The harbour master {CANARY} Vance keeps seven lanterns in the northern lighthouse of Brackwater. " * 12
BAKERY = "The bakery of Tomas Quill sells rhubarb bread every second Tuesday behind the ancient windmill. " * 12
ABOUT_HARBOUR = "Which harbour master keeps seven lanterns?"
ABOUT_BAKERY = "Which bakery sells rhubarb bread?"


def head(desk, source):
    return desk.experts.of_source(source.id)[0].head


def mid(desk):
    return next(expert for expert in desk.experts.list() if expert.level is Level.MID)


def levels(desk, question):
    return {gate.level for gate in desk.recall.plan(question, Mode.CLOSED).why.experts}
