"""What language a text is in: by its script, and among those of the Latin and Cyrillic ones by its small words.

Small words ("the", "und", "que") are a third of any running text, and few of them belong to two languages, so counting
them is enough from a few dozen words on. Where nothing stands out the language is not known, which is no error: lists
and tables have none. *Why* not a library: those that are small keep their model as a pickle, the others have 100 MB.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

SAMPLE_CHARACTERS = 4_000  # of each of three places in a long text
LEAST_WORDS = 8  # fewer say nothing
LEAST_SHARE = 0.08  # of the words must be small words of the language
LEAST_LEAD = 1.05  # times those of the runner-up
SCRIPT_SHARE = 0.5  # of the letters

SCRIPTS = {  # by the beginning of a letter's Unicode name
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "HANGUL": "ko",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "CJK": "zh",
}
KANA = ("HIRAGANA", "KATAKANA")
KANA_SHARE = 0.1  # of the letters: Chinese has none

SMALL_WORDS = {
    "en": "the of and to in is that it was for on are with as be this by not have from or which but they were an",
    "de": "der die und das ist nicht ein eine zu den mit von sich auf für im dem des auch es wird werden oder wie",
    "fr": "le la les et des est une du que qui dans pour pas sur au avec ce il sont par plus elle cette ou été",
    "es": "el los las y que del se un una por con para es no al lo como más su pero sus fue está ha son",
    "it": "il di che è e la per un non sono con del della si le una dei gli nel alla più da anche come questo",
    "pt": "o os as e que do da em um uma para com não por se dos das no na mais ao como foi é são",
    "nl": "de het een en van is dat niet op te zijn met voor aan er die wordt ook als bij naar door maar uit was",
    "da": "og det er en af til på for med at den ikke der som de et har var jeg fra kan blev efter hvor også",
    "sv": "och det att är en som på för av med den till inte har de ett om var jag från kan eller ska blev efter",
    "nb": "og det er en av til på for med at den ikke som de et har var jeg fra kan ble etter hvor også mellom",
    "fi": "ja on ei se että oli hän mutta ovat kun myös tai jos niin kuin joka mukaan sekä vain ole olla sen mitä",
    "pl": "i w nie na się z do to że jest o jak po od za przez ale dla tak są by oraz który która tym",
    "cs": "a se na je v že to s z do o jako pro by jsou ale za po byl od nebo který která při také není",
    "hu": "a az és hogy nem is egy van de ez volt meg azt csak mint vagy már ha el sem lehet ki még kell",
    "ro": "și de în la a cu nu pe din că este care un o mai pentru sau fi sunt se au fost ce prin după",
    "tr": "ve bir bu da de için ile çok olarak olan gibi daha ne var en kadar sonra ancak o değil her ya ise oldu",
    "id": "yang dan di dengan untuk dari pada ini itu dalam tidak adalah akan ke oleh sebagai atau juga ada telah",
    "ca": "el la els les i de que en un una per amb és no del dels al com més va són però aquest seva ha",
    "ru": "и в не на что с по это как к из у за от но для то его был она они так все о же",
    "uk": "і в не на що з та до це як у за від але для його був вона вони так або є про також які",
    "bg": "и в на да се за с от не е по че са като до при или това си които към през след може бе",
}
_WORDS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str:
    """Return the language of a text by its ISO 639-1 code; empty if it cannot be told."""
    sample = _sample(text)
    if by_script := _by_script(sample):
        return by_script
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(words) < LEAST_WORDS:
        return ""
    counts = Counter(words)
    scores = {language: sum(counts[word] for word in own) for language, own in _WORDS.items()}
    (best, most), (_, second) = Counter(scores).most_common(2)
    return best if most >= LEAST_SHARE * len(words) and most >= LEAST_LEAD * second else ""


def _sample(text: str) -> str:
    """Return the beginning, the middle and the end of a text: one place alone may be a table or a quotation."""
    if len(text) <= 3 * SAMPLE_CHARACTERS:
        return text
    middle = (len(text) - SAMPLE_CHARACTERS) // 2
    starts = (0, middle, len(text) - SAMPLE_CHARACTERS)
    return " ".join(text[start : start + SAMPLE_CHARACTERS] for start in starts)


def _by_script(sample: str) -> str:
    """Return the language of a script that only one language, or one above all, is written in."""
    letters = [letter for letter in sample if letter.isalpha()]
    if not letters or sample.isascii():
        return ""
    counts = Counter(unicodedata.name(letter, "?").partition(" ")[0] for letter in letters)
    kana = sum(counts[name] for name in KANA)
    if kana >= KANA_SHARE * len(letters):
        return "ja"
    script, most = max(((name, counts[name]) for name in SCRIPTS), key=lambda pair: pair[1])
    return SCRIPTS[script] if most >= SCRIPT_SHARE * len(letters) else ""
