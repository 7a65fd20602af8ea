"""The rules by which statements and questions about a person have a topic, each tried in its order.

A pattern reads what topics.folded() returns. A topic may name what the pattern found: {thing} is whose or what,
{object} the one word that tells several such facts apart.
"""

from __future__ import annotations

import re

from nestdesk.core.types import FactKind
from nestdesk.memory.person_words import (
    ATTRIBUTES,
    DAY,
    DET,
    DIETS,
    GOODS,
    HABITS,
    HEALTH,
    JOB,
    MY,
    NOT_LIKED,
    NUMBER,
    OBJECT,
    OCCASIONS,
    OFTEN,
    PEOPLE,
    PETS,
    STATES,
    THING,
    TOOLS,
    WE,
)

Rule = tuple[re.Pattern[str], FactKind, str]


def _rules(*rules: tuple[str, FactKind, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), kind, topic) for pattern, kind, topic in rules)


FACT, PREFERENCE, EVENT = FactKind.FACT, FactKind.PREFERENCE, FactKind.EVENT
STATED = _rules(
    (r"my (?:full |first |last |middle |given |nick)?name is ", FACT, "name"),
    (r"(?:call|address) me (?!back|later|when|if|at\b|on\b|an?\b|the\b|tomorrow|crazy|old)|i am called |people "
     r"call me |everyone calls me |i go by ", FACT, "name"),
    (rf"{MY} {THING}(?:'s|s') name (?:is|was) ", FACT, "{thing} name"),
    (rf"the name of {MY} {THING} (?:is|was) ", FACT, "{thing} name"),
    (rf"{MY} {THING} (?:is|are|was|were) (?:called|named) ", FACT, "{thing} name"),
    (rf"{WE} (?:have|own|got|adopted|bought|keep) {DET}{THING} (?:called|named) ", FACT, "{thing} name"),
    (rf"{MY} favourite {THING} (?:is|are|was|has to be|would be) ", PREFERENCE, "favourite {thing}"),
    (rf"(?!what|which|who).+ (?:is|are) {MY} favourite {THING}(?: of all time| ever| by far)?$", PREFERENCE,
     "favourite {thing}"),
    (rf"{WE} (?:am |are )?(?:work|working|employed) (?:at|for|by|with) (?!home\b|night|it\b|this\b|the moment)", FACT,
     "employer"),
    (r"i (?:have )?(?:started|start|got|accepted|took) (?:a |my |the )?(?:new )?(?:job|position|work|working|role)"
     r"(?: as [\w -]+)? (?:at|for|with) ", FACT, "employer"),
    (r"i (?:have )?(?:switched|changed) (?:jobs )?(?:to|from [\w ]+ to) ", FACT, "employer"),
    (r"i (?:work|am working|started working|got a (?:new )?job|earn my living) as ", FACT, "job"),
    (r"my (?:job|profession|occupation) is |i am an? [\w -]+ by (?:profession|trade)\b", FACT, "job"),
    (rf"{WE} (?:live|am living|are living|reside) (?:in|at|on|near|with|by|next)\b", FACT, "home"),
    (rf"{WE} (?:have )?(?:moved|relocated) (?:back |house |here )?(?:to|into|from [\w ]+ to) ", FACT, "home"),
    (r"(?:my home is in|i am based in|home is) (?!where|boring|quiet|not)", FACT, "home"),
    (rf"{WE} (?:am|are|come|came) (?:originally )?from ", FACT, "origin"),
    (r"i (?:grew up|spent my childhood) (?:in|on|near) ", FACT, "childhood"),
    (r"i was born (?:on|in (?:\d|jan|feb|march|april|may|june|july|aug|sep|oct|nov|dec))", FACT, "birthday"),
    (r"i was born in ", FACT, "birthplace"),
    (rf"my birthday is |i am turning {NUMBER} on ", FACT, "birthday"),
    (rf"{MY} {THING}(?:'s|s') birthday is ", FACT, "{thing} birthday"),
    (rf"{MY} {THING}(?: [a-z]+)? was born (?:on|in) ", FACT, "{thing} birthday"),
    (rf"i (?:am|turned|have turned|will be|turn) {NUMBER}(?: years?(?: old| of age)?)?(?:$| and| in| on| last| this)",
     FACT, "age"),
    (rf"{MY} (?P<thing>(?:[\w-]+ )?(?:{PEOPLE}|{PETS}))(?: [a-z]+)? (?:is|are|turned|turns|has turned|will be) "
     rf"{NUMBER}"
     r"(?: (?:years?|months?|weeks?))?(?: old)?(?:$| and| in| on| last| this)", FACT, "{thing} age"),
    (rf"{MY} {THING} (?:is|are) {NUMBER} (?:years?|months?|weeks?) old", FACT, "{thing} age"),
    (rf"{MY} {THING} (?:lives?|is living|moved|has moved|have moved) (?:in|at|to|near) ", FACT, "{thing} home"),
    (rf"{MY} {THING} works? (?:at|for|in) ", FACT, "{thing} employer"),
    (rf"{MY} (?P<thing>{PEOPLE})(?: [a-z]+)? works? as |{MY} (?P<owner>{PEOPLE})(?: [a-z]+)?(?: is|'s job is) an? "
     r"(?!bit|little|lot|pain|fan|big)",
     FACT, "{thing} job"),
    (rf"(?:i am|{MY} {THING} is) (?:badly |severely )?allergic to {OBJECT}", FACT, "{thing} allergy {object}"),
    (rf"(?:i have|{MY} {THING} has) an? (?:{OBJECT} allergy|allergy to (?P<other>\w+))", FACT,
     "{thing} allergy {object}"),
    (r".*\b(?:avoid|not (?:have|eat|take)) (?P<object>[\w ]+) because of my allergy", FACT, "allergy {object}"),
    (rf"i (?:take|am taking|have) (?P<object>{TOOLS}) lessons\b", FACT, "instrument {object}"),
    (rf"{WE} (?:have )?(?:play|played|practi[sc]e|practi[sc]ed|am learning|learn) (?:the |an? "
     rf")?(?P<object>{TOOLS})\b", FACT,
     "instrument {object}"),
    (rf"{MY} (?P<thing>{PEOPLE})(?: [a-z]+)? (?:plays|practi[sc]es|learns|has|loves (?:playing )?|is learning) "
     rf"(?:the |an? )?"
     rf"(?P<object>{TOOLS})\b", FACT, "{thing} instrument {object}"),
    (rf"{WE} have (?:played|practi[sc]ed|studied|taught|collected|worked|lived|been an?|sung|kept|owned|had|run) .*"
     r"\b(?:since|for) (?!an? (?:minute|moment|while|hour)|hours)", FACT, ""),
    (rf"i am (?:an? )?(?:strict |lifelong |mostly )?{DIETS}", FACT, "diet"),
    (rf"{WE} (?:do not|never) (?:eat|drink) {OBJECT}", FACT, "taste {object}"),
    (rf"{WE} (?:do not |can not |)(?:like|love|adore|enjoy|hate|dislike|despise|detest|loathe|stand) "
     rf"{NOT_LIKED}{OBJECT}", PREFERENCE, "taste {object}"),
    (rf"{WE} am (?:not )?(?:into|fond of|crazy about|keen on|passionate about|an? (?:big |huge )?fan of) "
     rf"{NOT_LIKED}{OBJECT}", PREFERENCE, "taste {object}"),
    (rf"{WE} (?:much )?prefer {NOT_LIKED}{OBJECT}", PREFERENCE, "prefer {object}"),
    (rf"{WE} (?:do not |)speak {OBJECT}", FACT, "speak {object}"),
    (rf"{WE} (?:drive|bought|own|have) {DET}(?:\w+ ){{0,2}}(?:car|volvo|tesla|toyota|honda|bmw|audi|ford|fiat|skoda|"
     r"peugeot|renault|volkswagen|golf|mazda|kia|nissan|opel|mercedes)\b", FACT, "car"),
    (rf"{WE} drive an? ", FACT, "car"),
    (rf"{WE} (?:have|own|keep|adopted|bought|got|ride) {DET}(?:[\w'-]+ ){{0,2}}(?P<object>{PEOPLE}|{PETS}|{GOODS})"
     rf"\b(?! (?:{OCCASIONS}|that|who|which|is|keeps|issue|problem|question))", FACT, "have {object}"),
    (rf"{WE} (?:have|suffer from) {HEALTH}", FACT, ""),
    (r"i am [\d.,]+ ?(?:m|cm|feet|foot|ft|metres|meters)\b", FACT, "height"),
    (r"i weigh ", FACT, "weight"),
    (r"i (?:use|run|am on|switched to) (?:\w+ )?(?:linux|macos|windows|android|ios|debian|ubuntu|fedora|an? "
     r"(?:iphone|mac|"
     r"macbook|kindle|pc|chromebook|android))\b", FACT, "system"),
    (rf"{WE} (?:maintain|manage|lead|founded|co-founded|chair|direct) (?:an?|the|our) (?!same|loop|list)", FACT, ""),
    (rf"{WE} run (?:an?|my own|our own) (?:[\w-]+ ){{0,2}}(?:business|company|bakery|shop|caf[eé]|farm|blog|"
     rf"podcast|studio|"
     r"restaurant|hotel|school|agency|startup|choir|club|charity|gallery)\b", FACT, ""),
    (r"i (?:stopped|quit|gave up) (?:smoking|drinking|eating|gambling)\b", FACT, ""),
    (r"i(?:'d| would) rather .* than ", PREFERENCE, ""),
    (rf"{WE} never (?!mind|thought|knew|heard|had|was|got|said|saw|understood|seen|tried|been)\w+ ", FACT, ""),
    (rf"the (?P<object>{ATTRIBUTES}) of {MY} {THING} (?:is|are) ", FACT, "{thing} {object}"),
    (rf"{MY} (?P<thing>{GOODS}|company|team) (?:was|were) (?:built|made|founded) ", FACT, ""),
    (rf"{MY} (?P<thing>{GOODS}|company|team) has (?!been|to\b|a (?:problem|flat|leak|puncture)|issues?)", FACT, ""),
    (rf"{MY} (?P<thing>(?:best )?(?:{PEOPLE}))(?: [a-z]+)? (?:is|are) (?:moving to|getting married|expecting|"
     rf"visiting us|"
     rf"coming to|turning)\b", EVENT, ""),
    (rf"{WE} (?:am|are|got|have been) (?:\w+ )?(?P<object>{STATES})\b(?! to my)", FACT, "am {object}"),
    (rf"i (?:am an?|work as an?|trained as an?) (?!bit|little|lot|good|bad|big|huge|beginner|member|user|computer)"
     rf"{JOB}(?:$| (?:at|in|for|by|from|and|with|who)\b)", FACT, "job"),
    (rf"{WE} (?:study|am studying|major in|am majoring in|am doing a|am writing my) ", FACT, "studies"),
    (rf"{WE} (?:have|booked|made) (?:an?|my|our|the) (?P<thing>(?:[\w-]+ ){{0,2}}?{OCCASIONS})\b.*{DAY}", EVENT,
     "{thing} time"),
    (rf"{MY} (?P<thing>(?:[\w-]+ ){{0,3}}?{OCCASIONS})(?: [\w-]+){{0,3}} (?:is|are|starts|begins|leaves|departs|ends|"
     rf"expires|takes place|has been moved|got moved|was moved)\b.*(?:{DAY}|\d)", EVENT, "{thing} time"),
    (rf"{MY} (?P<thing>{PEOPLE}|{PETS})(?: [a-z]+)? is (?:an? )", FACT, "{thing} kind"),
    (rf"{MY} (?P<thing>(?:[\w-]+ ){{0,2}}?{ATTRIBUTES})(?: (?:at|in|for|on) [a-z ]{{1,20}}?)? (?:is|are) (?!not\b|"
     rf"broken|slow|dead|wrong|missing|down|full|"
     r"too|so\b|that|to\b|how|what|why|due|done|failing|giving|asking|being|going|getting|showing|saying)", FACT,
     "{thing}"),
    (rf"{WE} (?:have|am having|are having|am|are|will|am going to|are going to|leave|fly|start|get|move|travel)\b.*"
     rf"{DAY}", EVENT, ""),
    (rf"{WE} (?:do not |)(?:{HABITS}) (?!it|that|this|around|out of|the (?:code|script|command|test|program|game)s?\b|"
     r"into|with (?:the|this|it))", FACT, ""),
    (rf"{WE} (?:never )?(?!get\b|got\b|see\b|had\b|was\b|tried\b|am\b|have (?:been|to)\b)\w+ .*{OFTEN}", FACT, ""),
    (rf"{MY} (?P<thing>(?:\w+ )?(?:{PEOPLE}|{PETS}))(?: [a-z]+)? (?:and i )?(?!says|thinks|wants|asks|tells|needs|"
     r"keeps|seems|looks|feels|is\b|has\b|does\b|was\b|this\b|insists|claims|knows|guess)\w+s\b(?:$| (?!me|that|"
     r"i\b|to))",
     FACT, ""),
    (rf"{MY} (?P<thing>(?:\w+ )?(?:{PEOPLE}|{PETS}))(?: [a-z]+)? has {DET}(?!been|to\b|problem|question|"
     rf"issue)\w+", FACT,
     ""),
    (r"i (?:used to|once) (?:live|work|play|have|be|teach|study|own|smoke)\b", FACT, ""),
)  # fmt: skip
ENDED = _rules(
    (rf"{WE} (?:no longer have|do not have|sold|gave away|lost|have to give up) (?:an?|any|the|my|our)? ?"
     rf"(?P<object>{PEOPLE}|{PETS}|{GOODS})s?\b", FACT, "have {object}"),
    (rf"{MY} (?P<object>{PEOPLE}|{PETS})(?: [a-z]+)? (?:has )?(?:died|passed away|ran away|was put down)", FACT,
     "have {object}"),
    (r"i (?:no longer|do not) (?:work|am employed) (?:at|for|with) .*|i (?:quit|left|lost) (?:my |the )?(?:job|"
     r"work)\b",
     FACT, "employer"),
    (r"i (?:no longer|do not) work as .*", FACT, "job"),
    (rf"{WE} (?:no longer|do not) live (?:in|at|with) .*", FACT, "home"),
    (rf"{WE} (?:no longer|do not) (?:drive|own|have) .*", FACT, "car"),
    (rf"{WE} (?:no longer|do not|stopped|quit|gave up) (?:eat|eating|drink|drinking|like|love|enjoy|liking) {OBJECT}",
     FACT, "taste {object}"),
    (rf"i am (?:no longer|not) (?:an? )?{DIETS}", FACT, "diet"),
    (rf"{WE} am? ?(?:no longer|not) (?P<object>{STATES})\b", FACT, "am {object}"),
    (rf"{WE} (?:split up|broke up|got divorced)", FACT, "am single"),
)  # fmt: skip
NO_MORE = re.compile(r"\b(?:no longer|any ?more|stopped|quit|gave up|sold|died|passed away|ran away|put down|broke up"
                      r"|split up|gave away|got divorced|left (?:my|the) (?:job|work)|lost my job)\b")  # fmt: skip

