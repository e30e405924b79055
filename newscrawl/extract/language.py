"""The language of a text: by its script and letters where they tell, else by langdetect beside what the page declares."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

_SAMPLE = 1_000
_ENOUGH_LETTERS = 60
# A declared language is believed against langdetect where langdetect gives it at least this probability.
_PLAUSIBLE = 0.2
# Scripts that one language of the press writes; the declared language may be another that shares the script.
_SCRIPTS = {
    "HANGUL": ("ko",), "HIRAGANA": ("ja",), "KATAKANA": ("ja",), "THAI": ("th",), "GREEK": ("el",), "HEBREW": ("he", "yi"),
    "GEORGIAN": ("ka",), "ARMENIAN": ("hy",), "KHMER": ("km",), "LAO": ("lo",), "MYANMAR": ("my",), "ETHIOPIC": ("am", "ti"),
    "TAMIL": ("ta",), "TELUGU": ("te",), "KANNADA": ("kn",), "MALAYALAM": ("ml",), "GUJARATI": ("gu",), "GURMUKHI": ("pa",),
    "BENGALI": ("bn", "as"), "SINHALA": ("si",), "TIBETAN": ("bo",), "ORIYA": ("or",), "THAANA": ("dv",), "SYRIAC": ("syr",),
}  # fmt: skip
# Languages that langdetect has no profile of, with those it mistakes them for.
_MISTAKEN = {
    "ku": "tr az af so sq sl hr tl et fi ro cy id sw lt", "az": "tr", "bs": "hr sl", "sr": "hr sl mk bg ru", "ms": "id tl", "gl": "pt es ca", "eu": "es et fi tl",
    "is": "da no sv et fi", "mt": "it so sq", "kk": "ru bg mk uk", "ky": "ru bg mk uk", "tg": "ru bg mk", "uz": "tr ru so sw", "be": "ru uk bg", "mn": "ru bg mk",
    "tk": "tr et", "ga": "cy en", "lb": "de nl", "fy": "nl af", "rm": "it ca", "mg": "id tl sw", "ha": "so sw id tl", "yo": "so vi", "zu": "sw so", "xh": "sw so",
    "rw": "sw", "eo": "it es", "la": "it ro", "fo": "da no sv", "oc": "ca fr",
}  # fmt: skip
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ckb": "ku", "kmr": "ku", "fil": "tl", "prs": "fa", "zh-cn": "zh", "zh-tw": "zh", "ji": "yi"}
_SORANI = frozenset("ێۆڕڵەڤ")
_URDU = frozenset("ٹڈڑںےہ")
_PASHTO = frozenset("ښځڅټډړږۍې")
_UIGHUR = frozenset("ۇۈۋېڭ")
_PERSIAN = frozenset("پچژگکی")
_ARABIC = frozenset("ةىيكأإ")


def _factory() -> Any:
    DetectorFactory.seed = 0  # langdetect is random unless seeded
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


_FACTORY: list[Any] = []


def detect(text: str, declared: str | None) -> str | None:
    """The ISO 639-1 code of the language that ``text`` is in; ``declared`` decides where the text alone does not.

    None where the text has no letters and nothing is declared.
    """
    stated = canonical(declared)
    letters = [c for c in text[: 4 * _SAMPLE] if c.isalpha()]
    if not letters:
        return stated
    scripts = Counter(_script(c) for c in letters[:: max(1, len(letters) // 400)])
    script = _dominant(scripts)
    if script in _SCRIPTS:
        known = _SCRIPTS[script]
        return stated if stated in known else known[0]
    if script == "CJK":
        return "zh"
    if script == "ARABIC":
        return _of_arabic_script(letters, stated)
    return _by_statistics(text, stated, len(letters), script)


def canonical(tag: str | None) -> str | None:
    """The two-letter language of a tag such as ``en-GB`` or ``ckb_IQ``; None for ``und`` and nonsense."""
    if not tag:
        return None
    first = re.split(r"[-_]", tag.strip().lower())[0]
    code = _SAME.get(first, first)
    return code if re.fullmatch(r"[a-z]{2}", code) else None


def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN"
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def _dominant(scripts: Counter[str]) -> str:
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if kana and kana * 20 > scripts["CJK"]:
        scripts["HIRAGANA"] += scripts["CJK"]
    return scripts.most_common(1)[0][0]


def _of_arabic_script(letters: list[str], stated: str | None) -> str:
    count = Counter(letters)
    share = {
        code: sum(count[c] for c in own) / len(letters)
        for code, own in (("ku", _SORANI), ("ur", _URDU), ("ps", _PASHTO), ("ug", _UIGHUR), ("fa", _PERSIAN), ("ar", _ARABIC))
    }
    for code, least in (("ug", 0.03), ("ku", 0.06), ("ps", 0.02), ("ur", 0.03)):
        if share[code] > least and share[code] == max(share[c] for c in ("ug", "ku", "ps", "ur")):
            return code
    if stated in ("sd", "ug", "ks", "ps", "ur", "fa", "ar", "ku") and len(letters) < _ENOUGH_LETTERS:
        return stated
    return "fa" if share["fa"] > share["ar"] else "ar"


def _by_statistics(text: str, stated: str | None, letters: int, script: str) -> str | None:
    likely = _probabilities(text)
    if not likely:
        return stated
    best = max(likely, key=lambda code: likely[code])
    if stated is None or stated == best:
        return best
    if likely.get(stated, 0.0) >= _PLAUSIBLE or best in _MISTAKEN.get(stated, "").split():
        return stated
    if letters < _ENOUGH_LETTERS and script in ("LATIN", "CYRILLIC") and _written_in(stated) == script:
        return stated
    return best


def _written_in(code: str) -> str:
    cyrillic = ("ru", "uk", "bg", "mk", "sr", "be", "kk", "ky", "mn", "tg")
    other = {*("ar", "fa", "ur", "ps", "zh"), *(c for codes in _SCRIPTS.values() for c in codes), "hi", "mr", "ne"}
    return "CYRILLIC" if code in cyrillic else "OTHER" if code in other else "LATIN"


def _probabilities(text: str) -> dict[str, float]:
    if not _FACTORY:
        _FACTORY.append(_factory())
    detector = _FACTORY[0].create()
    detector.append(text[:_SAMPLE])
    try:
        return {_SAME.get(found.lang, found.lang): found.prob for found in detector.get_probabilities()}
    except LangDetectException:
        return {}
