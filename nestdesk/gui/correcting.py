"""Corrections in a chat: sent as the person's message, learned at once, with what comes of it told at that message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Slot

from nestdesk.core.corrections import Outlook, Taught
from nestdesk.core.errors import NestDeskError
from nestdesk.core.jobs import Outcome, Progress, Ticket
from nestdesk.core.types import SourceState
from nestdesk.gui import words
from nestdesk.gui.bridge import LEARNING, Bridge
from nestdesk.gui.heard import heard
from nestdesk.gui.language import mark, tr
from nestdesk.gui.message_view import AnswerTurn, UserTurn
from nestdesk.gui.turns import Turns

WAITING = mark("Waiting to learn your correction: something else is being learned first.")


@dataclass(eq=False)
class _Lesson:
    """One correction that is learned, or was."""

    told: str
    ticket: Ticket | None = None
    is_begun: bool = False
    on_end: Callable[[], object] | None = None


class Correcting(QObject):
    """Takes corrections from the turns of a chat, and has those that were sent learned."""

    def __init__(self, bridge: Bridge, turns: Turns, send: Callable[[str], bool]) -> None:
        """Serve the turns; send sends a message in their chat, or says that it cannot just now."""
        super().__init__(turns)
        self._bridge = bridge
        self._turns = turns
        self._send = send
        self._lessons: dict[int, _Lesson] = {}  # by message
        turns.correction_requested.connect(self._open)
        turns.correction_given.connect(self._word)
        turns.asked_inserted.connect(self._show_again)

    @Slot(int)
    def _open(self, answer_id: int) -> None:
        def show(outlook: Outlook) -> None:
            if isinstance(turn := self._turns.find(answer_id), AnswerTurn):
                turn.correct().show_outlook(outlook)

        self._bridge.ask(lambda app: app.corrections.outlook(answer_id), show)

    @Slot(int, str)
    def _word(self, answer_id: int, text: str) -> None:
        def refuse(error: NestDeskError) -> None:
            if isinstance(turn := self._turns.find(answer_id), AnswerTurn):
                turn.correct().show_problem(str(error))

        def send(message: str) -> None:
            if isinstance(turn := self._turns.find(answer_id), AnswerTurn):
                if self._send(message):
                    turn.end_correction()
                else:
                    turn.correct().show_problem(tr("Another answer is being written; correct this one after it."))

        self._bridge.ask(lambda app: app.corrections.worded(answer_id, text), send, refuse)

    def follow(self, message_id: int) -> None:
        """Learn what a message that was just answered corrects, if it does."""
        self._bridge.ask(
            lambda app: app.corrections.question(message_id), lambda question: self._teach(message_id, question)
        )

    def stop(self, message_id: int, then: Callable[[], object]) -> None:
        """Learn a correction no longer, then do something: at once, or where it is learned just now, after that."""
        lesson = self._lessons.pop(message_id, None)
        if isinstance(turn := self._turns.find(message_id), UserTurn):
            turn.show_lesson("")
        if lesson is None or lesson.ticket is None:
            then()
        elif lesson.is_begun:
            lesson.on_end = then
            self._bridge.ask(lambda app: app.corrections.stop(message_id))
        else:
            lesson.ticket.cancel()
            then()

    def _teach(self, message_id: int, question: str) -> None:
        if not question or message_id in self._lessons:
            return
        lesson = self._lessons[message_id] = _Lesson(tr(WAITING))
        self._tell(message_id, lesson, tr(WAITING))
        lesson.ticket = self._bridge.run(
            LEARNING,
            lambda app: app.corrections.teach(message_id),
            partial(self._progress, message_id, lesson),
            partial(self._end, message_id, lesson),
        )

    def _progress(self, message_id: int, lesson: _Lesson, progress: Progress) -> None:
        lesson.is_begun = True
        if progress.stage == "asking":
            self._tell(message_id, lesson, tr("Learned. Asking the question again …"))
            return
        said = (
            tr("Learning your correction …"),
            words.percent(progress.done),
            words.minutes_left(progress.seconds_left),
        )
        self._tell(message_id, lesson, " ".join(filter(None, said)))

    def _end(self, message_id: int, lesson: _Lesson, outcome: Outcome) -> None:
        lesson.ticket = None
        if lesson.on_end is not None:
            lesson.on_end()
        elif isinstance(outcome.result, Taught):
            self._tell(message_id, lesson, _result(outcome.result))
        elif outcome.error is not None:
            self._tell(message_id, lesson, str(outcome.error))
        else:
            self._tell(
                message_id, lesson, tr("Your correction was not learned yet; it is learned when you leave this chat.")
            )

    def _tell(self, message_id: int, lesson: _Lesson, told: str) -> None:
        lesson.told = told
        is_current = self._lessons.get(message_id) is lesson
        if is_current and isinstance(turn := self._turns.find(message_id), UserTurn):
            turn.show_lesson(told)

    @Slot(object)
    def _show_again(self, turn: UserTurn) -> None:
        if lesson := self._lessons.get(turn.message_id):
            turn.show_lesson(lesson.told)


def _result(taught: Taught) -> str:
    if taught.answer:
        answer = words.first_line(taught.answer, 160)
        if not taught.is_right:
            return tr(
                "Your correction is remembered and used, but asked again without looking anything up, "
                "the weights still answer: “{answer}”",
                answer=answer,
            )
        return tr("Learned. Asked again, without looking anything up, it now answers: “{answer}”", answer=answer)
    if taught.source.state is SourceState.CANCELLED:
        return tr("Learning your correction was stopped. It is remembered all the same.")
    if taught.source.state is SourceState.FAILED:
        return heard(taught.source.error) or tr("Your correction could not be learned. It is remembered all the same.")
    return tr(
        "Your correction is remembered and used, but the weights were left as they were: they answered no better."
    )