_ASK = r"(?:(?:can|could|do) you (?:tell me|remember|know|recall) |tell me |remind me )?"
_WHAT = r"(?:what|which|who|whats|whose)(?: is| are| was| were)?"
ASKED = _rules(
    (rf"{_ASK}(?:{_WHAT} my (?:full |first |last )?name|who am i|what am i called|how am i called)\b", FACT, "name"),
    (rf"{_ASK}{_WHAT} {MY} {THING}(?:'s|s') name\b", FACT, "{thing} name"),
    (rf"{_ASK}{_WHAT} the names? of {MY} {THING}$", FACT, "{thing} name"),
    (rf"{_ASK}(?:what|how) (?:is|are|was|were) {MY} {THING} (?:called|named)", FACT, "{thing} name"),
    (rf"{_ASK}(?:what|how) {MY} {THING} (?:is|are) (?:called|named)", FACT, "{thing} name"),
    (rf"{_ASK}my birthday$", FACT, "birthday"),
    (rf"{_ASK}what (?:did|do) (?:i|we) (?:call|name) {MY} {THING}$", FACT, "{thing} name"),
    (rf"{_ASK}{_WHAT} {MY} favourite {THING}$", FACT, "favourite {thing}"),
    (rf"{_ASK}(?:what|which) {THING} (?:do (?:i|we) like (?:best|most|the most)|is {MY} favourite)", FACT,
     "favourite {thing}"),
    (rf"{_ASK}what do (?:i|we) like to eat (?:best|most)", FACT, "favourite dish"),
    (rf"{_ASK}where (?:do|am) i (?:work|working|employed)|{_ASK}(?:who|which company|what company|whom) do i work for"
     rf"|{_ASK}(?:who|what|which)(?: company)? (?:is my (?:employer|company)|employs me)", FACT, "employer"),
    (rf"{_ASK}what (?:do i do(?: for (?:a )?(?:living|work))?$|do i work as|(?:kind|sort) of work do i do|is my "
     rf"(?:job|profession|occupation))", FACT,
     "job"),
    (rf"{_ASK}where (?:do|am) (?:i|we) (?:live|living|based)|{_ASK}(?:what|which|in what|in which) (?:city|town|"
     rf"country|place|village|street) (?:do|am) (?:i|we) (?:live|living)|{_ASK}where is {MY} home$", FACT, "home"),
    (rf"{_ASK}where (?:do|am) (?:i|we) (?:come )?(?:originally )?from", FACT, "origin"),
    (rf"{_ASK}(?:where|(?:in )?(?:what|which) (?:town|city|village|country|place)) did i (?:grow up|spend my "
     rf"childhood)", FACT, "childhood"),
    (rf"{_ASK}(?:when|what|(?:on )?(?:what|which) (?:day|date)) (?:is|was) (?:my birthday|i born)", FACT, "birthday"),
    (rf"{_ASK}where was i born", FACT, "birthplace"),
    (rf"{_ASK}(?:when|on (?:what|which) (?:day|date)) (?:is|was) {MY} {THING}(?:(?:'s|s') birthday| born)", FACT,
     "{thing} birthday"),
    (rf"{_ASK}(?:what am i allergic to|(?:what|which) allerg(?:y|ies) do i have|do i have (?:any )?allergies|"
     r"what (?:must|do) i (?:have to )?avoid because of my allergy)", FACT, "allergy"),
    (rf"{_ASK}what is {MY} {THING} allergic to", FACT, "{thing} allergy"),
    (rf"{_ASK}(?:what|which) (?:musical )?instruments? (?:do (?:i|we) play|can i play|am i (?:learning|"
     rf"playing))", FACT, "instrument"),
    (rf"{_ASK}(?:what|which) (?:musical )?instruments? (?:does|can) {MY} {THING} play|{_ASK}what does {MY} "
     rf"(?P<owner>{PEOPLE}) play", FACT, "{thing} instrument"),
    (rf"{_ASK}how old am i|{_ASK}what is my age", FACT, "age"),
    (rf"{_ASK}how old (?:is|are) {MY} {THING}$", FACT, "{thing} age"),
    (rf"{_ASK}(?:where|(?:in )?(?:what|which) (?:city|town|country)) does {MY} {THING} live|{_ASK}where is {MY} "
     r"(?P<owner>[\w ]+?)'s home", FACT, "{thing} home"),
    (rf"{_ASK}where does {MY} {THING} work|{_ASK}who does {MY} (?P<owner>[\w ]+?) work for", FACT, "{thing} employer"),
    (rf"{_ASK}what does {MY} {THING} do(?: for (?:a )?(?:living|work))?$|{_ASK}what is {MY} (?P<owner>[\w ]+?)'s job",
     FACT, "{thing} job"),
    (rf"{_ASK}(?:what|which) (?:kind of |type of |sort of |make of |brand of )?car do (?:i|we) (?:drive|have|own)|"
     rf"{_ASK}what do i drive|{_ASK}what (?:make|brand|kind of car) is {MY} car", FACT, "car"),
    (rf"{_ASK}(?:when|what time|at what time|what day|on what day) (?:is|are|does|do) {MY} "
     rf"(?P<thing>(?:[\w-]+ ){{0,3}}?{OCCASIONS})(?: start| begin| leave| depart| end| expire)?$", FACT,
     "{thing} time"),
    (rf"{_ASK}{_WHAT} {MY} (?P<thing>(?:[\w'-]+ ){{0,2}}?{ATTRIBUTES})$", FACT, "{thing}"),
)  # fmt: skip
