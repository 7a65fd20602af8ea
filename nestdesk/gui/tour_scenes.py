"""What the tour shows, scene by scene. Each scene leaves the window as the next one can use it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from nestdesk.core.chats import Manner
from nestdesk.core.errors import EngineError
from nestdesk.core.paths import resources
from nestdesk.core.types import SourceState
from nestdesk.gui.bridge import LEARNING
from nestdesk.gui.message_view import UserTurn
from nestdesk.gui.safe_start import StartDialog
from nestdesk.gui.theme import Theme
from nestdesk.gui.tour import READY_S, SETTLE_MS, Around, Camera, MakeApp, Scene, Stage, staged, wait, wait_until
from nestdesk.gui.tour_attachments import attachments
from nestdesk.gui.tour_choices import CHOICES, no_backups, trust
from nestdesk.gui.tour_hands import STATEMENT, close, export, is_in, learned, page, send, settle, shown_answers

if TYPE_CHECKING:
    from nestdesk.services.workspace import App

QUESTION = "Who founded the village of Ostrevan?"
OTHER_QUESTION = "What is the oldest building of Ostrevan?"
WRITE = "Write a short story about a lighthouse."
WORDS = 40  # characters of an answer that is being written
DRAFT = "And for a triangle without a right angle?"


# -- before and after the window that is toured

FROM_MENUS = {  # pictures, and the commands that open what they show
    "settings": "S&ettings …",
    "models": "&Models and hardware …",
    "shortcuts": "&Keyboard shortcuts …",
    "about": "&About NestDesk",
}


def starts(make_app: MakeApp, root: Path, camera: Camera, theme: Theme, size: tuple[int, int]) -> None:
    """Show the question after a start that failed, the first start, and a data folder that cannot be opened."""
    asking = StartDialog(has_failed=True)
    asking.show()
    camera.take("start-after-a-failure", asking)
    asking.close()
    asking.deleteLater()
    with staged(make_app, root / "first", camera, theme, size) as stage:
        wait_until(lambda: stage.window.is_waiting_for_setup, "the offer to set up", READY_S)
        stage.take("first-start")
    (root / "no-folder").write_text("", encoding="utf-8")
    with staged(make_app, root / "no-folder", camera, theme, size) as stage:
        wait_until(lambda: stage.window.is_waiting_for_setup, "the refusal", READY_S)
        stage.take("first-start-refused")


def without_engine(make_app: MakeApp, root: Path, camera: Camera, theme: Theme, size: tuple[int, int]) -> None:
    """Show a start without the engine over what the tour left: it can be read."""
    with staged(make_app, root / "data", camera, theme, size, has_engine=False) as stage:
        wait(1500)
        stage.window.show_view("chats")
        stage.take("without-engine")


# -- chats


def empty(stage: Stage) -> None:
    """Show every view before there is anything to show; what is learned already stands in the library."""
    stage.take("chat-empty")
    stage.window.show_view("memory")
    stage.take("memory-empty")
    stage.window.new_chat(is_temporary=True)
    stage.window.chat.composer.box.setPlainText(DRAFT)
    stage.take("chat-temporary")
    stage.window.new_chat()


def answers(stage: Stage) -> None:
    """Ask, look why, and correct the answer."""
    learned(stage)
    window = stage.window
    window.new_chat()
    for question in stage.questions:
        send(stage, question)
    window.show_latest_why()
    stage.take("chat-why")
    answer = shown_answers(stage)[-1]
    answer.wrong.click()
    wait_until(lambda: answer.correct().note.text() != "", "the outlook")
    answer.correct().text.setPlainText("Ilse Varrenhout, a rope maker")
    stage.take("chat-correcting")
    answer.correct().send.click()
    wait_until(lambda: len(shown_answers(stage)) > len(stage.questions), "the correction to be sent")
    wait_until(lambda: not window.chat.is_busy, "the answer to the correction")
    wait_until(lambda: any(one.lesson.text() for one in window.chat.findChildren(UserTurn)), "the correction")
    stage.take("chat-correction-learning")
    settle(stage)
    stage.take("chat-corrected")


def chat_tree(stage: Stage) -> None:
    """State a fact, edit a message, stop an answer, and read one with a table, code and formulas."""
    window = stage.window
    window.new_chat()
    send(stage, STATEMENT)
    stage.take("chat-learned-just-now")
    window.new_chat()
    send(stage, QUESTION)
    window.chat.findChildren(UserTurn)[-1].edit.click()
    stage.take("chat-editing")
    send(stage, OTHER_QUESTION)
    stage.take("chat-branches")
    window.new_chat()
    window.chat.send(WRITE)
    wait_until(lambda: any(len(one.raw) > WORDS for one in shown_answers(stage)), "the first words")
    stage.take("chat-streaming")
    window.chat.stop()
    wait(400)
    stage.take("chat-stopped")
    settle(stage)


def order(stage: Stage) -> None:
    """Show chats in folders, pinned and archived, presets, and what deleting one says."""
    window = stage.window
    manner = Manner("Answer in one sentence, and name the page.", 0.3, 128)

    def arrange(app: App) -> None:
        chats, order = app.chat.conversations(), app.chat_order
        home = order.named("Harbour")
        for chat, act in zip(chats, (order.pin, order.archive), strict=False):
            act(chat.id, True)
        order.move(chats[-1].id, home.id)
        app.presets.create("Brief", manner)

    stage.ask(arrange)
    wait(400)
    choice = window.chat.setup.manner
    choice.click()
    stage.take("chat-preset-menu")
    close()
    choice.menu_of_all().actions()[-1].trigger()
    stage.take("presets")
    close()
    choice.menu_of_all().actions()[-2].trigger()
    stage.take("instructions")
    close()
    window.forgetting.delete_chat(next(iter(window.upkeep.conversations.values())))
    stage.take("chat-deleted")
    window.desk.undo.settle()
    settle(stage)


# -- library


def learning(stage: Stage) -> None:
    """Let a watched folder fill the queue: one file is learned, one waits, one cannot be read."""
    window, watched = stage.window, stage.home / "papers"
    window.library.show_folders()
    window.show_view("library")
    stage.take("folders-empty")
    watched.mkdir()
    for name in ("words", "library"):
        text = (resources() / "help" / f"{name}.md").read_text(encoding="utf-8")
        (watched / f"{name}.md").write_text(text, encoding="utf-8")
    (watched / "broken.pdf").write_bytes(b"%PDF-1.4\nno more of it came")
    stage.ask(lambda app: app.watch.add(watched))
    window.library.show_overview()
    window.library.watching.look()
    wait_until(lambda: len(window.sources) > 3, "the files of the folder")
    wait_until(lambda: any(is_in(one, SourceState.FAILED) for one in window.sources), "the file that cannot be read")
    wait_until(lambda: any(is_in(one, SourceState.LEARNING) for one in window.sources), "learning to begin")
    wait_until(lambda: window.status.bar.value() > 100, "learning to get on")
    stage.take("library-learning")
    window.show_view("experts")
    stage.take("experts-learning")
    window.show_view("library")
    window.queue.pause()
    stage.take("library-paused")
    window.queue.resume()
    window.library.show_folders()
    wait(1000)
    stage.take("folders")
    stage.ask(lambda app: [app.learn.cancel(one.id) for one in app.sources.queued()])
    window.queue.cancel()
    settle(stage)
    (watched / "library.md").unlink()
    window.library.show_overview()
    window.library.watching.look()
    wait(1500)
    stage.take("library-file-gone")


def documents(stage: Stage) -> None:
    """Show the list, a document that was learned, one that failed, and the place that an answer names."""
    window = stage.window
    best = learned(stage)
    home = stage.ask(lambda app: app.collections.create("North"))
    stage.run(lambda app: app.collections.move([best.id], home.id))
    window.show_view("library")
    window.library.show_overview()
    stage.take("library")
    window.library.open_source(best.id)
    wait_until(window.library.document.isVisible, "the document")
    stage.take("document")
    for lost in [one for one in window.sources if is_in(one, SourceState.FAILED)][:1]:
        window.library.open_source(lost.id)
        stage.take("document-failed")
    if (why := window.upkeep.latest_why) is not None and why.passages:
        window.library.open_passage(why.passages[0])
        stage.take("document-cited")
    window.library.open_source(best.id)  # the question stands before the page of what it is about
    wait_until(lambda: window.library.current == best.id and window.library.document.shown == best.id, "the document")
    window.forgetting.forget_source(best)
    stage.take("forget")
    close()
    window.drop.overlay.setGeometry(window.rect())
    window.drop.overlay.raise_()
    window.drop.overlay.show()
    stage.take("drop")
    window.drop.overlay.hide()
    window.library.show_overview()


# -- experts


def experts(stage: Stage) -> None:
    """Show the nested model, one expert's line, two checkpoints side by side, curves, and what was measured."""
    best = learned(stage)
    view = stage.window.experts
    stage.window.show_view("experts")
    stage.take("experts-none-chosen")
    own = next(one for one in stage.ask(lambda app: app.expert_service.list()) if one.source_id == best.id)
    view.open_expert(own.id)
    wait_until(lambda: len(view.timeline.history) > 1, "the checkpoints")
    stage.take("experts")
    view.compare.click()
    wait(400)
    view.comparison.question.setText(QUESTION)
    view.comparison.ask()
    wait_until(lambda: " s " in view.comparison.right.note.text(), "both answers")
    stage.take("experts-compared")
    close()
    view.over_time.click()
    wait_until(lambda: view.curves.retention.plot is not None and view.curves.retention.plot.isVisible(), "the curves")
    wait(SETTLE_MS)  # plots take their place only when they are drawn
    stage.take("experts-curves")
    close()
    view.measured.open()
    stage.take("measured")
    close()
    view.timeline.choose(view.timeline.history[0].id)
    view.rollback.click()
    wait_until(view.restore.isEnabled, "the rollback")
    stage.take("experts-rolled-back")
    view.restore.click()
    wait_until(lambda: not view.restore.isEnabled(), "the way back")


