"""What kind of answer a message of a chat asks for: a fact, an account of something, or anything else.

Rules for English, of the words a sentence begins with. Questions in other languages are told by their mark alone and
taken to ask for a fact.
"""

from __future__ import annotations

import re

from nestdesk.core.types import Form
from nestdesk.memory.person_words import OCCASIONS, PEOPLE, PETS
from nestdesk.memory.sentences import sentences

_LEAD = r"(?:(?:so|and|but|or|oh|then|now|well|ok|okay|hey|hi|hello|also|just|please|thanks|first)\W+)*"
_POLITE = r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would) (?:like|love) to know |do you know )?"
_ACCOUNT = re.compile(
    _LEAD + _POLITE + r"(?:please )?(?:"
    r"(?:tell|teach|show|inform) (?:me|us) (?:(?:more|something|everything|all|a bit|a little) )?"
    r"(?:about|of|on|how|why)\b"
    r"|(?:describe|explain|summari[sz]e|outline|recap|elaborate|discuss)\b"
    r"|give (?:me |us )?(?:an?|the|some) (?:\w+ )?"
    r"(?:summary|overview|outline|explanation|description|account|details)\b"
    r"|(?:a |the )?(?:summary|overview|outline) of\b"
    r"|what (?:do|can) you (?:know|tell|say)\b|what (?:is|was|are|were|do we) (?:known?|said|written)\b"
    r"|what (?:does|do|did) .*\b(?:say|write|tell|report)s?\b"
    r"|why\b|how come\b|how (?:is|are|was|were|do|does|did|can|could|should|would|has|have|had)\b"
    r")",
    re.IGNORECASE,
)
_FACT = re.compile(
    _LEAD + _POLITE + r"(?:(?:tell|remind) (?:me|us) )?(?:"
    r"(?:(?:in|on|at|by|for|from|to|with|of|under|after|before|since|until|during|into|through) )?"
    r"(?:who|whom|whose|who's|which|what|what's)\b|when\b|where\b|where's\b"
    r"|how (?:many|much|long|old|far|tall|big|large|often|high|deep|fast|heavy|wide|soon|late|early|well)\b"
    r"|name (?:the|an?|one|two|three|some)\b"
    r"|(?:is|are|was|were|do|does|did|has|have|had|isn't|aren't|wasn't|weren't|doesn't|don't|didn't) "
    r"(?!you\b|i\b|we\b)\w+"
    r")",
    re.IGNORECASE,
)
_ABOUT_ME = re.compile(
    _LEAD + _POLITE + r"(?:(?:what (?:do|can) you (?:know|remember|tell me)|what have you (?:learned|learnt)) "
    r"(?:about|of) me"
    r"|(?:tell me )?(?:everything|all|something) (?:that )?you (?:know|remember) (?:about|of) me"
    r"|tell me about (?:me|myself)|what did i tell you(?: about (?:me|myself))?\W*$"
    r"|what do you (?:have|keep) in (?:your )?memory)\b",
    re.IGNORECASE,
)
_KIN = rf"(?:my|our) (?:[\w-]+ ){{0,2}}?(?:{PEOPLE}|{PETS}|{OCCASIONS}|locker|car)\b"
_MINE = (
    r"(?:my|our)\b"
    r"(?! (?:best|next|options?|chances|rights?|problem|mistake|error|question|choices?|code|query)\b)"
)
_DOES = (
    r"(?:live|work|come from|drive|own|have|study|speak|play|like (?:best|most|the most)|love|prefer|hate|dislike|"
    r"eat|"
    r"drink|grow up|go to school|call|keep|collect|teach|wear|born|allergic|learning|do\W*$|spend my childhood|"
    r"get up|wake up|do for (?:a )?(?:living|work)|"
    r"sit|park|bank|volunteer|train)"
)
_OF_THE_SPEAKER = re.compile(
    _LEAD + _POLITE + r"(?:(?:tell|remind) me )?(?:(?:in|on|at|for|with|from) (?=what|which|who))?(?:"
    rf"(?:what|which|who|when|where|whose)(?:'s| is| are| was| were) {_MINE}"
    rf"|(?:what|which|who) .{{0,40}}\b(?:is|are|was|were|on) {_MINE}"
    rf"|(?:what|which|who) .{{0,40}}\b(?:does|do|did|has|have) {_KIN}"
    rf"|how (?:is|are|was) {_MINE}.* (?:called|named)|(?:what|which|who) .{{0,20}}\bemploys me"
    rf"|(?:do|can) you (?:know|remember|recall|tell me) (?:the [\w ]{{1,20}} of )?{_MINE}"
    r"|what (?:must|do) i (?:have to )?avoid"
    rf"|what(?:'s| is| was) the [\w ]{{1,20}} of {_MINE}"
    rf"|(?:how (?:old|tall|big|long|many)|what time|what day|on what day|which day) .{{0,30}}\b{_MINE}"
    rf"|(?:where|when|what|who) (?:does|do|did) {_KIN}"
    r"|(?:who|how old|where|what) am i\b(?! (?:supposed|doing|missing|looking|to\b|allowed|seeing|getting))"
    rf"|(?:where|what|which|who|when|how) .{{0,40}}\b(?:do|did|am|was|have) (?:i|we) {_DOES}\b"
    r")",
    re.IGNORECASE,
)


def asks_about_me(text: str) -> bool:
    """Say whether a person asks what is known of them."""
    return bool(_ABOUT_ME.match(text.strip()))


def asks_of_the_speaker(text: str) -> bool:
    """Say whether a message asks for something about the person that nobody can know who was not told."""
    said = [" ".join(text[start:end].split()) for start, end in sentences(text)]
    return bool(said) and bool(_OF_THE_SPEAKER.match(said[-1]))


def form(text: str) -> Form:
    """Return the form of answer that a message asks for: the last of its sentences that asks decides."""
    said = [" ".join(text[start:end].split()) for start, end in sentences(text)]
    for sentence in reversed(said):
        if _ACCOUNT.match(sentence):
            return Form.ACCOUNT
        if _FACT.match(sentence) or sentence.rstrip("\"'”)]* ").endswith("?"):
            return Form.FACT
    return Form.OTHER
