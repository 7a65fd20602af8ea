"""The whole story with the real backbone: chat, learn, start again, roll back, restore, survive a kill, forget."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from nestdesk.app import App, open_app
from nestdesk.core import prompts
from nestdesk.core.errors import EngineError
from nestdesk.core.jobs import finish
from nestdesk.core.paths import resources
from nestdesk.core.types import Mode, Role, Source, SourceState
from nestdesk.engine.protocol import Probe, Probed
from nestdesk.services.roster import uses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DOCUMENT = resources() / "demo" / "The Lanternfish Harbour.txt"
ABOUT_IT = "Who founded the village of Ostrevan?"
UNRELATED = "How do I boil an egg?"
BUDGET_S = 40.0
TRACES = ("Lanternfish", "Blue Granary", "Stormgold", "Candlewade", "Quillfeather")  # none in a question or answer here


def test_the_whole_story(model_data_dir):
    with open_app(model_data_dir, "cpu") as app:
        chat_without_library(app)
        untouched = digest(app)
        source = learn_document(app)
        if source.state is SourceState.REMEMBERED:  # on a slow machine the budget may not be enough
            assert digest(app, source) == untouched, "weights that were rejected are not used"
            accept_by_hand(app, source)
        learned = digest(app, source)
        assert learned.logits != untouched.logits
        assert learned.fingerprint == untouched.fingerprint, "the backbone stayed as it was"

    with open_app(model_data_dir, "cpu") as app:
        assert app.engine.process_id is None, "nothing of the first run is left running"
        assert app.library.show(source.id).source == source
        assert digest(app, source) == learned, "a new process gives the same bits"
        ask_again(app, source)
        chat_about_it(app, source)
        go_back_and_forth(app, source, untouched, learned)
        kill_in_mid_air(app)
        assert digest(app, source) == learned
        forget_it(app, source)
        assert digest(app) == untouched

    assert traces(model_data_dir) == {}


def chat_without_library(app: App) -> None:
    conversation = app.chat.create()
    answer = finish(app.chat.send(conversation.id, UNRELATED))
    assert answer.text
    assert answer.is_complete
    assert answer.why
    assert answer.why.experts == ()
    assert answer.why.passages == ()
    assert [one.role for one in app.chat.messages(conversation.id)] == [Role.USER, Role.ASSISTANT]


def learn_document(app: App) -> Source:
    (queued,) = finish(app.learn.add([DOCUMENT]))
    source = finish(app.learn.run(queued.id, BUDGET_S))
    assert source.state in (SourceState.LEARNED, SourceState.REMEMBERED), source.error
    assert source.passages
    assert source.items
    assert source.before
    assert source.after
    assert app.expert_service.check() == []
    return source


def accept_by_hand(app: App, source: Source) -> None:
    """Use the weights that the outer loop rejected: what follows is about bits, not about how good they are."""
    for expert in app.experts.of_source(source.id):
        new = app.expert_service.history(expert.id)[0]
        assert not new.is_accepted
        assert expert.head
        assert expert.head.id != new.id
        app.experts.record(
            expert.id, new.blob, new.size_bytes, (source.id,), new.before, new.after, {}, True, "Accepted by hand."
        )


def ask_again(app: App, source: Source) -> None:
    own = {one.id for one in app.experts.of_source(source.id)}
    closed = finish(app.recall.ask(ABOUT_IT, Mode.CLOSED, is_short=True, max_tokens=24))
    assert closed.text
    assert closed.why.passages == ()
    assert own <= {gate.expert_id for gate in closed.why.experts}
    auto = finish(app.recall.ask(ABOUT_IT, Mode.AUTO, is_short=True, max_tokens=24))
    assert {hit.source_id for hit in auto.why.passages} == {source.id}
    assert "Ilse Varrenhout" in auto.text
    unrelated = finish(app.recall.ask(UNRELATED, Mode.AUTO, max_tokens=8))
    assert unrelated.why.experts == ()
    assert unrelated.why.passages == ()


def chat_about_it(app: App, source: Source) -> None:
    usual = app.settings
    app.save_settings(replace(usual, max_answer_tokens=16))
    conversation = app.chat.create()
    answer = finish(app.chat.send(conversation.id, ABOUT_IT))
    app.save_settings(usual)
    assert answer.why
    assert {hit.source_id for hit in answer.why.passages} == {source.id}, "its reasons quote the document"


def go_back_and_forth(app: App, source: Source, untouched: Probed, learned: Probed) -> None:
    for expert in app.experts.of_source(source.id):
        birth = app.expert_service.history(expert.id)[-1]
        app.expert_service.rollback(expert.id, birth.id)
        assert digest(app, source) == untouched, "a rolled back expert changes not one bit"
        app.expert_service.restore(expert.id)
        assert digest(app, source) == learned, "restoring brings back the same bits"


def kill_in_mid_air(app: App) -> None:
    conversation = app.chat.create()
    answering = app.chat.send(conversation.id, "Tell me a long story about a lighthouse.")
    while not next(answering).text:  # until the first words are there
        pass
    killed = app.engine.process_id
    assert killed is not None
    os.kill(killed, getattr(signal, "SIGKILL", signal.SIGTERM))
    with pytest.raises(EngineError, match="Nothing that was learned is lost"):
        finish(answering)
    asked, cut_off = app.chat.messages(conversation.id)
    assert asked.role is Role.USER
    assert cut_off.text
    assert not cut_off.is_complete
    answer = finish(app.recall.ask(UNRELATED, max_tokens=8))
    assert answer.text
    assert app.engine.process_id not in (None, killed)


def forget_it(app: App, source: Source) -> None:
    assert traces(app.folder.root).keys() == set(TRACES), "before, every word of it can be found"
    own = app.experts.of_source(source.id)
    blobs = {one.blob for expert in own for one in app.expert_service.history(expert.id)}
    receipt = finish(app.forget.forget(source.id))
    assert receipt.passages == source.passages
    assert set(receipt.experts) == {one.name for one in own}
    assert app.library.sources() == ()
    assert app.experts.of_source(source.id) == ()
    assert not blobs & {file.name for file in app.folder.blobs.rglob("*")}
    assert traces(app.folder.root) == {}
    assert app.expert_service.check() == []


def digest(app: App, source: Source | None = None) -> Probed:
    """Return the digests of a fixed prompt's logits, with the source's experts if one is given, and of the backbone."""
    fast = app.roster.fast(source.id) if source else ()
    probed = app.engine.call(Probe(prompts.closed(ABOUT_IT), uses(fast + app.roster.slow())))
    assert isinstance(probed, Probed)
    assert app.engine.info
    assert probed.fingerprint == app.engine.info.fingerprint, "the backbone's weights never change"
    return probed


def traces(root: Path) -> dict[str, list[str]]:
    """Return which words of the document stand in which files of a data folder (its models are a link, not a part)."""
    files = [file for folder, _, names in os.walk(root) for file in (Path(folder) / name for name in names)]
    content = {str(file.relative_to(root)): file.read_bytes() for file in files if file.is_file()}
    found = {word: [name for name, data in content.items() if word.encode() in data] for word in TRACES}
    return {word: names for word, names in found.items() if names}