def held(stage: Stage) -> None:
    """Give an expert away, forget its document, and take the expert in again: it waits for review."""
    best = learned(stage)
    window, file = stage.window, stage.home / "harbour.expert"
    own = next(one for one in stage.ask(lambda app: app.expert_service.list()) if one.source_id == best.id)
    stage.run(lambda app: app.expert_exchange.export(own.id, file, with_text=True))
    stage.run(lambda app: app.forget.forget(best.id), LEARNING)
    taken = stage.run(lambda app: app.expert_exchange.take(file))
    window.show_view("experts")
    wait_until(lambda: taken.expert.id in window.experts.diagram.order, "what waits")
    window.experts.open_expert(taken.expert.id)
    wait_until(window.experts.held.isVisible, "the review")
    stage.take("experts-held")


# -- the rest


def memory(stage: Stage) -> None:
    """Show what is known about the person."""
    for text in ("I sail a small boat.", "My boat is called Petrel.", STATEMENT):
        stage.run(lambda app, text=text: app.memory.add(text))  # type: ignore[misc]
    stage.window.show_view("memory")
    stage.take("memory")


def dialogs(stage: Stage) -> None:
    """Show settings, models, shortcuts, the help, About and the palette."""
    window = stage.window
    for name, text in FROM_MENUS.items():
        next(one for one in window.menus.actions if one.objectName() == text).trigger()
        wait(300)
        stage.take(name)
        close()
    for topic in ("chats", "experts", "shortcuts"):
        window.helping.show_page(topic)
        stage.take(f"help-{topic}")
    close()
    window.finder.popup()
    stage.take("palette")
    for name, words in (("palette-found", "the"), ("palette-nothing", "zzz")):
        window.finder.field.setText(words)
        window.finder.look_up()
        stage.take(name)
    close()


