"""The help as pages of Markdown, one for each view and a few more: titles, links, and the words they hold. No Qt here.

The list of shortcuts is put into its page when it is shown, so that it is that of the menus. A language has a folder of
its own with the same pages; where it has none, the help is in English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nestdesk.core.paths import resources
from nestdesk.gui.language import mark, tr

NOTES = {  # what a page is about, below its title in the list
    "chats": mark("Asking, and how answers are made"),
    "library": mark("Documents, and learning them"),
    "experts": mark("What learns, and its checkpoints"),
    "memory": mark("What NestDesk knows about you"),
    "data": mark("Where it lies, undoing, forgetting"),
    "words": mark("What each word means"),
    "shortcuts": mark("Keys, as they are set now"),
}
NAMES = tuple(NOTES)
_SHORTCUTS = "{shortcuts}"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TERM = re.compile(r"^\*\*([^*]+)\*\*:", re.MULTILINE)


@dataclass(frozen=True)
class HelpPage:
    """One page."""

    name: str
    title: str
    text: str  # Markdown

    def links(self) -> tuple[str, ...]:
        """Return what the page links to."""
        return tuple(_LINK.findall(self.text))

    def holds(self, words: str) -> bool:
        """Say whether every word occurs in the page."""
        text = self.text.casefold()
        return all(word in text for word in words.casefold().split())


def load(shortcuts: Sequence[tuple[str, str]], spoken: str = "") -> tuple[HelpPage, ...]:
    """Return all pages.

    Args:
        shortcuts: keys, and what they do.
        spoken: the code of the window's language.
    """
    folder = resources() / "help"
    if spoken and (folder / spoken).is_dir():
        folder /= spoken
    pages = []
    for name in NAMES:
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
        text = text.replace(_SHORTCUTS, _table(shortcuts))
        pages.append(HelpPage(name, text.partition("\n")[0].lstrip("# "), text))
    return tuple(pages)


def target(link: str) -> str:
    """Return the name of the page that a link of the help leads to, or nothing if it leads elsewhere."""
    name = link.removesuffix(".md")
    return name if name in NAMES else ""


def terms(page: HelpPage) -> tuple[str, ...]:
    """Return the terms that a glossary explains."""
    return tuple(_TERM.findall(page.text))


def _table(shortcuts: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {_cell(keys)} | {_cell(text)} |" for keys, text in shortcuts]
    return "\n".join([tr("| Keys | What they do |"), "| --- | --- |", *lines])


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
