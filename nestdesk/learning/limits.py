"""Limits of an answer: a small model that knows where an answer stands often misspells it, so it may only copy.

A limit says which tokens may come next after what was said so far. *Measured* (README, decisions): with the right
passage in the prompt, two development articles, F1 0.64 spelled and 0.70 copied, by the same experts.

Reference: decoding held to a tree of allowed sequences, as in GENRE (arXiv 2010.00904); here the tree holds every span
of the passages that begins and ends with a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Protocol

from nestdesk.learning.backbone import Backbone

SPAN_TOKENS = 20  # of the longest span that can be copied
SPAN_CHARS = 120
LOOP_TOKENS = 8  # that a written answer does not say twice
WORDS = ("yes", "no", "Yes", "No")  # answers that need not stand in a text
KEPT_TREES = 64  # about 1 MB each

_START = re.compile(r"(?<![^\W_])(?<!\d[.,])[^\W_]|[$£€¥](?=\d)")
_INSIDE = re.compile(r"[^\W_]|[.,]\d")  # what follows inside a word or a number
_END = -1  # a key of the tree: the span may end here

Tree = dict[int, Any]


class Limit(Protocol):
    """Which tokens an answer may go on with."""

    def allowed(self, said: Sequence[int]) -> Collection[int] | None:
        """Return the tokens that may follow what was said; None: all."""
        ...

    def refused(self, said: Sequence[int]) -> Collection[int]:
        """Return the tokens that may not follow."""
        ...


class Written:
    """Any answer that does not begin with a certain word, nor goes round in circles as a small model does."""

    def __init__(self, backbone: Backbone, unlike: str = "") -> None:
        """Refuse the first token of the word, if there is one, at the beginning."""
        self._first = (backbone.encode(unlike)[0],) if unlike else ()

    def allowed(self, said: Sequence[int]) -> Collection[int] | None:
        """Return None: all tokens but those refused are allowed."""
        return None

    def refused(self, said: Sequence[int]) -> Collection[int]:
        """Return the word's first token while nothing is said, and later what would say LOOP_TOKENS once more."""
        if not said:
            return self._first
        tail, last = tuple(said[1 - LOOP_TOKENS :]), len(said) - LOOP_TOKENS + 1
        return {said[at + LOOP_TOKENS - 1] for at in range(last) if tuple(said[at : at + LOOP_TOKENS - 1]) == tail}


class Spans:
    """An answer that stands in a text, word for word, or one of WORDS."""

    def __init__(self, backbone: Backbone, texts: Sequence[str], unlike: str = "") -> None:
        """Lay out the spans of some texts; unlike is a word that no answer begins with."""
        self._stops = backbone.stop_ids
        self._trees = [_tree(backbone.reader(text), text) for text in (*texts, *WORDS)]
        self._unlike = (backbone.encode(unlike)[0],) if unlike else ()

    def allowed(self, said: Sequence[int]) -> Collection[int] | None:
        """Return what follows in any of the texts, and the end marks where a span may end."""
        nodes = self._trees
        for token in said:
            nodes = [node[token] for node in nodes if token in node]
        following = {token for node in nodes for token in node if token != _END}
        return following | self._stops if any(_END in node for node in nodes) or not following else following

    def refused(self, said: Sequence[int]) -> Collection[int]:
        """Return the first token of the word that no answer begins with."""
        return () if said else self._unlike


@lru_cache(KEPT_TREES)
def _tree(tokenizer: Any, text: str) -> Tree:
    """Return the tree of a text's spans: a token leads to the tokens that may follow it."""
    root: Tree = {}
    pieces = [text[match.start() : match.start() + SPAN_CHARS] for match in _START.finditer(text)]
    for piece, encoding in zip(pieces, tokenizer.encode_batch(pieces, add_special_tokens=False), strict=True):
        node, spans = root, encoding.offsets[:SPAN_TOKENS]
        for index, (token, (_, end)) in enumerate(zip(encoding.ids, spans, strict=False)):
            node = node.setdefault(token, {})
            is_whole = index + 1 >= len(encoding.offsets) or encoding.offsets[index + 1][0] >= end  # no half character
            if is_whole and not _INSIDE.match(piece, end):
                node[_END] = {}
    return root
