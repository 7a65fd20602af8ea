"""What a sentence of a chat does: ask, request, make small talk, correct, ask to be remembered, or state something.

Rules for English, of the words a sentence begins with. Where they are in doubt it states nothing: what is learned by
mistake is worse than what has to be said again.
"""

from __future__ import annotations

import re

ENOUGH_WORDS = 4  # a shorter statement needs a name or a number


def _starting(*words: str) -> re.Pattern[str]:
    return re.compile("".join(words), re.IGNORECASE)


_LEAD = r"(?:(?:so|and|but|or|oh|then|now|well|ok|okay|hey|hi|hello|also|just|yes|first|instead)\W+)*"
_PAUSE = (  # after the opening of a correction: a mark, or a word that begins a sentence
    r"(?=\W*$|\s*[,.!:;–—-]|\s+(?:it|it's|its|he|he's|she|she's|they|we|i|i'm|my|our|the|that's|there|his|her|in|"
    r"on|at|"
    r"from|an?)\b)"
)
_OPENING = _starting(
    r"(?:(?:no+|nope|nah|wrong|incorrect|false|not (?:quite|exactly|really|true|right|correct)"
    r"|(?:that|this|it)(?:'s| is| was) (?:(?:not|never)(?: quite| exactly| really)?(?: true| right| correct| it)?"
    r"|wrong|incorrect|false|a mistake|mistaken)"
    r"|(?:that|this|it) (?:isn't|wasn't)(?: quite| exactly| really)?(?: true| right| correct| it)?"
    r"|you(?:'re| are) (?:wrong|mistaken|not right)|you got (?:that|it) wrong)\b",
    _PAUSE,
    r"|actually\b)[\s,.!:;–—-]*(?:(?:but|because)\b\s*)?",
)
_INTRODUCTION = _starting(
    _LEAD,
    r"(?:(?:can|could|would|will) you )?(?:please\W+)?"
    r"(?:(?:remember|note|keep in mind|bear in mind|don't forget|do not forget)"
    r"(?:,? that\b(?! time)|\s*[:,]|(?= (?:my|our|i|we)\b))"
    r"|for the record|for your information|fyi|just so you know)[\s,:–—-]*",
)
_QUESTION = _starting(
    _LEAD,
    r"(?:(?:who|whose|whom|which|what|what's|why)\b(?! (?:i|we|my|our)\b)"
    r"|(?:when|where|how)(?:'s\b| (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|much|many|"
    r"long|far|often|old|big|come|about)\b)"
    r"|(?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|isn't|aren't|"
    r"don't|doesn't|didn't|can't|couldn't|won't|wouldn't) (?:i|you|we|he|she|it|they|my|your|our|his|her|their|the|"
    r"this|that|these|those|there|an?|any|some)\b)",
)
_REQUEST = _starting(
    _LEAD,
    r"(?:please\b|.*\bplease\W*$|(?:tell|show|give|help|let|let's|explain|describe|write|make|list|find|search|"
    r"look|summari[sz]e|"
    r"translate|say|use|try|stop|go|wait|continue|repeat|answer|ask|check|compare|create|draft|suggest|recommend|"
    r"remind|remember|imagine|pretend|forget|ignore|think|consider|read|learn|don't|do|keep|take|put|add|remove|"
    r"change|fix|correct|rewrite|open|calculate|compute|define|name|guess|act|be|come|see|note)\b"
    r"|i(?:'d| would) (?:like|love|prefer) (?:you|to (?:know|ask|see|hear|read|understand)|an?|some|the|more|help)\b"
    r"|i (?:(?:also|just|only|really) )*(?:want|need|wanted|needed) (?:you|to (?:know|ask|understand)|help|advice|"
    r"(?:an?|some|the|your) (?:\w+ )?(?:summary|list|recipe|poem|story|email|letter|translation|explanation|example|"
    r"answer|hint|idea|suggestion|advice|help|code|script|text)s?)\b"
    r"|i(?:'m| am| was)? (?:wonder|wondering|looking for|mean|meant|asked|asking)\b)",
)
_SMALL_TALK = _starting(
    r"(?:(?:ok|okay|oh|ah|well|yes|yeah|sure|great|good|nice|perfect|hi|hello|hey|thanks|thank you|sorry|wow|and|but|"
    r"so)\W+)*(?:(?:thanks|thank you)\b.*|let me\b.*"
    r"|(?:i'm|i am|we're|we are)(?: (?:very|quite|really|so|not|just|all|doing|still|too|a bit|a little))*"
    r" (?:fine|good|well|great|ok|okay|sorry|sure|done|back|here|ready|glad|happy|afraid|confused|curious|lost|"
    r"impressed|interested|listening|kidding|joking|right|wrong|stuck|bored|tired|certain|aware|surprised)"
    r"(?: (?:to|hear|about|with|that|this|it|now|again|too|today|in))*"
    r"|(?:i|we)(?: (?:really|just|also|still|do|don't|didn't|not|did|can't|cannot|can|will|would|could|must|have|had|"
    r"to|should|never))* (?:see|know|think|guess|hope|agree|disagree|understand|wonder|believe|suppose|doubt|care|"
    r"mind|"
    r"remember|forgot|forget|try|go|like|love|appreciate|get|got|understood|thought|knew|need|want)(?: (?:so|not|"
    r"that|"
    r"this|it|too|now|again|yet|about|what|why|how|is|are|was|means|do|to|then|off|help|either|much|more|all|of|"
    r"as|well|"
    r"lot|a|very|one|right))*"
    r"|(?:that|this|it) (?:helps?|helped|works?|worked|sounds?|seems?|looks?|makes?|is|was|means?)\b.*\b(?:me|us)"
    r")(?:\W+(?:thanks|thank you|bye|then|too|ok|okay|so far|today))*\W*",
)
_MAKE_BELIEVE = _starting(
    _LEAD,
    r"(?:please\W+)?(?:(?:let's|let us|can we|could we|we could) (?:play|pretend|imagine|do a role)"
    r"|(?:pretend|imagine|suppose|assume|say)\b(?! (?:hello|hi|goodbye|thanks|no|yes)\b)"
    r"|(?:role.?play|act as|you are (?:now )?(?:an?|the)\b|you're (?:now )?(?:an?|the)\b|play the (?:role|part)))"
    r"|.*\b(?:just|only) (?:kidding|joking)\b|\*\w",
)
_GIVES_TEXT = _starting(
    _LEAD,
    r"(?:please\W+)?(?:(?:can|could|would|will) you )?(?:please )?"
    r"(?:translate|summari[sz]e|rewrite|rephrase|paraphrase|proofread|correct|fix|edit|check|improve|shorten|polish|"
    r"simplify|reply|respond|answer|continue|complete|finish|analy[sz]e|classify|explain|read|review|tl;?dr)\b"
    r".*(?:\b(?:this|these|the following|below)\b|:)",
)
_MAIL = re.compile(
    r"^(?:from|to|subject|sent|date): .+$"
    r"|^(?:dear|hi|hello|hey) [\w. ]{1,30},\s*$(?=(?s:.*)^(?:[\w ]*regards|sincerely|cheers|best|best wishes|love|"
    r"many thanks|thanks|yours\b[\w ]*),?\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_STANDING_REQUEST = _starting(
    r"(?:please\W+)?(?:"
    r"(?:from now on|going forward|in (?:the )?future)\b(?!,? (?:i|we|my|our)\b)"
    r"|(?:always|never) (?:answer|reply|respond|write|use|give|call|address|speak|talk|explain|keep|include|add|"
    r"avoid|"
    r"show|format|end|start|translate|suggest|recommend|ask)\b"
    r"|(?:call|address) me\b(?! (?:a|an|the|when|if|back|crazy|later|at|on|tomorrow|old)\b)"
    r"|(?:keep|make) your (?:answers|replies|responses|explanations)\b"
    r"|i(?:'d| would) (?:like|prefer) (?:it if )?(?:you|your answers)\b.*\b(?:always|answers?|repl(?:y|ies))\b)",
)
_FIRST_PERSON = re.compile(  # by letter case: "US" and "i.e." are none
    r"\b(?:I|i(?!\.)|[Mm]e|[Mm]y|MY|[Mm]yself|[Ww]e|[Uu]s|[Oo]urs?|[Oo]urselves)\b"
    r"|(?:^|\b(?:is|are|was|were|of) )[Mm]ine\b"
)
_TO_THE_ASSISTANT = _starting(r"\b(?:you|your|yours|you're|you've|you'll|you'd|yourself)\b")
_POINTS_BACK = _starting(r"(?:he|she|they|it|his|her|their|its|that|this|there|these|those|both)\b")
_NAME = re.compile(r"(?<=\S) (?!I\b)[\"'(]?[A-ZÀ-ÞЀ-Я]")  # a capital letter within a sentence
_WORD = re.compile(r"[\w']+")
_EMPTY_WORDS = (
    "a an the this that these those it its is are was were be been not no yes right wrong correct incorrect true "
    "false "
    "so too very quite really just again please thanks thank ok okay sorry exactly at all of to in on i you he she "
    "they we me him her us them do does did don't doesn't didn't isn't wasn't it's that's think mean know way "
    "problem "
    "worries need idea never mind what how why who and or but well either still also one thing actually"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())  # a correction of these alone says nothing


