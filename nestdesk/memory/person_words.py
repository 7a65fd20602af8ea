"""The words that the rules about a person know: people, animals, possessions, occasions and the like, in English."""

from __future__ import annotations

WE = r"(?:i|we)"
MY = r"(?:my|our)"
THING = r"(?P<thing>[\w-]+(?: [\w-]+){0,2}?)"
OBJECT = r"(?P<object>.+)"
DET = r"(?:(?:an?|the|one|two|three|four|five|\d+|some|another) )?"
NUMBER = (
    r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?"
)
PEOPLE = (
    r"(?:(?:step|grand|god|half-)?(?:son|daughter|mother|father|parents?|brother|sister|child|kid)s?|wife|husband|"
    r"partner|girlfriend|boyfriend|spouse|fianc[eé]e?|uncle|aunt|cousin|nephew|niece|grandma|grandpa|granny|children|"
    r"boss|manager|neighbou?r|roommate|flatmate|colleague|best friend|friend|twins?|baby|teacher|doctor|dentist|"
    r"therapist|landlord|coach|mentor|supervisor|secretary|assistant|gp|vet|lawyer|accountant)"
)
PETS = (
    r"(?:dog|cat|parrot|hamster|rabbit|horse|pony|goldfish|tortoise|turtle|snake|lizard|gecko|bird|budgie|"
    r"canary|guinea pig|ferret|hen|goat|pet|greyhound|beagle|poodle|labrador|terrier|dachshund)s?"
)
GOODS = (
    r"(?:car|van|bike|bicycle|motorbike|motorcycle|boat|house|flat|apartment|cottage|cabin|garden|allotment|caravan|"
    r"piano|guitar|violin|cello|bassoon|flute|telescope|greenhouse|sailboat|tesla|company|bakery|shop|farm|tattoo)s?"
)
HEALTH = (
    r"(?:(?:\w+ )?(?:allerg(?:y|ies)|intolerance)|diabetes|asthma|celiac disease|coeliac disease|epilepsy|migraines?|"
    r"adhd|dyslexia|arthritis|high blood pressure|a pacemaker|tinnitus|hay fever)"
)
DIETS = r"(?:vegetarian|vegan|pescatarian|pescetarian|lactose.intolerant|gluten.free|coeliac|celiac|teetotal(?:ler)?)"
STATES = (
    r"(?:married|engaged|divorced|single|widowed|retired|unemployed|self-employed|pregnant|left-handed|"
    r"right-handed|colou?r-?blind|deaf|blind|dyslexic|diabetic|asthmatic|autistic|bilingual|jewish|muslim|catholic|"
    r"christian|buddhist|hindu|atheist)"
)
MARITAL = ("married", "engaged", "divorced", "single", "widowed")
ATTRIBUTES = (
    r"(?:name|number|email|e-mail|address|password|passcode|pin|code|size|height|weight|type|birthday|age|job|"
    r"profession|occupation|major|degree|hobby|hobbies|hometown|nationality|religion|sign|timezone|time zone|budget|"
    r"anniversary|wedding|car|bike|boat|employer|company|university|school|team|language|tongue|goal|salary|plan|"
    r"postcode|zip code|username|handle|licen[cs]e|instrument|project|thesis|startup|band|subject|allergy|"
    r"medication|shift|desk|office|laptop|phone|computer|camera|printer model|locker|seat|street|city|country|"
    r"dream|surname)"
)
OCCASIONS = (
    r"(?:appointment|flight|exam|interview|meeting|deadline|train|wedding|holiday|vacation|trip|surgery|operation|"
    r"concert|recital|party|move|move-in|graduation|marathon|presentation|lesson|class|course|checkup|visit|"
    r"shift|reservation|viva|defen[cs]e|race|conference|due date|visa|passport|lease|contract|subscription|insurance)"
)
HABITS = (
    r"(?:play|practi[sc]e|teach|study|collect|grow|volunteer|commute|cycle|bike|sing|paint|knit|sew|swim|climb|sail|"
    r"hike|bake|coach|smoke|drink|wear|run|jog|meditate|dance|ski|surf|row|box|garden|breed|brew|moderate|"
    r"speak|wake up|get up|go to bed|go (?:running|swimming|climbing|sailing|hiking|jogging|dancing|fishing))"
)
OFTEN = (
    r"(?:every (?:day|morning|evening|night|week|month|year|summer|winter|spring|autumn|other \w+|\w+day)|daily|"
    r"weekly|"
    r"(?:on|at) (?:\w+days|weekends)|(?:once|twice|\w+ times) an? \w+|in the (?:mornings|evenings)|for breakfast)"
)
TOOLS = (
    r"(?:piano|guitar|violin|viola|cello|double bass|bass|flute|oboe|clarinet|bassoon|saxophone|trumpet|trombone|"
    r"horn|"
    r"tuba|harp|organ|accordion|drums|recorder|ukulele|banjo|mandolin|lute|sitar|harmonica)"
)
NOT_LIKED = (
    r"(?!(?:that|this|it|your|you|how|what|option|to (?:know|see|ask|hear|say)|the (?:\w+ )?(?:idea|way|sound|look|"
    r"version|one|draft|option|answer|result|tone|text|paragraph|title|story)s?)\b)"
)
DAY = (
    r"\b(?:today|tonight|tomorrow|(?:this|next) (?:week|weekend|month|year|spring|summer|autumn|winter|morning|"
    r"afternoon|evening|\w+day)|until|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|in (?:\d+|two|three|a "
    r"few|a) "
    r"(?:days?|weeks?|months?)|(?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? "
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)|"
    r"(?:in |on )?(?:january|february|march|april|june|july|august|september|october|november|december)\b)"
)
JOB = (
    r"(?P<job>[\w -]*?(?:er|or|ist|ian|ant|nurse|paramedic|mechanic|chef|cook|clerk|judge|man|woman|pilot|student|"
    r"guide|vet|coach|ent))"
)
