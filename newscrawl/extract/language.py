"""The language of a text: by script and letters where they tell, else by langdetect beside what is declared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

from newscrawl.extract.words import read_words

_TRIALS = 3  # of 7 by default: the trials agree on all but mixed texts, and are half of the cost
_SAMPLE = 700
_ENOUGH_LETTERS = 60
# A declared language is believed against langdetect where langdetect gives it at least this probability.
_PLAUSIBLE = 0.2
_WORDS = read_words("languages")
_SCRIPTS: dict[str, list[str]] = _WORDS["scripts"]
_OF_ARABIC_SCRIPT = frozenset({*_WORDS["letters"], "sd", "ks"})
_CYRILLIC = frozenset({"ru", "uk", "bg", "mk", "sr", "be", "kk", "ky", "mn", "tg"})
_NOT_LATIN = frozenset({*_WORDS["letters"], "sd", "hi", "mr", "ne", *(c for codes in _SCRIPTS.values() for c in codes)})


@cache
def _factory() -> Any:
    DetectorFactory.seed = 0  # langdetect is random unless seeded
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


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
    if script == "ARABIC":
        return _of_arabic_script(letters, stated)
    return _by_statistics(text, stated, len(letters), script)


def canonical(tag: str | None) -> str | None:
    """The two-letter language of a tag such as ``en-GB`` or ``ckb_IQ``; None for ``und`` and nonsense."""
    if not tag:
        return None
    first = re.split(r"[-_]", tag.strip().lower())[0]
    code = _WORDS["same"].get(first, first)
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
    share = {code: sum(count[c] for c in own["letters"]) / len(letters) for code, own in _WORDS["letters"].items()}
    rare = {code: share[code] for code in ("ug", "ku", "ps", "ur") if share[code] > _WORDS["letters"][code]["least"]}
    if rare:
        return max(rare, key=lambda code: rare[code])
    if stated and stated in _OF_ARABIC_SCRIPT and len(letters) < _ENOUGH_LETTERS:
        return stated
    return "fa" if share["fa"] > share["ar"] else "ar"


def _by_statistics(text: str, stated: str | None, letters: int, script: str) -> str | None:
    likely = _probabilities(text)
    if not likely:
        return stated
    best = max(likely, key=lambda code: likely[code])
    if stated is None or stated == best:
        return best
    if likely.get(stated, 0.0) >= _PLAUSIBLE or best in _WORDS["mistaken"].get(stated, ()):
        return stated
    if letters < _ENOUGH_LETTERS and script in ("LATIN", "CYRILLIC") and _written_in(stated) == script:
        return stated
    return best


def _written_in(code: str) -> str:
    return "CYRILLIC" if code in _CYRILLIC else "OTHER" if code in _NOT_LATIN else "LATIN"


def _probabilities(text: str) -> dict[str, float]:
    detector = _factory().create()
    detector.n_trial = _TRIALS
    detector.append(text[:_SAMPLE])
    try:
        return {canonical(found.lang) or found.lang: found.prob for found in detector.get_probabilities()}
    except LangDetectException:
        return {}