def exchange(stage: Stage) -> None:
    """Import chats of another assistant, see what they would teach, export everything, and look into the export."""
    window = stage.window
    importing, exporting, restoring = window.exchange.importing, window.exchange.exporting, window.exchange.restoring
    importing.popup()
    stage.take("import")
    importing.look_into([export(stage.home)])
    page(importing)
    stage.take("import-preview")
    importing.take.click()
    page(importing)
    stage.take("import-done")
    importing.learn.click()
    page(importing)
    stage.take("import-lessons")
    close()
    chat = next(one for one in window.upkeep.conversations.values() if one.title == "Right triangles")
    window.show_view("chats")
    window.rail.item_chosen.emit("chats", chat.id)
    wait(600)
    stage.take("chat-formatted")
    exporting.popup()
    stage.take("export")
    exporting.some.click()
    stage.take("export-some")
    exporting.everything.click()
    target = stage.home / "everything.zip"
    exporting.export_to(target)
    page(exporting)
    stage.take("export-done")
    close()
    restoring.popup()
    stage.take("restore")
    restoring.look_into(target)
    page(restoring)
    stage.take("restore-plan")
    close()


def trouble(stage: Stage) -> None:
    """End the engine in the middle of an answer, and show what a mistake of the program looks like."""
    window = stage.window
    window.new_chat()
    window.chat.send(WRITE)
    wait_until(lambda: any(len(one.raw) > WORDS for one in shown_answers(stage)), "the first words")
    number = stage.ask(lambda app: app.engine.process_id)  # type: ignore[attr-defined]  # of a real engine, in a process of its own
    os.kill(number, signal.SIGTERM)
    wait_until(lambda: not window.chat.is_busy, "the end of the answer")
    stage.take("engine-ended")
    window.notice.hide()
    window.show_bug(EngineError("The tour asked for this report."))
    stage.take("mistake")
    close()


BEFORE: tuple[Around, ...] = (starts,)
AFTER: tuple[Around, ...] = (without_engine,)
SCENES: tuple[Scene, ...] = (
    empty,
    no_backups,
    answers,
    chat_tree,
    exchange,
    order,
    memory,
    documents,
    attachments,
    experts,
    dialogs,
    learning,
    *CHOICES,
    held,
    trust,
    trouble,
)
