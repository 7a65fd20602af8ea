"""Desks whose weights have the stored form, whose engine looks into weights, and which can exchange experts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from nestdesk.core.errors import CheckpointError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.engine import protocol
from nestdesk.engine.examining import Examine, Examined
from nestdesk.services.expert_exchange import ExpertExchange
from nestdesk.services.given_sources import GivenSources
from tests.services.two_sources import HARBOUR

BACKBONE = "fake-backbone"
GENERIC = ("How are you today?", "Tell me a joke.")


def safetensors(content: bytes, function: str, level: str, blocks: int = 0, backbone: str = BACKBONE) -> bytes:
    """Return a file of weights: some bytes, called weights, and what the header says of them."""
    said = {"function": function, "level": level, "backbone": backbone, "blocks": blocks}
    header = {
        "__metadata__": {"nestdesk": json.dumps(said)},
        "weights": {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]},
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content


def header_of(file: Path) -> bytes:
    """Return all of a file but its weights."""
    content = file.read_bytes()
    return content[: 8 + int.from_bytes(content[:8], "little")]


def examined(path: Path) -> Examined:
    """Return what the header says of weights, as the engine would find it."""
    said = json.loads(json.loads(header_of(path)[8:])["__metadata__"]["nestdesk"])
    if said["backbone"] != BACKBONE:
        raise CheckpointError("These weights belong to another backbone.")
    drift = -1.0 if said["blocks"] else 0.25
    return Examined(Function(said["function"]), Level(said["level"]), 10, said["blocks"], drift)


def exchanging(desk):
    """Let a desk exchange experts, and its engine store and look into weights of the true form."""
    engine, asked, learned = desk.engine, desk.engine.stream, desk.engine._learned

    def stream(request):
        if isinstance(request, Examine):
            yield protocol.Progressed("checking the weights")
            engine.requests.append(request)
            found = examined(Path(request.path))
            if request.form:
                Path(request.target).write_text(request.form, encoding="utf-8")
            return found
        return (yield from asked(request))

    def stored(request):
        made = learned(request)
        (new,) = made.weights
        content = safetensors(Path(new.path).read_bytes(), new.function, new.level, new.blocks)
        Path(new.path).write_bytes(content)
        new = replace(new, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
        return replace(made, weights=(new,))

    engine.stream, engine._learned = stream, stored
    for function in ("attention", "memory"):
        content = safetensors(b"born " + function.encode(), function, "slow")
        (desk.folder.root / "birth" / f"{function}.safetensors").write_bytes(content)
    given = GivenSources(desk.sources, engine, GENERIC)
    desk.expert_exchange = ExpertExchange(
        desk.folder, desk.database, desk.experts, desk.sources, desk.blobs, engine, desk.roster, desk.models, given,
        desk.changes, lambda function, level, backbone: safetensors(b"", function, level, 0, backbone),
    )  # fmt: skip
    desk.roster.slow()
    return desk


def harbour(desk, document):
    """Learn the harbour and return its source."""
    (source,) = finish(desk.learn.add([document("harbour.txt", HARBOUR)]))
    return finish(desk.learn.run(source.id))


def heads(desk):
    return {one.id: one.head.id for one in desk.experts.list()}


def everything(desk):
    """Return all there is that an import could change."""
    blobs = sorted(file.name for file in desk.folder.blobs.iterdir())
    experts = [(one, desk.experts.history(one.id)) for one in desk.experts.list()]
    return experts, desk.sources.list(), blobs


def sent(desk, expert, tmp_path, name="one.expert", with_text=False):
    finish(desk.expert_exchange.export(expert.id, tmp_path / name, with_text))
    return tmp_path / name


def taken(desk, file):
    return finish(desk.expert_exchange.take(file))


def slow(desk):
    return [one for one in desk.experts.list() if one.level is Level.SLOW]
