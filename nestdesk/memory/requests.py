"""What kind of answer a message of a chat asks for: a fact, an account of something, or anything else.

Rules for English, of the words a sentence begins with. Questions in other languages are told by their mark alone and
taken to ask for a fact.
"""

from __future__ import annotations

import re

from nestdesk.core.types import Form
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


def form(text: str) -> Form:
    """Return the form of answer that a message asks for: the last of its sentences that asks decides."""
    said = [" ".join(text[start:end].split()) for start, end in sentences(text)]
    for sentence in reversed(said):
        if _ACCOUNT.match(sentence):
            return Form.ACCOUNT
        if _FACT.match(sentence) or sentence.rstrip("\"'”)]* ").endswith("?"):
            return Form.FACT
    return Form.OTHER
