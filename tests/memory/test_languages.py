"""The language of a text is told from a short paragraph, and left open where nothing tells it."""

from __future__ import annotations

import pytest

from nestdesk.memory import languages

# Written for this test; none of them is made of the small words alone.
TEXTS = {
    "en": "The harbour was built before the war, and most of the ships that came in carried coal from the north.",
    "de": "Der Hafen wurde vor dem Krieg gebaut, und die meisten Schiffe brachten Kohle, die nicht im Land war.",
    "fr": "Le port a été construit avant la guerre, et les navires qui venaient du nord apportaient du charbon.",
    "es": "El puerto se construyó antes de la guerra, y los barcos que venían del norte traían carbón para la ciudad.",
    "it": "Il porto è stato costruito prima della guerra, e le navi che venivano dal nord portavano il carbone.",
    "pt": "O porto foi construído antes da guerra, e os navios que vinham do norte traziam carvão para a cidade.",
    "nl": "De haven is voor de oorlog gebouwd, en de meeste schepen die er kwamen brachten kolen uit het noorden mee.",
    "sv": "Hamnen byggdes före kriget, och de flesta fartyg som kom till staden hade kol med sig, men inte ved.",
    "da": "Havnen blev bygget før krigen, og skibene, som kom til den, havde kul, men efter den kom der ikke mange.",
    "nb": "Havnen ble bygget før krigen, og skipene som kom til den, hadde kull, men etter den kom det ikke mange.",
    "fi": "Satama rakennettiin ennen sotaa, ja se oli kaupungin ainoa, mutta laivat eivät tulleet kun meri oli jäässä.",
    "pl": "Port został zbudowany przed wojną i do miasta przypływały statki z węglem, ale nie było ich tak wiele.",
    "cs": "Přístav byl postaven před válkou a lodě, které do města připlouvaly, vozily uhlí, ale nebylo jich mnoho.",
    "hu": "A kikötő a háború előtt épült, és a hajók szenet hoztak a városba, de ez nem volt elég, hogy megéljenek.",
    "tr": "Liman savaştan önce yapıldı ve kente gelen gemiler kömür getirdi, ancak bu çok az bir şey olarak kaldı.",
    "ru": "Порт был построен до войны, и корабли, которые приходили с севера, везли уголь, но его не хватало на всех.",
    "uk": "Порт було збудовано до війни, і кораблі, що приходили з півночі, везли вугілля, але його не було для всіх.",
    "el": "Το λιμάνι χτίστηκε πριν από τον πόλεμο.",
    "he": "הנמל נבנה לפני המלחמה.",
    "ar": "بني الميناء قبل الحرب.",
    "hi": "बंदरगाह युद्ध से पहले बनाया गया था।",
    "ja": "港は戦争の前に建てられました。",
    "zh": "港口是战前建造的。",
    "ko": "항구는 전쟁 전에 지어졌다.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_paragraph_tells_its_language(language):
    assert languages.detect(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "Invoice 2231", "12 4 88 | 93.1 | 7", "x = foo(bar); baz[i] += qux; lorem(zap, zip)"]
)
def test_what_has_no_running_words_has_no_language(text):
    assert languages.detect(text) == ""


def test_a_long_text_is_looked_at_in_several_places():
    table = "4711 Bolt M8 zinc 0.12\n" * 2_000
    assert languages.detect(table) == ""
    assert languages.detect(TEXTS["en"] * 60 + table[:8_000] + TEXTS["en"] * 60) == "en"
    assert languages.detect("Ω = 5.4 " + TEXTS["en"]) == "en", "a few foreign letters are no script"