def is_question(sentence: str) -> bool:
    """Say whether a sentence asks, with or without its mark."""
    return sentence.rstrip("\"'”)]* !").endswith("?") or bool(_QUESTION.match(sentence))


def is_statement(sentence: str) -> bool:
    """Say whether a sentence states anything: it asks, requests and chats nothing, nor is it about the assistant."""
    if is_question(sentence) or _REQUEST.match(sentence) or _SMALL_TALK.fullmatch(sentence):
        return False
    to_the_assistant = _TO_THE_ASSISTANT.search(sentence)
    return to_the_assistant is None or (to_the_assistant.start() > 0 and _has_facts(sentence))


def is_about_the_speaker(sentence: str) -> bool:
    """Say whether a sentence speaks of the person, in the first person."""
    return bool(_FIRST_PERSON.search(sentence))


def points_back(sentence: str) -> bool:
    """Say whether a sentence begins with a word for what was spoken of before."""
    return bool(_POINTS_BACK.match(sentence))


def is_enough(sentence: str) -> bool:
    """Say whether a statement is long enough to be worth learning, or names something."""
    return len(re.findall(r"\w+", sentence)) >= ENOUGH_WORDS or _has_facts(sentence)


def says_something(sentence: str) -> bool:
    """Say whether a correction holds more than that something is wrong."""
    return any(word not in _EMPTY for word in _WORD.findall(sentence.lower()))


