"""What an exported file says of an expert, taken from its checkpoint; and what a checkpoint keeps of such a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nestdesk.core.errors import CheckpointError
from nestdesk.core.types import Checkpoint, Expert, Passage, Scores
from nestdesk.services import blocks as blocks_of
from nestdesk.services import expert_file, probes
from nestdesk.services.expert_file import About, Manifest, Text
from nestdesk.storage.sources import SourceStore


def of(expert: Expert, checkpoint: Checkpoint, source: About | None, backbone_name: str) -> Manifest:
    """Return what a file will say of an expert. Where the text stays here, so do the answers, which quote it."""
    before, after = checkpoint.before, checkpoint.after
    if source is None or source.text is None:
        before, after = _silent(before), _silent(after)
    return Manifest(
        format=expert_file.FORMAT,
        version=expert_file.VERSION,
        name=expert.name,
        function=expert.function,
        level=expert.level,
        backbone=expert.backbone,
        backbone_name=backbone_name,
        update_period_tokens=expert.update_period_tokens,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        weights="",  # told by the file that is written
        parameters=int(_figure(checkpoint, "parameters")),
        updates=int(_figure(checkpoint, "updates")),
        steps=int(_figure(checkpoint, "steps")),
        tokens=int(_figure(checkpoint, "tokens")),
        seconds=_figure(checkpoint, "seconds"),
        before=before,
        after=after,
        about=source,
    )


def about(sources: SourceStore, source_id: int, checkpoint: Checkpoint, with_text: bool) -> About:
    """Return what a file will say of the source that a checkpoint learned.

    Raises:
        CheckpointError: the source changed since, or it is not known which weights belong to which passage.
    """
    source = sources.get(source_id)
    prints = blocks_of.prints(checkpoint) or ()
    found = About(source.title, source.sha256, prints, source.media_type, source.language)
    if len(prints) != blocks_of.count(checkpoint):
        raise CheckpointError(
            f"{source.title} was learned before it was kept which weights belong to which passage; learn it again."
        )
    if not with_text:
        return found
    hits = sources.passages(source_id)
    if prints and not blocks_of.are_of(checkpoint, [hit.text for hit in hits]):
        raise CheckpointError(
            f"{source.title} changed since these weights were learned; learn it again, then export it with text."
        )
    passages = tuple(Passage(hit.text, hit.start, hit.end, hit.page) for hit in hits)
    return replace(found, text=Text(passages, sources.items(source_id), source.summary))


def config(manifest: Manifest) -> dict[str, object]:
    """Return what a checkpoint keeps of how its weights were learned, as if they had been learned here."""
    source = manifest.about
    found: dict[str, object] = {
        "parameters": manifest.parameters,
        "updates": manifest.updates,
        "steps": manifest.steps,
        "tokens": manifest.tokens,
        "seconds": manifest.seconds,
        "blocks": len(source.prints) if source else 0,
    }
    if source and source.prints:
        found["prints"] = list(source.prints)
    if source and source.text and manifest.after:
        found["probes"] = probes.prints(source.text.items, manifest.after)
    return found


def _silent(scores: Scores | None) -> Scores | None:
    return scores and replace(scores, answers=())


def _figure(checkpoint: Checkpoint, name: str) -> float:
    found = checkpoint.config.get(name)
    return found if isinstance(found, int | float) else 0
