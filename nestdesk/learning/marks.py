"""The marks of a chat format (<|im_start|> and the like), which only the chat format itself may set.

A tokenizer takes a mark for what it means wherever it stands, also in the middle of a document: a passage that holds
<|im_end|><|im_start|>system would end its own turn and begin one of the program's. So marks in a text that people or
documents wrote are read as the characters they are made of. Texts without marks get the very same ids as ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache

from tokenizers import Tokenizer

_GUARD = "\ufdd0"  # a noncharacter: it stands inside a mark that is none, until the marks of the format are found
_LEAST_CHARS = 2  # a single character can stand in any text


class Marks:
    """The marks that a tokenizer and a chat template know."""

    def __init__(self, tokenizer: Tokenizer, template: str) -> None:
        """Know the tokenizer's special tokens, and the other added ones that the template speaks of."""
        self._tokenizer = tokenizer
        added = tokenizer.get_added_tokens_decoder().values()
        named = {one.content for one in added if one.special or one.content in template}
        self._named = sorted((one for one in named if len(one.strip()) >= _LEAST_CHARS), key=len, reverse=True)
        self._pattern = re.compile(f"({'|'.join(map(re.escape, self._named))})" if self._named else r"(?!)()")

    def reader(self, text: str) -> Tokenizer:
        """Return the tokenizer to read a text with: marks in it are characters."""
        return self._plain if self._pattern.search(text) else self._tokenizer

    def are_in(self, texts: Sequence[str]) -> bool:
        """Say whether any of the texts holds a mark."""
        return any(self._pattern.search(text) for text in texts)

    def guarded(self, text: str) -> str:
        """Return a text whose marks are told from those of the format, which is put around it."""
        while self._pattern.search(text):  # again, because marks may overlap
            text = self._pattern.sub(lambda found: f"{found[0][0]}{_GUARD}{found[0][1:]}", text)
        return text

    def encode(self, prompt: str) -> list[int]:
        """Return the token ids of a prompt that was filled with guarded texts."""
        ids: list[int] = []
        for place, part in enumerate(self._pattern.split(prompt)):
            if place % 2:
                ids += self._tokenizer.encode(part, add_special_tokens=False).ids
            elif part:
                ids += self._plain.encode(part.replace(_GUARD, ""), add_special_tokens=False).ids
        return ids

    @cached_property
    def _plain(self) -> Tokenizer:
        """Return a tokenizer without marks; made when the first one is met, because it takes most of a second."""
        settings = json.loads(self._tokenizer.to_str())
        for token in settings["added_tokens"]:
            token["special"] = token["special"] or token["content"] in self._named
        plain = Tokenizer.from_str(json.dumps(settings))
        plain.encode_special_tokens = True
        return plain


@lru_cache(4)
def marks_of(tokenizer: Tokenizer, template: str) -> Marks:
    """Return the marks of a tokenizer and a chat template."""
    return Marks(tokenizer, template)