def opens_correction(sentence: str) -> bool:
    """Say whether a sentence begins with a word such as no, wrong or actually."""
    return bool(_OPENING.match(sentence))


def without_opening(sentence: str) -> str:
    """Return a sentence without the words that open a correction."""
    while opening := _OPENING.match(sentence):
        sentence = sentence[opening.end() :]
    return sentence


def is_make_believe(text: str) -> bool:
    """Say whether a message is a play or a joke, in which nothing is meant as it is said."""
    return any(_MAKE_BELIEVE.match(line) for line in text.splitlines())


def gives_text(sentence: str) -> bool:
    """Say whether a sentence asks for something to be done with a text, which what follows then is."""
    return bool(_GIVES_TEXT.match(sentence))


def is_mail(text: str) -> bool:
    """Say whether a message is, or holds, a letter: its lines have a head, or a greeting and a close."""
    return bool(_MAIL.search(text))


def is_standing_request(sentence: str) -> bool:
    """Say whether a sentence says how the assistant is to behave from now on."""
    return bool(_STANDING_REQUEST.match(sentence)) and not sentence.endswith("?")


def to_be_remembered(sentence: str) -> str:
    """Return what a sentence asks to be remembered ("remember that ..."), or nothing if it asks for no such thing."""
    introduction = _INTRODUCTION.match(sentence)
    if not introduction:
        return ""
    told = sentence[introduction.end() :]
    return told.rstrip("? ") if " you " in introduction.group().lower() else told  # "Can you remember that ...?"


def _has_facts(sentence: str) -> bool:
    return bool(_NAME.search(sentence) or re.search(r"\d", sentence))
