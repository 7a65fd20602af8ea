"""What in a document looks like an attack on whoever reads it with a model, by rules that can be told in a sentence.

A document is there to tell something. Sentences that tell an assistant what to do, marks of a chat format, characters
that nobody sees, letters that pass for others and one claim in ever new wordings are no part of that, so a document
with them waits until a person has looked at it. The rules read the text as a person would see it: invisible characters
and look-alike letters are undone first, line breaks and case do not count.

*Measured*: of 1,581 + 883 paragraphs about ordinary things (SQuADShifts' new Wikipedia split, SQuAD's development
titles) none is held, nor is any of their 68 articles; the corpus of attacks is in tests/memory/attacks.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nestdesk.memory.claims import named

QUOTED_CHARS = 90  # of what a reason quotes
HIDDEN = 5  # invisible characters inside words: one may have come with a long address
DISGUISED = 3  # words with letters of two alphabets
WORDINGS = 8  # of one claim
CLAIM_WORDS = 5  # a shorter sentence claims nothing
ALIKE = 0.5  # of the words of the shorter of two wordings, which the other has as well
SHARE = 0.25  # of a document's sentences that one claim fills
MOST_SENTENCES = 20_000  # in which claims are counted; a longer document is not learned anyway


class Rule(StrEnum):
    """The rules; each value is the sentence that a person is told."""

    INSTRUCTS = "It tells an assistant what to do"
    MARKS = "It holds marks of a chat format"
    HIDES = "It holds invisible characters"
    DISGUISES = "It writes words with letters of another alphabet that look the same"
    REPEATS = "It says one thing again and again in other words"


@dataclass(frozen=True)
class Finding:
    """A rule that a document meets, and where: what stands there, as a person would see it."""

    rule: Rule
    quote: str

    def words(self) -> str:
        """Say it in a sentence."""
        return f"{self.rule}: “{self.quote}”."


_WHO = r"(?:ai|a\.i\.|assistants?|language models?|llms?|chat ?bots?|chatgpt|models?)"
_WHAT = r"(?:instructions?|prompts?|rules|directions|directives|commands|guidelines|guardrails|programming|orders)"
_OLD = r"(?:previous|prior|above|earlier|preceding|foregoing|existing|original|initial|system|safety|your|other|past)"
_ORDERS = (
    # undoing what was said before
    rf"\b(?:ignore|disregard|forget|override|bypass|overlook|discard|drop|skip)\b(?:\W+\w+){{0,4}}?\W+{_OLD}\W+"
    rf"(?:\w+\W+){{0,2}}?{_WHAT}\b",
    rf"\b(?:ignore|disregard|forget)\b\W+(?:all|any|every|everything|anything)\b(?:\W+\w+){{0,3}}?\W+(?:{_WHAT}|"
    r"above|you (?:were|have been) told|you know)\b",
    r"\b(?:new|updated|real|actual|hidden|secret) (?:system )?(?:instructions?|prompt)\b\W*:",
    # what to be
    r"\bfrom now on\b\W+(?:you (?:are|act|behave)\b|"
    r"(?:you (?:must|will|should|shall) |always |never |only |now ){0,3}"
    r"(?:answer|reply|respond|say|act|behave|obey|pretend)\b)",
    rf"\byou are (?:now )?(?:an? |the )?(?:\w+ ){{0,3}}{_WHO}\b",
    r"\b(?:you are now|act as|pretend to be|behave as|switch to|enter) (?:\w+ ){0,3}"
    r"(?:dan|jail ?broken|unrestricted|unfiltered|developer mode|god mode)\b",
    # who is meant
    rf"\b(?:note|message|instructions?|attention|important|notice)\b(?: \w+){{0,2}} (?:to|for) "
    rf"(?:the |any |all |every )?(?:\w+ )?{_WHO}\b",
    rf"\b(?:dear|hey|attention|hello)\W+(?:\w+ )?{_WHO}\b",
    rf"\b{_WHO}\b (?:who|that|which) (?:is |are )?(?:reads?|reading|process(?:es|ing)?|summari[sz](?:es?|ing))"
    r" (?:this|these|the)\b",
    rf"\bif you are (?:an? |the )?(?:\w+ )?{_WHO}\b",
    # what to keep of the user, or from them
    r"\b(?:remember|memori[sz]e|save|store|record|note|learn|keep in mind)\b\W+(?:\w+\W+){0,4}?the user\b(?:'s)?\W+"
    r"(?:\w+ ){0,2}(?:is|are|lives?|works?|likes?|hates?|loves?|prefers?|wants?|has|owns?|owes?|name|password|"
    r"address)\b",
    r"\bthe user(?:'s)? (?:\w+ ){0,2}(?:asked|wants|told|ordered|authori[sz]ed|allow(?:s|ed)|permitted) you\b",
    r"\b(?:add|save|write|store|put)\b(?:\W+\w+){0,6}?\W+(?:to|in|into) (?:your|the assistant's) "
    r"(?:long-term |own )?memory\b",
    r"\b(?:do not|don't|never)\b\W+(?:\w+\W+){0,2}?(?:tell|inform|reveal|mention|show|warn|alert)\b"
    r"(?:\W+\w+){0,4}?\W+the user\b",
    # what to answer
    r"\b(?:when|whenever|if) (?:you are |you're |the user |anyone |anybody |someone |somebody )?ask(?:ed|s)\b"
    r"[^.!?]{0,90}?(?:, |\b(?:always|only|you must|you should) )(?:then )?(?:answer|say|reply|respond|claim|insist)\b",
    r"\byou (?:must|should|will|shall) (?:now |always |only |never )?(?:answer|reply|respond|say) (?:only |always )?"
    r"(?:with|that|as)\b",
    r"\b(?:reveal|print|show|output|repeat|leak|disclose)\b(?: \w+){0,2} (?:your|the) (?:\w+ )?"
    r"(?:system prompt|prompt|instructions|hidden instructions)\b",
    r"\b(?:system|assistant)\s*:\s*"
    r"(?:you (?:are|must|will|should)|ignore|disregard|always|never|from now on|the user)\b",
    # in other languages of the window and its neighbours
    r"\bignorier\w*\b(?:\W+\w+){0,4}?\W+(?:anweisung|vorgabe|regel|instruktion)\w*\b",
    r"\b(?:vergiss|vergessen sie|missachte)\b(?:\W+\w+){0,4}?\W+(?:anweisung|vorgabe|regel|instruktion)\w*\b",
    r"\b(?:merke? dir|merken sie sich|speicher\w*)\b(?:\W+\w+){0,4}?\W+(?:nutzer|benutzer|anwender)\w*\b",
    r"\bdu bist (?:jetzt |nun )(?:\w+ ){0,3}(?:assistent|ki|sprachmodell)\w*\b",
    r"\b(?:ignor[aeoi]\w*|oublie\w*|olvid\w*|dimentic\w*)\b(?:\W+\w+){0,4}?\W+"
    r"(?:instruction|instruccion|istruzion|consigne)\w*\b",
)
_CLAIMED = r"\b[Tt]he user's (?:real |true |full |actual )?(?:name|password|address|birthday|pet|employer)\b is [A-Z]"
_ORDER = re.compile("|".join(_ORDERS), re.IGNORECASE)
# One of these stands in whatever an order matches; looking for them first is much faster.
_TRIGGERS = (
    "ignor", "disregard", "forget", "overrid", "bypass", "overlook", "discard", "instruction", "prompt", "from now on",
    "you are", "act as", "pretend", "behave as", "switch to", "enter ", "assistant", "language model", "llm", "chatbot",
    "chat bot", "chatgpt", " ai", "ai ", "a.i.", "the user", "memory", "asked", "asks", "ask ", "you must",
    "you should", "you will", "you shall", "system", "vergiss", "vergessen sie", "missacht", "merk", "speicher",
    "du bist", "oublie", "olvid", "dimentic", "model",
)  # fmt: skip
_CLAIM_ABOUT_USER = re.compile(_CLAIMED)
_MARK = re.compile(
    r"<\|\s?[a-z][a-z_ ]{1,30}\s?\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|"
    r"</?(?:tool_call|tool_response|function_call|function_calls|system_prompt|assistant_response)\b"
    r"[^>\n]{0,80}>|<(?:invoke|function)[ =][^>\n]{1,80}>"
    r"|^\s*#{2,}\s*(?:instruction|system|assistant|response)s?\s*:\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# Tags spell ASCII that no screen shows (they belong into a flag alone), overrides turn letters round.
_SPELLED = re.compile("(?<![\U000e0000-\U000e007f\U0001f3f4])[\U000e0000-\U000e007f]+|[\u202d\u202e]")
_IN_WORD = re.compile("(?<=[A-Za-z])[\u200b\u200c\u200d\u2060-\u2064\ufeff\u180e]+(?=[A-Za-z])")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_CYRILLIC = "авекмнорстухіѕјԁһԛԝАВЕКМНОРСТУХІЅЈЗ"
_LATIN = "abekmhopctyxisjdhqwABEKMHOPCTYXISJ3"
_LATIN_AND_CYRILLIC = re.compile(f"\\b(?=[A-Za-z]*[{_CYRILLIC}])(?=[{_CYRILLIC}]*[A-Za-z])[A-Za-z{_CYRILLIC}]{{4,}}\\b")
_GREEK, _AS_LATIN = "αεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeikvoptuxABEZHIKMNOPTYX"
_PLAIN_LETTERS = str.maketrans(_CYRILLIC + _GREEK + "’‘`´", _LATIN + _AS_LATIN + "''''")
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


class Examiner:
    """Examines a document, whole or part by part."""

    def __init__(self, *names: str) -> None:
        """Begin with what the document is called: its title and its file's name can be attacks as well."""
        self._found: dict[Rule, Finding] = {}
        self._hidden = self._disguised = self._said = 0
        self._claims: defaultdict[frozenset[str], list[frozenset[str]]] = defaultdict(list)
        self._first: dict[frozenset[str], str] = {}
        for name in names:
            self._look(name.replace("_", " "))

    def look(self, texts: Iterable[str]) -> None:
        """Examine further passages."""
        for text in texts:
            self._look(text)
            self._count_claims(text)

    def findings(self) -> tuple[Finding, ...]:
        """Return the rules that were met so far."""
        found = dict(self._found)
        for key, wordings in self._claims.items():
            if len(wordings) >= WORDINGS and len(wordings) >= SHARE * self._said:
                found.setdefault(Rule.REPEATS, Finding(Rule.REPEATS, self._first[key]))
        return tuple(found[rule] for rule in Rule if rule in found)

    def _look(self, text: str) -> None:
        if not text.isascii():
            self._look_at_letters(text)
        seen = as_seen(text)
        if Rule.INSTRUCTS not in self._found and (met := _order(seen)):
            self._find(Rule.INSTRUCTS, _around(seen, met.start(), met.end()))
        if mark := _MARK.search(text) or _MARK.search(unicodedata.normalize("NFKC", _UNSEEN.sub("", text))):
            self._find(Rule.MARKS, mark[0])

    def _look_at_letters(self, text: str) -> None:
        self._hidden += len(_IN_WORD.findall(text))
        spelled = _SPELLED.search(text)
        if spelled or self._hidden >= HIDDEN:
            place = (spelled or _IN_WORD.search(text) or re.search("", text)).start()  # type: ignore[union-attr]
            self._find(Rule.HIDES, _around(as_seen(text[max(0, place - 60) : place + 60]), 0, QUOTED_CHARS))
        words = _LATIN_AND_CYRILLIC.findall(text)
        self._disguised += len(words)
        if self._disguised >= DISGUISED and words:
            self._find(Rule.DISGUISES, words[0])

    def _find(self, rule: Rule, quote: str) -> None:
        self._found.setdefault(rule, Finding(rule, _clipped(quote)))

    def _count_claims(self, text: str) -> None:
        """Count the wordings of claims: sentences with the same names and numbers that share most of their words."""
        for sentence in _SENTENCE_END.split(text) if self._said < MOST_SENTENCES else ():
            words = _WORD.findall(sentence)
            self._said += 1
            about = named(words)
            if len(words) < CLAIM_WORDS or not any(word[0].isupper() for word in about):
                continue
            told = frozenset(word.casefold() for word in words)
            known = self._claims[about]
            if not known:
                self._first[about] = _clipped(sentence)
            is_alike = not known or len(told & known[0]) >= ALIKE * min(len(told), len(known[0]))
            if is_alike and len(known) < WORDINGS * 100 and told not in known:
                known.append(told)


def as_seen(text: str) -> str:
    """Return a text as a person would read it, in plain letters and on one line."""
    if text.isascii():
        return " ".join(text.split())
    visible = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return " ".join(visible.translate(_PLAIN_LETTERS).split())


def _order(seen: str) -> re.Match[str] | None:
    lowered = seen.casefold()
    if not any(trigger in lowered for trigger in _TRIGGERS):
        return None
    return _ORDER.search(seen) or _CLAIM_ABOUT_USER.search(seen)


def _around(text: str, start: int, end: int) -> str:
    """Return the stretch of a text with the words that stand half in it."""
    begin = text.rfind(" ", 0, start) + 1
    stop = text.find(" ", end)
    return text[begin : len(text) if stop < 0 else stop]


def _clipped(text: str) -> str:
    line = " ".join(_UNSEEN.sub("", text).split())
    return line if len(line) <= QUOTED_CHARS else f"{line[: QUOTED_CHARS - 1].rstrip()}…"
