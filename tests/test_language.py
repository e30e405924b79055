"""The language is told by script, letters and statistics, with the declared one as evidence."""

import pytest

from newscrawl.extract.language import canonical, detect

TEXTS = {
    "en": "The mayor opened the bridge over the harbour on Tuesday, and hundreds walked across it in the rain.",
    "de": "Der Bürgermeister hat am Dienstag die Brücke über den Hafen eröffnet, und viele gingen im Regen hinüber.",
    "fr": "Le maire a inauguré mardi le pont qui traverse le port, et des centaines de gens l'ont franchi.",
    "es": "El alcalde inauguró el martes el puente sobre el puerto y cientos de personas lo cruzaron bajo la lluvia.",
    "tr": "Belediye başkanı salı günü limanın üzerindeki köprüyü açtı ve yüzlerce kişi yağmur altında köprüden geçti.",
    "ru": "Мэр открыл во вторник мост через гавань, и сотни людей прошли по нему под дождём.",
    "uk": "Міський голова відкрив у вівторок міст через гавань, і сотні людей пройшли ним під дощем.",
    "ar": "افتتح رئيس البلدية يوم الثلاثاء الجسر الواقع فوق الميناء، وعبره مئات الأشخاص تحت المطر.",
    "fa": "شهردار روز سه‌شنبه پل روی بندر را افتتاح کرد و صدها نفر زیر باران از آن گذشتند و جشن گرفتند.",
    "ur": "میئر نے منگل کے روز بندرگاہ پر بنے پل کا افتتاح کیا اور سینکڑوں لوگ بارش میں اس پر سے گزرے۔",
    "ps": "ښاروال د سې شنبې په ورځ د بندر پر سر پل پرانیست او سلګونه خلک د باران لاندې ترې تېر شول.",
    "he": "ראש העיר פתח ביום שלישי את הגשר מעל הנמל, ומאות אנשים חצו אותו בגשם.",
    "el": "Ο δήμαρχος εγκαινίασε την Τρίτη τη γέφυρα πάνω από το λιμάνι.",
    "zh": "市长周二为横跨港口的大桥揭幕，数百人冒雨走过大桥。",
    "ja": "市長は火曜日に港にかかる橋の開通式を行い、数百人が雨の中を渡った。",
    "ko": "시장은 화요일 항구를 가로지르는 다리를 개통했고 수백 명이 빗속에서 다리를 건넜다.",
}
SORANI = "سەرۆکی شارەوانی ڕۆژی سێشەممە پردی سەر بەندەرەکەی کردەوە و سەدان کەس لە ژێر باراندا پێیدا تێپەڕین."
KURMANJI = "Şaredar roja sêşemê pira li ser benderê vekir û bi sedan kes di bin baranê de jê derbas bûn û şahî kirin."


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("declared", [None, "en-US", "ar"])
def test_a_text_tells_its_language_whatever_is_declared(language, declared):
    assert detect(TEXTS[language], declared) == language


@pytest.mark.parametrize("declared", [None, "ar", "en", "ckb"])
def test_sorani_is_not_arabic(declared):
    assert detect(SORANI, declared) == "ku"


def test_a_language_that_the_statistics_do_not_know_is_taken_as_declared():
    assert detect(KURMANJI, "ku") == "ku"
    assert detect(TEXTS["en"], "ku") == "en"


@pytest.mark.parametrize(("text", "declared"), [("Bridge open", "da"), ("Мост", "bg"), ("خبر", "fa")])
def test_the_declared_language_decides_where_the_text_is_short(text, declared):
    assert detect(text, declared) == declared


def test_a_short_text_is_not_of_a_language_of_another_script():
    assert detect("Мост открыт", "en") != "en"
    assert detect("Bridge open", "ar") != "ar"


@pytest.mark.parametrize("text", ["", "123", "٣٤٥ — !"])
def test_a_text_without_letters_is_of_the_declared_language_or_of_none(text):
    assert (detect(text, "tr"), detect(text, None)) == ("tr", None)


def test_the_answer_is_always_the_same():
    mixed = "Bridge brücke pont puente ponte brug most köprü"
    assert len({detect(mixed, None) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("nb-NO", "no"),
        ("ckb", "ku"),
        ("zh-Hant-TW", "zh"),
        ("und", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tag_names_a_two_letter_language(tag, language):
    assert canonical(tag) == language
