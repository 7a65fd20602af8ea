"""Fetch a model from the Hugging Face hub, only when a person names one: config, tokenizer and safetensors, no code.

Files arrive one by one in a folder of their own; what is there already is not fetched again, and a large file goes on
where it was interrupted.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from nestdesk.core import jobs
from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import Job, Progress
from nestdesk.services import fetch

_WANTED = ("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "*.safetensors")
_TIMEOUT_S = 30.0


def download(name: str, folder: Path) -> Job[None]:
    """Fetch the newest version of a model.

    Args:
        name: OWNER/NAME on the hub.
        folder: where its files shall lie.

    Raises:
        BackboneError: offline, no such model or no access to it, no safetensors in it, or no room for it.
    """
    import httpx2  # hundreds of milliseconds, which only this needs
    from huggingface_hub import HfApi, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    yield Progress("find", text=name)
    try:
        info = HfApi().model_info(name, files_metadata=True, timeout=_TIMEOUT_S)
        wanted = [file for file in info.siblings or [] if _is_wanted(file.rfilename)]
        sizes = {file.rfilename: file.size or 0 for file in wanted}
        digests = {file.rfilename: file.lfs.sha256 for file in wanted if file.lfs}  # large files only
        if not any(file.endswith(".safetensors") for file in sizes):
            raise BackboneError(f"The model {name} has no safetensors weights, so NestDesk cannot use it.")
        total = sum(sizes.values())
        missing = {file: size for file, size in sizes.items() if not _is_there(folder / file, size)}
        fetch.require_room(folder.parent, sum(missing.values()))
        done = total - sum(missing.values())
        folder.mkdir(parents=True, exist_ok=True)
        for file, size in missing.items():
            yield Progress("download", done / max(total, 1), file)
            if file in digests:
                fetching = fetch.download(hf_hub_url(name, file, revision=info.sha), folder / file, digests[file])
                yield from jobs.retold(fetching, partial(_within, done, size, total))
            else:
                hf_hub_download(name, file, revision=info.sha, local_dir=folder)
            done += size
    except HFValidationError as error:
        raise BackboneError(f"{name!r} is not the name of a model; a name looks like OWNER/NAME.") from error
    except GatedRepoError as error:
        raise BackboneError(f"The hub gives the model {name} only to people who agreed to its terms there.") from error
    except RepositoryNotFoundError as error:
        raise BackboneError(f"The hub has no model {name}, or it is not public.") from error
    except (httpx2.HTTPError, OSError) as error:
        raise BackboneError(
            f"The model {name} could not be fetched from the hub. What has arrived is kept: connect to the internet "
            "and try again, or give a model that is at hand (--from-file)."
        ) from error


def _within(done: int, size: int, total: int, step: Progress) -> Progress:
    """Return how far all files are when one of them is that far."""
    return replace(step, done=(done + max(step.done, 0.0) * size) / max(total, 1))


def _is_wanted(file: str) -> bool:
    return "/" not in file and any(PurePosixPath(file).match(pattern) for pattern in _WANTED)


def _is_there(file: Path, size_bytes: int) -> bool:
    return file.is_file() and file.stat().st_size == size_bytes
