"""The ``ask`` command: one question, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from nestdesk.core.errors import SettingsError
from nestdesk.core.scope import Scope
from nestdesk.core.types import Answer, Mode
from nestdesk.services import scopes
from nestdesk.services.workspace import App
from nestdesk.terminal import Terminal


@dataclass(frozen=True)
class Question:
    """One line of a file of questions."""

    id: Any
    text: str
    passage: str | None


def ask(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="The question.")] = None,
    mode: Annotated[Mode | None, typer.Option(help="What the answer may use; auto is what the chat does.")] = None,
    is_short: Annotated[bool, typer.Option("--short", help="Ask for a short phrase.")] = False,
    passage: Annotated[str | None, typer.Option(help="The text to answer from (mode passage).")] = None,
    max_tokens: Annotated[int, typer.Option(min=1, help="The longest answer.")] = 256,
    from_file: Annotated[Path | None, typer.Option("--from", help="Lines of {id, question, passage?}.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the answers to --from go.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Ask this collection only; several may be named.")
    ] = None,
    chat: Annotated[
        str, typer.Option(metavar="CHAT", help="Ask what this chat asks, by its title or number: it finds its own too.")
    ] = "",
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="ENDING", help="Ask such files only, as in pdf.")
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="DAY", help="Ask only what was added on this day (2026-01-31) or later.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DAY", help="Ask only what was added by this day; dates in the texts do not count.")
    ] = "",
) -> None:
    """Answer a question, greedily: two runs agree."""
    terminal: Terminal = context.obj
    if (text is None) == (from_file is None):
        raise typer.BadParameter("give either a question or --from FILE.", param_hint="TEXT")
    if out and not from_file:
        raise typer.BadParameter("it needs --from FILE.", param_hint="--out")
    if text is not None and not text.strip():
        raise typer.BadParameter("the question is empty.", param_hint="TEXT")
    if from_file is None and mode is Mode.PASSAGE and not passage:
        raise typer.BadParameter("mode passage needs --passage TEXT.", param_hint="--mode")
    chosen = mode or (Mode.PASSAGE if passage and not from_file else Mode.AUTO)
    if chosen is Mode.PASSAGE and (collection or chat or types or since or until):
        raise typer.BadParameter("a given passage is all that is asked then.", param_hint="--collection")
    with terminal.opened() as app:
        scope = scopes.named(app.collections, app.library, collection or (), types or (), since, until)
        if chat:
            scope = scopes.of_chat(scopes.chat(app.chat.conversations(), chat), scope)
        if from_file:
            _ask_file(terminal, app, from_file, out, chosen, is_short, passage, max_tokens, scope)
            return
        answer = terminal.run(app.recall.ask(text or "", chosen, is_short, passage, max_tokens, scope))
        report = {"question": text, **answer_line(answer), "mode": chosen, "why": answer.why, "tokens": answer.tokens}
        terminal.show(report, answer.text)


def _ask_file(
    terminal: Terminal,
    app: App,
    source: Path,
    out: Path | None,
    mode: Mode,
    is_short: bool,
    passage: str | None,
    max_tokens: int,
    scope: Scope,
) -> None:
    questions = read_questions(source, passage)
    asked = [(one.text, one.passage) for one in questions]
    answers = terminal.run(app.recall.ask_many(asked, mode, is_short, max_tokens, scope))
    lines = [{"id": one.id, **answer_line(answer)} for one, answer in zip(questions, answers, strict=True)]
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if out is None:
        terminal.show({"answers": lines}, written.rstrip("\n"))
        return
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"The answers cannot be written to {out}: {error.strerror or error}.") from error
    terminal.show({"answers": len(lines), "out": out}, f"Wrote {len(lines)} answers to {out}.")


def read_questions(source: Path, passage: str | None = None) -> Sequence[Question]:
    """Read a file of questions; passage stands in where a line has none.

    Raises:
        SettingsError: the file cannot be read, or a line is not a question.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(f"The questions in {source} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The questions in {source} are not text in UTF-8.") from error
    questions = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            asked = entry["question"]
            given = entry.get("passage") or passage
            if not (isinstance(asked, str) and asked.strip() and isinstance(given, str | None)):
                raise ValueError("not texts")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise SettingsError(
                f'Line {number} of {source} is not a question; it should be like {{"id": 1, "question": "..."}}.'
            ) from error
        questions.append(Question(entry.get("id", number), asked, given))
    return questions


def answer_line(answer: Answer) -> dict[str, Any]:
    """Return an answer as one line of the answers' file."""
    sources = {hit.source_id: hit.source_title for hit in answer.why.passages}
    return {
        "answer": answer.text,
        "sources": [{"id": source, "title": title} for source, title in sources.items()],
        "experts": [
            {"name": one.name, "level": one.level.value, "checkpoint": one.checkpoint_id, "gate": one.gate}
            for one in answer.why.experts
        ],
        "seconds": round(answer.seconds, 3),
    }
