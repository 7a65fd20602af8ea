"""Sentences that services hand to the window, said in its language.

Services know no language: their errors, reasons and remarks are English. Those a person meets most stand here as
templates; a sentence that fits one is said anew with its own values. What fits none stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from nestdesk.gui.language import SOURCE, mark, spoken, tr

SENTENCES = (
    # answers
    mark("Copied from a passage."),
    mark("Copied from a passage with 1 expert."),
    mark("Copied from a passage with {number} experts."),
    mark("Quoted from a passage; the model wrote nothing."),
    mark("Quoted from {number} passages; the model wrote nothing."),
    mark("Written by the backbone, which read a passage."),
    mark("Written by the backbone, which read {number} passages."),
    mark("Written by the backbone, which read what the other answers are from: nothing else tells it."),
    mark("Told by what the library holds; the model wrote nothing."),
    mark("Answered from what was learned, without a passage."),
    mark("Each of several questions was answered for itself."),
    mark("Noted from what you said; the model was not asked."),
    mark("Nothing that you said tells it."),
    mark("No expert learned about this, so the backbone answered on its own."),
    mark("Nothing in the library is about this, so the backbone answered on its own."),
    mark("Nothing in the collection {name} is about this, so the backbone answered on its own."),
    mark("The library holds something like it, but nothing that tells this, so the backbone answered on its own."),
    # learning, and the experts
    mark("First weights"),
    mark("Accepted: {before} of {asked} probes answered before, {after} after."),
    mark(
        "Learning did not help ({before} of {asked} probes answered before, {after} after), so the expert stays as it "
        "was."
    ),
    mark("The expert drifted too far from the backbone ({drift} nats), so it is not used."),
    mark("Accepted: {before} of {asked} questions about sources that took no part answered before, {after} after."),
    mark(
        "Growing did not help ({before} of {asked} questions about sources that took no part answered before, {after} "
        "after), so the slow experts stay as they were."
    ),
    mark("The experts drifted too far from the backbone ({drift} nats), so they stay."),
    mark("Too few questions were written about the sources to tell whether growing helps."),
    mark("Documents were changed or forgotten meanwhile, so nothing grew; please try again."),
    mark("Nothing could be asked about this source, so no weights were changed."),
    mark("The document is too long to be learned by heart; what was read of it can be searched."),
    mark("Imported from {name}; held for review."),
    mark("Imported, and accepted by you."),
    mark("{name} does not wait for review."),
    mark("{name} has no rollback to undo."),
    mark("Checkpoint {id} of {name} was rejected, so it cannot be used."),
    mark("The rollback of {name} cannot be undone: those weights knew a forgotten source or are lost."),
    mark("Sleep made no weights; the experts are as they were."),
    mark("Sources were moved or forgotten meanwhile, so nothing changed; please sleep again."),
    mark("{title} is being learned just now; stop that first, then forget it."),
    mark("{title} is being learned just now; stop that first."),
    mark("“{title}” is there already; forget one of the two."),
    mark("It is trusted little: it is quoted and never learned."),
    mark("{name} is no expert that was exported from NestDesk. Nothing was imported."),
    mark("{name} is damaged: it was cut off or changed after it was written. Nothing was imported."),
    # encryption
    mark("That is not the passphrase of this data folder. Nothing was changed."),
    mark("Encryption is an extra that is not installed here; install it with: pip install 'nestdesk[encryption]'"),
    mark("This computer has no keyring that NestDesk can use, so the key was not stored."),
    mark("The system's keyring refused the key, so it was not stored. Unlock it first."),
    mark("The system's keyring refused to remove the key. Unlock it first."),
    mark("The data folder is damaged, so nothing was changed. Run `nestdesk check --repair` first."),
    # documents
    mark("There is no file or folder {path}."),
    mark("There is no document that NestDesk can read in {path}."),
    mark("{path} holds too many files; choose a smaller folder."),
    mark("{path} holds more than {limit} documents; choose a smaller folder or add it in parts."),
    mark("{name} has no text in it."),
    mark("{name} is empty."),
    mark("{name} has no text to learn from."),
    mark("{name} is damaged and could not be read as {kind}."),
    mark("{name} could not be read: its reader crashed. The file may be damaged or made to do harm."),
    mark("{name} may not be read: you have no permission for it."),
    mark("{name} was changed after it was added; please add it again."),
    mark("{name} is protected by a password; save a copy without one and add that."),
    mark("{name} needs too much memory to be read."),
    mark("{empty} of {pages} pages have no text (pictures or scans)."),
    mark("The text is very long: only its first {characters} characters were read."),
    mark("The text was read from a picture; names and numbers may be wrong."),
    mark("“{title}” was forgotten, so there is no page to open."),
    mark("The folder {path} cannot be found, so nothing of it was changed."),
    mark("NestDesk made a mistake with this document."),
    # corrections, memory, presets
    mark("That states nothing to learn. Write what is right, such as: It is the blue one."),
    mark("There is nothing to learn from this message any more."),
    mark("A memory is a sentence of at most {characters} characters."),
    mark("A preset needs a name."),
    mark("There is a preset called {name} already."),
    # the engine, models, data
    mark("The engine stopped unexpectedly. Nothing that was learned is lost; it starts again by itself."),
    mark("The engine stopped before it was done. Nothing was changed; please try again."),
    mark(
        "NestDesk was started without its engine, so nothing can be asked or learned. What is stored can be read and "
        "exported; start NestDesk again as usual to go on."
    ),
    mark(
        "NestDesk is already running with the data folder {folder}; close it first, or choose another folder with "
        "--data-dir."
    ),
    mark("The data folder {folder} cannot be used: {reason}. Choose another one with --data-dir."),
    mark("{path} cannot be opened: {reason}."),
    mark("{path} exists already; choose another name."),
    mark("The model {path} cannot be read: {reason}."),
    mark("{path} is neither a GGUF file, the wheel of the default model nor a model folder."),
    mark("{name} is no export of NestDesk, so it can be imported but not restored."),
    mark("There are no chats in {name} that ChatGPT, Claude, Open WebUI or NestDesk exported."),
    mark("The hub has no model {name}, or it is not public."),
)
_END = re.compile(r"(?<=[.!?])\s+")


def heard(sentence: str) -> str:
    """Return what a service said, whole or sentence by sentence, in the language of the window."""
    if spoken() == SOURCE or not sentence:
        return sentence
    whole = _said(sentence)
    return whole if whole is not None else " ".join(_said(one) or one for one in _END.split(sentence))


def _said(sentence: str) -> str | None:
    for pattern, source in _patterns():
        if fits := pattern.fullmatch(sentence):
            return tr(source).format(**fits.groupdict())
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return a pattern for each template; those that say most come first."""
    ordered = sorted(SENTENCES, key=lambda one: -sum(len(text) for text, *_ in Formatter().parse(one)))
    return tuple((re.compile(_pattern(one), re.DOTALL), one) for one in ordered)


def _pattern(template: str) -> str:
    parts = Formatter().parse(template)
    return "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, *_ in parts)
